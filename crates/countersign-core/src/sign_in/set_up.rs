//! The home of setting up a factor during sign-in, where the policy requires one.

use super::answer::{check_delivered, issue};
use super::{
    Account, Act, Algorithm, Context, Entropy, Event, Evidence, Outcome, Prompt, Refusal, SignIn,
};
use crate::account::Completion;
use crate::{Code, Destination, MfaType, Scope, SetUpBinding, SetUpVerdict};

impl SignIn {
    /// The events of a set-up. Only a sign-in that was told to set up a factor gets here with
    /// anything but a refusal: the password alone must never replace a factor.
    pub(super) fn set_up<A: Algorithm>(
        self,
        event: Event<'_>,
        account: &mut Account<A>,
        context: &Context<'_>,
        fresh: Entropy,
    ) -> Outcome {
        let allowed = context.policy.allowed;
        let usable = account.enrolled(&context.contacts).and(allowed);
        if !usable.is_empty() && !matches!(event, Event::Complete) {
            // A factor was set up meanwhile, in another session: now that one has to be shown, or
            // a password alone would add another beside it.
            return self.refuse(Refusal::SetUpNotStarted);
        }
        match (self.prompt, event) {
            // Not allowed any more.
            (Prompt::TotpSetUpCode, _) if !allowed.contains(MfaType::Totp) => {
                self.refuse(Refusal::NotOffered)
            }
            (Prompt::EmailSetUpCode(_), _) if !allowed.contains(MfaType::Email) => {
                self.refuse(Refusal::NotOffered)
            }
            (Prompt::SetUp(offered), Event::SetUpTotp)
                if offered.and(allowed).contains(MfaType::Totp) =>
            {
                self.show_secret(account, context, fresh)
            }
            (Prompt::TotpSetUpCode, Event::SetUpTotp) => self.show_secret(account, context, fresh),
            (Prompt::TotpSetUpCode, Event::Code(code)) => self.verify_totp(code, account, context),
            (Prompt::SetUp(offered), Event::SetUpEmail(to))
                if offered.and(allowed).contains(MfaType::Email) =>
            {
                self.send_to(to, account, context, fresh)
            }
            (Prompt::EmailSetUpCode(to), Event::Resend) => {
                self.send_to(to, account, context, fresh)
            }
            (Prompt::EmailSetUpCode(to), Event::Code(code)) => {
                self.verify_email(to, code, account, context)
            }
            (Prompt::Complete, Event::Complete) => self.complete(account, context),
            (Prompt::SetUp(_), Event::SetUpTotp | Event::SetUpEmail(_)) => {
                self.refuse(Refusal::NotOffered)
            }
            _ => self.refuse(Refusal::NotAsked),
        }
    }

    fn show_secret<A: Algorithm>(
        self,
        account: &mut Account<A>,
        context: &Context<'_>,
        fresh: Entropy,
    ) -> Outcome {
        let binding = SetUpBinding(self.id.0);
        let secret = account.begin_totp_set_up(binding, context.policy, context.now, fresh);
        self.enter(Prompt::TotpSetUpCode, context)
            .go_on(Act::ShowSecret(secret))
    }

    fn verify_totp<A: Algorithm>(
        self,
        code: &Code,
        account: &mut Account<A>,
        context: &Context<'_>,
    ) -> Outcome {
        let binding = SetUpBinding(self.id.0);
        match account.verify_totp_set_up(binding, code, context.policy, context.now) {
            SetUpVerdict::Enrolled => {
                account.settings = account.settings.with_enabled(MfaType::Totp);
                account.completion = Some(Completion {
                    sign_in: self.id,
                    factor: MfaType::Totp,
                });
                self.enter(Prompt::Complete, context).go_on(Act::Ask)
            }
            SetUpVerdict::WrongCode => self.refuse(Refusal::WrongCode),
            SetUpVerdict::NotStarted => self.refuse(Refusal::SetUpNotStarted),
        }
    }

    fn send_to<A: Algorithm>(
        self,
        to: Destination,
        account: &mut Account<A>,
        context: &Context<'_>,
        fresh: Entropy,
    ) -> Outcome {
        let throttle = &context.policy.throttle;
        if !account
            .throttle
            .spend_delivery(MfaType::Email, throttle, context.now)
        {
            return self.refuse(Refusal::TooManyDeliveries);
        }
        let code = issue(account, self.set_up_scope(to), context, fresh);
        let prompt = Prompt::EmailSetUpCode(to);
        self.enter(prompt, context)
            .go_on(Act::Deliver(MfaType::Email, code))
    }

    /// A right code proves the address and is the second factor at once. A wrong one spends an
    /// attempt of the account like any other.
    fn verify_email<A: Algorithm>(
        self,
        to: Destination,
        code: &Code,
        account: &mut Account<A>,
        context: &Context<'_>,
    ) -> Outcome {
        let (throttle, now) = (&context.policy.throttle, context.now);
        if let Err(blocked) = account.throttle.admits(MfaType::Email, throttle, now) {
            return self.refuse(Refusal::Blocked(blocked));
        }
        match check_delivered(account, self.set_up_scope(to), code, now) {
            Ok(()) => {
                account.settings = account.settings.with_enabled(MfaType::Email);
                self.sign_in(Evidence::SetUp(MfaType::Email), account, now)
            }
            Err(refusal) => {
                if refusal == Refusal::WrongCode {
                    account
                        .throttle
                        .fail(MfaType::Email, self.id, throttle, now);
                }
                self.refuse(refusal)
            }
        }
    }

    /// Ends a sign-in whose set-up is done: once, since the account's note of it is removed.
    fn complete<A: Algorithm>(self, account: &mut Account<A>, context: &Context<'_>) -> Outcome {
        let done = account.completion.take_if(|done| done.sign_in == self.id);
        match done {
            Some(done) => self.sign_in(Evidence::SetUp(done.factor), account, context.now),
            None => self.refuse(Refusal::SetUpNotStarted),
        }
    }

    const fn set_up_scope(&self, destination: Destination) -> Scope {
        Scope {
            purpose: Scope::SET_UP_EMAIL,
            binding: self.id.0,
            destination,
        }
    }
}
