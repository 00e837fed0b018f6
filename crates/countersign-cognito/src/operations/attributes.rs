//! `UpdateUserAttributes`, `DeleteUserAttributes` and the verification of addresses.

use countersign_host::ContactAttribute;
use serde_json::json;

use super::Outcome;
use super::members::{Attribute, access_token, by_name, delivery};
use super::signed_in::signed_in_user;
use crate::endpoint::Endpoint;
use crate::refusal::of_confirmation;
use crate::wire::{ATTRIBUTE_NAME, Answer, CONFIRMATION_CODE, Fields, Parse, Sensitive, WireError};

/// New values for attributes.
pub(crate) struct UpdateUserAttributes {
    pub(crate) access_token: Sensitive,
    pub(crate) attributes: Vec<Attribute>,
}

impl Parse for UpdateUserAttributes {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            attributes: {
                let list = fields.list("UserAttributes");
                required(list, fields, "UserAttributes")
            },
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
            names: {
                let list = fields.texts("UserAttributeNames");
                required(list, fields, "UserAttributeNames")
            },
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

/// `UpdateUserAttributes`.
pub(crate) async fn update(endpoint: &Endpoint, request: UpdateUserAttributes) -> Outcome {
    let user = signed_in_user(endpoint, &request.access_token).await?;
    let sent = endpoint
        .service()
        .update_attributes(&user.pool, &user.principal, &by_name(request.attributes))
        .await?;
    let list: Vec<_> = sent.iter().map(delivery).collect();
    Answer::new(&json!({ "CodeDeliveryDetailsList": list }))
}

/// `DeleteUserAttributes`.
pub(crate) async fn delete(endpoint: &Endpoint, request: DeleteUserAttributes) -> Outcome {
    let user = signed_in_user(endpoint, &request.access_token).await?;
    endpoint
        .service()
        .delete_attributes(&user.pool, &user.principal, &request.names)
        .await?;
    Ok(Answer::empty())
}

/// `GetUserAttributeVerificationCode`.
pub(crate) async fn send_code(
    endpoint: &Endpoint,
    request: GetUserAttributeVerificationCode,
) -> Outcome {
    let attribute = contact(&request.attribute)?;
    let user = signed_in_user(endpoint, &request.access_token).await?;
    let details = endpoint
        .service()
        .send_attribute_code(&user.pool, &user.principal, attribute)
        .await?;
    Answer::new(&json!({ "CodeDeliveryDetails": delivery(&details) }))
}

/// `VerifyUserAttribute`.
pub(crate) async fn verify(endpoint: &Endpoint, request: VerifyUserAttribute) -> Outcome {
    let attribute = contact(&request.attribute)?;
    let user = signed_in_user(endpoint, &request.access_token).await?;
    endpoint
        .service()
        .verify_attribute(
            &user.pool,
            &user.principal,
            attribute,
            request.code.expose(),
        )
        .await
        .map_err(of_confirmation)?;
    Ok(Answer::empty())
}

fn contact(name: &str) -> Result<ContactAttribute, WireError> {
    ContactAttribute::from_name(name)
        .ok_or_else(|| WireError::invalid("Only email and phone_number can be verified"))
}
