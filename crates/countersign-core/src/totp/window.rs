//! The home of the window: which steps around now are tried.

use core::fmt;
use core::ops::RangeInclusive;

use super::params::{Moment, Period};
use super::state::Drift;

/// How much time before and after now is tried: 0 to 10 steps, or 0 to 300 seconds, each.
///
/// Now is the authenticator's, as far as it is known: our clock and the authenticator's [`Drift`].
/// The past pays for the time that typing and transmission take and for a slow clock, the future
/// for a fast one. Each step multiplies an attacker's chance per guess.
///
/// ```
/// use countersign_core::Window;
///
/// // The current step, the one before and the one after.
/// assert_eq!(Window::new(1, 1)?, Window::DEFAULT);
/// // Whatever was shown in the last 20 seconds, or will be in the next five.
/// let window = Window::from_secs(20, 5)?;
/// # let _ = window;
/// # Ok::<(), countersign_core::WindowTooWide>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window(Extent);

/// Both sides in one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Extent {
    Steps { past: u8, future: u8 },
    Secs { past: u16, future: u16 },
}

/// One side of the window is beyond [`Window::MAX_STEPS`] or [`Window::MAX_SECS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowTooWide;

impl Window {
    /// One step to either side: what users of authenticator apps expect.
    pub const DEFAULT: Self = Self(Extent::Steps { past: 1, future: 1 });
    /// The current step and the one before: what RFC 6238 §5.2 recommends at most.
    pub const STRICT: Self = Self(Extent::Steps { past: 1, future: 0 });
    /// The most steps to one side.
    pub const MAX_STEPS: u8 = 10;
    /// The most seconds to one side.
    pub const MAX_SECS: u16 = 300;

    /// A window of whole steps before and after the one that is now.
    ///
    /// # Errors
    /// [`WindowTooWide`] if a side has more than [`Window::MAX_STEPS`] steps.
    pub const fn new(past: u8, future: u8) -> Result<Self, WindowTooWide> {
        if past > Self::MAX_STEPS || future > Self::MAX_STEPS {
            return Err(WindowTooWide);
        }
        Ok(Self(Extent::Steps { past, future }))
    }

    /// A window of seconds: every step is tried that has a second in common with the time from
    /// `past` seconds ago to `future` seconds ahead, both included.
    ///
    /// So a code is good for `past` seconds after it has vanished from the screen, wherever in its
    /// step that was, and fewer steps are tried at a time than with whole steps. With periods
    /// shorter than 30 seconds a side still has at most [`Window::MAX_STEPS`] steps.
    ///
    /// # Errors
    /// [`WindowTooWide`] if a side has more than [`Window::MAX_SECS`] seconds.
    pub const fn from_secs(past: u16, future: u16) -> Result<Self, WindowTooWide> {
        if past > Self::MAX_SECS || future > Self::MAX_SECS {
            return Err(WindowTooWide);
        }
        Ok(Self(Extent::Secs { past, future }))
    }

    /// Past and future in steps, unless the window is one of seconds.
    #[must_use]
    pub const fn steps(self) -> Option<(u8, u8)> {
        match self.0 {
            Extent::Steps { past, future } => Some((past, future)),
            Extent::Secs { .. } => None,
        }
    }

    /// Past and future in seconds, unless the window is one of steps.
    #[must_use]
    pub const fn secs(self) -> Option<(u16, u16)> {
        match self.0 {
            Extent::Steps { .. } => None,
            Extent::Secs { past, future } => Some((past, future)),
        }
    }

    /// The steps to try, counted from the one that our clock is in.
    pub(super) fn offsets(
        self,
        moment: Moment,
        period: Period,
        drift: Drift,
    ) -> RangeInclusive<i32> {
        let most = i32::from(Self::MAX_STEPS);
        // Where the authenticator's clock is, in seconds after our step began.
        let drift = drift.within(period);
        let device = moment.phase.wrapping_add(drift);
        // Without a drift it is in our step, which takes no division.
        let centre = if drift == 0 {
            0
        } else {
            steps_in(device, period)
        };
        let (first, last) = match self.0 {
            Extent::Steps { past, future } => (
                centre.wrapping_sub(past.into()),
                centre.wrapping_add(future.into()),
            ),
            Extent::Secs { past, future } => (
                steps_in(device.wrapping_sub(past.into()), period),
                steps_in(device.wrapping_add(future.into()), period),
            ),
        };
        first.max(centre.wrapping_sub(most))..=last.min(centre.wrapping_add(most))
    }

    /// By how many seconds the past is longer than the future. That much of a delay is not held
    /// to be drift, since a window that followed it could not follow back.
    pub(super) fn lopsidedness(self, period: Period) -> i32 {
        let period_secs = period.signed_secs();
        let most = period_secs.wrapping_mul(Self::MAX_STEPS.into());
        let (past, future) = match self.0 {
            Extent::Steps { past, future } => (
                period_secs.wrapping_mul(past.into()),
                period_secs.wrapping_mul(future.into()),
            ),
            Extent::Secs { past, future } => (most.min(past.into()), most.min(future.into())),
        };
        past.wrapping_sub(future).max(0)
    }
}

impl Default for Window {
    /// [`Window::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The whole steps in `secs`, rounded down. `secs` is less than an hour and twenty steps from
/// zero, and 300 seconds more.
fn steps_in(secs: i32, period: Period) -> i32 {
    // As a rule it is in the step itself, and need not wait for a division.
    #[cfg(target_pointer_width = "64")]
    if secs.cast_unsigned() < u32::from(period.secs()) {
        return 0;
    }
    // Made positive, so that the division is unsigned and rounds down: an i32 has room for 400
    // steps of an hour.
    let bias = period.signed_secs().wrapping_mul(BIAS_STEPS);
    let positive = secs.wrapping_add(bias).cast_unsigned();
    let steps = positive / period.divisor();
    steps.cast_signed().wrapping_sub(BIAS_STEPS)
}

/// More than twenty steps of drift and 300 steps of a second each.
const BIAS_STEPS: i32 = 400;

impl fmt::Display for WindowTooWide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a window has at most 10 steps or 300 seconds to each side")
    }
}

impl core::error::Error for WindowTooWide {}
