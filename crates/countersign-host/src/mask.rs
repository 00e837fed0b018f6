//! The home of delivery destinations: telephone numbers and e-mail addresses that can only be
//! well formed, and the masked form in which clients see them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A telephone number in E.164 form: `+`, a first digit from 1 to 9, and 7 to 15 digits in all.
///
/// Prints masked in `Debug`; [`PhoneNumber::as_str`] is the only way to the full number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// An e-mail address that can go into an envelope or a header as it is: a dot-atom, `@`, and a
/// domain name (RFC 5321 §4.1.2 without quoted local parts and address literals), in ASCII, of at
/// most 254 bytes. Nothing in it can end a header line or add a recipient.
///
/// Prints masked in `Debug`; [`EmailAddress::as_str`] is the only way to the full address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The text is not an E.164 number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number in E.164 form: + and 7 to 15 digits")]
pub struct InvalidPhoneNumber;

/// The text is not an e-mail address that this crate will send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address of the form name@domain in ASCII, of at most 254 characters")]
pub struct InvalidEmailAddress;

impl PhoneNumber {
    /// Takes a number as it stands: no spaces, hyphens or national prefixes are resolved.
    ///
    /// # Errors
    /// [`InvalidPhoneNumber`] unless the text is E.164.
    pub fn parse(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let digits = text.strip_prefix('+').ok_or(InvalidPhoneNumber)?;
        let well_formed = (MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPhoneNumber)
        }
    }

    /// The whole number, for the delivery channel only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a client may see: `+15555550100` becomes `+*******0100`.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown_from = self.0.len() - SHOWN_PHONE_DIGITS;
        let (hidden, shown) = self.0.split_at(shown_from);
        format!("+{}{shown}", "*".repeat(hidden.len() - 1))
    }
}

impl EmailAddress {
    /// Takes an address as it stands; letter case is kept.
    ///
    /// # Errors
    /// [`InvalidEmailAddress`] unless the text has the form that the type promises.
    pub fn parse(text: &str) -> Result<Self, InvalidEmailAddress> {
        let (local, domain) = text.split_once('@').ok_or(InvalidEmailAddress)?;
        if text.len() <= MAX_EMAIL_LEN && is_dot_atom(local) && is_domain_name(domain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidEmailAddress)
        }
    }

    /// The whole address, for the delivery channel only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a client may see: `alice@example.com` becomes `a***@e***`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self
            .0
            .split_once('@')
            .expect("an address has one @ since it was parsed");
        format!("{}***@{}***", &local[..1], &domain[..1])
    }
}

/// RFC 5322 §3.2.3: runs of `atext` separated by single dots.
fn is_dot_atom(local: &str) -> bool {
    let is_atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_atext);
    local.len() <= MAX_LOCAL_PART_LEN && local.split('.').all(is_atom)
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// RFC 1123 §2.1: labels of letters, digits and inner hyphens, at most 63 bytes each.
fn is_domain_name(domain: &str) -> bool {
    domain.split('.').all(|label| {
        (1..=MAX_LABEL_LEN).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhoneNumber;

    fn try_from(text: String) -> Result<Self, InvalidPhoneNumber> {
        Self::parse(&text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidEmailAddress;

    fn try_from(text: String) -> Result<Self, InvalidEmailAddress> {
        Self::parse(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

const MIN_PHONE_DIGITS: usize = 7;
const MAX_PHONE_DIGITS: usize = 15;
const SHOWN_PHONE_DIGITS: usize = 4;
/// RFC 5321 §4.5.3.1.3 limits a path to 256 bytes with its angle brackets.
const MAX_EMAIL_LEN: usize = 254;
const MAX_LOCAL_PART_LEN: usize = 64;
const MAX_LABEL_LEN: usize = 63;
