//! The home of the host's clock: a trait, the system clock, and one that is moved by hand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use countersign_core::UnixTime;

/// A source of the present time.
pub trait Clock: Send + Sync {
    /// The present time, in whole seconds.
    ///
    /// # Errors
    /// [`ClockUnset`] if the clock cannot be right. Callers refuse to verify anything then: every
    /// lifetime, lock-out and one-time step depends on the time.
    fn now(&self) -> Result<UnixTime, ClockUnset>;
}

/// The clock shows a time that cannot be the present: it was never set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock is not set: it shows a time before 2020 or more than 2^40 s after 1970")]
pub struct ClockUnset;

/// The operating system's real-time clock. A clock that shows a time before 2020 was never set,
/// as on a machine whose battery is empty and which has not reached a time server yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Result<UnixTime, ClockUnset> {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| ClockUnset)?;
        plausible(since_epoch.as_secs())
    }
}

/// A clock that stands still until it is moved: for tests of services built on this crate.
#[derive(Debug)]
pub struct ManualClock {
    secs: AtomicU64,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn new(now: UnixTime) -> Self {
        Self {
            secs: AtomicU64::new(now.secs()),
        }
    }

    /// Shows `now` from here on, be it later or earlier.
    pub fn set(&self, now: UnixTime) {
        self.secs.store(now.secs(), Ordering::SeqCst);
    }

    /// Moves the clock forward by `secs`, at most to [`UnixTime::MAX`].
    pub fn advance(&self, secs: u32) {
        let moved = |now| {
            UnixTime::from_secs(now)
                .ok()
                .map(|t| t.plus_secs(secs).secs())
        };
        let _ = self
            .secs
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }
}

impl Clock for ManualClock {
    /// # Errors
    /// [`ClockUnset`] before 2020, as with [`SystemClock`].
    fn now(&self) -> Result<UnixTime, ClockUnset> {
        plausible(self.secs.load(Ordering::SeqCst))
    }
}

fn plausible(secs: u64) -> Result<UnixTime, ClockUnset> {
    if secs < EARLIEST_PLAUSIBLE_SECS {
        return Err(ClockUnset);
    }
    UnixTime::from_secs(secs).map_err(|_| ClockUnset)
}

/// 2020-01-01T00:00:00Z.
const EARLIEST_PLAUSIBLE_SECS: u64 = 1_577_836_800;
