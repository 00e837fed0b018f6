//! The home of asking for a code and of evaluating the answer.

use super::start::serves;
use super::{
    Account, Act, Algorithm, Blocked, Context, Entropy, Evidence, Outcome, Prompt, Refusal, SignIn,
};
use crate::{
    Code, Destination, MfaRequirement, MfaType, PasscodeVerdict, Scope, Totp, TotpVerdict, UnixTime,
};

impl SignIn {
    /// Evaluates a code of an enrolled factor, if the throttle lets it be looked at.
    pub(super) fn answer<A: Algorithm>(
        self,
        factor: MfaType,
        code: &Code,
        account: &mut Account<A>,
        context: &Context<'_>,
    ) -> Outcome {
        let throttle = &context.policy.throttle;
        if !serves(factor, account, context) {
            // Disabled since this sign-in began, or not allowed any more.
            return self.refuse(Refusal::NotOffered);
        }
        if let Err(blocked) = account.throttle.admits(factor, throttle, context.now) {
            return self.refuse(Refusal::Blocked(blocked));
        }
        let verdict = match factor {
            MfaType::Totp => check_totp(account, code, context),
            MfaType::Sms | MfaType::Email => {
                let destination = context.contacts.of(factor);
                check_delivered(account, self.scope(factor, destination), code, context.now)
            }
        };
        match verdict {
            Ok(()) => {
                if context.policy.requirement == MfaRequirement::Required {
                    // What served for want of an enabled factor is enabled from now on.
                    account.settings = account.settings.with_enabled(factor);
                }
                self.sign_in(Evidence::Code(factor), account, context.now)
            }
            Err(refusal) => {
                if refusal == Refusal::WrongCode {
                    account
                        .throttle
                        .fail(factor, self.id, throttle, context.now);
                }
                self.refuse(refusal)
            }
        }
    }

    /// Moves on to asking for a code of `factor`, and has it delivered if it is that kind.
    pub(super) fn ask_for<A: Algorithm>(
        self,
        factor: MfaType,
        account: &mut Account<A>,
        context: &Context<'_>,
        fresh: Entropy,
    ) -> Outcome {
        if !serves(factor, account, context) {
            return self.refuse(Refusal::NotOffered);
        }
        match account
            .throttle
            .admits(factor, &context.policy.throttle, context.now)
        {
            // It will pass while the user types.
            Ok(()) | Err(Blocked::Until(_)) => {}
            // No code could be accepted, so none is asked for or sent.
            Err(blocked) => return self.refuse(Refusal::Blocked(blocked)),
        }
        if factor == MfaType::Totp {
            return self.enter(Prompt::Code(factor), context).go_on(Act::Ask);
        }
        let Some(destination) = context.contacts.of(factor) else {
            return self.refuse(Refusal::NotOffered);
        };
        if !account
            .throttle
            .spend_delivery(factor, &context.policy.throttle, context.now)
        {
            return self.refuse(Refusal::TooManyDeliveries);
        }
        let scope = self.scope(factor, Some(destination));
        let code = issue(account, scope, context, fresh);
        self.enter(Prompt::Code(factor), context)
            .go_on(Act::Deliver(factor, code))
    }

    /// What a code of `factor` that is delivered in this sign-in is good for. Without an address
    /// on file it is a scope that no code was issued for.
    fn scope(&self, factor: MfaType, destination: Option<Destination>) -> Scope {
        let purpose = match factor {
            MfaType::Sms => Scope::SIGN_IN_SMS,
            MfaType::Email => Scope::SIGN_IN_EMAIL,
            MfaType::Totp => 0,
        };
        let destination = destination.unwrap_or(Destination([0; 16]));
        Scope {
            purpose,
            binding: self.id.0,
            destination,
        }
    }
}

/// Draws a code, keeps its digest in the account in place of any earlier one, and returns it.
pub(super) fn issue<A: Algorithm>(
    account: &mut Account<A>,
    scope: Scope,
    context: &Context<'_>,
    fresh: Entropy,
) -> Code {
    let policy = context.policy;
    let (passcode, code) = crate::Passcode::issue::<A>(
        scope,
        policy.passcode_digits,
        context.now,
        policy.step_secs,
        fresh,
    );
    account.passcode = Some(passcode);
    code
}

fn check_totp<A: Algorithm>(
    account: &mut Account<A>,
    code: &Code,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    // Removed while the sign-in was open: there is nothing that a code could match.
    let authenticator = account.totp.as_mut().ok_or(Refusal::CodeExpired)?;
    let totp = Totp::<A>::new(&authenticator.secret, authenticator.params);
    match totp.verify(
        code,
        context.now,
        context.policy.window,
        authenticator.state,
    ) {
        TotpVerdict::Accepted(step) => {
            authenticator.state = step.state();
            Ok(())
        }
        TotpVerdict::AlreadyUsed => Err(Refusal::AlreadyUsed),
        TotpVerdict::Mismatch => Err(Refusal::WrongCode),
    }
}

/// Compares a delivered code and removes it if it is right, or good for nothing any more.
pub(super) fn check_delivered<A: Algorithm>(
    account: &mut Account<A>,
    scope: Scope,
    code: &Code,
    now: UnixTime,
) -> Result<(), Refusal> {
    let passcode = account.passcode.as_mut().ok_or(Refusal::CodeExpired)?;
    match passcode.answer::<A>(code, &scope, now) {
        PasscodeVerdict::Accepted => {
            account.passcode = None;
            let factor = if scope.purpose == Scope::SIGN_IN_SMS {
                MfaType::Sms
            } else {
                MfaType::Email
            };
            account.throttle.delivery_answered(factor);
            Ok(())
        }
        PasscodeVerdict::Mismatch => Err(Refusal::WrongCode),
        PasscodeVerdict::Expired => {
            // What was seen to be dead is removed, so that a clock set back cannot revive it; a
            // code of another sign-in stays.
            account.passcode = account.passcode.take().filter(|kept| !kept.is_for(&scope));
            Err(Refusal::CodeExpired)
        }
    }
}
