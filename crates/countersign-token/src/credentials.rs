//! The home of the credential: what an authenticator holds for one account, and its stored form.

mod compute;
mod index;
mod name;
mod state;
mod store;

use core::fmt;

use countersign_core::{AlgorithmId, Digits};

use crate::bytes::{Short, copy, wipe};

pub(crate) use compute::Hmac;
pub(crate) use index::{Index, Number};
pub use name::{Name, NameError};
pub(crate) use state::{Cleared, clear};
pub use store::MAX_CREDENTIALS;
pub(crate) use store::{Credentials, Found, read};

/// What makes the next code of an account: a counter or the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Kind {
    /// RFC 4226: a counter, kept on the token and used up by each code.
    Hotp,
    /// RFC 6238: the time.
    Totp,
}

/// The key of an account: 1 to 64 bytes. Wiped on drop, never shown by `Debug`.
///
/// Hosts hash longer ones before they send them, as HMAC would (RFC 2104 §2).
#[derive(Clone)]
pub struct Secret(Short);

/// What is special about an account: a byte of YKOATH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Properties(u8);

/// An account's name, its kind and everything that its codes are made from.
#[derive(Clone)]
pub struct Credential {
    /// Its name; no other account of the token has the same.
    pub name: Name,
    /// Counter or time.
    pub kind: Kind,
    /// The hash of its HMAC.
    pub algorithm: AlgorithmId,
    /// 6 to 8.
    pub digits: Digits,
    /// What is special about it.
    pub properties: Properties,
    /// The key.
    pub secret: Secret,
}

impl Secret {
    /// The most bytes.
    pub const MAX_LEN: usize = Short::MAX_LEN;

    /// Takes a key; `None` unless it has 1 to [`Self::MAX_LEN`] bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Short::new(bytes).map(Self)
    }

    /// The key itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Properties {
    /// Nothing special.
    pub const NONE: Self = Self(0);
    /// A challenge may not be lower than the one before.
    pub const ONLY_INCREASING: Self = Self(1);
    /// A code needs somebody to press a key.
    pub const TOUCH: Self = Self(2);

    /// Reads the byte; `None` if a bit is set that means nothing.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        if byte & !(Self::ONLY_INCREASING.0 | Self::TOUCH.0) == 0 {
            Some(Self(byte))
        } else {
            None
        }
    }

    /// The byte.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        self.0
    }

    /// Whether all of `other` is among them.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Credential {
    /// The byte that stands for kind and hash (YKOATH).
    pub(crate) const fn type_byte(&self) -> u8 {
        let kind = match self.kind {
            Kind::Hotp => TYPE_HOTP,
            Kind::Totp => TYPE_TOTP,
        };
        kind | self.algorithm.to_byte()
    }

    /// Reads the byte that stands for kind and hash.
    pub(crate) fn read_type(byte: u8) -> Option<(Kind, AlgorithmId)> {
        let kind = match byte & 0xf0 {
            TYPE_HOTP => Kind::Hotp,
            TYPE_TOTP => Kind::Totp,
            _ => return None,
        };
        AlgorithmId::from_byte(byte & 0x0f).map(|algorithm| (kind, algorithm))
    }

    /// One that nothing was read into yet.
    const UNFILLED: Self = Self {
        name: Name(Short::unfilled()),
        kind: Kind::Hotp,
        algorithm: AlgorithmId::Sha1,
        digits: Digits::SIX,
        properties: Properties::NONE,
        secret: Secret(Short::unfilled()),
    };

    /// Reads a number of digits: 6 to 8.
    pub(crate) fn read_digits(byte: u8) -> Option<Digits> {
        Digits::new(byte)
            .ok()
            .filter(|digits| *digits <= Digits::EIGHT)
    }
}

/// A credential as it is stored.
///
/// | field | bytes |
/// |---|---|
/// | format, 1 | 1 |
/// | type and hash, as in YKOATH: 1x HOTP, 2x TOTP, x1 SHA-1, x2 SHA-256, x3 SHA-512 | 1 |
/// | digits, 6 to 8 | 1 |
/// | properties: 1 only increasing, 2 touch | 1 |
/// | length of the name, 1 to 64 | 1 |
/// | name | 1 to 64 |
/// | length of the key, 1 to 64 | 1 |
/// | key | 1 to 64 |
pub(crate) struct Stored {
    bytes: [u8; Stored::MAX_LEN],
    len: usize,
}

impl Stored {
    pub(crate) const MAX_LEN: usize = 6 + Name::MAX_LEN + Secret::MAX_LEN;
    const FORMAT: u8 = 1;

    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; Self::MAX_LEN],
            len: 0,
        }
    }

    /// Writes it.
    pub(crate) fn encode(&mut self, credential: &Credential) {
        self.add(&[
            Self::FORMAT,
            credential.type_byte(),
            credential.digits.get(),
            credential.properties.to_byte(),
        ]);
        self.add_counted(credential.name.as_bytes());
        self.add_counted(credential.secret.as_bytes());
    }

    /// Reads what [`Stored::encode`] writes into an unfilled credential; `None` for anything else.
    pub(crate) fn decode(&self, to: &mut Credential) -> Option<()> {
        let (fields, rest) = self.bytes.get(..self.len)?.split_first_chunk()?;
        let [format, type_byte, digits, properties] = *fields;
        let (name, rest) = counted(rest)?;
        let (secret, rest) = counted(rest)?;
        if format != Self::FORMAT || !rest.is_empty() {
            return None;
        }
        (to.kind, to.algorithm) = Credential::read_type(type_byte)?;
        to.digits = Credential::read_digits(digits)?;
        to.properties = Properties::from_byte(properties)?;
        to.name.0.fill(name)?;
        to.secret.0.fill(secret)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Adds the length of a field, which is at most 64, and the field.
    fn add_counted(&mut self, field: &[u8]) {
        let [length, ..] = field.len().to_le_bytes();
        self.add(&[length]);
        self.add(field);
    }

    /// Adds a field. There is room for all there can be.
    fn add(&mut self, field: &[u8]) {
        let rest = self.bytes.get_mut(self.len..).unwrap_or_default();
        if let Some(room) = rest.get_mut(..field.len()) {
            copy(room, field);
            self.len = self.len.wrapping_add(field.len());
        }
    }
}

/// A length in one byte and as many bytes, and what follows.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*len))
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(..)")
    }
}

const TYPE_HOTP: u8 = 0x10;
const TYPE_TOTP: u8 = 0x20;
