//! The home of a user's record: everything that is known of one account, saved as a whole.

use std::collections::BTreeMap;
use std::fmt;

use countersign_core::{
    Account, AccountId, Contacts, Destination, MfaType, Passcode, Throttle, UnixTime,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::mask::{EmailAddress, PhoneNumber};
use crate::pool::ContactAttribute;

/// Where a user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserStatus {
    /// Signed up, but the code has not come back yet.
    Unconfirmed,
    /// In force.
    Confirmed,
    /// Made by an administrator with a temporary password that has to be changed at sign-in.
    ForceChangePassword,
    /// An administrator asked for a new password.
    ResetRequired,
}

/// What is known of a user, without anything secret. `Debug` leaves names and addresses out.
#[derive(Clone)]
pub struct UserView {
    /// The user's lasting id, a UUID in text.
    pub sub: String,
    /// The name as it was given at first.
    pub username: String,
    /// Where the user stands.
    pub status: UserStatus,
    /// Whether an administrator lets the user sign in.
    pub enabled: bool,
    /// Attributes by name, `sub` apart.
    pub attributes: BTreeMap<String, String>,
    /// The enabled factors and the preferred one.
    pub mfa: countersign_core::MfaSettings,
    /// Seconds since 1970.
    pub created_at: u64,
    /// Seconds since 1970.
    pub modified_at: u64,
    /// Grows with every sign-out everywhere: tokens of an earlier epoch are void.
    pub epoch: u32,
}

impl fmt::Debug for UserView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserView")
            .field("sub", &self.sub)
            .field("status", &self.status)
            .field("mfa", &self.mfa)
            .finish_non_exhaustive()
    }
}

/// The record. Its stored form is sealed as a whole, and saved by compare-and-swap.
#[derive(Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) sub: String,
    pub(crate) username: String,
    pub(crate) status: UserStatus,
    pub(crate) enabled: bool,
    pub(crate) created_at: u64,
    pub(crate) modified_at: u64,
    pub(crate) attributes: BTreeMap<String, String>,
    /// New addresses that replace the present ones once verified.
    pub(crate) pending_attributes: BTreeMap<String, String>,
    pub(crate) verifier: Option<Vec<u8>>,
    /// Grows with every new password, so that what was begun under an old one ends with it.
    pub(crate) password_version: u32,
    pub(crate) temporary_until: Option<u64>,
    pub(crate) password_failures: PasswordFailures,
    /// Password exchanges that have been answered.
    pub(crate) spent_exchanges: Vec<[u8; 16]>,
    #[serde(with = "account_bytes")]
    pub(crate) mfa: Account,
    pub(crate) device_name: Option<String>,
    /// Codes out for purposes other than sign-in.
    pub(crate) confirmations: BTreeMap<u8, StoredPasscode>,
    /// Deliveries that nobody had to sign in for, so that they do not use up those of sign-in.
    #[serde(with = "throttle_bytes")]
    pub(crate) confirmation_throttle: Throttle,
    /// The same for codes to choose a new password with, which anybody can ask for.
    #[serde(with = "throttle_bytes")]
    pub(crate) reset_throttle: Throttle,
    pub(crate) epoch: u32,
    /// Revoked sign-ins, and when the last token of each expires.
    pub(crate) revoked: Vec<([u8; 16], u64)>,
}

/// A delivered code in its stored form.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredPasscode(#[serde(with = "passcode_bytes")] pub(crate) Passcode);

/// What has been delivered, in its stored form.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredThrottle(#[serde(with = "throttle_bytes")] pub(crate) Throttle);

/// Wrong passwords in a row.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct PasswordFailures {
    pub(crate) count: u8,
    pub(crate) last_at: u64,
}

impl User {
    /// A user whom nobody has seen yet: no password, no factor, nothing spent. The random `id`
    /// becomes the lasting name.
    pub(crate) fn new(
        id: [u8; 16],
        username: &str,
        status: UserStatus,
        attributes: &BTreeMap<String, String>,
        now: UnixTime,
    ) -> Self {
        let id = uuid_v4(id);
        let mut user = Self {
            sub: uuid_text(&id),
            username: username.to_owned(),
            status,
            enabled: true,
            created_at: now.secs(),
            modified_at: now.secs(),
            attributes: attributes.clone(),
            pending_attributes: BTreeMap::new(),
            verifier: None,
            password_version: 0,
            temporary_until: None,
            password_failures: PasswordFailures::default(),
            spent_exchanges: Vec::new(),
            mfa: Account::new(AccountId(id)),
            device_name: None,
            confirmations: BTreeMap::new(),
            confirmation_throttle: Throttle::NEW,
            reset_throttle: Throttle::NEW,
            epoch: 0,
            revoked: Vec::new(),
        };
        for contact in ContactAttribute::ALL {
            if user.attributes.contains_key(contact.name()) && !user.is_verified(contact) {
                user.set_verified(contact, false);
            }
        }
        user
    }

    pub(crate) fn view(&self) -> UserView {
        UserView {
            sub: self.sub.clone(),
            username: self.username.clone(),
            status: self.status,
            enabled: self.enabled,
            attributes: self.attributes.clone(),
            mfa: self.mfa.settings(),
            created_at: self.created_at,
            modified_at: self.modified_at,
            epoch: self.epoch,
        }
    }

    /// The address on file, if it is one that something can be sent to.
    pub(crate) fn address(&self, attribute: ContactAttribute) -> Option<Address> {
        Address::parse(attribute, self.attributes.get(attribute.name())?).ok()
    }

    pub(crate) fn contacts(&self) -> Contacts {
        let of = |attribute| self.address(attribute).map(|address| address.destination());
        Contacts {
            sms: of(ContactAttribute::PhoneNumber),
            email: of(ContactAttribute::Email),
        }
    }

    pub(crate) fn is_verified(&self, attribute: ContactAttribute) -> bool {
        self.attributes
            .get(attribute.verified_name())
            .is_some_and(|value| value == "true")
    }

    pub(crate) fn set_verified(&mut self, attribute: ContactAttribute, verified: bool) {
        self.attributes
            .insert(attribute.verified_name().to_owned(), verified.to_string());
    }
}

/// An address that a code can be sent to.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Email(EmailAddress),
    Phone(PhoneNumber),
}

impl Address {
    pub(crate) fn parse(attribute: ContactAttribute, text: &str) -> Result<Self, Error> {
        let invalid = |what: &str| Error::InvalidParameter(format!("Invalid {what} format."));
        match attribute {
            ContactAttribute::Email => EmailAddress::parse(text)
                .map(Self::Email)
                .map_err(|_| invalid("email address")),
            ContactAttribute::PhoneNumber => PhoneNumber::parse(text)
                .map(Self::Phone)
                .map_err(|_| invalid("phone number")),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Phone(number) => number.as_str(),
        }
    }

    pub(crate) fn masked(&self) -> String {
        match self {
            Self::Email(address) => address.masked(),
            Self::Phone(number) => number.masked(),
        }
    }

    pub(crate) const fn factor(&self) -> MfaType {
        match self {
            Self::Email(_) => MfaType::Email,
            Self::Phone(_) => MfaType::Sms,
        }
    }

    /// What the core knows the address by.
    pub(crate) fn destination(&self) -> Destination {
        let digest = Sha256::digest(self.as_str().to_ascii_lowercase().as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Destination(short)
    }
}

/// The attribute that codes of a delivered factor go to.
pub(crate) const fn attribute_of(factor: MfaType) -> ContactAttribute {
    match factor {
        MfaType::Sms => ContactAttribute::PhoneNumber,
        MfaType::Email | MfaType::Totp => ContactAttribute::Email,
    }
}

/// A random UUID of the sixteen bytes (RFC 9562 §5.4): version 4, its own variant.
fn uuid_v4(mut random: [u8; 16]) -> [u8; 16] {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    random
}

/// A lasting id in text, of sixteen random bytes.
pub(crate) fn random_sub(random: [u8; 16]) -> String {
    uuid_text(&uuid_v4(random))
}

fn uuid_text(id: &[u8; 16]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(36);
    for (place, byte) in id.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}").expect("a string takes any text");
    }
    text
}

/// Serde by way of a core type's own stored form.
macro_rules! by_stored_form {
    ($module:ident, $type:ty, $write:expr, $read:expr) => {
        mod $module {
            use serde::de::Error as _;
            use serde::{Deserialize as _, Deserializer, Serializer};

            pub(super) fn serialize<S: Serializer>(v: &$type, s: S) -> Result<S::Ok, S::Error> {
                let write: fn(&$type) -> zeroize::Zeroizing<Vec<u8>> = $write;
                s.serialize_bytes(&write(v))
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<$type, D::Error> {
                let bytes = zeroize::Zeroizing::new(Vec::<u8>::deserialize(d)?);
                let read: fn(&[u8]) -> Result<$type, countersign_core::DecodeError> = $read;
                read(&bytes).map_err(D::Error::custom)
            }
        }
    };
}

by_stored_form!(
    account_bytes,
    countersign_core::Account,
    |account| zeroize::Zeroizing::new(account.encode().to_vec()),
    countersign_core::Account::decode
);
by_stored_form!(
    throttle_bytes,
    countersign_core::Throttle,
    |throttle| zeroize::Zeroizing::new(throttle.encode().to_vec()),
    countersign_core::Throttle::decode
);
by_stored_form!(
    passcode_bytes,
    countersign_core::Passcode,
    |code| zeroize::Zeroizing::new(code.encode().to_vec()),
    countersign_core::Passcode::decode
);
