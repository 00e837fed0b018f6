//! The home of the trim: by how much a crystal runs too slow or too fast.

use core::fmt;

/// Parts per million by which the time between two settings is stretched: positive for a chip that
/// runs slow. Within ±200, which is more than a crystal without any care is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trim(i16);

/// A trim beyond ±200 ppm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrimTooFar;

impl Trim {
    /// Time as the chip counts it.
    pub const NONE: Self = Self(0);
    /// The furthest trim either way, in parts per million.
    pub const LIMIT_PPM: i16 = 200;

    /// A trim of so many parts per million.
    ///
    /// # Errors
    /// [`TrimTooFar`] beyond [`Trim::LIMIT_PPM`].
    pub const fn from_ppm(ppm: i16) -> Result<Self, TrimTooFar> {
        if ppm.unsigned_abs() > Self::LIMIT_PPM.unsigned_abs() {
            return Err(TrimTooFar);
        }
        Ok(Self(ppm))
    }

    /// Parts per million, -200 to 200.
    #[must_use]
    pub const fn ppm(self) -> i16 {
        self.0
    }

    /// The seconds that went by while the chip counted `counted`, the correction rounded towards
    /// zero; `None` if they are beyond the range of `counted`.
    pub(crate) fn stretched(self, counted: u32) -> Option<u32> {
        let parts = u32::from(self.0.unsigned_abs());
        // Whole millions first, so that nothing wraps: a trim has three digits.
        let whole = (counted / MILLION).wrapping_mul(parts);
        let rest = (counted % MILLION).wrapping_mul(parts) / MILLION;
        let correction = whole.wrapping_add(rest);
        if self.0 < 0 {
            counted.checked_sub(correction)
        } else {
            counted.checked_add(correction)
        }
    }
}

impl fmt::Display for TrimTooFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the trim is beyond 200 parts per million")
    }
}

impl core::error::Error for TrimTooFar {}

const MILLION: u32 = 1_000_000;
