//! The home of limits on one account: consecutive failures, lock-out, the yearly budget of wrong
//! guesses, and how many codes are delivered.
//!
//! Everything is counted per account, never per sign-in (RFC 4226 §7.3): starting anew, changing
//! the factor or asking for another code gives nothing back. Only a right second factor does, or
//! time.

use crate::bytes::{Reader, Writer};
use crate::rolling::RollingCount;
use crate::{DecodeError, MfaType, SignInId, UnixTime};

/// The limits that an account's [`Throttle`] keeps to.
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
}

impl Default for ThrottlePolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Why a code is not even looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Too many wrong codes lately; not before this time.
    Until(UnixTime),
    /// The factor is locked: another factor or an administrator has to unlock it.
    FactorLocked,
    /// The account's budget of wrong guesses for this year is spent.
    BudgetSpent,
}

/// What one account has spent of its [`ThrottlePolicy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Consecutive failures of each factor.
    failures: [u8; MfaType::ALL.len()],
    /// Consecutive failures over all factors.
    consecutive: u8,
    blocked_until: UnixTime,
    year: RollingCount<YEAR_BUCKETS>,
    /// The sign-ins that failed last, and how often, to give back what they themselves spent.
    chains: [Chain; CHAINS],
    sms: Deliveries,
    email: Deliveries,
}

impl Throttle {
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = MfaType::ALL
        .len()
        .saturating_add(1 + 8)
        .saturating_add(RollingCount::<YEAR_BUCKETS>::ENCODED_LEN)
        .saturating_add(CHAINS.saturating_mul(Chain::ENCODED_LEN))
        .saturating_add(Deliveries::ENCODED_LEN.saturating_mul(2));

    /// Nothing spent.
    pub const NEW: Self = Self {
        failures: [0; MfaType::ALL.len()],
        consecutive: 0,
        blocked_until: UnixTime::EPOCH,
        year: RollingCount::EMPTY,
        chains: [Chain::NONE; CHAINS],
        sms: Deliveries::NONE,
        email: Deliveries::NONE,
    };

    /// Whether a code of `factor` may be evaluated at `now`.
    ///
    /// # Errors
    /// [`Blocked`], with the strongest reason.
    pub fn admits(
        &self,
        factor: MfaType,
        policy: &ThrottlePolicy,
        now: UnixTime,
    ) -> Result<(), Blocked> {
        if self.is_locked(factor, policy) {
            return Err(Blocked::FactorLocked);
        }
        if self.year.sum(now, YEAR_BUCKET_SECS) >= u32::from(policy.yearly_failures) {
            return Err(Blocked::BudgetSpent);
        }
        let wait = self.blocked_until.secs_since(now);
        // A longer wait than any back-off means that the clock has since been set back.
        if wait > 0 && wait <= u64::from(policy.backoff_max_secs).saturating_add(1) {
            return Err(Blocked::Until(self.blocked_until));
        }
        Ok(())
    }

    /// Whether `factor` has reached the policy's limit of consecutive failures.
    #[must_use]
    pub fn is_locked(&self, factor: MfaType, policy: &ThrottlePolicy) -> bool {
        self.failures_of(factor) >= policy.lock_at
    }

    /// Consecutive failures of `factor`.
    #[must_use]
    pub fn failures_of(&self, factor: MfaType) -> u8 {
        MfaType::ALL
            .iter()
            .zip(&self.failures)
            .find(|(f, _)| **f == factor)
            .map_or(0, |(_, n)| *n)
    }

    /// Spends one attempt of `factor` in the sign-in `chain`.
    pub(crate) fn fail(
        &mut self,
        factor: MfaType,
        chain: SignInId,
        policy: &ThrottlePolicy,
        now: UnixTime,
    ) {
        for (f, n) in MfaType::ALL.iter().zip(&mut self.failures) {
            if *f == factor {
                *n = n.saturating_add(1);
            }
        }
        self.consecutive = self.consecutive.saturating_add(1);
        self.year.add(now, YEAR_BUCKET_SECS);
        self.blame(chain);
        if let Some(doublings) = self.consecutive.checked_sub(policy.backoff_from) {
            let secs = 1_u32.checked_shl(u32::from(doublings)).unwrap_or(u32::MAX);
            // `now` is a time rounded down: one more second makes the block as long as it says.
            let whole_secs = secs.min(policy.backoff_max_secs).saturating_add(1);
            self.blocked_until = now.plus_secs(whole_secs);
        }
    }

    /// A right second factor in the sign-in `chain`: the consecutive counts start anew, and the
    /// year gets back what this sign-in had spent, and no more.
    pub(crate) fn succeed(&mut self, chain: SignInId) {
        self.failures = [0; MfaType::ALL.len()];
        self.consecutive = 0;
        self.blocked_until = UnixTime::EPOCH;
        for spent in &mut self.chains {
            if spent.id == chain.short() {
                self.year.take_back(spent.failures);
                *spent = Chain::NONE;
            }
        }
    }

    /// A new authenticator was bound: guesses at the one before it are no reason to refuse its
    /// codes (NIST SP 800-63B §3.2.2 asks for rebinding after a lock). The year gets nothing back.
    pub(crate) fn rebound(&mut self, factor: MfaType) {
        for (f, n) in MfaType::ALL.iter().zip(&mut self.failures) {
            if *f == factor {
                self.consecutive = self.consecutive.saturating_sub(*n);
                *n = 0;
            }
        }
        if self.consecutive == 0 {
            self.blocked_until = UnixTime::EPOCH;
        }
    }

    /// An administrator's unlock: nothing is spent any more, deliveries apart.
    pub(crate) fn unlock(&mut self) {
        *self = Self {
            sms: self.sms,
            email: self.email,
            ..Self::NEW
        };
    }

    /// Spends one delivery by `factor`'s medium; `false` if the limit is reached, in which case
    /// nothing may be sent.
    #[must_use]
    pub fn spend_delivery(
        &mut self,
        factor: MfaType,
        policy: &ThrottlePolicy,
        now: UnixTime,
    ) -> bool {
        self.deliveries(factor)
            .is_some_and(|sent| sent.spend(policy, now))
    }

    /// A delivered code was answered: it no longer counts towards the hour.
    pub fn delivery_answered(&mut self, factor: MfaType) {
        if let Some(sent) = self.deliveries(factor) {
            sent.hour.take_back(1);
        }
    }

    /// The stored form, big-endian: consecutive failures of each factor and of all, the end of the
    /// back-off, the year, failing sign-ins, deliveries by text message and by e-mail.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [0; Self::ENCODED_LEN];
        self.encode(&mut Writer::new(&mut stored));
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] if it has another length or a time out of range.
    pub fn from_bytes(stored: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(stored);
        let throttle = Self::decode(&mut from)?;
        from.finish()?;
        Ok(throttle)
    }

    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.failures);
        out.u8(self.consecutive);
        out.time(self.blocked_until);
        self.year.encode(out);
        for chain in &self.chains {
            out.bytes(&chain.id);
            out.u8(chain.failures);
        }
        for sent in [&self.sms, &self.email] {
            sent.hour.encode(out);
            sent.day.encode(out);
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut throttle = Self {
            failures: from.array()?,
            consecutive: from.u8()?,
            blocked_until: from.time()?,
            year: RollingCount::decode(from)?,
            ..Self::NEW
        };
        for chain in &mut throttle.chains {
            *chain = Chain {
                id: from.array()?,
                failures: from.u8()?,
            };
        }
        for sent in [&mut throttle.sms, &mut throttle.email] {
            sent.hour = RollingCount::decode(from)?;
            sent.day = RollingCount::decode(from)?;
        }
        Ok(throttle)
    }

    /// Remembers a failure of `id`, in place of the oldest if there is no room. What is forgotten
    /// is not given back, so an attacker gains nothing by starting many sign-ins.
    fn blame(&mut self, id: SignInId) {
        let id = id.short();
        if let Some(known) = self.chains.iter_mut().find(|chain| chain.id == id) {
            known.failures = known.failures.saturating_add(1);
            return;
        }
        self.chains.rotate_right(1);
        if let Some(first) = self.chains.first_mut() {
            *first = Chain { id, failures: 1 };
        }
    }

    const fn deliveries(&mut self, factor: MfaType) -> Option<&mut Deliveries> {
        match factor {
            MfaType::Sms => Some(&mut self.sms),
            MfaType::Email => Some(&mut self.email),
            MfaType::Totp => None,
        }
    }
}

impl Default for Throttle {
    fn default() -> Self {
        Self::NEW
    }
}

/// The failures of one sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chain {
    id: [u8; SignInId::SHORT_LEN],
    failures: u8,
}

impl Chain {
    const ENCODED_LEN: usize = SignInId::SHORT_LEN.saturating_add(1);
    const NONE: Self = Self {
        id: [0; SignInId::SHORT_LEN],
        failures: 0,
    };
}

/// What one medium has delivered lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Deliveries {
    hour: RollingCount<HOUR_BUCKETS>,
    day: RollingCount<DAY_BUCKETS>,
}

impl Deliveries {
    const ENCODED_LEN: usize = RollingCount::<HOUR_BUCKETS>::ENCODED_LEN
        .saturating_add(RollingCount::<DAY_BUCKETS>::ENCODED_LEN);
    const NONE: Self = Self {
        hour: RollingCount::EMPTY,
        day: RollingCount::EMPTY,
    };

    fn spend(&mut self, policy: &ThrottlePolicy, now: UnixTime) -> bool {
        let room = self.hour.sum(now, HOUR_BUCKET_SECS) < u32::from(policy.hourly_deliveries)
            && self.day.sum(now, DAY_BUCKET_SECS) < u32::from(policy.daily_deliveries);
        if room {
            self.hour.add(now, HOUR_BUCKET_SECS);
            self.day.add(now, DAY_BUCKET_SECS);
        }
        room
    }
}

/// Twelve twelfths of 365 days, and the one that is running.
const YEAR_BUCKETS: usize = 13;
const YEAR_BUCKET_SECS: u32 = 2_628_000;
/// Six times ten minutes, and the ten minutes that are running.
const HOUR_BUCKETS: usize = 7;
const HOUR_BUCKET_SECS: u32 = 600;
/// 24 hours, and the one that is running.
const DAY_BUCKETS: usize = 25;
const DAY_BUCKET_SECS: u32 = 3600;
/// How many failing sign-ins are remembered at a time.
const CHAINS: usize = 4;
