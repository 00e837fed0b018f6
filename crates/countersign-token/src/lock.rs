//! The home of the offline lock: the core's verifier behind a keypad, in front of a relay.
//!
//! Several users, each with a number, a PIN as the first factor and an authenticator as the
//! second: a [TOTP](Kind::Time) one, verified by the core's account and sign-in machine, or a
//! [HOTP](Kind::Counter) one, for locks that have no clock. A [`Panel`] turns keys into entries and
//! verdicts into an open door; a [`Lock`] decides, and keeps everything that a decision uses up in
//! a [`Vault`]: replay guards, tries, the audit ring.
//!
//! **Store first, then act.** A try is counted before a PIN is compared, a code is used up before
//! the relay moves, a wrong code is counted before the refusal is shown. So power that is cut at
//! any moment never opens a door twice with one code and never gives a try back.

mod admin;
mod audit;
mod guard;
mod keypad;
mod opening;
mod packed;
mod panel;
mod relay;
mod slot;
mod user;

pub use admin::{AdminVerdict, Challenge, Command, Enrolment};
pub use audit::{AuditEntry, Event};
pub use keypad::{Digit, Entry, Field, Key, Keypad, Typed};
pub use panel::{Message, Panel};
pub use relay::{CounterVerified, Opening, Relay, RelayError};
pub use user::{Kind, Label, NotALabel, UserNumber};

use countersign_core::{
    LastFactor, MfaRequirement, MfaSet, MfaType, Policy, RecoveryUse, ThrottlePolicy, UnixTime,
    Window,
};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::vault::{DeviceKey, Space, Usage, Vault, VaultError};
use crate::{Clock, GuardPolicy, Random, Reading, Rtc};
use audit::Audit;
use guard::Doorkeeper;
use user::User;

/// A lock: users, what is used up of their factors, and an audit ring, in a storage medium `F`.
///
/// `N` is how many records the vault may have: one for each of the 64 audit entries, three for each
/// user, and one for each further number that somebody tried.
pub struct Lock<F, R, const N: usize = 256> {
    vault: Vault<F, N>,
    random: R,
    doorkeeper: Doorkeeper,
    audit: Audit,
    clock: Clock,
    challenge: Option<Challenge>,
}

/// What became of an entry. Whatever it says is on record already.
#[must_use]
#[derive(Debug)]
pub enum Verdict {
    /// PIN and code are right: this opens the door.
    Opened(Opening),
    /// PIN and first code of a new user are right. The code is used up; the next one opens.
    Enrolled,
    /// The PIN or the code is wrong, or there is no such user. The try is spent.
    Wrong,
    /// The PIN is right, and the code has been used before. The try is spent.
    Used,
    /// Nothing was looked at: there were too many tries at this number lately.
    Wait {
        /// How long this number has to wait, in seconds rounded up.
        seconds: u32,
    },
    /// Nothing was looked at: this number has no tries left until an administrator unlocks it.
    Locked,
    /// The PIN is right, and the code cannot be looked at: the time is not known. The try is spent.
    TimeUnset,
    /// The lock cannot read or write what it has to. The door stays shut.
    Fault(LockError),
}

impl Verdict {
    fn wait(millis: u64) -> Self {
        Self::Wait {
            seconds: u32::try_from(millis.div_ceil(1000)).unwrap_or(u32::MAX),
        }
    }
}

/// Why a lock cannot do what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockError {
    /// The storage fails, is full or is not the lock's.
    Vault(VaultError),
    /// A record of this lock says nothing that can be understood.
    Damaged,
    /// The clock cannot be set.
    Clock,
    /// There is an admin key already.
    AdminKeySet,
}

impl From<VaultError> for LockError {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl core::fmt::Display for LockError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Vault(error) => return core::fmt::Display::fmt(error, f),
            Self::Damaged => "a record of the lock is damaged",
            Self::Clock => "the clock cannot be set",
            Self::AdminKeySet => "there is an admin key already",
        })
    }
}

impl core::error::Error for LockError {}

/// How a lock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether there is an admin key.
    pub has_admin_key: bool,
    /// The time, if the lock knows it.
    pub now: Option<UnixTime>,
    /// Users, those without a first code included.
    pub users: u8,
    /// What the storage holds.
    pub usage: Usage,
    /// The number of the next audit entry: as many as there ever were.
    pub audit_next: u32,
}

/// A user as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserStatus {
    /// Who.
    pub number: UserNumber,
    /// What the user is called.
    pub label: Label,
    /// What makes the codes differ.
    pub kind: Kind,
    /// Whether a first code was shown, so that codes open the door.
    pub enrolled: bool,
    /// Whether all tries are used up.
    pub locked: bool,
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Lock<F, R, N> {
    /// Tries at one number: from the third on there is a wait of 2 s, doubling to 15 minutes; after
    /// the tenth it is locked (NIST SP 800-63B §3.2.2 allows 100).
    pub const TRIES: GuardPolicy = GuardPolicy {
        tries: 10,
        patient: 3,
        first_wait_millis: 2_000,
        longest_wait_millis: 900_000,
    };

    /// Mounts the storage of a lock, or takes a blank one, and finishes what a loss of power
    /// interrupted.
    ///
    /// # Errors
    /// [`LockError::Vault`].
    pub fn open(flash: F, key: DeviceKey, random: R) -> Result<Self, LockError> {
        let mut vault = Vault::mount(flash, key)?;
        let audit = Audit::load(&mut vault)?;
        let clock = Clock::load(&mut vault)?;
        let mut lock = Self {
            vault,
            random,
            doorkeeper: Doorkeeper::new(Self::TRIES),
            audit,
            clock,
            challenge: None,
        };
        for number in UserNumber::all() {
            let has_user = lock.vault.contains(slot::user(number));
            if !has_user && lock.vault.contains(slot::factor(number)) {
                lock.remove(number)?;
            }
        }
        Ok(lock)
    }

    /// How the lock stands.
    ///
    /// # Errors
    /// [`LockError`] if the storage cannot be read.
    pub fn status(&mut self, rtc: &mut impl Rtc) -> Result<Status, LockError> {
        let users = self.vault.keys(Space::LockUser).count();
        Ok(Status {
            has_admin_key: self.has_admin_key(),
            now: self.now(rtc)?,
            users: u8::try_from(users).unwrap_or(u8::MAX),
            usage: self.vault.usage(),
            audit_next: self.audit.next(),
        })
    }

    /// A user, if there is one of this number.
    ///
    /// # Errors
    /// [`LockError`] if the storage cannot be read.
    pub fn user_status(&mut self, number: UserNumber) -> Result<Option<UserStatus>, LockError> {
        let Some(user) = self.user(number)? else {
            return Ok(None);
        };
        let enrolled = match user.kind {
            Kind::Time => self.account(number)?.has_authenticator(),
            Kind::Counter => self.counter(number)?.is_some(),
        };
        Ok(Some(UserStatus {
            number,
            label: user.label.clone(),
            kind: user.kind,
            enrolled,
            locked: self.doorkeeper.is_locked(number, &mut self.vault)?,
        }))
    }

    /// The audit entry of this number, counted from 0 over the life of the lock; `None` if it is
    /// yet to come, was overwritten or is damaged. The last 64 before [`Status::audit_next`] are
    /// kept.
    ///
    /// # Errors
    /// [`LockError`] if the storage cannot be read.
    pub fn audit_entry(&mut self, number: u32) -> Result<Option<AuditEntry>, LockError> {
        Ok(Audit::entry(number, &mut self.vault)?)
    }

    /// Gives the medium back, as it would be found after a loss of power.
    #[must_use]
    pub fn into_flash(self) -> F {
        self.vault.into_flash()
    }

    /// The time, if the clock is trusted.
    fn now(&mut self, rtc: &mut impl Rtc) -> Result<Option<UnixTime>, LockError> {
        let reading = self.clock.read(rtc, &mut self.vault, &mut self.random)?;
        Ok(match reading {
            Reading::Known { now, .. } => Some(now),
            Reading::Unset => None,
        })
    }

    fn user(&mut self, number: UserNumber) -> Result<Option<User>, LockError> {
        let mut stored = zeroize::Zeroizing::new([0; User::ENCODED_LEN]);
        let Some(length) = self.vault.get(slot::user(number), stored.as_mut_slice())? else {
            return Ok(None);
        };
        User::decode(stored.get(..length).unwrap_or_default())
            .map(Some)
            .ok_or(LockError::Damaged)
    }

    fn kind(&mut self, number: UserNumber) -> Result<Option<Kind>, LockError> {
        Ok(self.user(number)?.map(|user| user.kind))
    }

    fn log(
        &mut self,
        event: Event,
        user: Option<UserNumber>,
        at: Option<UnixTime>,
    ) -> Result<(), LockError> {
        self.audit
            .write(event, user, at, &mut self.vault, &mut self.random)?;
        Ok(())
    }
}

impl<F, R, const N: usize> core::fmt::Debug for Lock<F, R, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Lock(..)")
    }
}

/// What the core's machine goes by: an authenticator, always. It counts what the tries at the number
/// count before it, and never more: of its limits only the yearly budget is ever the first.
const POLICY: Policy = Policy {
    requirement: MfaRequirement::Required,
    allowed: MfaSet::of(MfaType::Totp),
    recovery: RecoveryUse::Never,
    last_factor: LastFactor::MustStay,
    window: Window::DEFAULT,
    set_up_secs: Policy::MAX_SET_UP_SECS,
    throttle: ThrottlePolicy {
        backoff_from: ThrottlePolicy::DEFAULT.lock_at,
        ..ThrottlePolicy::DEFAULT
    },
    ..Policy::DEFAULT
};
