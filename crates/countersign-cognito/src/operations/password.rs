//! `ForgotPassword`, `ConfirmForgotPassword` and `ChangePassword`.

use super::members::{ClientUser, access_token};
use crate::wire::{CONFIRMATION_CODE, Fields, PASSWORD, Parse, Sensitive};

/// A request for a code that allows a new password.
pub(crate) struct ForgotPassword {
    pub(crate) user: ClientUser,
}

impl Parse for ForgotPassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
        }
    }
}

/// That code, and the new password.
pub(crate) struct ConfirmForgotPassword {
    pub(crate) user: ClientUser,
    pub(crate) code: Sensitive,
    pub(crate) password: Sensitive,
}

impl Parse for ConfirmForgotPassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
            code: fields.required_secret("ConfirmationCode", CONFIRMATION_CODE),
            password: fields.required_secret("Password", PASSWORD),
        }
    }
}

/// A new password of a signed-in user, who knows the old one.
pub(crate) struct ChangePassword {
    pub(crate) access_token: Sensitive,
    pub(crate) previous: Sensitive,
    pub(crate) proposed: Sensitive,
}

impl Parse for ChangePassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            previous: fields.required_secret("PreviousPassword", PASSWORD),
            proposed: fields.required_secret("ProposedPassword", PASSWORD),
        }
    }
}
