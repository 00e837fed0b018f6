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
mod enrolment;
mod error;
mod guard;
mod keypad;
mod opening;
mod packed;
mod panel;
mod relay;
mod slot;
mod user;

pub use admin::{AdminVerdict, Challenge, Command};
pub use audit::{AuditEntry, Event};
pub use enrolment::Enrolment;
pub use error::LockError;
pub use keypad::{Digit, Entry, Field, Key, Keypad, Typed};
pub use panel::{Message, Panel};
pub use relay::{CounterVerified, Opening, Relay, RelayError};
pub use user::{Kind, Label, NotALabel, UserNumber};

use countersign_core::{
    LastFactor, MfaRequirement, MfaSet, MfaType, Policy, RecoveryUse, ThrottlePolicy, UnixTime,
    Window,
};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::guard::Tries;
use crate::vault::{DeviceKey, Space, Usage, Vault};
use crate::{AdminKey, Clock, GuardPolicy, Random, Reading, Rtc};
use audit::Audit;
use guard::Doorkeeper;
use packed::PACKED_MAX;
use user::User;

/// A lock: users, what is used up of their factors, and an audit ring, in a storage medium `F`.
///
/// `N` is how many records the vault may have, at least 168: 64 audit entries, the tries at 99
/// numbers, three settings, and two more for each user.
///
/// ```
/// use countersign_core::{Digits, Hotp, Sha1};
/// use countersign_token::lock::{AdminVerdict, Command, Entry, Kind, Label, Lock};
/// use countersign_token::lock::{UserNumber, Verdict};
/// use countersign_token::{AdminKey, DeviceKey, Pin};
/// # use countersign_core::UnixTime;
/// # use countersign_token::{Random, Rtc, RtcFault, Uptime};
/// # use embedded_storage::nor_flash::{ErrorType, MultiwriteNorFlash, NorFlash};
/// # use embedded_storage::nor_flash::{NorFlashErrorKind, ReadNorFlash};
/// # struct Flash([u8; 16384]);
/// # impl ErrorType for Flash { type Error = NorFlashErrorKind; }
/// # impl ReadNorFlash for Flash {
/// #     const READ_SIZE: usize = 1;
/// #     fn read(&mut self, at: u32, to: &mut [u8]) -> Result<(), NorFlashErrorKind> {
/// #         Ok(to.copy_from_slice(&self.0[at as usize..][..to.len()]))
/// #     }
/// #     fn capacity(&self) -> usize { 16384 }
/// # }
/// # impl NorFlash for Flash {
/// #     const WRITE_SIZE: usize = 4;
/// #     const ERASE_SIZE: usize = 1024;
/// #     fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
/// #         Ok(self.0[from as usize..to as usize].fill(0xff))
/// #     }
/// #     fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
/// #         Ok(self.0[at as usize..].iter_mut().zip(bytes).for_each(|(to, from)| *to &= from))
/// #     }
/// # }
/// # impl MultiwriteNorFlash for Flash {}
/// # struct Numbers(u8);
/// # impl Random for Numbers {
/// #     fn fill(&mut self, bytes: &mut [u8]) {
/// #         for byte in bytes { self.0 = self.0.wrapping_mul(5).wrapping_add(7); *byte = self.0 }
/// #     }
/// # }
/// # struct NoClock;
/// # impl Uptime for NoClock { fn uptime_millis(&mut self) -> u64 { 9_000 } }
/// # impl Rtc for NoClock {
/// #     fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> { Err(RtcFault) }
/// #     fn write_rtc(&mut self, _: UnixTime) -> Result<(), RtcFault> { Err(RtcFault) }
/// # }
/// # let (flash, device_key) = (Flash([0xff; 16384]), DeviceKey::new([1; 32]));
/// # let (random, mut board) = (Numbers(1), NoClock);
/// // Once: the lock is given the key of its administrator, who adds a user.
/// let mut lock = Lock::<_, _, 256>::open(flash, device_key, random)?;
/// let admin_key = AdminKey::new([9; 32]);
/// lock.set_admin_key(&admin_key)?;
/// let add = Command::AddUser {
///     number: UserNumber::new(7).ok_or("1 to 99")?,
///     kind: Kind::Counter,
///     pin: Pin::from_digits(b"2468").map_err(|_| "4 to 8 digits")?,
///     label: Label::new("Ada")?,
/// };
/// let tag = add.tag(&admin_key, &lock.challenge());
/// let AdminVerdict::Added(enrolment) = lock.administer(&add, &tag, &mut board) else {
///     panic!("the tag is right");
/// };
/// let device = Hotp::<Sha1>::new(enrolment.secret(), Digits::SIX);
///
/// // The first code confirms that the secret has arrived, the second opens, and opens once.
/// let mut enter = |code| {
///     let entry = Entry {
///         user: UserNumber::new(7).ok_or("1 to 99")?,
///         pin: Pin::from_digits(b"2468").map_err(|_| "4 to 8 digits")?,
///         code,
///     };
///     Ok::<_, &str>(lock.enter(&entry, &mut board))
/// };
/// assert!(matches!(enter(device.generate(0))?, Verdict::Enrolled));
/// assert!(matches!(enter(device.generate(1))?, Verdict::Opened(_)));
/// assert!(matches!(enter(device.generate(1))?, Verdict::Used));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
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

/// How a lock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether there is an admin key.
    pub has_admin_key: bool,
    /// The time, if the lock knows it.
    pub now: Option<UnixTime>,
    /// Users, those without a first code included.
    pub users: u8,
    /// How many there may be: see [`Lock::max_users`].
    pub max_users: u8,
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
        Ok(Status {
            has_admin_key: self.has_admin_key(),
            now: self.now(rtc)?,
            users: self.users(),
            max_users: self.max_users(),
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

    /// How many users there may be: with so many there is still room for all that the lock may ever
    /// have to write, so that no try goes uncounted and a full storage tells nobody apart.
    #[must_use]
    pub fn max_users(&self) -> u8 {
        let stored = |body: usize| body.saturating_add(RECORD_OVERHEAD);
        let tries = usize::from(UserNumber::MAX);
        let entries = usize::from(Audit::CAPACITY);
        let others = tries
            .saturating_mul(stored(Tries::ENCODED_LEN))
            .saturating_add(entries.saturating_mul(stored(AuditEntry::LEN)))
            .saturating_add(SETTINGS.saturating_mul(stored(AdminKey::LEN)));
        let user = stored(User::ENCODED_LEN).saturating_add(stored(PACKED_MAX));
        let room = self.vault.usage().capacity.saturating_sub(others);
        let by_bytes = room.checked_div(user).unwrap_or(0);
        let records = tries.saturating_add(entries).saturating_add(SETTINGS);
        let by_records = N.saturating_sub(records) / 2;
        u8::try_from(by_bytes.min(by_records).min(tries)).unwrap_or(UserNumber::MAX)
    }

    /// Gives the medium back, as it would be found after a loss of power.
    #[must_use]
    pub fn into_flash(self) -> F {
        self.vault.into_flash()
    }

    fn users(&self) -> u8 {
        let users = self.vault.keys(Space::LockUser).count();
        u8::try_from(users).unwrap_or(u8::MAX)
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

/// What a record takes besides its body, rounding included.
const RECORD_OVERHEAD: usize = 40;
/// Records that there is one of: the admin key, and two of the clock.
const SETTINGS: usize = 3;

/// What the core's machine goes by: an authenticator, always. It counts what the tries at the
/// number count before it, and never more: of its limits only the yearly budget is ever the first.
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
