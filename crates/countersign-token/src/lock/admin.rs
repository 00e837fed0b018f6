//! The home of administration: who may do it, and what.
//!
//! A command counts only with a tag over it and over a challenge that the lock gave for it. The
//! tag is HMAC-SHA-256 under the lock's admin key of
//!
//! | part | bytes |
//! |---|---|
//! | `countersign lock admin 1` | 24 |
//! | the challenge | 16 |
//! | the command, see [`Command`] | 1 to 28 |
//!
//! The order to set the clock is the exception: its tag is that of every device of this crate,
//! [`AdminKey::proof`].

use countersign_core::{Account, AccountId, Keyed, Sha1, Sha256, SharedSecret, Tag, UnixTime};
use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroizing;

use super::guard::Doorkeeper;
use super::opening::binding;
use super::user::User;
use super::{Enrolment, Event, Kind, Label, Lock, LockError, POLICY, UserNumber, slot};
use crate::{AdminKey, AuthenticOrder, Obeyed, Order, OrderVerdict, Pin, Random, Rtc};

/// What a command's tag has to answer: 16 random bytes, good for one command. It is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge(pub [u8; 16]);

/// What an administrator may do. As bytes, for the tag, where all but the time are:
///
/// | command | bytes |
/// |---|---|
/// | add a user | 1, number, kind (1 time, 2 counter), how many digits, PIN, label |
/// | remove a user | 2, number |
/// | unlock a user | 3, number |
/// | read the audit ring | 5 |
#[derive(Debug)]
pub enum Command {
    /// Adds a user, who counts once a first code was typed at the keypad.
    AddUser {
        /// Who.
        number: UserNumber,
        /// What makes the codes differ.
        kind: Kind,
        /// The first factor.
        pin: Pin,
        /// What the user is called.
        label: Label,
    },
    /// Removes a user, and everything of theirs from the storage.
    RemoveUser(UserNumber),
    /// Gives a user, or a number without one, new tries.
    UnlockUser(UserNumber),
    /// Sets the clock, in UTC.
    SetTime(UnixTime),
    /// Lets the audit ring be read; whoever runs the lock's wire then reads it with
    /// [`Lock::audit_entry`].
    ReadAudit,
}

impl Command {
    /// Bytes of a tag.
    pub const TAG_LEN: usize = 32;
    const MAX_LEN: usize = 1 + 1 + 1 + 1 + Pin::MAX_LEN + Label::MAX_LEN;

    /// The tag that authenticates it in answer to `challenge`, for whoever has the admin key.
    #[must_use]
    pub fn tag(&self, key: &AdminKey, challenge: &Challenge) -> [u8; Self::TAG_LEN] {
        if let Self::SetTime(now) = self {
            return key.proof(&challenge.0, Order::SetTime(*now));
        }
        mac(key, challenge, self).truncated()
    }

    fn encode(&self) -> Zeroizing<heapless::Vec<u8, { Command::MAX_LEN }>> {
        let mut bytes = heapless::Vec::new();
        // It has room for the longest.
        let mut push = |part: &[u8]| {
            let _ = bytes.extend_from_slice(part);
        };
        match self {
            Self::AddUser {
                number,
                kind,
                pin,
                label,
            } => {
                let digits = u8::try_from(pin.as_bytes().len()).unwrap_or(0);
                push(&[1, number.get(), kind.to_byte(), digits]);
                push(pin.as_bytes());
                push(label.as_str().as_bytes());
            }
            Self::RemoveUser(number) => push(&[2, number.get()]),
            Self::UnlockUser(number) => push(&[3, number.get()]),
            Self::SetTime(time) => {
                push(&[4]);
                push(&time.secs().to_be_bytes());
            }
            Self::ReadAudit => push(&[5]),
        }
        Zeroizing::new(bytes)
    }
}

/// What became of a command.
#[must_use]
#[derive(Debug)]
pub enum AdminVerdict {
    /// It is done.
    Done,
    /// The user is added. This is the only time that the secret is to be had.
    Added(Enrolment),
    /// The tag is wrong, or there is no challenge to answer. Nothing was done.
    NotAuthorised,
    /// There is such a user already: remove it first.
    UserExists,
    /// There is no such user.
    NoSuchUser,
    /// There are [`Lock::max_users`] already.
    Full,
    /// The lock does not know the time: codes of the time cannot be confirmed.
    TimeUnset,
    /// The time is more than ten minutes before the latest that this lock has seen.
    TimeGoesBack,
    /// It could not be stored, or the clock could not be set.
    Fault(LockError),
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Lock<F, R, N> {
    /// Stores the admin key of a lock that has none: when it is installed. There is no other way
    /// to another key than to wipe the lock.
    ///
    /// # Errors
    /// [`LockError::AdminKeySet`], or that it cannot be stored.
    pub fn set_admin_key(&mut self, key: &AdminKey) -> Result<(), LockError> {
        if self.has_admin_key() {
            return Err(LockError::AdminKeySet);
        }
        self.vault
            .put(slot::ADMIN_KEY, key.as_bytes(), &mut self.random)?;
        Ok(())
    }

    /// Whether there is an admin key.
    #[must_use]
    pub fn has_admin_key(&self) -> bool {
        self.vault.contains(slot::ADMIN_KEY)
    }

    /// A challenge for the next command, in place of any earlier one.
    pub fn challenge(&mut self) -> Challenge {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        let challenge = Challenge(bytes);
        self.challenge = Some(challenge);
        challenge
    }

    /// Carries out a command, if `tag` is that of the admin key over the last challenge and it.
    /// Right or wrong, the challenge is used up.
    pub fn administer(
        &mut self,
        command: &Command,
        tag: &[u8; Command::TAG_LEN],
        board: &mut impl Rtc,
    ) -> AdminVerdict {
        let verdict = match self.authorise(command, tag) {
            Ok(Some(grant)) => self.carry_out(grant, command, board),
            Ok(None) => return AdminVerdict::NotAuthorised,
            Err(error) => Err(error),
        };
        verdict.unwrap_or_else(AdminVerdict::Fault)
    }

    fn authorise(
        &mut self,
        command: &Command,
        tag: &[u8; Command::TAG_LEN],
    ) -> Result<Option<Grant>, LockError> {
        let Some(challenge) = self.challenge.take() else {
            return Ok(None);
        };
        let Some(key) = self.admin_key()? else {
            return Ok(None);
        };
        if let Command::SetTime(now) = command {
            let order = Order::SetTime(*now);
            return Ok(match key.check(&challenge.0, order, tag) {
                OrderVerdict::Authentic(order) => Some(Grant::Time(order)),
                OrderVerdict::Forged => None,
            });
        }
        let right = mac(&key, &challenge, command).ct_eq(tag);
        Ok(right.then_some(Grant::Command))
    }

    fn admin_key(&mut self) -> Result<Option<AdminKey>, LockError> {
        let mut key = Zeroizing::new([0; AdminKey::LEN]);
        match self.vault.get(slot::ADMIN_KEY, key.as_mut_slice())? {
            Some(AdminKey::LEN) => Ok(Some(AdminKey::new(*key))),
            Some(_) => Err(LockError::Damaged),
            None => Ok(None),
        }
    }

    fn set_time(
        &mut self,
        order: AuthenticOrder,
        board: &mut impl Rtc,
    ) -> Result<AdminVerdict, LockError> {
        let obeyed = self
            .clock
            .obey(order, board, &mut self.vault, &mut self.random)?;
        match obeyed {
            Obeyed::Done => self.done(Event::TimeSet, None, board),
            Obeyed::Backwards => Ok(AdminVerdict::TimeGoesBack),
            Obeyed::ChipFault | Obeyed::NeverSet => Err(LockError::Clock),
        }
    }

    #[inline(never)]
    fn carry_out(
        &mut self,
        grant: Grant,
        command: &Command,
        board: &mut impl Rtc,
    ) -> Result<AdminVerdict, LockError> {
        if let Grant::Time(order) = grant {
            return self.set_time(order, board);
        }
        match command {
            Command::AddUser {
                number,
                kind,
                pin,
                label,
            } => self.add_user(*number, *kind, pin, label, board),
            Command::RemoveUser(number) => {
                if !self.vault.contains(slot::user(*number)) {
                    return Ok(AdminVerdict::NoSuchUser);
                }
                self.remove(*number)?;
                self.done(Event::UserRemoved, Some(*number), board)
            }
            Command::UnlockUser(number) => {
                if self.kind(*number)? == Some(Kind::Time) {
                    self.unlock_account(*number)?;
                }
                Doorkeeper::forgive(*number, &mut self.vault, &mut self.random)?;
                self.done(Event::UserUnlocked, Some(*number), board)
            }
            // Its grant is an order to the clock.
            Command::SetTime(_) | Command::ReadAudit => Ok(AdminVerdict::Done),
        }
    }

    /// The user's own record comes last: until it is there, nothing is.
    #[inline(never)]
    fn add_user(
        &mut self,
        number: UserNumber,
        kind: Kind,
        pin: &Pin,
        label: &Label,
        board: &mut impl Rtc,
    ) -> Result<AdminVerdict, LockError> {
        if self.vault.contains(slot::user(number)) {
            return Ok(AdminVerdict::UserExists);
        }
        if self.users() >= self.max_users() {
            return Ok(AdminVerdict::Full);
        }
        let now = self.now(board)?;
        let secret = match (kind, now) {
            (Kind::Counter, _) => {
                // Of nobody, but a counter that is there says that a first code was shown.
                self.vault.remove(slot::factor(number))?;
                SharedSecret::generate(self.draw())
            }
            (Kind::Time, None) => return Ok(AdminVerdict::TimeUnset),
            (Kind::Time, Some(now)) => self.new_account(number, now)?,
        };
        Doorkeeper::forgive(number, &mut self.vault, &mut self.random)?;
        let own = (kind == Kind::Counter).then(|| secret.clone());
        let user = User::new(kind, label.clone(), own, pin, &mut self.random);
        self.vault.put(
            slot::user(number),
            user.encode().as_slice(),
            &mut self.random,
        )?;
        self.log(Event::UserAdded, Some(number), now)?;
        Ok(AdminVerdict::Added(Enrolment {
            secret,
            kind,
            number,
            label: label.clone(),
        }))
    }

    /// Stores an account whose authenticator is to be set up, and gives the secret.
    #[inline(never)]
    fn new_account(
        &mut self,
        number: UserNumber,
        now: UnixTime,
    ) -> Result<SharedSecret, LockError> {
        let mut id = [0; 16];
        self.random.fill(&mut id);
        let mut account = Account::<Sha1>::new(AccountId(id));
        let binding = binding(account.id());
        let secret = account.begin_totp_set_up(binding, &POLICY, now, self.draw());
        self.save(number, &account)?;
        Ok(secret)
    }

    #[inline(never)]
    fn unlock_account(&mut self, number: UserNumber) -> Result<(), LockError> {
        let mut account = self.account(number)?;
        account.unlock();
        self.save(number, &account)
    }

    /// The user's own record goes first: what is left without it is removed at the next start.
    pub(super) fn remove(&mut self, number: UserNumber) -> Result<(), LockError> {
        self.vault.remove(slot::user(number))?;
        self.vault.remove(slot::factor(number))?;
        Ok(())
    }

    fn done(
        &mut self,
        event: Event,
        user: Option<UserNumber>,
        board: &mut impl Rtc,
    ) -> Result<AdminVerdict, LockError> {
        let now = self.now(board)?;
        self.log(event, user, now)?;
        Ok(AdminVerdict::Done)
    }
}

/// Proof that a command's tag was right.
enum Grant {
    /// The clock may be told.
    Time(AuthenticOrder),
    /// Any other command may be carried out.
    Command,
}

fn mac(key: &AdminKey, challenge: &Challenge, command: &Command) -> Tag<Sha256> {
    Keyed::<Sha256>::new(key.as_bytes()).mac(&[DOMAIN, &challenge.0, &command.encode()])
}

const DOMAIN: &[u8] = b"countersign lock admin 1";
