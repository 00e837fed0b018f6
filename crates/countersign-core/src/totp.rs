//! The home of TOTP (RFC 6238): generating, verifying, and finding a device whose clock is off.

#[cfg(not(target_pointer_width = "64"))]
mod long_division;
mod params;
mod state;
mod window;

use core::ops::RangeInclusive;

use crate::mask::Mask;
use crate::typed::Typed;
use crate::{Algorithm, Code, Engine, Keyed, Portable, SharedSecret, UnixTime};
use params::Moment;

pub use params::{BeforeT0, Period, PeriodOutOfRange, TotpParams};
pub use state::{Drift, DriftTooFar, LastStep, TotpState};
pub use window::{Window, WindowTooWide};

/// What became of a code.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TotpVerdict {
    /// Right and fresh. Store [`AcceptedStep::state`], on condition that the stored one is still
    /// the one that was passed in, and only then let the user in.
    Accepted(AcceptedStep),
    /// Right, but of a step that is used up: the same code again, or one from before it.
    AlreadyUsed,
    /// The code of no step in the window.
    Mismatch,
}

/// Proof that a code was right and fresh; only [`Totp::verify`] and [`Totp::resynchronise`] make
/// one.
///
/// ```compile_fail,E0451
/// use countersign_core::{AcceptedStep, TotpState};
/// let forged = AcceptedStep { step: 56_666_666, offset: 0, state: TotpState::NEW };
/// ```
#[must_use = "a code is used up only once the state is stored"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedStep {
    step: u64,
    offset: i32,
    state: TotpState,
}

impl AcceptedStep {
    /// The step whose code it was.
    #[must_use]
    pub const fn step(self) -> u64 {
        self.step
    }

    /// How many steps that is after the one that our clock is in; negative if it is before. It
    /// takes in the authenticator's drift and the time that typing took. At most 30 either way.
    #[must_use]
    pub const fn offset(self) -> i32 {
        self.offset
    }

    /// What to store.
    pub const fn state(self) -> TotpState {
        self.state
    }
}

/// A time-based one-time password generator and verifier for one secret.
///
/// `E` is the [`Engine`] that computes; only those who bring one of their own need to name it.
///
/// ```
/// use countersign_core::{
///     Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, UnixTime, Window,
/// };
///
/// let secret = SharedSecret::from_bytes(b"12345678901234567890")?;
/// let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
/// let now = UnixTime::from_secs(1_111_111_109)?;
/// let code = totp.generate(now)?;
///
/// // The first code of a new secret confirms that it has arrived.
/// let TotpVerdict::Accepted(first) = totp.verify(&code, now, Window::DEFAULT, TotpState::NEW)
/// else {
///     panic!("a fresh code is right");
/// };
/// // Once the state is stored, the code is used up, for the first login as well.
/// let again = totp.verify(&code, now, Window::DEFAULT, first.state());
/// assert_eq!(again, TotpVerdict::AlreadyUsed);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Totp<A: Algorithm, E = Portable> {
    key: Keyed<A>,
    params: TotpParams,
    engine: E,
}

impl<A: Algorithm> Totp<A> {
    /// Prepares a secret.
    #[must_use]
    #[expect(
        clippy::inline_always,
        reason = "constant parameters then cost nothing"
    )]
    #[inline(always)]
    pub fn new(secret: &SharedSecret, params: TotpParams) -> Self {
        Self::with_engine(secret, params, Portable)
    }
}

impl<A: Algorithm, E: Engine<A>> Totp<A, E> {
    /// Prepares a secret, and has `engine` compute with it.
    #[must_use]
    #[expect(
        clippy::inline_always,
        reason = "constant parameters then cost nothing"
    )]
    #[inline(always)]
    pub fn with_engine(secret: &SharedSecret, params: TotpParams, engine: E) -> Self {
        Self {
            key: Keyed::of(secret),
            params,
            engine,
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
        self.params.moment(now).map(|moment| moment.step)
    }

    /// The code of now.
    ///
    /// # Errors
    /// [`BeforeT0`].
    pub fn generate(&self, now: UnixTime) -> Result<Code, BeforeT0> {
        self.step_at(now)
            .map(|step| self.key.code(&self.engine, step, self.params.digits))
    }

    /// Looks for a code in the window around now, as the authenticator's clock has it.
    ///
    /// A code that is the code of a used-up step in the window is refused, even if a fresh step
    /// happens to have the same one; of two fresh steps with the same code the later one counts.
    /// So no text is accepted again for as long as the step that it was accepted for is in the
    /// window. Before `T0` there is nothing to match, and steps before it are left out.
    ///
    /// Every step of the window is computed and compared in full, whatever matches; the time
    /// depends on `now`, `window`, `state` and the parameters only.
    ///
    /// An accepted code moves the drift to the nearest at which the code was on the screen at
    /// `now`, or, where the window's past is longer than its future, by that much before. Then a
    /// device whose clock is off by any constant, and typing that takes up to the window's past,
    /// never lead out of the window; a clock that runs fast or slow is followed. A window without
    /// a future cannot tell a slow clock from slow typing, and follows neither.
    pub fn verify(
        &self,
        code: &Code,
        now: UnixTime,
        window: Window,
        state: TotpState,
    ) -> TotpVerdict {
        let typed = Typed::new(code, self.params.digits);
        self.verify_by(|truncated| typed.is(truncated), now, window, state)
    }

    /// [`Totp::verify`] of a code that is not decimal: `is_match` says whether a truncated value of
    /// 31 bits is that of the code.
    pub(crate) fn verify_by(
        &self,
        is_match: impl FnMut(u32) -> Mask,
        now: UnixTime,
        window: Window,
        state: TotpState,
    ) -> TotpVerdict {
        let Ok(moment) = self.params.moment(now) else {
            return TotpVerdict::Mismatch;
        };
        let period = self.params.period;
        let offsets = window.offsets(moment, period, state.drift());
        let found = self.search(offsets, moment, state.last_step(), is_match);
        self.verdict(&found, moment, state, || window.lopsidedness(period))
    }

    /// Finds a device whose clock is off by up to [`Drift::MAX_STEPS`] steps, by two codes of
    /// consecutive steps (RFC 6238 §6), and sets the drift so that the second is on its screen at
    /// `now`.
    ///
    /// Both codes have to be fresh; the verdict is on the second. The width is no risk here: 41
    /// pairs of six digits are guessed once in 2·10^10 tries. Still, limit how often it is tried.
    ///
    /// ```
    /// use countersign_core::{
    ///     Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, UnixTime, Window,
    /// };
    ///
    /// let secret = SharedSecret::from_bytes(b"12345678901234567890")?;
    /// let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
    /// let now = UnixTime::from_secs(1_111_111_109)?;
    /// // A device that is five minutes fast shows two codes, one after the other.
    /// let first = totp.generate(now.plus_secs(270))?;
    /// let second = totp.generate(now.plus_secs(300))?;
    /// let TotpVerdict::Accepted(found) =
    ///     totp.resynchronise(&first, &second, now, TotpState::NEW)
    /// else {
    ///     panic!("it is within reach");
    /// };
    /// // From now on its codes are expected where its clock is.
    /// let third = totp.generate(now.plus_secs(330))?;
    /// let verdict = totp.verify(&third, now.plus_secs(30), Window::DEFAULT, found.state());
    /// assert!(matches!(verdict, TotpVerdict::Accepted(_)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn resynchronise(
        &self,
        first: &Code,
        second: &Code,
        now: UnixTime,
        state: TotpState,
    ) -> TotpVerdict {
        let Ok(moment) = self.params.moment(now) else {
            return TotpVerdict::Mismatch;
        };
        let first = Typed::new(first, self.params.digits);
        let second = Typed::new(second, self.params.digits);
        let furthest = i32::from(Drift::MAX_STEPS);
        // One more, where the first pair begins and none ends.
        let start = furthest.wrapping_neg().wrapping_sub(1);
        // A pair goes by its second step, and is used up already if its first is.
        let last = state.last_step().and_the_next();
        // Carried from step to step, so that each code is computed once.
        let mut before = Mask::NO;
        let found = self.search(start..=furthest, moment, last, |truncated| {
            let pair = before & second.is(truncated);
            before = first.is(truncated);
            pair
        });
        self.verdict(&found, moment, state, || 0)
    }

    /// Looks at every step from the first to the last, those before step 0 apart.
    fn search(
        &self,
        offsets: RangeInclusive<i32>,
        moment: Moment,
        last: LastStep,
        mut is_match: impl FnMut(u32) -> Mask,
    ) -> Found {
        let mut found = Found {
            used: Mask::NO,
            matched: Mask::NO,
            offset: 0,
        };
        let (start, end) = offsets.into_inner();
        // Where it starts before step 0, it begins there instead, as many steps before now as there
        // are: no more than the start is, of which an i32 has room.
        let (first, mut offset) = match moment.step.checked_add_signed(start.into()) {
            Some(first) => (first, start),
            None => (
                0,
                i32::try_from(moment.step)
                    .unwrap_or_default()
                    .wrapping_neg(),
            ),
        };
        // No more than 62 steps; fewer than none if all are before step 0.
        let count = u8::try_from(end.wrapping_sub(offset).wrapping_add(1)).unwrap_or(0);
        self.key
            .each_counter(&self.engine, first, count, |step, tag| {
                let matched = is_match(tag.truncate());
                found.used |= matched & Mask::of_public(last.uses_up(step));
                found.matched |= matched;
                found.offset = matched.choose(found.offset, offset);
                offset = offset.wrapping_add(1);
            });
        found
    }

    fn verdict(
        &self,
        found: &Found,
        moment: Moment,
        state: TotpState,
        allowance: impl FnOnce() -> i32,
    ) -> TotpVerdict {
        if found.used.is_yes() {
            return TotpVerdict::AlreadyUsed;
        }
        if !found.matched.is_yes() {
            return TotpVerdict::Mismatch;
        }
        // One of those that were looked at, so there is one.
        let step = moment.step.wrapping_add_signed(found.offset.into());
        let (drift, period) = (state.drift(), self.params.period);
        let drift = drift.following(found.offset, moment, period, allowance());
        TotpVerdict::Accepted(AcceptedStep {
            step,
            offset: found.offset,
            state: TotpState::new(LastStep::at(step), drift),
        })
    }
}

/// What a search came to, to be looked at only when it is over.
struct Found {
    /// A used-up step matched.
    used: Mask,
    /// Any step matched.
    matched: Mask,
    /// The last that did.
    offset: i32,
}
