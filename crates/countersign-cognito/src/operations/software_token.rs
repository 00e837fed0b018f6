//! `AssociateSoftwareToken` and `VerifySoftwareToken`: setting up an authenticator.

use crate::wire::{FRIENDLY_NAME, Fields, Parse, SESSION, Sensitive, TOKEN, USER_CODE, WireError};

/// Who sets up: a signed-in user, or a sign-in that asks for it.
pub(crate) enum SetUpBy {
    /// The user of this access token.
    AccessToken(Sensitive),
    /// The sign-in of this session.
    Session(Sensitive),
}

impl SetUpBy {
    fn of(access_token: Option<Sensitive>, session: Option<Sensitive>) -> Result<Self, WireError> {
        match (access_token, session) {
            (Some(token), None) => Ok(Self::AccessToken(token)),
            (None, Some(session)) => Ok(Self::Session(session)),
            (None, None) => Err(WireError::invalid(
                "Either AccessToken or Session is required",
            )),
            (Some(_), Some(_)) => Err(WireError::invalid(
                "Only one of AccessToken and Session can be given",
            )),
        }
    }
}

/// A request for a new shared secret.
pub(crate) struct AssociateSoftwareToken {
    access_token: Option<Sensitive>,
    session: Option<Sensitive>,
}

impl AssociateSoftwareToken {
    pub(crate) fn by(self) -> Result<SetUpBy, WireError> {
        SetUpBy::of(self.access_token, self.session)
    }
}

impl Parse for AssociateSoftwareToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: fields.optional_secret("AccessToken", TOKEN),
            session: fields.optional_secret("Session", SESSION),
        }
    }
}

/// The first code of the new authenticator.
pub(crate) struct VerifySoftwareToken {
    access_token: Option<Sensitive>,
    session: Option<Sensitive>,
    pub(crate) code: Sensitive,
    pub(crate) friendly_name: Option<String>,
}

impl VerifySoftwareToken {
    pub(crate) fn by(&self) -> Result<SetUpBy, WireError> {
        SetUpBy::of(self.access_token.clone(), self.session.clone())
    }
}

impl Parse for VerifySoftwareToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: fields.optional_secret("AccessToken", TOKEN),
            session: fields.optional_secret("Session", SESSION),
            code: fields.required_secret("UserCode", USER_CODE),
            friendly_name: fields.optional("FriendlyDeviceName", FRIENDLY_NAME),
        }
    }
}
