//! The home of the sign-in machine: what follows a right password, up to the second factor.
//!
//! A [`SignIn`] is always pending. It is taken by value with one [`Event`], and one [`Step`] comes
//! out: an account to save, and then, only then, something to do. A wrong answer is not an `Err`
//! but a step like any other, so that no `?` can lose the attempt that it spent.

mod answer;
mod encoding;
mod set_up;
mod start;

use crate::{
    Account, AccountId, Algorithm, Blocked, Code, Contacts, Destination, Entropy, MfaSet, MfaType,
    Policy, SharedSecret, UnixTime,
};

/// Names one sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignInId(pub [u8; 16]);

impl SignInId {
    /// Bytes by which an account remembers a sign-in.
    pub(crate) const SHORT_LEN: usize = 8;

    pub(crate) const fn short(self) -> [u8; Self::SHORT_LEN] {
        match self.0.first_chunk() {
            Some(short) => *short,
            None => [0; Self::SHORT_LEN],
        }
    }
}

/// The caller's word that the first factor of an account was right.
///
/// Only a verifier of passwords should make one, from a check that it has just made: everything
/// after rests on it.
#[must_use]
#[derive(Debug)]
pub struct FirstFactorVerified {
    account: AccountId,
}

impl FirstFactorVerified {
    /// Vouches that whoever is signing in has just proven the first factor of `account`.
    pub const fn vouch(account: AccountId) -> Self {
        Self { account }
    }
}

/// Proof that an account signed in with every factor that its settings and the policy ask for.
///
/// Only this crate makes one, and it is neither `Clone` nor `Copy`: whatever issues tokens takes it
/// by value, so that one sign-in issues once.
///
/// ```compile_fail,E0451
/// use countersign_core::{AccountId, Evidence, SecondFactorVerified, SignInId, UnixTime};
/// let forged = SecondFactorVerified {
///     account: AccountId([0; 16]),
///     sign_in: SignInId([0; 16]),
///     evidence: Evidence::NotRequired,
///     at: UnixTime::EPOCH,
/// };
/// ```
#[must_use]
#[derive(Debug)]
pub struct SecondFactorVerified {
    account: AccountId,
    sign_in: SignInId,
    evidence: Evidence,
    at: UnixTime,
}

impl SecondFactorVerified {
    /// Whose sign-in it was.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Which sign-in it was.
    #[must_use]
    pub const fn sign_in(&self) -> SignInId {
        self.sign_in
    }

    /// What was shown as the second factor.
    #[must_use]
    pub const fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// When it ended.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }
}

/// What was shown as the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing: neither the policy nor the account asks for a second factor.
    NotRequired,
    /// A right and fresh code of this factor.
    Code(MfaType),
    /// This factor was set up, with a right code, because the policy requires one.
    SetUp(MfaType),
}

/// A sign-in whose second factor has not been shown yet.
#[derive(Debug, PartialEq, Eq)]
pub struct SignIn {
    account: AccountId,
    id: SignInId,
    entered_at: UnixTime,
    expires_at: UnixTime,
    prompt: Prompt,
}

/// What a pending sign-in asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prompt {
    /// A code of this factor.
    Code(MfaType),
    /// A choice among these enabled factors.
    SelectFactor(MfaSet),
    /// To set up one of these factors.
    SetUp(MfaSet),
    /// The first code of the authenticator that is being set up.
    TotpSetUpCode,
    /// The code that was sent to the e-mail address that is being set up.
    EmailSetUpCode(Destination),
    /// Nothing more: a factor has been set up, and the sign-in can be completed.
    Complete,
}

/// What comes in.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A code was typed.
    Code(&'a Code),
    /// A factor was chosen, among those that [`Prompt::SelectFactor`] offers.
    SelectFactor(MfaType),
    /// An authenticator shall be set up, where [`Prompt::SetUp`] offers it.
    SetUpTotp,
    /// E-mail to this address shall be set up, where [`Prompt::SetUp`] offers it.
    SetUpEmail(Destination),
    /// The code shall be sent again, as a new one, which replaces the old.
    Resend,
    /// The set-up is done, and the sign-in shall end.
    Complete,
}

/// What to do once the account is saved.
#[must_use]
#[derive(Debug)]
pub enum Outcome {
    /// The sign-in goes on.
    Continue {
        /// The sign-in as it stands, to be kept for the next event. After [`Act::Refuse`] it is
        /// what came in, unchanged.
        sign_in: SignIn,
        /// What to do.
        act: Act,
    },
    /// The second factor has been shown.
    SignedIn(SecondFactorVerified),
    /// The sign-in is over without success.
    Ended(Ending),
}

/// What to do for a sign-in that goes on.
#[derive(Debug)]
pub enum Act {
    /// Ask for what [`SignIn::prompt`] says.
    Ask,
    /// Send this code by the medium of this factor, then ask.
    Deliver(MfaType, Code),
    /// Show the secret of the new authenticator, then ask for its first code.
    ShowSecret(SharedSecret),
    /// Tell that the answer was refused, and ask for the same again.
    Refuse(Refusal),
}

/// Why an answer was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The code is wrong; an attempt has been spent.
    WrongCode,
    /// The code is right but was accepted before (RFC 6238 §5.2). No attempt was spent: it is no
    /// guess.
    AlreadyUsed,
    /// The delivered code has expired, was guessed at too often, or has been replaced by another.
    CodeExpired,
    /// The code was not looked at: see [`Blocked`].
    Blocked(Blocked),
    /// What was chosen is not on offer.
    NotOffered,
    /// The event does not answer what was asked.
    NotAsked,
    /// Too many codes were sent lately; nothing was sent.
    TooManyDeliveries,
    /// The set-up was not started in this sign-in, took too long or too many tries: start it again.
    SetUpNotStarted,
}

/// Why a sign-in is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It took too long, or a clock was set back to before it began.
    Expired,
    /// It has ended before: a sign-in is good once.
    Spent,
    /// It belongs to another account.
    OtherAccount,
    /// Every factor that could be asked for is locked.
    Locked,
    /// A second factor is asked for, but none can be used: the address is gone, or the policy
    /// requires MFA and allows no factor that could be set up.
    NoUsableFactor,
    /// A code would have to be sent, and too many were lately.
    TooManyDeliveries,
}

/// One step of the machine: what to save, then what to do.
#[must_use]
#[derive(Debug)]
pub struct Step<A: Algorithm> {
    account: Account<A>,
    outcome: Outcome,
}

impl<A: Algorithm> Step<A> {
    /// The account as it has to be saved before anything else happens. If the save finds that the
    /// stored account has changed meanwhile, drop the step and decide again.
    #[must_use]
    pub const fn account(&self) -> &Account<A> {
        &self.account
    }

    /// What to do, now that the account has been saved.
    pub fn after_saving(self) -> Outcome {
        self.outcome
    }
}

/// What every decision looks at besides the account.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the operator decided.
    pub policy: &'a Policy,
    /// The addresses on file.
    pub contacts: Contacts,
    /// The time.
    pub now: UnixTime,
}

impl SignIn {
    /// Begins a sign-in whose first factor has been verified.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "one proof begins one sign-in"
    )]
    pub fn begin<A: Algorithm>(
        first: FirstFactorVerified,
        account: Account<A>,
        context: &Context<'_>,
        fresh: Entropy,
    ) -> Step<A> {
        start::begin(&first, account, context, fresh)
    }

    /// Takes one event.
    pub fn handle<A: Algorithm>(
        self,
        event: Event<'_>,
        mut account: Account<A>,
        context: &Context<'_>,
        fresh: Entropy,
    ) -> Step<A> {
        if let Some(ending) = self.ending(&mut account, context.now) {
            return Step {
                account,
                outcome: Outcome::Ended(ending),
            };
        }
        let outcome = match (self.prompt, event) {
            (Prompt::Code(factor), Event::Code(code)) => {
                self.answer(factor, code, &mut account, context)
            }
            (Prompt::Code(factor), Event::Resend) if factor.is_delivered() => {
                self.ask_for(factor, &mut account, context, fresh)
            }
            (Prompt::SelectFactor(offered), Event::SelectFactor(factor)) => {
                if offered.contains(factor) {
                    self.ask_for(factor, &mut account, context, fresh)
                } else {
                    self.refuse(Refusal::NotOffered)
                }
            }
            (_, Event::SetUpTotp | Event::SetUpEmail(_) | Event::Complete)
            | (Prompt::TotpSetUpCode | Prompt::EmailSetUpCode(_), _) => {
                self.set_up(event, &mut account, context, fresh)
            }
            _ => self.refuse(Refusal::NotAsked),
        };
        Step { account, outcome }
    }

    /// Whose sign-in it is.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Which sign-in it is.
    #[must_use]
    pub const fn id(&self) -> SignInId {
        self.id
    }

    /// What it asks for.
    #[must_use]
    pub const fn prompt(&self) -> Prompt {
        self.prompt
    }

    /// When it ends if nothing happens.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Why the sign-in cannot go on, if so. An account remembers a sign-in that was seen to be
    /// expired, so that no clock revives it.
    fn ending<A: Algorithm>(&self, account: &mut Account<A>, now: UnixTime) -> Option<Ending> {
        if account.id != self.account {
            return Some(Ending::OtherAccount);
        }
        if account.is_closed(self.id) {
            return Some(Ending::Spent);
        }
        if !now.is_between(self.entered_at, self.expires_at) {
            account.close(self.id);
            return Some(Ending::Expired);
        }
        None
    }

    /// The end that all is for: forgives what this sign-in spent, and closes it.
    fn sign_in<A: Algorithm>(
        self,
        evidence: Evidence,
        account: &mut Account<A>,
        at: UnixTime,
    ) -> Outcome {
        if evidence != Evidence::NotRequired {
            account.throttle.succeed(self.id);
        }
        account.close(self.id);
        let Self {
            account,
            id: sign_in,
            ..
        } = self;
        Outcome::SignedIn(SecondFactorVerified {
            account,
            sign_in,
            evidence,
            at,
        })
    }

    /// The same sign-in with another prompt, and time for it if it is another kind of prompt: to
    /// be asked the same again prolongs nothing.
    fn enter(self, prompt: Prompt, context: &Context<'_>) -> Self {
        if core::mem::discriminant(&self.prompt) == core::mem::discriminant(&prompt) {
            return Self { prompt, ..self };
        }
        let expires_at = context.now.plus_secs(context.policy.step_secs);
        Self {
            prompt,
            entered_at: context.now,
            expires_at,
            ..self
        }
    }

    const fn go_on(self, act: Act) -> Outcome {
        Outcome::Continue { sign_in: self, act }
    }

    const fn refuse(self, refusal: Refusal) -> Outcome {
        self.go_on(Act::Refuse(refusal))
    }
}
