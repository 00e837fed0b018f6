//! The home of comparing a typed code with computed ones, as numbers and without branches.

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use crate::{Code, Digits};

/// A code that was typed, read once as a number, to be compared with many truncated values.
///
/// A code whose length is not the expected one matches nothing.
pub(crate) struct Typed {
    number: u64,
    digits: Digits,
    /// Whether the code has that many digits.
    fits: Choice,
}

impl Typed {
    pub(crate) fn new(code: &Code, digits: Digits) -> Self {
        Self {
            number: code.number(),
            digits,
            fits: code.digits().get().ct_eq(&digits.get()),
        }
    }

    /// Whether a truncated value of 31 bits ends in the typed digits (RFC 4226 §5.3, step 3).
    pub(crate) fn is(&self, truncated: u32) -> Choice {
        let expected = u64::from(self.digits.reduce(truncated));
        self.fits & expected.ct_eq(&self.number)
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.number.zeroize();
    }
}
