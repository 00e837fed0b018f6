//! The home of Cognito's exceptions: their exact names, and one error value for every operation.

use std::borrow::Cow;

use axum::http::StatusCode;

/// An exception by its meaning; [`ErrorKind::name`] is its exact name on the wire.
///
/// Clients branch on the name alone, so a name is part of the interface and a message is not.
/// `LimitExceededException` and `TooManyRequestsException` are missing on purpose: clients repeat
/// a request that is answered with them, and each repetition would be counted as an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The e-mail address or phone number already signs another account in.
    AliasExists,
    /// A code could not be handed to the mail or message service.
    CodeDeliveryFailure,
    /// The code is not the right one.
    CodeMismatch,
    /// The code that should prove a new authenticator is not the right one.
    EnableSoftwareTokenMfa,
    /// The code was right once: it is used or too old.
    ExpiredCode,
    /// The `Authorization` header does not have the form of Signature Version 4.
    IncompleteSignature,
    /// The server could not do its part; the only kind answered with HTTP 500.
    InternalError,
    /// A member is missing, malformed or not permitted here.
    InvalidParameter,
    /// The new password does not satisfy the pool's policy.
    InvalidPassword,
    /// The request's signature is wrong or too old.
    InvalidSignature,
    /// The user has no such second factor.
    MfaMethodNotFound,
    /// The operation has to be signed and is not.
    MissingAuthenticationToken,
    /// Password, session or token do not authorise the request, or the account is locked.
    NotAuthorized,
    /// The user must choose a new password with a code first.
    PasswordResetRequired,
    /// There is no such pool, client or device.
    ResourceNotFound,
    /// The body is not the JSON that the operation takes.
    Serialization,
    /// Authenticator codes are not enabled in this pool, or the user has none enrolled.
    SoftwareTokenMfaNotFound,
    /// Too many wrong codes for a confirmation.
    TooManyFailedAttempts,
    /// No operation has this name.
    UnknownOperation,
    /// The request is signed with an access key that is not configured.
    UnrecognizedClient,
    /// The operation exists but not for this kind of token.
    UnsupportedTokenType,
    /// The user's state does not permit the operation.
    UnsupportedUserState,
    /// The user has not confirmed the sign-up.
    UserNotConfirmed,
    /// There is no such user.
    UserNotFound,
    /// The user name is taken.
    UsernameExists,
}

impl ErrorKind {
    /// The exception's name, as `__type` and `x-amzn-errortype` carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AliasExists => "AliasExistsException",
            Self::CodeDeliveryFailure => "CodeDeliveryFailureException",
            Self::CodeMismatch => "CodeMismatchException",
            Self::EnableSoftwareTokenMfa => "EnableSoftwareTokenMFAException",
            Self::ExpiredCode => "ExpiredCodeException",
            Self::IncompleteSignature => "IncompleteSignatureException",
            Self::InternalError => "InternalErrorException",
            Self::InvalidParameter => "InvalidParameterException",
            Self::InvalidPassword => "InvalidPasswordException",
            Self::InvalidSignature => "InvalidSignatureException",
            Self::MfaMethodNotFound => "MFAMethodNotFoundException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::NotAuthorized => "NotAuthorizedException",
            Self::PasswordResetRequired => "PasswordResetRequiredException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Serialization => "SerializationException",
            Self::SoftwareTokenMfaNotFound => "SoftwareTokenMFANotFoundException",
            Self::TooManyFailedAttempts => "TooManyFailedAttemptsException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnrecognizedClient => "UnrecognizedClientException",
            Self::UnsupportedTokenType => "UnsupportedTokenTypeException",
            Self::UnsupportedUserState => "UnsupportedUserStateException",
            Self::UserNotConfirmed => "UserNotConfirmedException",
            Self::UserNotFound => "UserNotFoundException",
            Self::UsernameExists => "UsernameExistsException",
        }
    }

    /// 500 for [`ErrorKind::InternalError`], 400 for everything else. Never 429 or 503, which
    /// clients would repeat.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// An exception with its message for the developer who reads it.
///
/// The message never contains a value that came with the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", kind.name())]
pub struct WireError {
    kind: ErrorKind,
    message: Cow<'static, str>,
}

impl WireError {
    /// An exception of this kind with this message.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message for the developer.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidParameter, message)
    }

    pub(crate) fn not_authorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::NotAuthorized, message)
    }

    /// The answer to every failure inside the server: its cause goes to the log, never to the
    /// client.
    pub(crate) fn internal() -> Self {
        Self::new(ErrorKind::InternalError, "An internal error occurred.")
    }
}
