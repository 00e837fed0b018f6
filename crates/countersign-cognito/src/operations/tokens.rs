//! `GetTokensFromRefreshToken`, `RevokeToken` and `GlobalSignOut`: what becomes of tokens.

use super::members::access_token;
use crate::wire::{CLIENT_ID, Fields, Parse, SECRET_HASH, Sensitive, TOKEN};

/// A refresh token to be turned into new tokens.
pub(crate) struct GetTokensFromRefreshToken {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Sensitive>,
    pub(crate) refresh_token: Sensitive,
}

impl Parse for GetTokensFromRefreshToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            client_secret: fields.optional_secret("ClientSecret", SECRET_HASH),
            refresh_token: fields.required_secret("RefreshToken", TOKEN),
        }
    }
}

/// A refresh token to be made void.
pub(crate) struct RevokeToken {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Sensitive>,
    pub(crate) token: Sensitive,
}

impl Parse for RevokeToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            client_secret: fields.optional_secret("ClientSecret", SECRET_HASH),
            token: fields.required_secret("Token", TOKEN),
        }
    }
}

/// The end of every session of a user.
pub(crate) struct GlobalSignOut {
    pub(crate) access_token: Sensitive,
}

impl Parse for GlobalSignOut {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
        }
    }
}
