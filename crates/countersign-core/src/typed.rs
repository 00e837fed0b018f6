//! The home of comparing a typed code with computed ones, as numbers and without branches.

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use crate::{Code, Digits};

/// A code that was typed, read once as a number, to be compared with many truncated values.
///
/// A code whose length is not the expected one matches nothing.
pub(crate) struct Typed {
    number: u64,
    reduction: Reduction,
    /// Whether the length is right.
    fits: Choice,
}

impl Typed {
    pub(crate) fn new(code: &Code, digits: Digits) -> Self {
        let number = code.as_bytes().iter().fold(0_u64, |number, byte| {
            let digit = byte.wrapping_sub(b'0');
            number.wrapping_mul(10).wrapping_add(digit.into())
        });
        Self {
            number,
            reduction: Reduction::to(digits),
            fits: code.digits().get().ct_eq(&digits.get()),
        }
    }

    /// Whether a truncated value of 31 bits ends in the typed digits (RFC 4226 §5.3, step 3).
    pub(crate) fn is(&self, truncated: u32) -> Choice {
        self.fits & self.reduction.of(truncated).ct_eq(&self.number)
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.number.zeroize();
    }
}

/// The remainder by a power of ten of a number of 31 bits, by multiplication: a division is a loop
/// or an instruction of varying length on small processors, and the number is secret.
#[derive(Clone, Copy)]
struct Reduction {
    modulus: u64,
    /// `2^shift / modulus`, rounded up. Exact where `modulus * 2^31 <= 2^shift`; the product with
    /// 31 bits stays below 2^63.
    reciprocal: u64,
    shift: u32,
}

impl Reduction {
    const fn to(digits: Digits) -> Self {
        match digits.get() {
            6 => Self::by(1_000_000, 2_251_799_814, 51),
            7 => Self::by(10_000_000, 3_602_879_702, 55),
            8 => Self::by(100_000_000, 2_882_303_762, 58),
            9 => Self::by(1_000_000_000, 2_305_843_010, 61),
            // Ten digits hold every number of 31 bits.
            _ => Self::by(0, 0, 0),
        }
    }

    const fn by(modulus: u64, reciprocal: u64, shift: u32) -> Self {
        Self {
            modulus,
            reciprocal,
            shift,
        }
    }

    fn of(self, number: u32) -> u64 {
        let number = u64::from(number);
        let quotient = number.wrapping_mul(self.reciprocal) >> self.shift;
        number.wrapping_sub(quotient.wrapping_mul(self.modulus))
    }
}
