//! The home of limits on one account: consecutive failures, lock-out, the yearly budget of wrong
//! guesses, and how many codes are delivered.
//!
//! Everything is counted per account, never per sign-in (RFC 4226 §7.3): starting anew, changing
//! the factor or asking for another code gives nothing back. Only a right second factor does, or
//! time.

mod deliveries;
mod encoding;
mod policy;

pub use policy::ThrottlePolicy;

use crate::rolling::RollingCount;
use crate::{MfaType, SignInId, UnixTime};
use deliveries::Deliveries;

/// What a typed code is a guess at. Each kind has consecutive failures of its own; all share the
/// back-off and the yearly budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guess {
    /// The present code of this factor.
    Code(MfaType),
    /// One of the account's recovery codes.
    RecoveryCode,
}

impl Guess {
    /// Every kind, in the order of the stored form.
    pub const ALL: [Self; 4] = [
        Self::Code(MfaType::Sms),
        Self::Code(MfaType::Totp),
        Self::Code(MfaType::Email),
        Self::RecoveryCode,
    ];
}

impl From<MfaType> for Guess {
    fn from(factor: MfaType) -> Self {
        Self::Code(factor)
    }
}

/// Why a code is not even looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Too many wrong codes lately; not before this time.
    Until(UnixTime),
    /// The factor, or redeeming recovery codes, is locked: another factor, a recovery code or an
    /// administrator has to unlock it.
    FactorLocked,
    /// The account's budget of wrong guesses for this year is spent.
    BudgetSpent,
}

/// What one account has spent of its [`ThrottlePolicy`].
///
/// ```
/// use countersign_core::{MfaType, Throttle, ThrottlePolicy, UnixTime};
/// let (mut throttle, policy) = (Throttle::NEW, ThrottlePolicy::DEFAULT);
/// let now = UnixTime::from_secs(1_800_000_000)?;
/// // Each message is counted before it is sent; the sixth within the hour is refused.
/// for _ in 0..policy.hourly_deliveries {
///     assert!(throttle.spend_delivery(MfaType::Sms, &policy, now));
/// }
/// assert!(!throttle.spend_delivery(MfaType::Sms, &policy, now));
/// assert_eq!(Throttle::decode(&throttle.encode()), Ok(throttle));
/// # Ok::<(), countersign_core::TimeOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Consecutive failures of each kind of guess.
    failures: [u8; Guess::ALL.len()],
    /// Consecutive failures over all kinds.
    consecutive: u8,
    blocked_until: UnixTime,
    year: RollingCount<YEAR_BUCKETS>,
    /// The sign-ins that failed last, and how often, to give back what they themselves spent.
    chains: [Chain; CHAINS],
    sms: Deliveries,
    email: Deliveries,
}

impl Throttle {
    /// Nothing spent.
    pub const NEW: Self = Self {
        failures: [0; Guess::ALL.len()],
        consecutive: 0,
        blocked_until: UnixTime::EPOCH,
        year: RollingCount::EMPTY,
        chains: [Chain::NONE; CHAINS],
        sms: Deliveries::NONE,
        email: Deliveries::NONE,
    };

    /// Whether a guess of this kind may be evaluated at `now`.
    ///
    /// # Errors
    /// [`Blocked`], with the strongest reason.
    pub fn admits(
        &self,
        guess: impl Into<Guess>,
        policy: &ThrottlePolicy,
        now: UnixTime,
    ) -> Result<(), Blocked> {
        if self.is_locked(guess, policy) {
            return Err(Blocked::FactorLocked);
        }
        if self.guesses_left(policy, now) == 0 {
            return Err(Blocked::BudgetSpent);
        }
        let wait = self.blocked_until.secs_since(now);
        // A longer wait than any back-off means that the clock has since been set back.
        if wait > 0 && wait <= u64::from(policy.backoff_max_secs).saturating_add(1) {
            return Err(Blocked::Until(self.blocked_until));
        }
        Ok(())
    }

    /// Whether guesses of this kind have reached the policy's limit of consecutive failures.
    #[must_use]
    pub fn is_locked(&self, guess: impl Into<Guess>, policy: &ThrottlePolicy) -> bool {
        self.failures_of(guess) >= policy.lock_at
    }

    /// Consecutive failures of this kind of guess.
    #[must_use]
    pub fn failures_of(&self, guess: impl Into<Guess>) -> u8 {
        let guess = guess.into();
        Guess::ALL
            .iter()
            .zip(&self.failures)
            .find(|(kind, _)| **kind == guess)
            .map_or(0, |(_, n)| *n)
    }

    /// Wrong guesses that the yearly budget still has at `now`, over all kinds.
    #[must_use]
    pub fn guesses_left(&self, policy: &ThrottlePolicy, now: UnixTime) -> u32 {
        u32::from(policy.yearly_failures).saturating_sub(self.year.sum(now, YEAR_BUCKET_SECS))
    }

    /// Codes that may still be delivered by `factor`'s medium at `now`; none by TOTP, which has
    /// no medium.
    #[must_use]
    pub fn deliveries_left(&self, factor: MfaType, policy: &ThrottlePolicy, now: UnixTime) -> u32 {
        match factor {
            MfaType::Sms => self.sms.left(policy, now),
            MfaType::Email => self.email.left(policy, now),
            MfaType::Totp => 0,
        }
    }

    /// Spends one attempt of this kind in the sign-in `chain`.
    pub(crate) fn fail(
        &mut self,
        guess: impl Into<Guess>,
        chain: SignInId,
        policy: &ThrottlePolicy,
        now: UnixTime,
    ) {
        if let Some(failures) = self.failures_mut(guess.into()) {
            *failures = failures.saturating_add(1);
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
        self.failures = [0; Guess::ALL.len()];
        self.consecutive = 0;
        self.blocked_until = UnixTime::EPOCH;
        for spent in &mut self.chains {
            if spent.id == chain.short() {
                self.year.take_back(spent.failures);
                *spent = Chain::NONE;
            }
        }
    }

    /// A new authenticator was bound, or new recovery codes issued: guesses at what was before are
    /// no reason to refuse its codes (NIST SP 800-63B §3.2.2 asks for rebinding after a lock). The
    /// year gets nothing back.
    pub(crate) fn rebound(&mut self, guess: impl Into<Guess>) {
        if let Some(failures) = self.failures_mut(guess.into()) {
            let forgiven = core::mem::take(failures);
            self.consecutive = self.consecutive.saturating_sub(forgiven);
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
            sent.answered();
        }
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

    fn failures_mut(&mut self, guess: Guess) -> Option<&mut u8> {
        Guess::ALL
            .iter()
            .zip(&mut self.failures)
            .find(|(kind, _)| **kind == guess)
            .map(|(_, n)| n)
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
    const NONE: Self = Self {
        id: [0; SignInId::SHORT_LEN],
        failures: 0,
    };
}

/// Twelve twelfths of 365 days, and the one that is running.
const YEAR_BUCKETS: usize = 13;
const YEAR_BUCKET_SECS: u32 = 2_628_000;
/// How many failing sign-ins are remembered at a time.
const CHAINS: usize = 4;
