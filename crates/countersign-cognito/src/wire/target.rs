//! The operations: their names in `X-Amz-Target` and who may call them.

use super::{ErrorKind, WireError};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Anybody; the request's own members (password, session, token) authorise it.
    User,
    /// Whoever signs the request with a configured access key.
    Admin,
}

/// One operation of the protocol that this server offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    missing_docs,
    reason = "each is the operation of this name in Cognito's model"
)]
pub enum Operation {
    AdminCreateUser,
    AdminDeleteUser,
    AdminGetUser,
    AdminSetUserMfaPreference,
    AdminSetUserPassword,
    AssociateSoftwareToken,
    ChangePassword,
    ConfirmForgotPassword,
    ConfirmSignUp,
    CreateUserPool,
    CreateUserPoolClient,
    DeleteUser,
    DeleteUserAttributes,
    DescribeUserPool,
    DescribeUserPoolClient,
    ForgotPassword,
    GetTokensFromRefreshToken,
    GetUser,
    GetUserAttributeVerificationCode,
    GetUserPoolMfaConfig,
    GlobalSignOut,
    InitiateAuth,
    ListUserPoolClients,
    ListUserPools,
    ListUsers,
    ResendConfirmationCode,
    RespondToAuthChallenge,
    RevokeToken,
    SetUserMfaPreference,
    SetUserPoolMfaConfig,
    SignUp,
    UpdateUserAttributes,
    VerifySoftwareToken,
    VerifyUserAttribute,
}

impl Operation {
    /// Every operation, with its name on the wire and its caller.
    pub const ALL: &[(Self, &str, Caller)] = &[
        (Self::AdminCreateUser, "AdminCreateUser", Caller::Admin),
        (Self::AdminDeleteUser, "AdminDeleteUser", Caller::Admin),
        (Self::AdminGetUser, "AdminGetUser", Caller::Admin),
        (
            Self::AdminSetUserMfaPreference,
            "AdminSetUserMFAPreference",
            Caller::Admin,
        ),
        (
            Self::AdminSetUserPassword,
            "AdminSetUserPassword",
            Caller::Admin,
        ),
        (
            Self::AssociateSoftwareToken,
            "AssociateSoftwareToken",
            Caller::User,
        ),
        (Self::ChangePassword, "ChangePassword", Caller::User),
        (
            Self::ConfirmForgotPassword,
            "ConfirmForgotPassword",
            Caller::User,
        ),
        (Self::ConfirmSignUp, "ConfirmSignUp", Caller::User),
        (Self::CreateUserPool, "CreateUserPool", Caller::Admin),
        (
            Self::CreateUserPoolClient,
            "CreateUserPoolClient",
            Caller::Admin,
        ),
        (Self::DeleteUser, "DeleteUser", Caller::User),
        (
            Self::DeleteUserAttributes,
            "DeleteUserAttributes",
            Caller::User,
        ),
        (Self::DescribeUserPool, "DescribeUserPool", Caller::Admin),
        (
            Self::DescribeUserPoolClient,
            "DescribeUserPoolClient",
            Caller::Admin,
        ),
        (Self::ForgotPassword, "ForgotPassword", Caller::User),
        (
            Self::GetTokensFromRefreshToken,
            "GetTokensFromRefreshToken",
            Caller::User,
        ),
        (Self::GetUser, "GetUser", Caller::User),
        (
            Self::GetUserAttributeVerificationCode,
            "GetUserAttributeVerificationCode",
            Caller::User,
        ),
        (
            Self::GetUserPoolMfaConfig,
            "GetUserPoolMfaConfig",
            Caller::Admin,
        ),
        (Self::GlobalSignOut, "GlobalSignOut", Caller::User),
        (Self::InitiateAuth, "InitiateAuth", Caller::User),
        (
            Self::ListUserPoolClients,
            "ListUserPoolClients",
            Caller::Admin,
        ),
        (Self::ListUserPools, "ListUserPools", Caller::Admin),
        (Self::ListUsers, "ListUsers", Caller::Admin),
        (
            Self::ResendConfirmationCode,
            "ResendConfirmationCode",
            Caller::User,
        ),
        (
            Self::RespondToAuthChallenge,
            "RespondToAuthChallenge",
            Caller::User,
        ),
        (Self::RevokeToken, "RevokeToken", Caller::User),
        (
            Self::SetUserMfaPreference,
            "SetUserMFAPreference",
            Caller::User,
        ),
        (
            Self::SetUserPoolMfaConfig,
            "SetUserPoolMfaConfig",
            Caller::Admin,
        ),
        (Self::SignUp, "SignUp", Caller::User),
        (
            Self::UpdateUserAttributes,
            "UpdateUserAttributes",
            Caller::User,
        ),
        (
            Self::VerifySoftwareToken,
            "VerifySoftwareToken",
            Caller::User,
        ),
        (
            Self::VerifyUserAttribute,
            "VerifyUserAttribute",
            Caller::User,
        ),
    ];

    /// Reads the value of the `X-Amz-Target` header.
    ///
    /// # Errors
    /// `UnknownOperationException` for anything that is not exactly an operation of
    /// [`Operation::ALL`] behind the service's prefix.
    pub fn from_target(target: &str) -> Result<(Self, Caller), WireError> {
        target
            .strip_prefix(PREFIX)
            .and_then(|name| Self::ALL.iter().find(|(_, known, _)| *known == name))
            .map(|(operation, _, caller)| (*operation, *caller))
            .ok_or_else(|| {
                WireError::new(
                    ErrorKind::UnknownOperation,
                    "This server has no operation of that name.",
                )
            })
    }

    /// The operation's name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(operation, ..)| *operation == self)
            .map_or("", |(_, name, _)| name)
    }
}

/// What precedes the operation's name in `X-Amz-Target`.
const PREFIX: &str = "AWSCognitoIdentityProviderService.";
