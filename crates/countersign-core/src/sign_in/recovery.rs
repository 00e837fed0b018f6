//! The home of redeeming a recovery code in place of a factor's.

use super::{Account, Algorithm, Context, Evidence, Outcome, Refusal, SignIn};
use crate::{Blocked, Guess, RecoveryCode, RecoveryUse, RecoveryVerdict};

impl SignIn {
    /// Evaluates a recovery code, if the throttle lets it be looked at. It is the second factor,
    /// whatever has become of the others meanwhile; a wrong one spends an attempt of the account
    /// like a wrong code of any factor. One that was used is known to whoever types it, so it is no
    /// guess, and spends nothing.
    pub(super) fn redeem<A: Algorithm>(
        self,
        code: &RecoveryCode,
        account: &mut Account<A>,
        context: &Context<'_>,
    ) -> Outcome {
        let (throttle, now) = (&context.policy.throttle, context.now);
        if context.policy.recovery == RecoveryUse::Never {
            return self.refuse(Refusal::NotOffered);
        }
        let Some(codes) = &mut account.recovery else {
            return self.refuse(Refusal::NotOffered);
        };
        if let Err(blocked) = account.throttle.admits(Guess::RecoveryCode, throttle, now) {
            return self.refuse(Refusal::Blocked(blocked));
        }
        match codes.redeem::<A>(code) {
            RecoveryVerdict::Accepted(_) => self.sign_in(Evidence::Recovery, account, now),
            RecoveryVerdict::AlreadyUsed => self.refuse(Refusal::AlreadyUsed),
            RecoveryVerdict::Mismatch => {
                account
                    .throttle
                    .fail(Guess::RecoveryCode, self.id, throttle, now);
                self.refuse(Refusal::WrongCode)
            }
        }
    }
}

/// Whether a recovery code can be taken, now or once a back-off has passed.
pub(super) fn is_open<A: Algorithm>(account: &Account<A>, context: &Context<'_>) -> bool {
    let policy = context.policy;
    policy.recovery == RecoveryUse::IfIssued
        && account.remaining_recovery_codes() > 0
        && matches!(
            account
                .throttle
                .admits(Guess::RecoveryCode, &policy.throttle, context.now),
            Ok(()) | Err(Blocked::Until(_))
        )
}
