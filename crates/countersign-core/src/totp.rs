//! The home of TOTP (RFC 6238): time steps, the window around now, and the guard against replay.

use core::fmt;
use core::num::{NonZeroU16, NonZeroU64};

use subtle::{Choice, ConditionallySelectable};

use crate::hotp::code_at;
use crate::{Algorithm, Code, Digits, Keyed, SharedSecret, UnixTime};

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
}

impl Default for TotpParams {
    /// [`TotpParams::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How many steps before and after the current one are tried: 0 to 10 each.
///
/// The past pays for the time that typing and transmission take and for a slow clock, the future
/// for a fast one. Each step multiplies an attacker's chance per guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    past: u8,
    future: u8,
}

/// One side of the window is beyond [`Window::MAX_STEPS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowTooWide;

impl Window {
    /// One step to either side: what users of authenticator apps expect.
    pub const DEFAULT: Self = Self { past: 1, future: 1 };
    /// The current step and the one before: what RFC 6238 §5.2 recommends at most.
    pub const STRICT: Self = Self { past: 1, future: 0 };
    /// The most steps to one side.
    pub const MAX_STEPS: u8 = 10;

    /// Checks a window.
    ///
    /// # Errors
    /// [`WindowTooWide`] if a side has more than [`Window::MAX_STEPS`] steps.
    pub const fn new(past: u8, future: u8) -> Result<Self, WindowTooWide> {
        if past > Self::MAX_STEPS || future > Self::MAX_STEPS {
            return Err(WindowTooWide);
        }
        Ok(Self { past, future })
    }

    /// Steps before the current one.
    #[must_use]
    pub const fn past(self) -> u8 {
        self.past
    }

    /// Steps after the current one.
    #[must_use]
    pub const fn future(self) -> u8 {
        self.future
    }
}

impl Default for Window {
    /// [`Window::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

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
}

/// What became of a code.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TotpVerdict {
    /// Right and fresh. Store [`AcceptedStep::last_step`], on condition that the stored one is
    /// still the one that was passed in, and only then let the user in.
    Accepted(AcceptedStep),
    /// Right, but of a step that is used up: the same code again, or one from before it.
    AlreadyUsed,
    /// The code of no step in the window.
    Mismatch,
}

/// Proof that a code was right and fresh; only [`Totp::verify`] makes one.
///
/// ```compile_fail,E0451
/// use countersign_core::AcceptedStep;
/// let forged = AcceptedStep { step: 56_666_666, drift: 0 };
/// ```
#[must_use = "a code is used up only once its step is stored"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedStep {
    step: u64,
    drift: i8,
}

impl AcceptedStep {
    /// The step whose code it was.
    #[must_use]
    pub const fn step(self) -> u64 {
        self.step
    }

    /// How many steps the authenticator is ahead of our clock; negative if it is behind, which
    /// typing slowly looks like as well (RFC 6238 §6).
    #[must_use]
    pub const fn drift(self) -> i8 {
        self.drift
    }

    /// What to store.
    #[must_use]
    pub const fn last_step(self) -> LastStep {
        LastStep::at(self.step)
    }
}

/// The time is before the `T0` of the parameters, where there are no steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeforeT0;

/// A time-based one-time password generator and verifier for one secret.
#[derive(Clone, Debug)]
pub struct Totp<A: Algorithm> {
    key: Keyed<A>,
    params: TotpParams,
}

impl<A: Algorithm> Totp<A> {
    /// Prepares a secret.
    #[must_use]
    pub fn new(secret: &SharedSecret, params: TotpParams) -> Self {
        Self {
            key: Keyed::new(secret.as_bytes()),
            params,
        }
    }

    /// The parameters.
    #[must_use]
    pub const fn params(&self) -> TotpParams {
        self.params
    }

    /// The step that `now` falls into (`T` of RFC 6238 §4.2).
    ///
    /// # Errors
    /// [`BeforeT0`].
    pub fn step_at(&self, now: UnixTime) -> Result<u64, BeforeT0> {
        if now < self.params.t0 {
            return Err(BeforeT0);
        }
        Ok(now.secs_since(self.params.t0) / NonZeroU64::from(self.params.period.0))
    }

    /// The code of now.
    ///
    /// # Errors
    /// [`BeforeT0`].
    pub fn generate(&self, now: UnixTime) -> Result<Code, BeforeT0> {
        self.step_at(now)
            .map(|step| code_at(&self.key, step, self.params.digits))
    }

    /// Looks for a code in the window around now.
    ///
    /// A code that is the code of a used-up step in the window is refused, even if a fresh step
    /// happens to have the same one; of two fresh steps with the same code the later one counts.
    /// So no text is accepted twice. Before `T0` there is nothing to match, and steps before it
    /// are left out.
    ///
    /// Every step of the window is computed and compared in full, whatever matches; the time
    /// depends on `now` and the parameters only.
    pub fn verify(
        &self,
        code: &Code,
        now: UnixTime,
        window: Window,
        last: LastStep,
    ) -> TotpVerdict {
        let Ok(current) = self.step_at(now) else {
            return TotpVerdict::Mismatch;
        };
        let mut used = Choice::from(0);
        let mut found = Choice::from(0);
        let mut accepted = AcceptedStep { step: 0, drift: 0 };
        for drift in window.drifts() {
            let Some(step) = current.checked_add_signed(drift.into()) else {
                continue;
            };
            let matched = code_at(&self.key, step, self.params.digits).ct_matches(code);
            used |= matched & Choice::from(u8::from(last.uses_up(step)));
            found |= matched;
            accepted.step.conditional_assign(&step, matched);
            accepted.drift.conditional_assign(&drift, matched);
        }
        if used.into() {
            TotpVerdict::AlreadyUsed
        } else if found.into() {
            TotpVerdict::Accepted(accepted)
        } else {
            TotpVerdict::Mismatch
        }
    }
}

impl Window {
    /// From the earliest to the latest step, relative to the current one.
    fn drifts(self) -> core::ops::RangeInclusive<i8> {
        // Neither side is above MAX_STEPS, so the casts and the negation change nothing.
        self.past.cast_signed().wrapping_neg()..=self.future.cast_signed()
    }
}

impl fmt::Display for PeriodOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a period is 1 to 3600 seconds")
    }
}

impl core::error::Error for PeriodOutOfRange {}

impl fmt::Display for WindowTooWide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a window has at most 10 steps to each side")
    }
}

impl core::error::Error for WindowTooWide {}

impl fmt::Display for BeforeT0 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is before the first time step")
    }
}

impl core::error::Error for BeforeT0 {}
