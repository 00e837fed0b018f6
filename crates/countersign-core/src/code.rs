//! The home of the code: decimal text of a fixed length, made from numbers, read from users,
//! compared without early exit.

#[cfg(not(target_pointer_width = "64"))]
mod narrow;
#[cfg(target_pointer_width = "64")]
mod wide;

use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, optimization_barrier};

#[cfg(not(target_pointer_width = "64"))]
use narrow as text;
#[cfg(target_pointer_width = "64")]
use wide as text;

/// How many digits a code has: 6 to 10 (RFC 4226 §5.3, R4).
///
/// The truncated value has 31 bits, so the first of ten digits is 0, 1 or 2, and ten digits are
/// hardly stronger than nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits(u8);

/// The number of digits is not 6 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitsOutOfRange;

impl Digits {
    /// Six: what nearly every authenticator app shows.
    pub const SIX: Self = Self(6);
    /// Eight: the longest that most hardware tokens show.
    pub const EIGHT: Self = Self(8);
    /// The fewest digits.
    pub const MIN: Self = Self::SIX;
    /// The most digits.
    pub const MAX: Self = Self(10);

    /// Checks a number of digits.
    ///
    /// # Errors
    /// [`DigitsOutOfRange`] unless it is 6 to 10.
    pub const fn new(digits: u8) -> Result<Self, DigitsOutOfRange> {
        if digits < Self::MIN.0 || digits > Self::MAX.0 {
            return Err(DigitsOutOfRange);
        }
        Ok(Self(digits))
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// What is left of a number in so many decimal digits: `value` modulo ten to their power
    /// (RFC 4226 §5.3, step 3).
    ///
    /// The time it takes does not depend on `value`: it multiplies by a reciprocal, where a
    /// division would be a loop or an instruction of varying length on small processors.
    #[must_use]
    #[inline]
    pub const fn reduce(self, value: u32) -> u32 {
        self.modulus().reduce(value)
    }

    /// Ten to the power of it, to reduce many numbers.
    #[inline]
    pub(crate) const fn modulus(self) -> Modulus {
        // Ten to the power is two to the power, which is shifted out, times five to the power:
        // its reciprocal, rounded up, in 45 binary places, is exact for what a u32 then has left.
        let (power, reciprocal) = match self.0 {
            6 => (1_000_000, 0x8637_bd06),
            7 => (10_000_000, 0x1ad7_f29b),
            8 => (100_000_000, 0x055e_63b9),
            9 => (1_000_000_000, 0x0112_e0bf),
            // No u32 has more than ten digits.
            _ => (0, 0),
        };
        Modulus {
            exponent: self.0,
            power,
            reciprocal,
        }
    }
}

/// A power of ten, ready to divide by.
#[derive(Clone, Copy)]
pub(crate) struct Modulus {
    exponent: u8,
    power: u32,
    reciprocal: u32,
}

impl Modulus {
    /// [`Digits::reduce`].
    #[inline]
    pub(crate) const fn reduce(self, value: u32) -> u32 {
        let shifted = value >> (self.exponent & 31);
        let quotient = low_32(widen(shifted).wrapping_mul(widen(self.reciprocal)) >> 45);
        value.wrapping_sub(quotient.wrapping_mul(self.power))
    }
}

impl Default for Digits {
    /// [`Digits::SIX`].
    fn default() -> Self {
        Self::SIX
    }
}

/// A one-time code: 6 to 10 ASCII digits, leading zeros included. `012345` is not `12345`.
///
/// It is a secret for as long as it is valid: never shown by `Debug`, wiped on drop.
///
/// Codes are not `PartialEq`, so that none is compared by `==`, which stops at the first
/// difference:
///
/// ```compile_fail,E0369
/// use countersign_core::Code;
/// let (a, b) = (Code::parse("123456").unwrap(), Code::parse("123456").unwrap());
/// assert!(a == b);
/// ```
#[derive(Clone)]
// Three words: a small processor copies those by itself, and eleven bytes by a function.
#[repr(align(4))]
pub struct Code {
    /// ASCII digits, then zero bytes.
    text: [u8; CAPACITY],
    digits: Digits,
}

/// The text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// Fewer than 6 or more than 10 bytes.
    Length,
    /// Something other than the ASCII digits 0 to 9. [`Code::parse`] trims nothing, so a space
    /// counts.
    NotDigits,
}

impl Code {
    /// The most bytes that [`Code::parse_typed`] looks at.
    pub const TYPED_MAX_LEN: usize = 32;

    /// Reads a code as a client sent it. There is one spelling per code: nothing is trimmed, and
    /// neither signs nor other scripts' digits are taken.
    ///
    /// # Errors
    /// [`CodeError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let length = u8::try_from(text.len()).map_err(|_| CodeError::Length)?;
        let digits = Digits::new(length).map_err(|DigitsOutOfRange| CodeError::Length)?;
        match text::checked(text.as_bytes(), digits) {
            Some(text) => Ok(Self { text, digits }),
            None => Err(CodeError::NotDigits),
        }
    }

    /// Reads a code as people type and paste it: [`Code::parse`], except that spaces and hyphens
    /// are dropped wherever they stand, so that `123 456` and `123-456` are `123456`.
    ///
    /// What is compared and counted is the code that was read, so another spelling of a code that
    /// was used or refused is that code again and no new try. Take this where a person types;
    /// machines send one spelling, which [`Code::parse`] insists on.
    ///
    /// ```
    /// # use countersign_core::{Code, CodeError};
    /// let typed = Code::parse_typed(" 012 345")?;
    /// assert_eq!(typed.as_str(), "012345");
    /// # Ok::<(), CodeError>(())
    /// ```
    ///
    /// # Errors
    /// [`CodeError::Length`] unless 6 to 10 digits are left of a text of at most
    /// [`Code::TYPED_MAX_LEN`] bytes; [`CodeError::NotDigits`] for any other character.
    pub fn parse_typed(text: &str) -> Result<Self, CodeError> {
        if text.len() > Self::TYPED_MAX_LEN {
            return Err(CodeError::Length);
        }
        let mut code = Self::blank(Digits::MAX);
        let mut length: u8 = 0;
        let mut slots = code.text.iter_mut();
        for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
            if !byte.is_ascii_digit() {
                return Err(CodeError::NotDigits);
            }
            *slots.next().ok_or(CodeError::Length)? = byte;
            length = length.saturating_add(1);
        }
        code.digits = Digits::new(length).map_err(|DigitsOutOfRange| CodeError::Length)?;
        Ok(code)
    }

    /// The last `digits` decimal digits of `number`, zeros in front where it has fewer
    /// (RFC 4226 §5.3, step 3).
    ///
    /// The time it takes depends on `digits` only. There is no division in it: that is a loop or
    /// an instruction of varying length on small processors.
    #[must_use]
    pub fn from_number(number: u32, digits: Digits) -> Self {
        Self {
            text: text::written(number, digits),
            digits,
        }
    }

    /// A code from eight bytes of fresh randomness, each code equally likely but for one part in
    /// 10^9 at most.
    ///
    /// The bytes are a binary fraction below one; these are its first decimal digits.
    #[must_use]
    pub fn random(digits: Digits, fresh: [u8; 8]) -> Self {
        let mut code = Self::blank(digits);
        let fraction = u64::from_be_bytes(fresh);
        let (mut high, mut low) = (fraction >> 32, fraction & LOW_32);
        for slot in code.slots() {
            low = low.wrapping_mul(10);
            high = high.wrapping_mul(10).wrapping_add(low >> 32);
            *slot = ascii_digit(high >> 32);
            low &= LOW_32;
            high &= LOW_32;
        }
        high.zeroize();
        low.zeroize();
        code
    }

    /// The digits as text, for a screen or a message. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The digits as ASCII bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text
            .get(..usize::from(self.digits.get()))
            .unwrap_or_default()
    }

    /// How many digits it has.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    /// Whether both are the same text, in a time that does not depend on what they contain.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.ct_matches(other).into()
    }

    /// [`Code::matches`] for those who have more to compare before they may tell.
    pub(crate) fn ct_matches(&self, other: &Self) -> Choice {
        // The bytes past the end are zero, so texts of different lengths differ here too.
        self.text.ct_eq(&other.text)
    }

    /// The number that the digits write. Only of use beside [`Code::digits`], since leading zeros
    /// are lost.
    #[inline]
    pub(crate) fn number(&self) -> u64 {
        text::number(&self.text, self.digits)
    }

    const fn blank(digits: Digits) -> Self {
        Self {
            text: [0; CAPACITY],
            digits,
        }
    }

    fn slots(&mut self) -> core::iter::Take<core::slice::IterMut<'_, u8>> {
        self.text.iter_mut().take(usize::from(self.digits.get()))
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // In one store or two, where `zeroize` makes one of each byte.
        self.text = [0; CAPACITY];
        optimization_barrier(&self.text);
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

impl fmt::Display for DigitsOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code has 6 to 10 digits")
    }
}

impl core::error::Error for DigitsOutOfRange {}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "a code has 6 to 10 digits",
            Self::NotDigits => "a code consists of the digits 0 to 9 only",
        })
    }
}

impl core::error::Error for CodeError {}

const fn widen(value: u32) -> u64 {
    let [a, b, c, d] = value.to_le_bytes();
    u64::from_le_bytes([a, b, c, d, 0, 0, 0, 0])
}

const fn low_32(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The digit of a number below ten.
fn ascii_digit(number: u64) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low.wrapping_add(b'0')
}

const CAPACITY: usize = 10;
const LOW_32: u64 = 0xffff_ffff;
