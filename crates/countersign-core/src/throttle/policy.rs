//! The home of the limits that an operator sets on guessing and on deliveries.

use crate::PolicyError;

/// The limits that an account's [`Throttle`](crate::Throttle) keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottlePolicy {
    /// From this consecutive failure on, over all factors, each failure blocks for a while: for at
    /// least one second at first, doubling each time.
    pub backoff_from: u8,
    /// The longest such block, in seconds.
    pub backoff_max_secs: u32,
    /// At this consecutive failure of one factor that factor is locked, until another factor
    /// succeeds or an administrator unlocks the account.
    pub lock_at: u8,
    /// Wrong guesses evaluated in any 365 days, over all factors. Successes give back only the
    /// failures of their own sign-in.
    pub yearly_failures: u8,
    /// Unanswered codes delivered by one medium in any hour.
    pub hourly_deliveries: u8,
    /// Codes delivered by one medium in any day, answered or not.
    pub daily_deliveries: u8,
}

impl ThrottlePolicy {
    /// Back-off from the 5th failure (at most 900 s), lock at the 10th, 100 wrong guesses a year,
    /// 5 unanswered deliveries an hour and 20 deliveries a day.
    ///
    /// With 6 digits and three live codes a password thief succeeds with a chance of at most
    /// 3.0e-4 a year.
    pub const DEFAULT: Self = Self {
        backoff_from: 5,
        backoff_max_secs: 900,
        lock_at: 10,
        yearly_failures: 100,
        hourly_deliveries: 5,
        daily_deliveries: 20,
    };
    /// Wrong guesses that may ever be allowed in a row or in a year (NIST SP 800-63B §3.2.2).
    pub const MAX_FAILURES: u8 = 100;
    /// The longest block that may be set, in seconds: a day.
    pub const MAX_BACKOFF_SECS: u32 = 86_400;

    /// The part of [`Policy::check`](crate::Policy::check) that is about limits; `delivers` if a
    /// delivered factor is allowed.
    pub(crate) const fn check(&self, delivers: bool) -> Result<(), PolicyError> {
        if self.lock_at == 0 || self.lock_at > Self::MAX_FAILURES {
            return Err(PolicyError::LockAt);
        }
        if self.yearly_failures == 0 || self.yearly_failures > Self::MAX_FAILURES {
            return Err(PolicyError::YearlyFailures);
        }
        if self.backoff_from > self.lock_at
            || self.backoff_max_secs == 0
            || self.backoff_max_secs > Self::MAX_BACKOFF_SECS
        {
            return Err(PolicyError::Backoff);
        }
        if delivers
            && (self.hourly_deliveries == 0 || self.daily_deliveries < self.hourly_deliveries)
        {
            return Err(PolicyError::Deliveries);
        }
        Ok(())
    }
}

impl Default for ThrottlePolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}
