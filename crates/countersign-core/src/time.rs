//! The home of time: whole seconds since 1970, and all arithmetic on them.

/// A moment as whole seconds since 1970-01-01T00:00:00Z, at most 2^40 (the year 36,812).
///
/// The core never asks for the time; every operation that needs it takes it as an argument. The
/// bound leaves 24 spare bits, so adding any `u32` of seconds cannot overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

/// The number of seconds is negative or beyond [`UnixTime::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOutOfRange;

impl UnixTime {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The last moment that can be expressed: 2^40 seconds after the epoch.
    pub const MAX: Self = Self(1 << 40);
    /// How far apart, in seconds, the clocks of nodes that share a store may be.
    pub const SKEW_SECS: u64 = 5;

    /// The moment `secs` seconds after the epoch.
    ///
    /// # Errors
    /// [`TimeOutOfRange`] beyond [`UnixTime::MAX`].
    pub const fn from_secs(secs: u64) -> Result<Self, TimeOutOfRange> {
        if secs > Self::MAX.0 {
            return Err(TimeOutOfRange);
        }
        Ok(Self(secs))
    }

    /// The moment of a signed count of seconds, as most system clocks give it.
    ///
    /// # Errors
    /// [`TimeOutOfRange`] before 1970 and beyond [`UnixTime::MAX`].
    pub const fn from_signed_secs(secs: i64) -> Result<Self, TimeOutOfRange> {
        if secs < 0 {
            return Err(TimeOutOfRange);
        }
        Self::from_secs(secs.unsigned_abs())
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn secs(self) -> u64 {
        self.0
    }

    /// The moment `secs` later, or [`UnixTime::MAX`] if that is sooner.
    #[must_use]
    pub const fn plus_secs(self, secs: u32) -> Self {
        // `u64::from` is not const; widening through to_be_bytes keeps this usable in constants.
        let b = secs.to_be_bytes();
        let later = self
            .0
            .saturating_add(u64::from_be_bytes([0, 0, 0, 0, b[0], b[1], b[2], b[3]]));
        if later > Self::MAX.0 {
            return Self::MAX;
        }
        Self(later)
    }

    /// Whether something that began at `start` and ends at `end` is under way at `self`.
    ///
    /// A start up to [`UnixTime::SKEW_SECS`] ahead is forgiven, since nodes' clocks differ; further
    /// ahead means that a clock was set back, and what it would revive stays dead.
    #[must_use]
    pub const fn is_between(self, start: Self, end: Self) -> bool {
        start.secs_since(self) <= Self::SKEW_SECS && self.0 < end.0
    }

    /// Seconds from `earlier` to `self`; zero if `earlier` is in fact later, so that a clock
    /// set back never looks like time gone by.
    #[must_use]
    pub const fn secs_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl core::fmt::Display for TimeOutOfRange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the time is before 1970 or more than 2^40 seconds after it")
    }
}

impl core::error::Error for TimeOutOfRange {}
