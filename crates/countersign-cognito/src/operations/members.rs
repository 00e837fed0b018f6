//! Members that several operations share.

use std::collections::BTreeMap;

use countersign_host::mask::{EmailAddress, PhoneNumber};
use countersign_host::{CodeDeliveryDetails, ContactAttribute};
use serde_json::{Value, json};

use crate::endpoint::{Door, Endpoint};
use crate::records::PoolRecord;
use crate::wire::{
    ATTRIBUTE_NAME, ATTRIBUTE_VALUE, CHALLENGE_VALUE, CLIENT_ID, Fields, Parse, SECRET_HASH,
    Sensitive, TOKEN, USERNAME, WireError,
};

/// One user attribute. Its value is personal data, so it is not `Debug`.
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Parse for Attribute {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.required("Name", ATTRIBUTE_NAME),
            value: fields
                .optional("Value", ATTRIBUTE_VALUE)
                .unwrap_or_default(),
        }
    }
}

/// Attributes by name; of several of one name the last.
pub(crate) fn by_name(attributes: Vec<Attribute>) -> BTreeMap<String, String> {
    attributes
        .into_iter()
        .map(|attribute| (attribute.name, attribute.value))
        .collect()
}

/// Where an address serves as the user name, the name is that attribute too.
pub(crate) fn add_name_as_address(
    pool: &PoolRecord,
    username: &str,
    attributes: &mut BTreeMap<String, String>,
) -> Result<(), WireError> {
    let kind = if username.contains('@') {
        ContactAttribute::Email
    } else {
        ContactAttribute::PhoneNumber
    };
    if pool.username_attributes.is_empty() {
        return Ok(());
    }
    let is_address = match kind {
        ContactAttribute::Email => EmailAddress::parse(username).is_ok(),
        ContactAttribute::PhoneNumber => PhoneNumber::parse(username).is_ok(),
    };
    if !is_address || !pool.username_attributes.contains(&kind) {
        let expected = pool.username_attributes.iter().map(|kind| kind.name());
        let expected: Vec<&str> = expected.collect();
        let expected = expected.join(" or ");
        return Err(WireError::invalid(format!(
            "Username should be an {expected}."
        )));
    }
    let address = attributes
        .entry(kind.name().to_owned())
        .or_insert_with(|| username.to_owned());
    if address != username {
        // The code would prove another address than the one that the user is known by.
        return Err(WireError::invalid(format!(
            "Username and the attribute {} must be the same.",
            kind.name()
        )));
    }
    Ok(())
}

/// Where a code went.
pub(crate) fn delivery(details: &CodeDeliveryDetails) -> Value {
    json!({
        "AttributeName": details.attribute.name(),
        "DeliveryMedium": details.medium.name(),
        "Destination": details.destination,
    })
}

/// The app client that a user's request comes through, and the user that it is about.
pub(crate) struct ClientUser {
    pub(crate) client_id: String,
    pub(crate) username: String,
    pub(crate) secret_hash: Option<Sensitive>,
}

impl Parse for ClientUser {
    fn read(fields: &mut Fields) -> Self {
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            username: fields.required("Username", USERNAME),
            secret_hash: fields.optional_secret("SecretHash", SECRET_HASH),
        }
    }
}

impl ClientUser {
    /// The client and its pool, once the client has shown that it is itself.
    pub(crate) async fn door(&self, endpoint: &Endpoint) -> Result<Door, WireError> {
        let door = endpoint.door(&self.client_id).await?;
        let hash = self.secret_hash.as_ref().map(Sensitive::expose);
        door.check_secret_hash(&self.username, hash)?;
        Ok(door)
    }
}

/// The access token of an operation that a signed-in user calls.
pub(crate) fn access_token(fields: &mut Fields) -> Sensitive {
    fields.required_secret("AccessToken", TOKEN)
}

/// The values of `AuthParameters` or `ChallengeResponses`.
pub(crate) struct Values(BTreeMap<String, Sensitive>);

impl Values {
    pub(crate) fn read(fields: &mut Fields, name: &str) -> Self {
        Self(fields.map(name, CHALLENGE_VALUE))
    }

    /// A value that the request cannot do without.
    pub(crate) fn required(&self, name: &str) -> Result<&str, WireError> {
        self.optional(name)
            .ok_or_else(|| WireError::invalid(format!("Missing required parameter {name}")))
    }

    /// A value that may be absent; an empty one counts as absent.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(Sensitive::expose)
            .filter(|value| !value.is_empty())
    }

    /// Every value whose name begins with `prefix`, without the prefix.
    pub(crate) fn with_prefix<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.expose())))
    }
}

/// An answer with the place where the next page begins, if there is one.
pub(crate) fn with_next(mut answer: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        answer["NextToken"] = next.into();
    }
    answer
}
