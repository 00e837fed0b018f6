//! The home of the decision whether an entry opens: first the try, then the PIN, then the code.
//!
//! Everything that a check uses up is in the vault before anybody sees what came of it. Power that
//! goes at any moment leaves a spent try, or a spent code and a shut door, never the reverse.

use countersign_core::{
    Account, AccountId, Contacts, Context, Digits, Entropy, FirstFactorVerified, Hotp, HotpState,
    HotpVerdict, LookAhead, MfaPreference, MfaPreferenceUpdate, Outcome, Refusal, SetUpBinding,
    SetUpVerdict, Sha1, SharedSecret, SignIn, Step, UnixTime,
};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::guard::{Attempt, Doorkeeper};
use super::packed::{PACKED_MAX, Packed, pack, unpack};
use super::user::{PinVerdict, RightPin, User};
use super::{
    CounterVerified, Entry, Event, Kind, Lock, LockError, Opening, POLICY, UserNumber, Verdict,
    slot,
};
use crate::{Blocked, Random, Rtc, Uptime};

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Lock<F, R, N> {
    /// Decides on what somebody typed. The verdict may be shown, and the door opened, at once:
    /// what it used up is stored.
    ///
    /// The same answer comes for a wrong PIN, for a wrong code and for a number without a user,
    /// and tries count alike for all of them. How long it takes differs, though: give the answer
    /// after a fixed time, as [`Panel`](super::Panel) does.
    pub fn enter(&mut self, entry: &Entry, board: &mut (impl Rtc + Uptime)) -> Verdict {
        self.decide(entry, board).unwrap_or_else(Verdict::Fault)
    }

    fn decide(
        &mut self,
        entry: &Entry,
        board: &mut (impl Rtc + Uptime),
    ) -> Result<Verdict, LockError> {
        let (vault, random) = (&mut self.vault, &mut self.random);
        let uptime = board.uptime_millis();
        let attempt = match self.doorkeeper.attempt(entry.user, uptime, vault, random)? {
            Ok(attempt) => attempt,
            Err(Blocked::Locked) => return Ok(Verdict::Locked),
            Err(Blocked::Wait { millis }) => return Ok(Verdict::wait(millis)),
        };
        let user = self.user(entry.user)?;
        let now = self.now(board)?;
        let found = match User::check_pin(user.as_ref(), &entry.pin, &attempt) {
            PinVerdict::Wrong => Found::Wrong,
            PinVerdict::Right(pin) => match user.as_ref().map(|user| (user.kind, &user.secret)) {
                Some((Kind::Counter, Some(secret))) => self.check_counter(&pin, entry, secret)?,
                Some((Kind::Time, _)) => match now {
                    None => Found::TimeUnset,
                    Some(now) => self.check_time(pin, entry, now)?,
                },
                _ => Found::Wrong,
            },
        };
        self.conclude(found, &attempt, now)
    }

    /// Puts on record what was found, and only then says it.
    fn conclude(
        &mut self,
        found: Found,
        attempt: &Attempt,
        now: Option<UnixTime>,
    ) -> Result<Verdict, LockError> {
        let user = attempt.number();
        let (event, forgiven, verdict) = match found {
            Found::Right(opening) => (Event::Opened, true, Verdict::Opened(opening)),
            Found::FirstCode => (Event::Enrolled, true, Verdict::Enrolled),
            Found::Used => (Event::Replay, false, Verdict::Used),
            Found::TimeUnset => (Event::TimeUnset, false, Verdict::TimeUnset),
            Found::Wrong => (Event::Wrong, false, Verdict::Wrong),
            Found::Blocked(seconds) => (Event::Wrong, false, Verdict::Wait { seconds }),
            Found::Locked => (Event::Wrong, false, Verdict::Locked),
        };
        if forgiven {
            Doorkeeper::forgive(user, &mut self.vault, &mut self.random)?;
        }
        self.log(event, Some(user), now)?;
        if attempt.is_last() && !forgiven {
            self.log(Event::Locked, Some(user), now)?;
        }
        Ok(verdict)
    }

    /// A code of the time: the core's account and sign-in machine decide.
    fn check_time(
        &mut self,
        _: RightPin,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Found, LockError> {
        let number = entry.user;
        let mut account = self.account(number)?;
        let context = Context {
            policy: &POLICY,
            contacts: Contacts::NONE,
            now,
        };
        if !account.has_authenticator() {
            let verdict = confirm(&mut account, entry, now);
            self.save(number, &account)?;
            return Ok(match verdict {
                SetUpVerdict::Enrolled => Found::FirstCode,
                SetUpVerdict::WrongCode | SetUpVerdict::NotStarted => Found::Wrong,
            });
        }
        let first = FirstFactorVerified::vouch(account.id());
        let step = SignIn::begin(first, account, &context, self.draw());
        let sign_in = match self.after_saving(number, step)? {
            Outcome::Continue { sign_in, .. } => sign_in,
            Outcome::SignedIn(_) => return Ok(Found::Wrong),
            Outcome::Ended(_) => return Ok(Found::Locked),
        };
        let account = self.account(number)?;
        let step = sign_in.handle(
            countersign_core::Event::Code(&entry.code),
            account,
            &context,
            self.draw(),
        );
        Ok(match self.after_saving(number, step)? {
            Outcome::SignedIn(proof) => Found::Right(Opening::Time(proof)),
            Outcome::Continue {
                act: countersign_core::Act::Refuse(refusal),
                ..
            } => Found::refused(refusal, now),
            Outcome::Continue { .. } | Outcome::Ended(_) => Found::Wrong,
        })
    }

    /// A code of a counter: it needs no time. What differs from a code of the time: it is good
    /// until it or a later one is used, there is no yearly budget beside the tries at the number,
    /// and only the last code used is told apart from a wrong one.
    fn check_counter(
        &mut self,
        _: &RightPin,
        entry: &Entry,
        secret: &SharedSecret,
    ) -> Result<Found, LockError> {
        let hotp = Hotp::<Sha1>::new(secret, Digits::SIX);
        let stored = self.counter(entry.user)?;
        let state = stored.unwrap_or(HotpState::NEW);
        match hotp.verify(&entry.code, state, LookAhead::DEFAULT) {
            HotpVerdict::Accepted(accepted) => {
                self.vault.put(
                    slot::factor(entry.user),
                    &accepted.state().encode(),
                    &mut self.random,
                )?;
                Ok(match stored {
                    Some(_) => Found::Right(CounterVerified::of(entry.user).into()),
                    None => Found::FirstCode,
                })
            }
            HotpVerdict::Mismatch => {
                let before = state.next_counter().checked_sub(1).map(HotpState::at);
                let is_last = |before| hotp.verify(&entry.code, before, LookAhead::NONE);
                Ok(match before.map(is_last) {
                    Some(HotpVerdict::Accepted(_)) => Found::Used,
                    Some(HotpVerdict::Mismatch) | None => Found::Wrong,
                })
            }
        }
    }

    /// The stored counter; `None` before the first code was shown.
    pub(super) fn counter(&mut self, number: UserNumber) -> Result<Option<HotpState>, LockError> {
        let mut stored = [0; HotpState::ENCODED_LEN];
        let Some(length) = self.vault.get(slot::factor(number), &mut stored)? else {
            return Ok(None);
        };
        let stored = stored.get(..length).unwrap_or_default();
        HotpState::decode(stored)
            .map(Some)
            .map_err(|_| LockError::Damaged)
    }

    #[inline(never)]
    pub(super) fn account(&mut self, number: UserNumber) -> Result<Account<Sha1>, LockError> {
        let mut packed = zeroize::Zeroizing::new([0; PACKED_MAX]);
        let length = self
            .vault
            .get(slot::factor(number), packed.as_mut_slice())?
            .ok_or(LockError::Damaged)?;
        let stored =
            unpack(packed.get(..length).unwrap_or_default()).map_err(|_| LockError::Damaged)?;
        Account::decode(stored.as_slice()).map_err(|_| LockError::Damaged)
    }

    /// Stores an account, unless the vault has it just so.
    #[inline(never)]
    pub(super) fn save(
        &mut self,
        number: UserNumber,
        account: &Account<Sha1>,
    ) -> Result<(), LockError> {
        let mut packed = Packed::default();
        pack(account.encode().as_slice(), &mut packed).map_err(|_| LockError::Damaged)?;
        let mut stored = zeroize::Zeroizing::new([0; PACKED_MAX]);
        let length = self
            .vault
            .get(slot::factor(number), stored.as_mut_slice())?;
        if length.and_then(|length| stored.get(..length)) == Some(packed.as_slice()) {
            return Ok(());
        }
        self.vault
            .put(slot::factor(number), &packed, &mut self.random)?;
        Ok(())
    }

    #[inline(never)]
    fn after_saving(&mut self, number: UserNumber, step: Step<Sha1>) -> Result<Outcome, LockError> {
        self.save(number, step.account())?;
        Ok(step.after_saving())
    }

    pub(super) fn draw(&mut self) -> Entropy {
        let mut bytes = [0; Entropy::LEN];
        self.random.fill(&mut bytes);
        Entropy::from_bytes(bytes)
    }
}

/// What the checks came to, before it is on record.
enum Found {
    Right(Opening),
    FirstCode,
    Used,
    TimeUnset,
    Wrong,
    Blocked(u32),
    Locked,
}

impl Found {
    fn refused(refusal: Refusal, now: UnixTime) -> Self {
        match refusal {
            Refusal::AlreadyUsed => Self::Used,
            Refusal::Blocked(countersign_core::Blocked::Until(until)) => {
                Self::Blocked(u32::try_from(until.secs_since(now)).unwrap_or(u32::MAX))
            }
            Refusal::Blocked(_) => Self::Locked,
            _ => Self::Wrong,
        }
    }
}

/// Shows the first code of a new authenticator, and has it asked for from then on.
fn confirm(account: &mut Account<Sha1>, entry: &Entry, now: UnixTime) -> SetUpVerdict {
    let binding = binding(account.id());
    let verdict = account.verify_totp_set_up(binding, &entry.code, &POLICY, now);
    if verdict == SetUpVerdict::Enrolled {
        let update = MfaPreferenceUpdate {
            totp: Some(MfaPreference::Preferred),
            ..MfaPreferenceUpdate::default()
        };
        // It has just been set up, which is all that could be missing; and if it were, the policy
        // asks for it all the same.
        let _ = account.update_preferences(&update, &Contacts::NONE, &POLICY);
    }
    verdict
}

/// Set-ups are an administrator's, one for each account.
pub(super) const fn binding(account: AccountId) -> SetUpBinding {
    SetUpBinding(account.0)
}
