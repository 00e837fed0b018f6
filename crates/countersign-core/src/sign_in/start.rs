//! The home of the decision what a sign-in asks for after the password.

use super::{
    Account, Algorithm, Context, Ending, Entropy, Evidence, FirstFactorVerified, Outcome, Prompt,
    Refusal, SignIn, SignInId, Step, recovery,
};
use crate::{Act, Contacts, MfaRequirement, MfaSet, MfaType, Policy};

/// What the settings, the policy and what is set up ask for.
enum Demand {
    Nothing,
    Code(MfaType),
    Selection(MfaSet),
    SetUp(MfaSet),
    /// An enabled factor is asked for, and none can be: a recovery code, or this ending.
    Recovery(Ending),
    Impossible(Ending),
}

pub(super) fn begin<A: Algorithm>(
    first: &FirstFactorVerified,
    mut account: Account<A>,
    context: &Context<'_>,
    fresh: Entropy,
) -> Step<A> {
    if first.account != account.id {
        return Step {
            account,
            outcome: Outcome::Ended(Ending::OtherAccount),
        };
    }
    let sign_in = SignIn {
        account: account.id,
        id: SignInId(fresh.id()),
        entered_at: context.now,
        expires_at: context.now.plus_secs(context.policy.step_secs),
        // Replaced below, before anyone sees it.
        prompt: Prompt::SelectFactor(MfaSet::EMPTY),
    };
    let outcome = match demand(&account, context) {
        Demand::Nothing => sign_in.sign_in(Evidence::NotRequired, &mut account, context.now),
        Demand::Code(factor) => ask(sign_in, factor, &mut account, context, fresh),
        Demand::Selection(offered) => sign_in
            .enter(Prompt::SelectFactor(offered), context)
            .go_on(Act::Ask),
        Demand::SetUp(offered) => sign_in
            .enter(Prompt::SetUp(offered), context)
            .go_on(Act::Ask),
        Demand::Recovery(ending) => ask_for_recovery(sign_in, ending, &account, context),
        Demand::Impossible(ending) => Outcome::Ended(ending),
    };
    Step { account, outcome }
}

/// Asks for a code at once. Where none can be sent there is nothing to come back to, so a recovery
/// code is asked for, or the sign-in ends.
fn ask<A: Algorithm>(
    sign_in: SignIn,
    factor: MfaType,
    account: &mut Account<A>,
    context: &Context<'_>,
    fresh: Entropy,
) -> Outcome {
    match sign_in.ask_for(factor, account, context, fresh) {
        Outcome::Continue {
            act: Act::Refuse(refusal),
            sign_in,
        } => {
            let ending = match refusal {
                Refusal::TooManyDeliveries => Ending::TooManyDeliveries,
                Refusal::Blocked(_) => Ending::Locked,
                _ => Ending::NoUsableFactor,
            };
            ask_for_recovery(sign_in, ending, account, context)
        }
        other => other,
    }
}

/// Asks for a recovery code where no factor can be asked for, or ends the sign-in.
fn ask_for_recovery<A: Algorithm>(
    sign_in: SignIn,
    ending: Ending,
    account: &Account<A>,
    context: &Context<'_>,
) -> Outcome {
    if recovery::is_open(account, context) {
        return sign_in.enter(Prompt::RecoveryCode, context).go_on(Act::Ask);
    }
    Outcome::Ended(ending)
}

fn demand<A: Algorithm>(account: &Account<A>, context: &Context<'_>) -> Demand {
    let policy = context.policy;
    if policy.requirement == MfaRequirement::Off {
        return Demand::Nothing;
    }
    let wanted = account.settings.enabled().and(policy.allowed);
    let usable = account.enrolled(&context.contacts).and(policy.allowed);
    if !wanted.is_empty() {
        // An enabled factor whose address is gone must not turn into no factor at all.
        return demand_enabled(account, wanted.and(usable), context);
    }
    if policy.requirement == MfaRequirement::Optional {
        return Demand::Nothing;
    }
    if let Some(factor) = fallback(usable) {
        return Demand::Code(factor);
    }
    let offered = policy.allowed.without(MfaType::Sms);
    if offered.is_empty() {
        return Demand::Impossible(Ending::NoUsableFactor);
    }
    Demand::SetUp(offered)
}

impl<A: Algorithm> Account<A> {
    /// The factors of which a sign-in asks for one: those that are enabled and allowed, or what
    /// serves in their stead where MFA is required. Locked ones are among them.
    #[must_use]
    pub fn factors_asked_for(&self, contacts: &Contacts, policy: &Policy) -> MfaSet {
        let wanted = self.settings.enabled().and(policy.allowed);
        match policy.requirement {
            MfaRequirement::Off => MfaSet::EMPTY,
            MfaRequirement::Required if wanted.is_empty() => {
                let usable = self.enrolled(contacts).and(policy.allowed);
                fallback(usable).map_or(MfaSet::EMPTY, MfaSet::of)
            }
            MfaRequirement::Optional | MfaRequirement::Required => wanted,
        }
    }
}

/// Whether a code of `factor` is worth something now: settings and policy may have changed since
/// it was asked for.
pub(super) fn serves<A: Algorithm>(
    factor: MfaType,
    account: &Account<A>,
    context: &Context<'_>,
) -> bool {
    let policy = context.policy;
    let wanted = account.settings.enabled().and(policy.allowed);
    if wanted.is_empty() && policy.requirement == MfaRequirement::Required {
        let usable = account.enrolled(&context.contacts).and(policy.allowed);
        return fallback(usable) == Some(factor);
    }
    if wanted.is_empty() {
        return policy.allowed.contains(factor);
    }
    wanted.contains(factor)
}

/// What is asked for where MFA is required but nothing is enabled: what is set up serves all the
/// same, the strongest first.
fn fallback(usable: MfaSet) -> Option<MfaType> {
    [MfaType::Totp, MfaType::Sms, MfaType::Email]
        .into_iter()
        .find(|factor| usable.contains(*factor))
}

/// The preferred factor, the only one, or a selection; a locked factor is passed over while there
/// is another, since only another can unlock it.
fn demand_enabled<A: Algorithm>(
    account: &Account<A>,
    usable: MfaSet,
    context: &Context<'_>,
) -> Demand {
    if usable.is_empty() {
        return Demand::Recovery(Ending::NoUsableFactor);
    }
    let throttle = &context.policy.throttle;
    let open: MfaSet = usable
        .iter()
        .filter(|factor| !account.throttle.is_locked(*factor, throttle))
        .collect();
    let preferred = account
        .settings
        .preferred()
        .filter(|factor| open.contains(*factor));
    match preferred.or(open.only()) {
        Some(factor) => Demand::Code(factor),
        None if open.is_empty() => Demand::Recovery(Ending::Locked),
        None => Demand::Selection(open),
    }
}
