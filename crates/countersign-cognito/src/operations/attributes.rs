//! `UpdateUserAttributes`, `DeleteUserAttributes` and the verification of addresses.

use super::members::{Attribute, access_token};
use crate::wire::{ATTRIBUTE_NAME, CONFIRMATION_CODE, Fields, Parse, Sensitive};

/// New values for attributes.
pub(crate) struct UpdateUserAttributes {
    pub(crate) access_token: Sensitive,
    pub(crate) attributes: Vec<Attribute>,
}

impl Parse for UpdateUserAttributes {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            attributes: { let list = fields.list("UserAttributes"); required(list, fields, "UserAttributes") },
        }
    }
}

/// Attributes to remove.
pub(crate) struct DeleteUserAttributes {
    pub(crate) access_token: Sensitive,
    pub(crate) names: Vec<String>,
}

impl Parse for DeleteUserAttributes {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            names: { let list = fields.texts("UserAttributeNames"); required(list, fields, "UserAttributeNames") },
        }
    }
}

/// A request for a code to an address.
pub(crate) struct GetUserAttributeVerificationCode {
    pub(crate) access_token: Sensitive,
    pub(crate) attribute: String,
}

impl Parse for GetUserAttributeVerificationCode {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            attribute: fields.required("AttributeName", ATTRIBUTE_NAME),
        }
    }
}

/// The code that was sent to an address.
pub(crate) struct VerifyUserAttribute {
    pub(crate) access_token: Sensitive,
    pub(crate) attribute: String,
    pub(crate) code: Sensitive,
}

impl Parse for VerifyUserAttribute {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            attribute: fields.required("AttributeName", ATTRIBUTE_NAME),
            code: fields.required_secret("Code", CONFIRMATION_CODE),
        }
    }
}

fn required<T>(list: Option<Vec<T>>, fields: &mut Fields, name: &str) -> Vec<T> {
    list.unwrap_or_else(|| {
        fields.missing_unless_noted(name);
        Vec::new()
    })
}
