//! The host's errors as Cognito's exceptions.

use countersign_core::{MfaType, PreferenceError};
use countersign_host::Error;

use crate::wire::{ErrorKind, WireError};

impl From<Error> for WireError {
    /// The exception and the text that clients know. Failures of the server itself are logged
    /// here and look all alike outside.
    fn from(error: Error) -> Self {
        if error.is_internal() {
            tracing::error!(cause = %error, "the service failed");
            return Self::internal();
        }
        match &error {
            Error::InvalidParameter(text) => return Self::invalid(text.clone()),
            Error::WeakPassword(rule) => {
                let text = format!("Password did not conform with policy: {rule}");
                return Self::new(ErrorKind::InvalidPassword, text);
            }
            Error::Preference(refused) => return preference(*refused),
            _ => {}
        }
        let (kind, text) = fixed(&error);
        Self::new(kind, text)
    }
}

/// The same, where the app client must not learn who has an account.
pub(crate) fn hiding_users(error: Error, hides_users: bool) -> WireError {
    match error {
        Error::UserNotFound if hides_users => Error::WrongPassword.into(),
        other => other.into(),
    }
}

/// The same for a refresh token, whose refusals have texts of their own.
pub(crate) fn of_refresh(error: Error) -> WireError {
    match error {
        Error::TokenInvalid | Error::UserNotFound => {
            WireError::not_authorized("Invalid Refresh Token.")
        }
        Error::TokenRevoked => WireError::not_authorized("Refresh Token has been revoked"),
        other => other.into(),
    }
}

/// The same for a confirmation code.
pub(crate) fn of_confirmation(error: Error) -> WireError {
    match error {
        Error::CodeMismatch => WireError::new(
            ErrorKind::CodeMismatch,
            "Invalid verification code provided, please try again.",
        ),
        other => other.into(),
    }
}

fn preference(refused: PreferenceError) -> WireError {
    WireError::invalid(match refused {
        PreferenceError::TwoPreferred => "Only one MFA method can be preferred",
        PreferenceError::NotEnrolled(MfaType::Totp) => "User has not verified software token mfa",
        PreferenceError::NotEnrolled(MfaType::Sms) => {
            "User does not have delivery config set to turn on SMS_MFA"
        }
        PreferenceError::NotEnrolled(MfaType::Email) => {
            "User does not have delivery config set to turn on EMAIL_OTP"
        }
        PreferenceError::LastFactor => "MFA is required in this user pool",
    })
}

/// Causes whose text does not vary. A lock-out is `NotAuthorizedException`: clients repeat a
/// request that is answered with `LimitExceededException`.
fn fixed(error: &Error) -> (ErrorKind, &'static str) {
    use ErrorKind as Kind;
    match error {
        Error::UserNotFound => (Kind::UserNotFound, "User does not exist."),
        Error::UserExists => (Kind::UsernameExists, "User already exists"),
        Error::WrongPassword => (Kind::NotAuthorized, "Incorrect username or password."),
        Error::PasswordBlocked => (Kind::NotAuthorized, "Password attempts exceeded"),
        Error::UserNotConfirmed => (Kind::UserNotConfirmed, "User is not confirmed."),
        Error::PasswordResetRequired => (
            Kind::PasswordResetRequired,
            "Password reset required for the user",
        ),
        Error::TemporaryPasswordExpired => (
            Kind::NotAuthorized,
            "Temporary password has expired and must be reset by an administrator.",
        ),
        Error::UserDisabled => (Kind::NotAuthorized, "User is disabled."),
        Error::WrongState(text) => (Kind::NotAuthorized, *text),
        Error::CodeMismatch => (
            Kind::CodeMismatch,
            "Invalid code or auth state for the user.",
        ),
        Error::CodeExpired => (
            Kind::ExpiredCode,
            "Invalid code provided, please request a code again.",
        ),
        Error::CodeAlreadyUsed => (
            Kind::ExpiredCode,
            "Your software token has already been used once.",
        ),
        Error::CodesBlocked(_) | Error::FactorsLocked => (
            Kind::NotAuthorized,
            "Too many failed attempts. Please try again later.",
        ),
        Error::TooManyDeliveries => (
            Kind::NotAuthorized,
            "Too many codes were sent. Please try again later.",
        ),
        Error::Undeliverable(_) => (
            Kind::CodeDeliveryFailure,
            "The code could not be delivered.",
        ),
        other => fixed_of_sessions(other),
    }
}

/// Causes in a pending sign-in, a set-up, or a token.
fn fixed_of_sessions(error: &Error) -> (ErrorKind, &'static str) {
    use ErrorKind as Kind;
    match error {
        // The answer is to another challenge than the session's own.
        Error::SessionInvalid | Error::NotAsked => {
            (Kind::NotAuthorized, "Invalid session for the user.")
        }
        Error::SessionExpired => (
            Kind::NotAuthorized,
            "Invalid session for the user, session is expired.",
        ),
        Error::SessionSpent => (
            Kind::NotAuthorized,
            "Invalid session for the user, session can only be used once.",
        ),
        Error::NotOffered => (Kind::InvalidParameter, "Invalid MFA type."),
        Error::NoUsableFactor => (
            Kind::MfaMethodNotFound,
            "User has no MFA method that the user pool allows.",
        ),
        Error::SetUpCodeMismatch => (
            Kind::EnableSoftwareTokenMfa,
            "Code mismatch and fail enable Software Token MFA",
        ),
        Error::SetUpNotStarted => (
            Kind::SoftwareTokenMfaNotFound,
            "No software token is being set up. Call AssociateSoftwareToken first.",
        ),
        Error::FactorNotAllowed(MfaType::Totp) => (
            Kind::SoftwareTokenMfaNotFound,
            "Software Token MFA has not been enabled by the userPool",
        ),
        Error::FactorNotAllowed(_) => (
            Kind::InvalidParameter,
            "This MFA type has not been enabled by the userPool",
        ),
        Error::TokenInvalid => (Kind::NotAuthorized, "Invalid Access Token"),
        Error::TokenRevoked => (Kind::NotAuthorized, "Access Token has been revoked"),
        Error::LimitReached(text) => (Kind::InvalidParameter, *text),
        _ => (Kind::InternalError, "An internal error occurred."),
    }
}
