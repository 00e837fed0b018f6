//! The home of comparing a typed code with computed ones, as numbers and without branches.

use zeroize::Zeroize;

use crate::mask::Mask;
use crate::{Code, Digits};

/// A code that was typed, read once as a number, to be compared with many truncated values.
///
/// A code whose length is not the expected one matches nothing.
pub(crate) struct Typed {
    number: u32,
    digits: Digits,
    /// Whether it can be a code at all. What was typed is no secret from who typed it.
    fits: Mask,
}

impl Typed {
    pub(crate) fn new(code: &Code, digits: Digits) -> Self {
        // Ten digits can write more than a truncated value ever is.
        let number = u32::try_from(code.number());
        Self {
            number: number.unwrap_or_default(),
            digits,
            fits: Mask::of_public(code.digits() == digits && number.is_ok()),
        }
    }

    /// Whether a truncated value of 31 bits ends in the typed digits (RFC 4226 §5.3, step 3).
    #[inline]
    pub(crate) fn is(&self, truncated: u32) -> Mask {
        self.fits & Mask::equal(self.digits.reduce(truncated), self.number)
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.number.zeroize();
    }
}
