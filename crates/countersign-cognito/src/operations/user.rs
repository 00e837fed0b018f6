//! `GetUser` and `DeleteUser`: a signed-in user's own account.

use super::members::access_token;
use crate::wire::{Fields, Parse, Sensitive};

/// A request for the account.
pub(crate) struct GetUser {
    pub(crate) access_token: Sensitive,
}

impl Parse for GetUser {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
        }
    }
}

/// The end of the account.
pub(crate) struct DeleteUser {
    pub(crate) access_token: Sensitive,
}

impl Parse for DeleteUser {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
        }
    }
}
