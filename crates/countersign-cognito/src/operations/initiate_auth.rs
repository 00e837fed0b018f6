//! `InitiateAuth`: a password, the first half of SRP, or a refresh token.

use super::members::Values;
use crate::wire::{CLIENT_ID, Fields, Parse, SESSION, Sensitive};

/// How to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthFlow {
    /// `USER_SRP_AUTH`.
    Srp,
    /// `USER_PASSWORD_AUTH`.
    Password,
    /// `REFRESH_TOKEN_AUTH` and its older spelling `REFRESH_TOKEN`.
    Refresh,
    /// `USER_AUTH`: the client names or asks for the first factor.
    Choice,
    /// A flow that exists and is not offered to users here.
    Unsupported,
}

const FLOWS: &[(&str, AuthFlow)] = &[
    ("USER_SRP_AUTH", AuthFlow::Srp),
    ("REFRESH_TOKEN_AUTH", AuthFlow::Refresh),
    ("REFRESH_TOKEN", AuthFlow::Refresh),
    ("CUSTOM_AUTH", AuthFlow::Unsupported),
    ("ADMIN_NO_SRP_AUTH", AuthFlow::Unsupported),
    ("USER_PASSWORD_AUTH", AuthFlow::Password),
    ("ADMIN_USER_PASSWORD_AUTH", AuthFlow::Unsupported),
    ("USER_AUTH", AuthFlow::Choice),
];

/// The beginning of a sign-in or a refresh.
pub(crate) struct InitiateAuth {
    pub(crate) client_id: String,
    pub(crate) flow: AuthFlow,
    pub(crate) parameters: Values,
}

impl Parse for InitiateAuth {
    fn read(fields: &mut Fields) -> Self {
        let _session: Option<Sensitive> = fields.optional_secret("Session", SESSION);
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            flow: fields
                .required_word("AuthFlow", FLOWS)
                .unwrap_or(AuthFlow::Unsupported),
            parameters: Values::read(fields, "AuthParameters"),
        }
    }
}
