//! The home of attributes: which there may be, and how an address is changed and verified.

use std::collections::BTreeMap;

use countersign_core::UnixTime;

use super::confirmation::{Confirmation, parse_confirmation};
use super::{CodeDeliveryDetails, Outgoing, Principal, Service};
use crate::Error;
use crate::pool::{ContactAttribute, Pool};
use crate::records::Change;
use crate::user::{Address, User};

/// Attributes by name.
pub(super) type Attributes = BTreeMap<String, String>;

impl Service {
    /// Sets attributes. A new address stands in at once if the present one is not verified and is
    /// no enabled factor's; otherwise it waits until a code that is sent to it has come back, and
    /// the present one stays in force. Either way a code goes to the new address.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a name or value that is not allowed, `sub` and `*_verified`
    /// among them; [`Error::TooManyDeliveries`], upon which nothing has changed;
    /// [`Error::Undeliverable`], upon which everything has, and another code can be asked for.
    pub async fn update_attributes(
        &self,
        pool: &Pool,
        who: &Principal,
        attributes: &Attributes,
    ) -> Result<Vec<CodeDeliveryDetails>, Error> {
        check_attributes(attributes)?;
        let codes = self
            .change_user(pool, &who.username, |user, now| {
                let mut codes = Vec::new();
                for (name, value) in attributes {
                    match ContactAttribute::from_name(name) {
                        Some(contact) => {
                            codes.extend(self.update_address(pool, user, contact, value, now)?);
                        }
                        None => {
                            user.attributes.insert(name.clone(), value.clone());
                        }
                    }
                }
                check_size(&user.attributes)?;
                user.modified_at = now.secs();
                Ok(Change::Save(codes))
            })
            .await?;
        // Each code is tried, so that one address that refuses does not cost the other its code.
        let mut sent = Vec::with_capacity(codes.len());
        for code in codes {
            sent.push(self.send_confirmation(pool, code).await);
        }
        sent.into_iter().collect()
    }

    /// Sends a code that verifies an address: the one that waits to replace the present one, or
    /// the present one.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if there is none, [`Error::TooManyDeliveries`],
    /// [`Error::Undeliverable`].
    pub async fn send_attribute_code(
        &self,
        pool: &Pool,
        who: &Principal,
        attribute: ContactAttribute,
    ) -> Result<CodeDeliveryDetails, Error> {
        let outgoing = self
            .change_user(pool, &who.username, |user, now| {
                let address = user.address_to_verify(attribute).ok_or_else(|| {
                    Error::InvalidParameter(format!("There is no {}.", attribute.name()))
                })?;
                let outgoing = self.draw_verification(pool, user, attribute, address, now)?;
                Ok(Change::Save(outgoing))
            })
            .await?;
        self.send_confirmation(pool, outgoing).await
    }

    /// Verifies an address by the code that was sent to it, and puts it in force if it was
    /// waiting for that.
    ///
    /// # Errors
    /// [`Error::CodeMismatch`], [`Error::CodeExpired`] after 24 hours or five wrong codes, or if
    /// the address has changed since; [`Error::InvalidParameter`] for what cannot be a code.
    pub async fn verify_attribute(
        &self,
        pool: &Pool,
        who: &Principal,
        attribute: ContactAttribute,
        code: &str,
    ) -> Result<(), Error> {
        let code = parse_confirmation(code)?;
        self.change_user(pool, &who.username, |user, now| {
            user.confirm(
                Confirmation::Verify(attribute),
                &code,
                &pool.policy,
                now,
                |user, _| {
                    let name = attribute.name();
                    if let Some(verified) = user.pending_attributes.remove(name) {
                        user.attributes.insert(name.to_owned(), verified);
                    }
                    user.set_verified(attribute, true);
                    Ok(())
                },
            )
        })
        .await?
    }

    /// Removes attributes; those that are not there are no error. An address takes everything
    /// with it that was sent to it.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a name that is not allowed, and for the address of an
    /// enabled factor: disable the factor first.
    pub async fn delete_attributes(
        &self,
        pool: &Pool,
        who: &Principal,
        names: &[String],
    ) -> Result<(), Error> {
        for name in names {
            check_name(name)?;
        }
        self.change_user(pool, &who.username, |user, now| {
            for name in names {
                match ContactAttribute::from_name(name) {
                    Some(contact) => user.delete_address(contact)?,
                    None => {
                        user.attributes.remove(name);
                    }
                }
            }
            user.modified_at = now.secs();
            Ok(Change::Save(()))
        })
        .await
    }

    /// Notes a new address, and draws the code that goes to it.
    fn update_address(
        &self,
        pool: &Pool,
        user: &mut User,
        contact: ContactAttribute,
        value: &str,
        now: UnixTime,
    ) -> Result<Option<Outgoing>, Error> {
        let address = Address::parse(contact, value)?;
        let name = contact.name();
        let factor = address.factor();
        user.pending_attributes.remove(name);
        if user.attributes.get(name).is_some_and(|on| on == value) && user.is_verified(contact) {
            user.confirmations
                .remove(&Confirmation::Verify(contact).number());
            return Ok(None);
        }
        let enabled = user.mfa.settings().enabled().contains(factor);
        if user.address(contact).is_some() && (user.is_verified(contact) || enabled) {
            user.pending_attributes
                .insert(name.to_owned(), value.to_owned());
        } else {
            user.attributes.insert(name.to_owned(), value.to_owned());
            user.set_verified(contact, false);
        }
        self.draw_verification(pool, user, contact, address, now)
            .map(Some)
    }

    fn draw_verification(
        &self,
        pool: &Pool,
        user: &mut User,
        contact: ContactAttribute,
        address: Address,
        now: UnixTime,
    ) -> Result<Outgoing, Error> {
        let confirmation = Confirmation::Verify(contact);
        let policy = &pool.policy.throttle;
        user.draw_confirmation(confirmation, address, policy, now, self.random())
    }
}

impl User {
    fn delete_address(&mut self, contact: ContactAttribute) -> Result<(), Error> {
        let factor = contact.factor();
        if self.mfa.settings().enabled().contains(factor) {
            return Err(Error::InvalidParameter(format!(
                "The {} is that of an enabled factor.",
                contact.name()
            )));
        }
        self.attributes.remove(contact.name());
        self.attributes.remove(contact.verified_name());
        self.pending_attributes.remove(contact.name());
        self.confirmations
            .remove(&Confirmation::Verify(contact).number());
        self.mfa.remove_delivered(factor);
        Ok(())
    }
}

/// Checks attributes that a user sets: names, lengths, and the form of addresses.
pub(super) fn check_attributes(attributes: &Attributes) -> Result<(), Error> {
    for (name, value) in attributes {
        check_name(name)?;
        if value.len() > MAX_VALUE_LEN || value.chars().any(char::is_control) {
            return Err(Error::InvalidParameter(format!(
                "The attribute {name} is too long or has control characters."
            )));
        }
        if let Some(contact) = ContactAttribute::from_name(name) {
            Address::parse(contact, value)?;
        }
    }
    check_size(attributes)
}

/// Names end up as claims of tokens, so only those that `OpenID` Connect gives to a user's profile
/// (Core 1.0 §5.1) are taken, and any that begins with `custom:`.
fn check_name(name: &str) -> Result<(), Error> {
    let is_custom = name.strip_prefix("custom:").is_some_and(|own| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        (1..=MAX_CUSTOM_NAME_LEN).contains(&own.len()) && own.bytes().all(plain)
    });
    if is_custom || PROFILE.contains(&name) {
        return Ok(());
    }
    Err(Error::InvalidParameter(
        "An attribute's name is not one that a user may set.".to_owned(),
    ))
}

/// Keeps what one user stores well below what a record can hold.
pub(super) fn check_size(attributes: &Attributes) -> Result<(), Error> {
    let size: usize = attributes.iter().map(|(n, v)| n.len() + v.len()).sum();
    if size > MAX_SIZE {
        return Err(Error::InvalidParameter(
            "The attributes are more than 16 KiB.".to_owned(),
        ));
    }
    Ok(())
}

const PROFILE: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
const MAX_CUSTOM_NAME_LEN: usize = 32;
const MAX_VALUE_LEN: usize = 2048;
const MAX_SIZE: usize = 16 * 1024;
