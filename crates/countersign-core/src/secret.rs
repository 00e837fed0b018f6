//! The home of the shared secret (`K` of RFC 4226): its length, its base32 text both ways, its
//! wiping and redaction.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::Entropy;

/// A secret that an authenticator and its verifier share: 16 to 64 bytes.
///
/// RFC 4226 §4 R6 asks for 128 bits at least. Above 64 bytes HMAC-SHA-1 and HMAC-SHA-256 would
/// hash the secret down, so a longer one only looks stronger.
///
/// Wiped on drop and never shown by `Debug`.
#[derive(Clone)]
pub struct SharedSecret {
    bytes: [u8; Self::MAX_LEN],
    /// At most [`Self::MAX_LEN`].
    len: usize,
}

/// The bytes or the text are not a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretError {
    /// Nothing at all, or separators only.
    Empty,
    /// Fewer than [`SharedSecret::MIN_LEN`] bytes.
    TooShort,
    /// More than [`SharedSecret::MAX_LEN`] bytes.
    TooLong,
    /// A character outside the base32 alphabet (RFC 4648 §6) that is not a separator either.
    Alphabet,
    /// A `=` that is not at the end.
    Padding,
    /// A number of symbols that no number of bytes encodes to: 1, 3 or 6 beyond a multiple of 8.
    /// Some were lost or added.
    Length,
    /// Bits beyond the last byte are set: the last symbol is not what an encoder wrote.
    TrailingBits,
}

impl SharedSecret {
    /// The fewest bytes (128 bits).
    pub const MIN_LEN: usize = 16;
    /// The most bytes.
    pub const MAX_LEN: usize = 64;
    /// Bytes of a generated secret: the 160 bits that RFC 4226 §4 R6 recommends.
    pub const GENERATED_LEN: usize = 20;
    /// Base32 symbols of the longest secret.
    pub const ENCODED_LEN: usize = 103;

    /// Takes a secret as bytes.
    ///
    /// # Errors
    /// [`SecretError::Empty`], [`SecretError::TooShort`] or [`SecretError::TooLong`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        match bytes.len() {
            0 => return Err(SecretError::Empty),
            len if len < Self::MIN_LEN => return Err(SecretError::TooShort),
            len if len > Self::MAX_LEN => return Err(SecretError::TooLong),
            _ => {}
        }
        let mut secret = Self {
            bytes: [0; Self::MAX_LEN],
            len: bytes.len(),
        };
        for (slot, byte) in secret.bytes.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        Ok(secret)
    }

    /// Reads a secret from base32 (RFC 4648 §6) as people type it and programs write it: letters
    /// of either case, spaces and hyphens anywhere, `=` at the end or not.
    ///
    /// # Errors
    /// [`SecretError`] says what is wrong. A text whose last symbol has stray bits is refused,
    /// so each secret has one text once separators, case and padding are put aside.
    pub fn from_base32(text: &str) -> Result<Self, SecretError> {
        base32_text::decode(text.bytes())
    }

    /// [`SharedSecret::from_base32`] from bytes that are not in one place.
    pub(crate) fn from_base32_bytes(text: impl Iterator<Item = u8>) -> Result<Self, SecretError> {
        base32_text::decode(text)
    }

    /// A fresh secret of [`Self::GENERATED_LEN`] bytes.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a draw must not serve twice")]
    pub fn generate(fresh: Entropy) -> Self {
        let mut secret = Self {
            bytes: [0; Self::MAX_LEN],
            len: Self::GENERATED_LEN,
        };
        for (slot, byte) in secret.bytes.iter_mut().take(secret.len).zip(fresh.bytes()) {
            *slot = *byte;
        }
        secret
    }

    /// The secret itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The secret in canonical base32: upper case, without separators or padding.
    #[must_use]
    pub fn to_base32(&self) -> Base32Secret {
        base32_text::encode(self.as_bytes())
    }
}

impl PartialEq for SharedSecret {
    /// In a time that depends on the lengths only.
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Eq for SharedSecret {}

impl Drop for SharedSecret {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(..)")
    }
}

/// A secret's base32 text, to be shown to its owner once: wiped on drop, never shown by `Debug`.
pub struct Base32Secret {
    symbols: [u8; SharedSecret::ENCODED_LEN],
    /// At most [`SharedSecret::ENCODED_LEN`].
    len: usize,
}

impl Base32Secret {
    /// The text: `A` to `Z` and `2` to `7`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let symbols = self.symbols.get(..self.len).unwrap_or_default();
        core::str::from_utf8(symbols).unwrap_or_default()
    }
}

impl Drop for Base32Secret {
    fn drop(&mut self) {
        self.symbols.zeroize();
    }
}

impl fmt::Debug for Base32Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Base32Secret(..)")
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the secret is empty",
            Self::TooShort => "the secret has fewer than 16 bytes",
            Self::TooLong => "the secret has more than 64 bytes",
            Self::Alphabet => "the secret has a character that is not base32",
            Self::Padding => "the secret has a `=` before its end",
            Self::Length => "the secret has a length that base32 cannot have",
            Self::TrailingBits => "the secret's last base32 symbol has stray bits",
        })
    }
}

impl core::error::Error for SecretError {}

/// Base32 over the `base32` crate, which takes stray bits and knows neither case nor separators.
mod base32_text {
    use super::{Base32Secret, ConstantTimeEq, SecretError, SharedSecret, Zeroize};

    pub(super) fn encode(bytes: &[u8]) -> Base32Secret {
        let mut text = Base32Secret {
            symbols: [0; SharedSecret::ENCODED_LEN],
            len: 0,
        };
        // The buffer has room for the longest secret, so there is no failure to report.
        text.len = base32::RFC4648_NOPAD
            .encode_buf(bytes, &mut text.symbols)
            .map_or(0, |symbols| symbols.len());
        text
    }

    pub(super) fn decode(text: impl Iterator<Item = u8>) -> Result<SharedSecret, SecretError> {
        let symbols = normalise(text)?;
        match symbols.len % 8 {
            _ if symbols.len == 0 => return Err(SecretError::Empty),
            1 | 3 | 6 => return Err(SecretError::Length),
            _ => {}
        }
        let mut buffer = [0; SharedSecret::MAX_LEN];
        let secret = match base32::RFC4648_NOPAD.decode_buf(symbols.as_str(), &mut buffer) {
            Ok(bytes) => SharedSecret::from_bytes(bytes),
            Err(base32::Error::BufferTooSmall { .. }) => Err(SecretError::TooLong),
            Err(_) => Err(SecretError::Alphabet),
        };
        buffer.zeroize();
        let secret = secret?;
        let canonical: bool = encode(secret.as_bytes())
            .symbols
            .ct_eq(&symbols.symbols)
            .into();
        if canonical {
            Ok(secret)
        } else {
            Err(SecretError::TrailingBits)
        }
    }

    /// The symbols in upper case, without separators and padding.
    fn normalise(text: impl Iterator<Item = u8>) -> Result<Base32Secret, SecretError> {
        let mut symbols = Base32Secret {
            symbols: [0; SharedSecret::ENCODED_LEN],
            len: 0,
        };
        let mut padded = false;
        for byte in text {
            match byte.to_ascii_uppercase() {
                b' ' | b'-' => {}
                b'=' => padded = true,
                symbol @ (b'A'..=b'Z' | b'2'..=b'7') => {
                    if padded {
                        return Err(SecretError::Padding);
                    }
                    let slot = symbols
                        .symbols
                        .get_mut(symbols.len)
                        .ok_or(SecretError::TooLong)?;
                    *slot = symbol;
                    symbols.len = symbols.len.wrapping_add(1);
                }
                _ => return Err(SecretError::Alphabet),
            }
        }
        Ok(symbols)
    }
}
