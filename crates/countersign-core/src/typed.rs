//! The home of comparing a typed code with computed ones, as numbers and without branches.

use zeroize::Zeroize;

use crate::code::Modulus;
use crate::mask::Mask;
use crate::{Code, Digits};

/// A code that was typed, read once as a number, to be compared with many truncated values.
///
/// A code whose length is not the expected one matches nothing.
pub(crate) struct Typed {
    /// [`NONE`] if it cannot be a code at all. What was typed is no secret from who typed it.
    number: u32,
    modulus: Modulus,
}

impl Typed {
    pub(crate) fn new(code: &Code, digits: Digits) -> Self {
        let number = u32::try_from(code.number()).unwrap_or(NONE);
        let fits = code.digits() == digits;
        Self {
            number: if fits { number } else { NONE },
            modulus: digits.modulus(),
        }
    }

    /// Whether a truncated value of 31 bits ends in the typed digits (RFC 4226 §5.3, step 3).
    #[inline]
    pub(crate) fn is(&self, truncated: u32) -> Mask {
        Mask::equal(self.modulus.reduce(truncated), self.number)
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.number.zeroize();
    }
}

/// What no truncated value ends in: it has more digits than nine, and those that have ten are below
/// two to the power of 31.
const NONE: u32 = u32::MAX;
