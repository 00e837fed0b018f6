//! A state of a small world: what is stored, what the client holds, and a ghost that remembers
//! what happened, written without a look at how the core does it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use countersign_core::{
    Account, Blocked, Destination, Guess, MfaType, Prompt, SetUpBinding, SignIn, UnixTime,
};

use super::world::{Text, World};
use crate::rig::at;

/// The key of the visited set as a whole: stored bytes, the clock, and the ghost.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) now: u64,
    pub(crate) account: Vec<u8>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) ghost: Ghost,
}

/// A sign-in as a client sees it: every stored form that it was ever handed, to be used again.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Session {
    pub(crate) begun_at: u64,
    pub(crate) sealed: Vec<[u8; SignIn::ENCODED_LEN]>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ghost {
    /// Draws of randomness that were used.
    pub(crate) draws: u8,
    pub(crate) active: Option<Key>,
    pub(crate) pending: Option<Pending>,
    /// The sign-in whose set-up is done and not completed.
    pub(crate) completion: Option<usize>,
    pub(crate) issued: Vec<Issued>,
    /// Every code that was accepted anywhere.
    pub(crate) accepted: BTreeSet<Text>,
    /// The set of recovery codes in force.
    pub(crate) recovery: Option<Recovery>,
    /// The sign-ins that were seen to be over.
    pub(crate) ended: BTreeSet<usize>,
    pub(crate) spent: Spent,
}

/// The authenticator in force: the draw its secret came of, its last accepted step, and how many
/// seconds its clock is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) secret: u8,
    pub(crate) last_step: u64,
    pub(crate) drift: i64,
}

impl Key {
    /// What is known once the code of `step` was accepted at `now`: as little drift as can be, and
    /// yet the step was on the screen.
    pub(crate) fn after(secret: u8, drift: i64, step: u64, now: u64) -> Self {
        let earliest = step.cast_signed() * 30 - now.cast_signed();
        Self {
            secret,
            last_step: step,
            drift: drift.clamp(earliest, earliest + 29),
        }
    }
}

/// A set of recovery codes: the draw that it came of, and the places that are used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Recovery {
    pub(crate) set: u8,
    pub(crate) used: BTreeSet<usize>,
}

impl Recovery {
    pub(crate) const fn new(set: u8) -> Self {
        Self {
            set,
            used: BTreeSet::new(),
        }
    }
}

/// An authenticator that waits for its first code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pending {
    pub(crate) secret: u8,
    pub(crate) by: Binder,
    pub(crate) started_at: u64,
    pub(crate) expires_at: u64,
    pub(crate) tries: u8,
}

/// Who sets up an authenticator: a sign-in, or one of two sessions that are signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Binder {
    SignIn(usize),
    SessionA,
    SessionB,
}

impl Binder {
    pub(crate) fn binding(self, state: &State) -> SetUpBinding {
        match self {
            Self::SignIn(session) => SetUpBinding(state.open(session, 0).id().0),
            Self::SessionA => SetUpBinding([0xaa; 16]),
            Self::SessionB => SetUpBinding([0xbb; 16]),
        }
    }
}

/// A code that was delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Issued {
    pub(crate) text: Text,
    pub(crate) session: usize,
    pub(crate) factor: MfaType,
    /// The address, if it was to be set up by this code.
    pub(crate) set_up: Option<Destination>,
    pub(crate) at: u64,
    pub(crate) expires_at: u64,
    pub(crate) guesses: u8,
    /// Used, replaced, or seen to have expired.
    pub(crate) dead: bool,
}

/// What guessing has cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Spent {
    pub(crate) failures: [u8; 4],
    pub(crate) consecutive: u8,
    pub(crate) year: u8,
    pub(crate) chains: BTreeMap<usize, u8>,
    pub(crate) blocked_until: u64,
}

/// What a code is worth at a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    Right,
    Used,
    Wrong,
    /// There is nothing to compare it with.
    Nothing,
}

impl State {
    pub(crate) fn account(&self) -> Account {
        Account::decode(&self.account).unwrap()
    }

    pub(crate) fn open(&self, session: usize, sealed: usize) -> SignIn {
        SignIn::decode(&self.sessions[session].sealed[sealed]).unwrap()
    }

    /// Whether the sign-in goes on, going by its times and by what was seen of it.
    pub(crate) fn is_live(&self, session: usize, sealed: usize) -> bool {
        let bytes = &self.sessions[session].sealed[sealed];
        let entered = u64::from_be_bytes(bytes[33..41].try_into().unwrap());
        let expires = u64::from_be_bytes(bytes[41..49].try_into().unwrap());
        !self.ghost.ended.contains(&session) && under_way(self.now, entered, expires)
    }

    /// What `text` is worth at `prompt` of `session`, throttle and settings aside.
    pub(crate) fn worth(&self, world: &World, session: usize, prompt: Prompt, text: &str) -> Worth {
        let delivered = |factor, set_up| self.delivered(session, factor, set_up, text);
        match prompt {
            Prompt::Code(MfaType::Totp) => self.ghost.active.map_or(Worth::Nothing, |key| {
                let steps = tried(self.now, key.drift);
                matching(world, key.secret, steps, text, Some(key.last_step))
            }),
            Prompt::Code(factor) if world.contacts.of(factor).is_none() => Worth::Nothing,
            Prompt::Code(factor) => delivered(factor, None),
            Prompt::EmailSetUpCode(to) => delivered(MfaType::Email, Some(to)),
            Prompt::TotpSetUpCode => self.first_code(world, Binder::SignIn(session), text),
            _ => Worth::Nothing,
        }
    }

    /// What the recovery code at `place` of the set of draw `set` is worth, throttle and policy
    /// aside.
    pub(crate) fn recovery_worth(&self, set: u8, place: usize) -> Worth {
        match &self.ghost.recovery {
            None => Worth::Nothing,
            Some(kept) if kept.set != set => Worth::Wrong,
            Some(kept) if kept.used.contains(&place) => Worth::Used,
            Some(_) => Worth::Right,
        }
    }

    pub(crate) fn first_code(&self, world: &World, by: Binder, text: &str) -> Worth {
        match &self.ghost.pending {
            Some(pending)
                if pending.by == by
                    && under_way(self.now, pending.started_at, pending.expires_at) =>
            {
                matching(world, pending.secret, tried(self.now, 0), text, None)
            }
            _ => Worth::Nothing,
        }
    }

    fn delivered(
        &self,
        session: usize,
        factor: MfaType,
        set_up: Option<Destination>,
        text: &str,
    ) -> Worth {
        match self.ghost.issued.last() {
            Some(code)
                if !code.dead
                    && code.guesses > 0
                    && (code.session, code.factor, code.set_up) == (session, factor, set_up)
                    && under_way(self.now, code.at, code.expires_at) =>
            {
                if *code.text == *text {
                    Worth::Right
                } else {
                    Worth::Wrong
                }
            }
            _ => Worth::Nothing,
        }
    }
}

impl Issued {
    /// The prompt that it was sent for.
    pub(crate) fn prompt(&self) -> Prompt {
        match self.set_up {
            Some(to) => Prompt::EmailSetUpCode(to),
            None => Prompt::Code(self.factor),
        }
    }
}

impl Spent {
    pub(crate) fn of(&mut self, guess: Guess) -> &mut u8 {
        &mut self.failures[place(guess)]
    }

    pub(crate) fn fail(&mut self, world: &World, session: usize, guess: Guess, now: u64) {
        let policy = &world.policy.throttle;
        *self.of(guess) += 1;
        self.consecutive += 1;
        self.year += 1;
        *self.chains.entry(session).or_default() += 1;
        if self.consecutive >= policy.backoff_from {
            let wait = 1 << (self.consecutive - policy.backoff_from);
            self.blocked_until = now + u64::min(wait, policy.backoff_max_secs.into()) + 1;
        }
    }

    pub(crate) fn succeed(&mut self, session: usize) {
        self.failures = [0; 4];
        self.consecutive = 0;
        self.blocked_until = 0;
        self.year -= self.chains.remove(&session).unwrap_or(0);
    }

    /// A new authenticator, or a new set, is not held to account for guesses at the one before it.
    pub(crate) fn rebound(&mut self, guess: Guess) {
        self.consecutive -= self.failures[place(guess)];
        self.failures[place(guess)] = 0;
        if self.consecutive == 0 {
            self.blocked_until = 0;
        }
    }

    pub(crate) fn admits(&self, world: &World, guess: Guess, now: u64) -> Result<(), Blocked> {
        let policy = &world.policy.throttle;
        if self.failures[place(guess)] >= policy.lock_at {
            Err(Blocked::FactorLocked)
        } else if self.year >= policy.yearly_failures {
            Err(Blocked::BudgetSpent)
        } else if now < self.blocked_until {
            Err(Blocked::Until(at(self.blocked_until)))
        } else {
            Ok(())
        }
    }
}

/// Started, but for the five seconds by which clocks may differ, and not over.
fn under_way(now: u64, start: u64, end: u64) -> bool {
    now + UnixTime::SKEW_SECS >= start && now < end
}

/// The steps that are tried: the one that the authenticator's clock is in, and its neighbours.
pub(crate) fn tried(now: u64, drift: i64) -> RangeInclusive<u64> {
    let step = now.strict_add_signed(drift) / 30;
    step - 1..=step + 1
}

fn matching(
    world: &World,
    secret: u8,
    steps: RangeInclusive<u64>,
    text: &str,
    last: Option<u64>,
) -> Worth {
    let matches: Vec<u64> = steps
        .filter(|step| *world.totp_code(secret, *step) == *text)
        .collect();
    if matches.is_empty() {
        Worth::Wrong
    } else if matches.iter().any(|step| Some(*step) <= last) {
        Worth::Used
    } else {
        Worth::Right
    }
}

fn place(guess: Guess) -> usize {
    match guess {
        Guess::Code(MfaType::Sms) => 0,
        Guess::Code(MfaType::Totp) => 1,
        Guess::Code(MfaType::Email) => 2,
        Guess::RecoveryCode => 3,
    }
}
