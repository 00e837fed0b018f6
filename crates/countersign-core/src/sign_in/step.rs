//! The home of the words that the machine speaks in: what comes in, and what comes out to be saved
//! and done.

use super::{SecondFactorVerified, SignIn};
use crate::{Account, Algorithm, Blocked, Code, Destination, MfaType, RecoveryCode, SharedSecret};

/// What comes in.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A code was typed.
    Code(&'a Code),
    /// A recovery code was typed, where a code or a choice of factor is asked for.
    RecoveryCode(&'a RecoveryCode),
    /// A factor was chosen, among those that
    /// [`Prompt::SelectFactor`](crate::Prompt::SelectFactor) offers.
    SelectFactor(MfaType),
    /// An authenticator shall be set up, where [`Prompt::SetUp`](crate::Prompt::SetUp) offers it.
    SetUpTotp,
    /// E-mail to this address shall be set up, where
    /// [`Prompt::SetUp`](crate::Prompt::SetUp) offers it.
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
    /// The code is right but was accepted before (RFC 6238 §5.2), or is a recovery code that was
    /// used. No attempt was spent: it is no guess.
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
    /// Every factor that could be asked for is locked, and no recovery code can be taken.
    Locked,
    /// A second factor is asked for, but none can be used: the address is gone, or the policy
    /// requires MFA and allows no factor that could be set up.
    NoUsableFactor,
    /// A code would have to be sent, and too many were lately.
    TooManyDeliveries,
}

/// One step of the machine: what to save, then what to do.
///
/// The outcome cannot be reached past [`Step::after_saving`]:
///
/// ```compile_fail,E0616
/// use countersign_core::{Outcome, Sha1, Step};
/// fn act_at_once(step: Step<Sha1>) -> Outcome {
///     step.outcome
/// }
/// ```
///
/// and only once:
///
/// ```compile_fail,E0382
/// use countersign_core::{Sha1, Step};
/// fn act_twice(step: Step<Sha1>) {
///     let _ = step.after_saving();
///     let _ = step.after_saving();
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct Step<A: Algorithm> {
    pub(super) account: Account<A>,
    pub(super) outcome: Outcome,
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
