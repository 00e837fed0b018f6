//! The home of the sign-in machine: what follows a right password, up to the second factor.
//!
//! A [`SignIn`] is always pending. It is taken by value with one [`Event`], and one [`Step`] comes
//! out: an account to save, and then, only then, something to do. A wrong answer is not an `Err`
//! but a step like any other, so that no `?` can lose the attempt that it spent.

mod answer;
mod encoding;
mod proof;
mod recovery;
mod set_up;
mod start;
mod step;

pub use proof::{Evidence, FirstFactorVerified, SecondFactorVerified};
pub use step::{Act, Ending, Event, Outcome, Refusal, Step};

use crate::{
    Account, AccountId, Algorithm, Blocked, Contacts, Destination, Entropy, MfaSet, MfaType,
    Policy, UnixTime,
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

/// A sign-in whose second factor has not been shown yet.
///
/// Each event consumes it, so that no state is answered twice by mistake; whoever keeps its stored
/// form gains nothing by that, since what is spent is in the account:
///
/// ```compile_fail,E0382
/// use countersign_core::{Account, Context, Entropy, Event, SignIn};
/// fn twice(sign_in: SignIn, account: Account, context: &Context<'_>, a: Entropy, b: Entropy) {
///     let _ = sign_in.handle(Event::Resend, account.clone(), context, a);
///     let _ = sign_in.handle(Event::Resend, account, context, b);
/// }
/// ```
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
    /// A code of this factor, or a recovery code.
    Code(MfaType),
    /// A choice among these enabled factors, or a recovery code.
    SelectFactor(MfaSet),
    /// A recovery code: a second factor is asked for, and every other is locked, cannot be reached
    /// or had too many codes sent.
    RecoveryCode,
    /// To set up one of these factors.
    SetUp(MfaSet),
    /// The first code of the authenticator that is being set up.
    TotpSetUpCode,
    /// The code that was sent to the e-mail address that is being set up.
    EmailSetUpCode(Destination),
    /// Nothing more: a factor has been set up, and the sign-in can be completed.
    Complete,
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
            (
                Prompt::Code(_) | Prompt::SelectFactor(_) | Prompt::RecoveryCode,
                Event::RecoveryCode(code),
            ) => self.redeem(code, &mut account, context),
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
