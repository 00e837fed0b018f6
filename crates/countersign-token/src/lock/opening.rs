//! The home of the decision whether an entry opens: first the try, then the PIN, then the code.
//!
//! Everything that a check uses up is in the vault before anybody sees what came of it. Power that
//! goes at any moment leaves a spent try, or a spent code and a shut door, never the reverse.

use countersign_core::{
    Account, AccountId, Act, Contacts, Context, Digits, Entropy, FirstFactorVerified, Hotp,
    HotpState, HotpVerdict, LookAhead, MfaPreference, MfaPreferenceUpdate, Outcome, Refusal,
    SetUpBinding, SetUpVerdict, Sha1, SharedSecret, SignIn, Step, UnixTime,
};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::guard::Doorkeeper;
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

    #[inline(never)]
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
            Err(Blocked::Wait { millis }) => return Ok(Verdict::wait(millis.into())),
        };
        let is_last = attempt.is_last();
        let user = self.user(entry.user)?;
        let now = self.now(board)?;
        let found = match User::check_pin(user.as_ref(), &entry.pin, attempt) {
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
        self.conclude(found, entry.user, is_last, now)
    }

    /// Puts on record what was found, and only then says it.
    #[inline(never)]
    fn conclude(
        &mut self,
        found: Found,
        user: UserNumber,
        is_last: bool,
        now: Option<UnixTime>,
    ) -> Result<Verdict, LockError> {
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
        if is_last && !forgiven {
            self.log(Event::Locked, Some(user), now)?;
        }
        Ok(verdict)
    }

    /// A code of the time: the core's account and sign-in machine decide.
    ///
    /// Each step is a function of its own, so that a small stack holds one account at a time.
    fn check_time(
        &mut self,
        pin: RightPin,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Found, LockError> {
        let context = Context {
            policy: &POLICY,
            contacts: Contacts::NONE,
            now,
        };
        match self.begin(pin, entry.user, &context)? {
            Begun::Asks(sign_in) => self.answer(sign_in, entry, &context),
            Begun::SetUp => self.confirm(entry, &context),
            Begun::Ended => Ok(Found::Locked),
        }
    }

    #[inline(never)]
    fn begin(
        &mut self,
        _: RightPin,
        number: UserNumber,
        context: &Context<'_>,
    ) -> Result<Begun, LockError> {
        let account = self.account(number)?;
        if !account.has_authenticator() {
            return Ok(Begun::SetUp);
        }
        let first = FirstFactorVerified::vouch(account.id());
        let entropy = self.draw();
        let begin = |account| SignIn::begin(first, account, context, entropy);
        Ok(match self.after_saving(number, account, begin)? {
            Outcome::Continue { sign_in, .. } => Begun::Asks(sign_in),
            Outcome::SignedIn(_) | Outcome::Ended(_) => Begun::Ended,
        })
    }

    #[inline(never)]
    fn answer(
        &mut self,
        sign_in: SignIn,
        entry: &Entry,
        context: &Context<'_>,
    ) -> Result<Found, LockError> {
        let account = self.account(entry.user)?;
        let code = countersign_core::Event::Code(&entry.code);
        let entropy = self.draw();
        let answer = |account| sign_in.handle(code, account, context, entropy);
        Ok(match self.after_saving(entry.user, account, answer)? {
            Outcome::SignedIn(proof) => Found::Right(Opening::Time(proof)),
            Outcome::Continue {
                act: Act::Refuse(refusal),
                ..
            } => Found::refused(refusal, context.now),
            Outcome::Continue { .. } | Outcome::Ended(_) => Found::Wrong,
        })
    }

    /// What a step of the machine comes to, once the account that it leaves is stored.
    #[inline(never)]
    fn after_saving(
        &mut self,
        number: UserNumber,
        account: Account<Sha1>,
        step: impl FnOnce(Account<Sha1>) -> Step<Sha1>,
    ) -> Result<Outcome, LockError> {
        let step = step(account);
        self.save(number, step.account())?;
        Ok(step.after_saving())
    }

    /// Looks at the first code of a new authenticator, and has it asked for from then on.
    #[inline(never)]
    fn confirm(&mut self, entry: &Entry, context: &Context<'_>) -> Result<Found, LockError> {
        let mut account = self.account(entry.user)?;
        let binding = binding(account.id());
        let verdict = account.verify_totp_set_up(binding, &entry.code, &POLICY, context.now);
        if verdict == SetUpVerdict::Enrolled {
            let update = MfaPreferenceUpdate {
                totp: Some(MfaPreference::Preferred),
                ..MfaPreferenceUpdate::default()
            };
            // It has just been set up, which is all that could be missing; and if it were, the
            // policy asks for it all the same.
            let _ = account.update_preferences(&update, &Contacts::NONE, &POLICY);
        }
        self.save(entry.user, &account)?;
        Ok(match verdict {
            SetUpVerdict::Enrolled => Found::FirstCode,
            SetUpVerdict::WrongCode | SetUpVerdict::NotStarted => Found::Wrong,
        })
    }

    /// A code of a counter: it needs no time. What differs from a code of the time: it is good
    /// until it or a later one is used, there is no yearly budget beside the tries at the number,
    /// and only the last code used is told apart from a wrong one.
    #[inline(never)]
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

    pub(super) fn draw(&mut self) -> Entropy {
        let mut bytes = [0; Entropy::LEN];
        self.random.fill(&mut bytes);
        Entropy::from_bytes(bytes)
    }
}

/// What follows a right PIN.
enum Begun {
    /// A code is asked for.
    Asks(SignIn),
    /// The first code of the authenticator is still to come.
    SetUp,
    /// Nothing can be asked for.
    Ended,
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

/// Set-ups are an administrator's, one for each account.
pub(super) const fn binding(account: AccountId) -> SetUpBinding {
    SetUpBinding(account.0)
}
