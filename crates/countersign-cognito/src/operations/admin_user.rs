//! The admin side of users: create, look at, list, set password and preferences, delete.

use countersign_core::MfaPreferenceUpdate;

use super::members::Attribute;
use super::mfa_preference;
use crate::wire::{FRIENDLY_NAME, Fields, PASSWORD, POOL_ID, Parse, Sensitive, TOKEN, USERNAME};

/// A user, named by an administrator.
pub(crate) struct PoolUser {
    pub(crate) pool_id: String,
    pub(crate) username: String,
}

impl Parse for PoolUser {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            username: fields.required("Username", USERNAME),
        }
    }
}

/// Whether and when the invitation is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageAction {
    Resend,
    Suppress,
}

/// A user to be created with a temporary password.
pub(crate) struct AdminCreateUser {
    pub(crate) user: PoolUser,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) temporary_password: Option<Sensitive>,
    pub(crate) message: Option<MessageAction>,
}

impl Parse for AdminCreateUser {
    fn read(fields: &mut Fields) -> Self {
        let actions = [
            ("RESEND", MessageAction::Resend),
            ("SUPPRESS", MessageAction::Suppress),
        ];
        Self {
            user: PoolUser::read(fields),
            attributes: fields.list("UserAttributes").unwrap_or_default(),
            temporary_password: fields.optional_secret("TemporaryPassword", PASSWORD),
            message: fields.word("MessageAction", &actions),
        }
    }
}

/// A password, temporary unless it is said to be permanent.
pub(crate) struct AdminSetUserPassword {
    pub(crate) user: PoolUser,
    pub(crate) password: Sensitive,
    pub(crate) permanent: bool,
}

impl Parse for AdminSetUserPassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: PoolUser::read(fields),
            password: fields.required_secret("Password", PASSWORD),
            permanent: fields.flag("Permanent").unwrap_or(false),
        }
    }
}

/// Preferences of a user.
pub(crate) struct AdminSetUserMfaPreference {
    pub(crate) user: PoolUser,
    pub(crate) update: MfaPreferenceUpdate,
}

impl Parse for AdminSetUserMfaPreference {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: PoolUser::read(fields),
            update: mfa_preference::update(fields),
        }
    }
}

/// A page of a pool's users.
pub(crate) struct ListUsers {
    pub(crate) pool_id: String,
    pub(crate) limit: u32,
    pub(crate) page: Option<String>,
    pub(crate) filter: Option<String>,
    pub(crate) attributes: Option<Vec<String>>,
}

impl Parse for ListUsers {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            limit: fields
                .number("Limit", 0, 60)
                .filter(|n| *n > 0)
                .unwrap_or(60),
            page: fields.optional("PaginationToken", TOKEN),
            filter: fields.optional("Filter", FRIENDLY_NAME),
            attributes: fields.texts("AttributesToGet"),
        }
    }
}
