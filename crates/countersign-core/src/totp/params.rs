//! The home of what an authenticator and its verifier agree on: digits, period and first step.

use core::fmt;
#[cfg(target_pointer_width = "64")]
use core::num::NonZeroU64;
use core::num::{NonZeroU16, NonZeroU32};

#[cfg(not(target_pointer_width = "64"))]
use super::long_division::divided;
use crate::{Digits, UnixTime};

/// The length of a time step: 1 to 3600 seconds (`X` of RFC 6238 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(NonZeroU16);

/// The period is zero or longer than an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodOutOfRange;

impl Period {
    /// Thirty seconds: what nearly every authenticator app uses (RFC 6238 §5.2).
    pub const DEFAULT: Self = Self(NonZeroU16::MIN.saturating_add(29));
    /// The longest: an hour.
    pub const MAX: Self = Self(NonZeroU16::MIN.saturating_add(3599));

    /// Checks a period.
    ///
    /// # Errors
    /// [`PeriodOutOfRange`] unless it is 1 to 3600 seconds.
    pub const fn from_secs(secs: u16) -> Result<Self, PeriodOutOfRange> {
        match NonZeroU16::new(secs) {
            Some(secs) if secs.get() <= Self::MAX.0.get() => Ok(Self(secs)),
            _ => Err(PeriodOutOfRange),
        }
    }

    /// The period in seconds.
    #[must_use]
    pub const fn secs(self) -> u16 {
        self.0.get()
    }

    /// For signed arithmetic within some steps of now.
    pub(super) fn signed_secs(self) -> i32 {
        i32::from(self.secs())
    }

    /// For division that cannot be by zero.
    pub(super) fn divisor(self) -> NonZeroU32 {
        self.0.into()
    }
}

impl Default for Period {
    /// [`Period::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What an authenticator and its verifier agree on besides the secret and the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TotpParams {
    /// Digits of each code.
    pub digits: Digits,
    /// Length of a time step.
    pub period: Period,
    /// When step 0 begins (`T0` of RFC 6238 §4.1).
    pub t0: UnixTime,
}

impl TotpParams {
    /// What nearly every authenticator app uses: six digits, thirty seconds, from 1970 on.
    pub const DEFAULT: Self = Self {
        digits: Digits::SIX,
        period: Period::DEFAULT,
        t0: UnixTime::EPOCH,
    };

    /// Where `now` is among the steps.
    #[expect(
        clippy::inline_always,
        reason = "constant parameters then cost nothing"
    )]
    #[inline(always)]
    pub(super) fn moment(&self, now: UnixTime) -> Result<Moment, BeforeT0> {
        if now < self.t0 {
            return Err(BeforeT0);
        }
        let secs = now.secs_since(self.t0);
        let (step, phase) = divided(secs, self.period.divisor());
        Ok(Moment {
            step,
            phase: phase.cast_signed(),
        })
    }
}

impl Default for TotpParams {
    /// [`TotpParams::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The time is before the `T0` of the parameters, where there are no steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeforeT0;

/// A moment as a step and the seconds since that began, which are fewer than a period.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) step: u64,
    pub(super) phase: i32,
}

/// Quotient and remainder. `by` is at most an hour of seconds.
#[cfg(target_pointer_width = "64")]
fn divided(secs: u64, by: NonZeroU32) -> (u64, u32) {
    let quotient = secs / NonZeroU64::from(by);
    let rest = secs.wrapping_sub(quotient.wrapping_mul(by.get().into()));
    // Below `by`, so the upper half is zero.
    let [a, b, c, d, ..] = rest.to_le_bytes();
    (quotient, u32::from_le_bytes([a, b, c, d]))
}

impl fmt::Display for PeriodOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a period is 1 to 3600 seconds")
    }
}

impl core::error::Error for PeriodOutOfRange {}

impl fmt::Display for BeforeT0 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is before the first time step")
    }
}

impl core::error::Error for BeforeT0 {}
