//! `SignUp`, `ConfirmSignUp` and `ResendConfirmationCode`: how an account begins.

use super::members::{Attribute, ClientUser};
use crate::wire::{CONFIRMATION_CODE, Fields, PASSWORD, Parse, Sensitive};

/// A new account with its password and attributes.
pub(crate) struct SignUp {
    pub(crate) user: ClientUser,
    pub(crate) password: Sensitive,
    pub(crate) attributes: Vec<Attribute>,
}

impl Parse for SignUp {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
            password: fields.required_secret("Password", PASSWORD),
            attributes: fields.list("UserAttributes").unwrap_or_default(),
        }
    }
}

/// The code that proves the address given at sign-up.
pub(crate) struct ConfirmSignUp {
    pub(crate) user: ClientUser,
    pub(crate) code: Sensitive,
}

impl Parse for ConfirmSignUp {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
            code: fields.required_secret("ConfirmationCode", CONFIRMATION_CODE),
        }
    }
}

/// A request for a new code, in place of the last.
pub(crate) struct ResendConfirmationCode {
    pub(crate) user: ClientUser,
}

impl Parse for ResendConfirmationCode {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
        }
    }
}
