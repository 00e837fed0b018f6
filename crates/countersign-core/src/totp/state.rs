//! The home of what a verifier remembers of one authenticator: the last used step and how far its
//! clock is from ours.

use core::fmt;

use super::params::{Moment, Period};
use crate::DecodeError;
use crate::bytes::{Reader, Writer, decoded, encoded};

/// The last step of which a code was accepted. It and every step before it are used up
/// (RFC 6238 §5.2: a code must not be accepted twice).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LastStep(Option<u64>);

impl LastStep {
    /// No code was ever accepted: only at enrolment.
    pub const NEVER: Self = Self(None);

    /// A code of `step` was accepted, and none of a later one.
    #[must_use]
    pub const fn at(step: u64) -> Self {
        Self(Some(step))
    }

    /// The step, if there ever was one.
    #[must_use]
    pub const fn step(self) -> Option<u64> {
        self.0
    }

    /// Whether the codes of `step` may not be accepted any more.
    #[must_use]
    pub fn uses_up(self, step: u64) -> bool {
        self.0.is_some_and(|last| step <= last)
    }

    /// The same one step later, if it ever was.
    pub(super) const fn and_the_next(self) -> Self {
        match self.0 {
            Some(last) => Self::at(last.saturating_add(1)),
            None => self,
        }
    }
}

/// How many seconds an authenticator's clock is ahead of ours, as far as its codes tell; negative
/// if it is behind (RFC 6238 §6).
///
/// A code tells it to within a step, and a code typed late looks like a slow clock. So a new
/// estimate stays as close to the one before as the accepted code allows, and never goes further
/// than [`Drift::MAX_STEPS`] steps. Between two codes a clock may gain or lose as much as the
/// window has to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Drift(i32);

/// The drift is more than [`Drift::MAX_SECS`] to either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DriftTooFar;

impl Drift {
    /// Both clocks agree.
    pub const NONE: Self = Self(0);
    /// The furthest that a clock is followed to either side, in steps of its period.
    pub const MAX_STEPS: u8 = 20;
    /// [`Drift::MAX_STEPS`] of the longest period: twenty hours.
    pub const MAX_SECS: i32 = 20 * 3600;

    /// Checks a number of seconds, positive if the authenticator is ahead. With a short period less
    /// of it counts: [`Drift::MAX_STEPS`] steps.
    ///
    /// # Errors
    /// [`DriftTooFar`] beyond [`Drift::MAX_SECS`] to either side.
    pub const fn from_secs(secs: i32) -> Result<Self, DriftTooFar> {
        if secs < -Self::MAX_SECS || secs > Self::MAX_SECS {
            return Err(DriftTooFar);
        }
        Ok(Self(secs))
    }

    /// Seconds that the authenticator is ahead; negative if it is behind.
    #[must_use]
    pub const fn secs(self) -> i32 {
        self.0
    }

    /// The seconds that count with this period.
    pub(super) fn within(self, period: Period) -> i32 {
        let most = period.signed_secs().wrapping_mul(Self::MAX_STEPS.into());
        self.0.min(most).max(most.wrapping_neg())
    }

    /// The nearest drift with which the step `offset` steps from our clock's was on the screen at
    /// `moment`, or up to `allowance` seconds before.
    pub(super) fn following(
        self,
        offset: i32,
        moment: Moment,
        period: Period,
        allowance: i32,
    ) -> Self {
        let period_secs = period.signed_secs();
        let earliest = period_secs.wrapping_mul(offset).wrapping_sub(moment.phase);
        let latest = earliest
            .wrapping_add(period_secs)
            .wrapping_sub(1)
            .wrapping_add(allowance);
        Self(Self(self.within(period).max(earliest).min(latest)).within(period))
    }
}

/// What a verifier remembers of one authenticator, to be stored with a compare-and-swap after each
/// accepted code.
///
/// ```
/// use countersign_core::{Drift, LastStep, TotpState};
///
/// let state = TotpState::new(LastStep::at(56_666_666), Drift::NONE);
/// assert_eq!(TotpState::decode(&state.encode()), Ok(state));
/// ```
#[must_use = "what is not stored does not keep a used code from being used again"]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TotpState {
    last_step: LastStep,
    drift: Drift,
}

impl TotpState {
    /// No code was ever accepted. It is right for the first code of a new secret alone: the state
    /// that this code gives is the one to begin with, so that it is not the first login as well.
    pub const NEW: Self = Self::new(LastStep::NEVER, Drift::NONE);

    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = 1 + Self::FIELDS_LEN;
    /// Bytes of the fields alone, inside the stored form of something larger.
    pub(crate) const FIELDS_LEN: usize = 1 + 8 + 4;

    /// The state of an authenticator that was verified elsewhere so far.
    pub const fn new(last_step: LastStep, drift: Drift) -> Self {
        Self { last_step, drift }
    }

    /// The last step whose codes are used up.
    #[must_use]
    pub const fn last_step(self) -> LastStep {
        self.last_step
    }

    /// How far the authenticator's clock is from ours.
    #[must_use]
    pub const fn drift(self) -> Drift {
        self.drift
    }

    /// The stored form. Big-endian; what is not in use is zero, so each state has one spelling.
    ///
    /// | field | bytes |
    /// |---|---|
    /// | format, 1 | 1 |
    /// | 1 if a code was ever accepted, else 0 | 1 |
    /// | last step | 8 |
    /// | drift in seconds, two's complement | 4 |
    #[must_use]
    pub fn encode(self) -> [u8; Self::ENCODED_LEN] {
        encoded(FORMAT, |out| self.write(out))
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`TotpState::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        decoded(stored, FORMAT, Self::read)
    }

    pub(crate) fn write(self, out: &mut Writer<'_>) {
        let last = self.last_step.step();
        out.u8(u8::from(last.is_some()));
        out.u64(last.unwrap_or(0));
        out.bytes(&self.drift.0.to_be_bytes());
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let last_step = match (from.u8()?, from.u64()?) {
            (0, 0) => LastStep::NEVER,
            (1, step) => LastStep::at(step),
            _ => return Err(DecodeError),
        };
        let drift = i32::from_be_bytes(from.array()?);
        let drift = Drift::from_secs(drift).map_err(|DriftTooFar| DecodeError)?;
        Ok(Self::new(last_step, drift))
    }
}

const FORMAT: u8 = 1;

impl fmt::Display for DriftTooFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a clock is followed for twenty hours to either side at most")
    }
}

impl core::error::Error for DriftTooFar {}
