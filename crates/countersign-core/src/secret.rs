//! The home of the shared secret (`K` of RFC 4226): its length, where it comes from, its wiping and
//! redaction.

mod base32_text;
mod strength;

use core::fmt;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use core::hint::black_box;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, optimization_barrier};

use crate::{Algorithm, Entropy, Keyed};

pub use strength::{SecretPattern, Strength, StrengthVerdict};

/// A secret that an authenticator and its verifier share: 16 to 64 bytes.
///
/// RFC 4226 §4 R6 asks for 128 bits at least. Above 64 bytes HMAC-SHA-1 and HMAC-SHA-256 would
/// hash the secret down, so a longer one only looks stronger. Shorter ones exist in the field and
/// cannot be had anew from their owners, so [`SharedSecret::import_weak`] takes them and says how
/// weak they are; nothing in this crate makes one.
///
/// Wiped on drop and never shown by `Debug`.
///
/// ```
/// use countersign_core::{SecretError, SharedSecret, StrengthVerdict};
///
/// let secret = SharedSecret::from_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")?;
/// assert_eq!(secret.as_bytes(), b"12345678901234567890");
///
/// // Ten bytes, as many a service still issues.
/// let short = "JBSWY3DPEHPK3PXP";
/// assert_eq!(SharedSecret::from_base32(short), Err(SecretError::TooShort));
/// let (imported, strength) = SharedSecret::import_weak_base32(short)?;
/// assert_eq!((strength.bits(), strength.verdict()), (80, StrengthVerdict::Weak));
/// # let _ = imported;
/// # Ok::<(), SecretError>(())
/// ```
#[derive(Clone)]
pub struct SharedSecret {
    padded: Padded,
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
    /// The fewest bytes (128 bits) of a secret that is not imported as a weak one.
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
        Self::of_length(bytes, Self::MIN_LEN)
    }

    /// Reads a secret from base32 (RFC 4648 §6) as people type it and programs write it: letters
    /// of either case, spaces and hyphens anywhere, `=` at the end or not.
    ///
    /// # Errors
    /// [`SecretError`] says what is wrong. A text whose last symbol has stray bits is refused,
    /// so each secret has one text once separators, case and padding are put aside.
    pub fn from_base32(text: &str) -> Result<Self, SecretError> {
        Self::from_base32_bytes(text.bytes())
    }

    /// [`SharedSecret::from_base32`] from bytes that are not in one place.
    pub(crate) fn from_base32_bytes(text: impl Iterator<Item = u8>) -> Result<Self, SecretError> {
        base32_text::decode(text)?.not_too_short()
    }

    /// Takes a secret that already exists elsewhere, even if it has fewer than [`Self::MIN_LEN`]
    /// bytes, and says how strong it is. Tell the owner to renew a weak one.
    ///
    /// # Errors
    /// [`SecretError::Empty`] or [`SecretError::TooLong`].
    pub fn import_weak(bytes: &[u8]) -> Result<(Self, Strength), SecretError> {
        Self::of_any_strength(bytes).map(Self::with_strength)
    }

    /// [`SharedSecret::import_weak`] from base32, read like [`SharedSecret::from_base32`].
    ///
    /// # Errors
    /// Those of [`SharedSecret::from_base32`] but [`SecretError::TooShort`].
    pub fn import_weak_base32(text: &str) -> Result<(Self, Strength), SecretError> {
        Self::import_weak_base32_bytes(text.bytes())
    }

    /// [`SharedSecret::import_weak_base32`] from bytes that are not in one place.
    pub(crate) fn import_weak_base32_bytes(
        text: impl Iterator<Item = u8>,
    ) -> Result<(Self, Strength), SecretError> {
        base32_text::decode(text).map(Self::with_strength)
    }

    /// Takes 1 to [`Self::MAX_LEN`] bytes: for what is imported, and for stored forms, which give
    /// back what was put into them.
    pub(crate) fn of_any_strength(bytes: &[u8]) -> Result<Self, SecretError> {
        Self::of_length(bytes, 1)
    }

    /// A fresh secret of [`Self::GENERATED_LEN`] bytes: the first of the draw.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a draw must not serve twice")]
    pub fn generate(fresh: Entropy) -> Self {
        Self::filled(Self::GENERATED_LEN, fresh.bytes())
    }

    /// A fresh secret as long as the algorithm's output, as RFC 6238 §5.1 asks for: 20 bytes for
    /// SHA-1, 32 for SHA-256, 64 for SHA-512.
    ///
    /// The first two are the first bytes of the draw. A draw has only [`Entropy::LEN`] bytes, so
    /// the third is expanded from all of it by HKDF-SHA-512 (RFC 5869) without a salt: 64 bytes
    /// that are as hard to guess as the draw's 384 bits.
    ///
    /// ```
    /// use countersign_core::{Entropy, Sha256, SharedSecret};
    ///
    /// # let from_the_system = [7; Entropy::LEN];
    /// let secret = SharedSecret::generate_for::<Sha256>(Entropy::from_bytes(from_the_system));
    /// assert_eq!(secret.as_bytes().len(), 32);
    /// ```
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a draw must not serve twice")]
    pub fn generate_for<A: Algorithm>(fresh: Entropy) -> Self {
        if A::OUTPUT_LEN <= Entropy::LEN {
            return Self::filled(A::OUTPUT_LEN, fresh.bytes());
        }
        // The key of the extraction is a tag's length of zeros, which HMAC does not tell from none.
        let extracted = Keyed::<A>::new(&[]).mac(&[fresh.bytes()]);
        let expanded = Keyed::<A>::new(extracted.as_bytes()).mac(&[GENERATED_INFO, &[1]]);
        Self::filled(A::OUTPUT_LEN, expanded.as_bytes())
    }

    /// How strong it is at most.
    #[must_use]
    pub fn strength(&self) -> Strength {
        Strength::of(self.as_bytes())
    }

    /// The secret itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.padded().get(..self.len).unwrap_or_default()
    }

    /// The secret in canonical base32: upper case, without separators or padding.
    #[must_use]
    pub fn to_base32(&self) -> Base32Secret {
        base32_text::encode(self.as_bytes())
    }

    /// The first `len` bytes of `bytes`; the callers see to it that there are as many, and at most
    /// [`Self::MAX_LEN`].
    fn filled(len: usize, bytes: &[u8]) -> Self {
        let padded = padded(bytes.get(..len).unwrap_or_default());
        Self { padded, len }
    }

    /// `least` to [`Self::MAX_LEN`] bytes.
    ///
    /// Never part of the caller: its copies of the secret would stay on the stack beneath all that
    /// the caller does with it.
    #[inline(never)]
    fn of_length(bytes: &[u8], least: usize) -> Result<Self, SecretError> {
        match bytes.len() {
            0 => Err(SecretError::Empty),
            len if len < least => Err(SecretError::TooShort),
            len if len > Self::MAX_LEN => Err(SecretError::TooLong),
            len => Ok(Self::filled(len, bytes)),
        }
    }

    /// The secret and zeros after it.
    pub(crate) const fn padded(&self) -> &[u8] {
        self.padded.as_flattened()
    }

    fn not_too_short(self) -> Result<Self, SecretError> {
        if self.len < Self::MIN_LEN {
            return Err(SecretError::TooShort);
        }
        Ok(self)
    }

    fn with_strength(self) -> (Self, Strength) {
        let strength = self.strength();
        (self, strength)
    }
}

/// A secret and zeros after it, in words: small processors copy and wipe those.
type Padded = [[u8; 4]; SharedSecret::MAX_LEN / 4];

#[expect(clippy::many_single_char_names, reason = "sixteen words")]
fn padded(bytes: &[u8]) -> Padded {
    let mut words = [zeros(); SharedSecret::MAX_LEN / 4];
    for (slot, byte) in words.as_flattened_mut().iter_mut().zip(bytes) {
        *slot = *byte;
    }
    // One by one: of all at once a small processor would make a call.
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = words;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

/// In a few stores, where `zeroize` would make one of each byte.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn wipe(padded: &mut Padded) {
    *padded = [[0; 4]; SharedSecret::MAX_LEN / 4];
    optimization_barrier(padded);
}

/// In a store for each word: of all at once a small processor would make a call.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn wipe(padded: &mut Padded) {
    for word in padded {
        *word = [0; 4];
        optimization_barrier(word);
    }
}

/// A word of zeros.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const fn zeros() -> [u8; 4] {
    [0; 4]
}

/// A word of zeros that the compiler does not know: it would fill more than one by a call.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn zeros() -> [u8; 4] {
    black_box([0; 4])
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
        wipe(&mut self.padded);
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

/// What sets these bytes apart from anything else that might be made from a draw one day.
const GENERATED_INFO: &[u8] = b"countersign shared secret";
