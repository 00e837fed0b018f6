//! The home of recovery codes: look-up secrets that are issued as a set, kept as digests and good
//! for one use each.

use core::fmt;

use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use crate::bytes::{Reader, Writer};
use crate::{Algorithm, DecodeError, Entropy, Keyed};

/// A recovery code: 24 symbols of Crockford's base32 (`0` to `9` and `A` to `Z` without `I`, `L`,
/// `O` and `U`), shown in six groups of four, such as `7ZQK-0M3D-XW8N-25TA-JH4V-RC9E`.
///
/// It carries 120 random bits. From 112 bits on, NIST SP 800-63B §3.1.2 asks for no slow password
/// hash where codes are stored, so that a device which cannot afford one can hold a set as well;
/// 64 bits would do for a recovery code as such (§4.2.1.1).
///
/// It is a secret until it is used: never shown by `Debug`, wiped on drop, and not compared by
/// `==`:
///
/// ```compile_fail,E0369
/// # use countersign_core::RecoveryCode;
/// let a = RecoveryCode::parse("7ZQK-0M3D-XW8N-25TA-JH4V-RC9E").unwrap();
/// let b = RecoveryCode::parse("7ZQK-0M3D-XW8N-25TA-JH4V-RC9E").unwrap();
/// assert!(a == b);
/// ```
#[derive(Clone)]
pub struct RecoveryCode {
    /// The one spelling that is shown: upper case, a hyphen between groups.
    text: [u8; Self::TEXT_LEN],
}

/// The text is not a recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryCodeError {
    /// Not 24 symbols once spaces and hyphens are dropped, or more than
    /// [`RecoveryCode::TYPED_MAX_LEN`] bytes.
    Length,
    /// A character that is neither a digit, a letter other than `U`, a space nor a hyphen.
    Alphabet,
}

impl RecoveryCode {
    /// Symbols in a code.
    pub const SYMBOLS: usize = 24;
    /// Bytes of the text: the symbols and the hyphens between groups.
    pub const TEXT_LEN: usize = 29;
    /// The most bytes that [`RecoveryCode::parse`] looks at.
    pub const TYPED_MAX_LEN: usize = 64;

    /// Reads a code as people type and paste it: in either case, with spaces and hyphens anywhere
    /// or nowhere, and with `O` for `0` and `I` or `L` for `1`.
    ///
    /// ```
    /// # use countersign_core::{RecoveryCode, RecoveryCodeError};
    /// let typed = RecoveryCode::parse("7zqk om3d xw8n 25ta jh4v rc9e")?;
    /// assert_eq!(typed.as_str(), "7ZQK-0M3D-XW8N-25TA-JH4V-RC9E");
    /// # Ok::<(), RecoveryCodeError>(())
    /// ```
    ///
    /// # Errors
    /// [`RecoveryCodeError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        if text.len() > Self::TYPED_MAX_LEN {
            return Err(RecoveryCodeError::Length);
        }
        let mut symbols = text
            .bytes()
            .filter(|byte| !matches!(byte, b' ' | b'-'))
            .map(canonical);
        let mut code = Self::blank();
        for slot in code.slots() {
            let symbol = symbols.next().ok_or(RecoveryCodeError::Length)?;
            *slot = symbol.ok_or(RecoveryCodeError::Alphabet)?;
        }
        if symbols.next().is_some() {
            return Err(RecoveryCodeError::Length);
        }
        Ok(code)
    }

    /// The text to show its owner once. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The code number `place` of a draw: 120 bits of what a pseudorandom function keyed by the
    /// draw gives for that place.
    fn derive<A: Algorithm>(draw: &Keyed<A>, place: u8) -> Self {
        let tag = draw.mac(&[CODE_LABEL, &[place]]);
        let (fives, _) = tag.as_bytes().as_chunks::<5>();
        let symbols = fives.iter().flat_map(|[a, b, c, d, e]| {
            let bits = u64::from_be_bytes([*a, *b, *c, *d, *e, 0, 0, 0]);
            [0, 5, 10, 15, 20, 25, 30, 35].map(|before| symbol(bits.wrapping_shl(before)))
        });
        let mut code = Self::blank();
        for (slot, symbol) in code.slots().zip(symbols) {
            *slot = symbol;
        }
        code
    }

    const fn blank() -> Self {
        Self {
            text: *b"0000-0000-0000-0000-0000-0000",
        }
    }

    /// The places of the symbols, from left to right.
    fn slots(&mut self) -> impl Iterator<Item = &mut u8> {
        self.text.iter_mut().filter(|byte| **byte != b'-')
    }
}

impl Drop for RecoveryCode {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// What a verifier keeps of a set of ten recovery codes: a salted digest of each, and which of
/// them are used.
///
/// ```
/// use countersign_core::{Entropy, RecoveryCodes, RecoveryVerdict, Sha256};
/// # let fresh = Entropy::from_bytes([7; Entropy::LEN]);
/// let (mut set, codes) = RecoveryCodes::issue::<Sha256>(fresh);
/// // Store `set`, show `codes` to their owner once and drop them.
/// match set.redeem::<Sha256>(&codes[3]) {
///     RecoveryVerdict::Accepted(redeemed) => {
///         // Store `set` first, on condition that the stored one is still the one that was read.
///         assert_eq!(redeemed.remaining(), 9);
///     }
///     RecoveryVerdict::AlreadyUsed | RecoveryVerdict::Mismatch => panic!("refuse"),
/// }
/// assert_eq!(set.redeem::<Sha256>(&codes[3]), RecoveryVerdict::AlreadyUsed);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes {
    salt: [u8; 16],
    digests: [Digest; Self::COUNT],
    /// Bit `n` stands for code number `n`; the bits from [`Self::COUNT`] on are zero.
    used: u16,
}

/// What became of a recovery code.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryVerdict {
    /// Right, and now marked as used. Store the set, on condition that the stored one is still the
    /// one that was read, and only then act.
    Accepted(RedeemedCode),
    /// A code of the set that was used before.
    AlreadyUsed,
    /// No code of the set.
    Mismatch,
}

/// Proof that a recovery code was right and fresh; only [`RecoveryCodes::redeem`] makes one.
///
/// ```compile_fail,E0451
/// use countersign_core::RedeemedCode;
/// let forged = RedeemedCode { remaining: 9 };
/// ```
#[must_use = "a code is used up only once the set is stored"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedeemedCode {
    remaining: u8,
}

impl RedeemedCode {
    /// How many codes of the set are left. Tell the owner, and issue a new set before it is none.
    #[must_use]
    pub const fn remaining(self) -> u8 {
        self.remaining
    }
}

impl RecoveryCodes {
    /// Codes in a set.
    pub const COUNT: usize = PLACES.len();
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = 1 + 2 + 16 + Self::COUNT * DIGEST_LEN;

    /// Issues a fresh set, which replaces every earlier one once it is stored in its place.
    ///
    /// The draw keys HMAC as a pseudorandom function (the expansion of RFC 5869 §2.3 in one step):
    /// code number `n` is the first 120 bits of the tag of `countersign recovery code` and the
    /// byte `n`, the salt the first 128 bits of the tag of `countersign recovery salt`.
    ///
    /// The codes are returned once and not kept: show them after the set is stored.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a draw must not serve twice")]
    pub fn issue<A: Algorithm>(fresh: Entropy) -> (Self, [RecoveryCode; Self::COUNT]) {
        let draw = Keyed::<A>::new(fresh.bytes());
        let salt = draw.mac(&[SALT_LABEL]).truncated();
        let codes = PLACES.map(|place| RecoveryCode::derive(&draw, place));
        let keyed = Keyed::<A>::new(&salt);
        let set = Self {
            salt,
            digests: codes.each_ref().map(|code| digest(&keyed, code)),
            used: 0,
        };
        (set, codes)
    }

    /// Looks for `code` among all codes of the set and marks it as used if it is a fresh one.
    ///
    /// The marked set must be stored before anything is granted, on condition that the stored one
    /// is still the one that was read: of two who present the same code at once, the store lets
    /// one win. Count a refusal against the account's throttle like any other wrong code.
    ///
    /// `A` is the algorithm that the set was issued with. The work is the same whichever code it
    /// is, used or not, or none.
    pub fn redeem<A: Algorithm>(&mut self, code: &RecoveryCode) -> RecoveryVerdict {
        let presented = digest(&Keyed::<A>::new(&self.salt), code);
        let mut matched: u16 = 0;
        for (bit, digest) in bits().zip(&self.digests) {
            matched |= u16::conditional_select(&0, &bit, digest.ct_eq(&presented));
        }
        if matched == 0 {
            return RecoveryVerdict::Mismatch;
        }
        if matched & self.used != 0 {
            return RecoveryVerdict::AlreadyUsed;
        }
        self.used |= matched;
        RecoveryVerdict::Accepted(RedeemedCode {
            remaining: self.remaining(),
        })
    }

    /// How many codes are left: 0 to [`Self::COUNT`].
    #[must_use]
    pub fn remaining(&self) -> u8 {
        bits().fold(0, |count, bit| {
            count.saturating_add(u8::from(self.used & bit == 0))
        })
    }

    /// The stored form.
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 0 | format: 1 |
    /// | 1 to 2 | used marks, big-endian: bit `n`, from the lowest, for code `n`; the rest zero |
    /// | 3 to 18 | salt |
    /// | 19 to 178 | ten digests of 16 bytes |
    ///
    /// A digest is the first 128 bits of the HMAC, keyed by the salt, of the code's text, all 29
    /// characters of it.
    ///
    /// Nobody guesses 120 bits, so the form need not be secret; but who can write it can let
    /// himself in.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [0; Self::ENCODED_LEN];
        self.write(&mut Writer::new(&mut stored));
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] if it is damaged or from a newer version.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(stored);
        let set = Self::read(&mut from)?;
        from.finish()?;
        Ok(set)
    }

    pub(crate) fn write(&self, out: &mut Writer<'_>) {
        out.u8(FORMAT);
        out.u16(self.used);
        out.bytes(&self.salt);
        for digest in &self.digests {
            out.bytes(digest);
        }
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if from.u8()? != FORMAT {
            return Err(DecodeError);
        }
        let used = from.u16()?;
        if bits().fold(used, |rest, bit| rest & !bit) != 0 {
            return Err(DecodeError);
        }
        let salt = from.array()?;
        let mut digests = [[0; DIGEST_LEN]; Self::COUNT];
        for digest in &mut digests {
            *digest = from.array()?;
        }
        Ok(Self {
            salt,
            digests,
            used,
        })
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCodes")
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for RecoveryCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "a recovery code has 24 symbols",
            Self::Alphabet => "a recovery code consists of digits and letters other than U",
        })
    }
}

impl core::error::Error for RecoveryCodeError {}

type Digest = [u8; DIGEST_LEN];

fn digest<A: Algorithm>(keyed: &Keyed<A>, code: &RecoveryCode) -> Digest {
    keyed.mac(&[&code.text]).truncated()
}

/// The marks of the codes, the first one's first.
fn bits() -> impl Iterator<Item = u16> {
    PLACES.into_iter().scan(1, |bit: &mut u16, _| {
        let this = *bit;
        *bit = this.wrapping_shl(1);
        Some(this)
    })
}

/// The symbol that is meant by a typed byte, if any.
fn canonical(byte: u8) -> Option<u8> {
    match byte.to_ascii_uppercase() {
        b'O' => Some(b'0'),
        b'I' | b'L' => Some(b'1'),
        b'U' => None,
        symbol @ (b'0'..=b'9' | b'A'..=b'Z') => Some(symbol),
        _ => None,
    }
}

/// The symbol of the topmost five bits. Computed rather than looked up, so that no address depends
/// on a code.
fn symbol(bits: u64) -> u8 {
    let [top, ..] = bits.to_be_bytes();
    let value = top >> 3;
    // Where the alphabet, which otherwise follows ASCII, leaves something out before a value.
    let beyond = |last: u8| u8::from(value > last);
    [beyond(17), beyond(19), beyond(21), beyond(26)]
        .into_iter()
        .fold(beyond(9).wrapping_mul(7), u8::wrapping_add)
        .wrapping_add(value)
        .wrapping_add(b'0')
}

const FORMAT: u8 = 1;
const DIGEST_LEN: usize = 16;
const PLACES: [u8; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const CODE_LABEL: &[u8] = b"countersign recovery code";
const SALT_LABEL: &[u8] = b"countersign recovery salt";
