//! What answers and passwords come to by the book: written from what the core documents, without a
//! look at how it decides.

use countersign_core::{
    Blocked, Ending, Evidence, Guess, MfaRequirement, MfaSet, MfaType, Prompt, RecoveryUse,
    Refusal, SignIn,
};

use super::moves::{Input, Seen, Transition};
use super::state::Worth;
use super::world::World;

/// What follows a right password.
#[derive(Debug, PartialEq)]
pub(crate) enum First {
    In,
    Asks(Prompt),
    Over(Ending),
}

pub(crate) fn came_of_begin(t: &Transition<'_>) -> First {
    match (&t.seen, t.handed) {
        (Seen::SignedIn(Evidence::NotRequired), None) => First::In,
        (Seen::Ended(ending), None) => First::Over(*ending),
        (Seen::Asked | Seen::Delivered(..), Some(handed)) => {
            First::Asks(SignIn::decode(&handed).unwrap().prompt())
        }
        other => panic!("{other:?}"),
    }
}

/// What follows a right password by the book.
pub(crate) fn due_at_begin(world: &World, t: &Transition<'_>) -> First {
    let (policy, account) = (&world.policy, t.account_before);
    let required = policy.requirement == MfaRequirement::Required;
    let wanted = account.settings().enabled().and(policy.allowed);
    let usable = account.enrolled(&world.contacts).and(policy.allowed);
    if policy.requirement == MfaRequirement::Off || wanted.is_empty() && !required {
        return First::In;
    }
    if wanted.is_empty() {
        let offered = policy.allowed.without(MfaType::Sms);
        let strongest = [MfaType::Totp, MfaType::Sms, MfaType::Email]
            .into_iter()
            .find(|factor| usable.contains(*factor));
        return match strongest {
            Some(factor) => due_for_factor(world, t, factor),
            None if offered.is_empty() => First::Over(Ending::NoUsableFactor),
            None => First::Asks(Prompt::SetUp(offered)),
        };
    }
    let reachable = wanted.and(usable);
    if reachable.is_empty() {
        return last_resort(world, t, Ending::NoUsableFactor);
    }
    let lock_at = policy.throttle.lock_at;
    let open: MfaSet = reachable
        .iter()
        .filter(|factor| account.throttle().failures_of(*factor) < lock_at)
        .collect();
    let preferred = account.settings().preferred();
    match preferred
        .filter(|factor| open.contains(*factor))
        .or(open.only())
    {
        Some(factor) => due_for_factor(world, t, factor),
        None if open.is_empty() => last_resort(world, t, Ending::Locked),
        None => First::Asks(Prompt::SelectFactor(open)),
    }
}

fn due_for_factor(world: &World, t: &Transition<'_>, factor: MfaType) -> First {
    let now = t.before.now;
    let admitted = t.before.ghost.spent.admits(world, factor.into(), now);
    if !matches!(admitted, Ok(()) | Err(Blocked::Until(_))) {
        return last_resort(world, t, Ending::Locked);
    }
    let throttle = t.account_before.throttle();
    let room = throttle.deliveries_left(factor, &world.policy.throttle, crate::rig::at(now));
    if factor.is_delivered() && room == 0 {
        return last_resort(world, t, Ending::TooManyDeliveries);
    }
    First::Asks(Prompt::Code(factor))
}

/// A recovery code if one is left that would be looked at, now or after a back-off.
fn last_resort(world: &World, t: &Transition<'_>, ending: Ending) -> First {
    let ghost = &t.before.ghost;
    let left = ghost
        .recovery
        .as_ref()
        .is_some_and(|kept| kept.used.len() < 10);
    let admitted = ghost.spent.admits(world, Guess::RecoveryCode, t.before.now);
    let open = matches!(admitted, Ok(()) | Err(Blocked::Until(_)));
    if left && open && world.policy.recovery == RecoveryUse::IfIssued {
        return First::Asks(Prompt::RecoveryCode);
    }
    First::Over(ending)
}

/// What an answer comes to by the book; so a right and fresh code does sign in. Of what is no code
/// the book says nothing.
pub(crate) fn due(
    world: &World,
    t: &Transition<'_>,
    session: usize,
    sealed: usize,
    input: &Input,
) -> Option<Seen> {
    let state = t.before;
    if state.ghost.ended.contains(&session) {
        // It was closed, or was seen to have ended by its time.
        return None;
    }
    let prompt = state.open(session, sealed).prompt();
    match input {
        _ if !state.is_live(session, sealed) => Some(Seen::Ended(Ending::Expired)),
        Input::Code(text) => Some(due_for_code(world, t, session, prompt, text)),
        Input::Recovery(set, place) => Some(due_for_recovery(world, t, prompt, *set, *place)),
        _ => None,
    }
}

fn due_for_recovery(
    world: &World,
    t: &Transition<'_>,
    prompt: Prompt,
    set: u8,
    place: usize,
) -> Seen {
    let state = t.before;
    let set_up = matches!(prompt, Prompt::TotpSetUpCode | Prompt::EmailSetUpCode(_));
    let refusal = match prompt {
        // Said before anything else where a factor was set up meanwhile.
        _ if set_up && !set_up_is_open(world, t) => Refusal::SetUpNotStarted,
        Prompt::TotpSetUpCode if !world.policy.allowed.contains(MfaType::Totp) => {
            Refusal::NotOffered
        }
        Prompt::EmailSetUpCode(_) if !world.policy.allowed.contains(MfaType::Email) => {
            Refusal::NotOffered
        }
        Prompt::Code(_) | Prompt::SelectFactor(_) | Prompt::RecoveryCode => {
            let worth = state.recovery_worth(set, place);
            let admitted = state
                .ghost
                .spent
                .admits(world, Guess::RecoveryCode, state.now);
            match (world.policy.recovery, worth, admitted) {
                (RecoveryUse::Never, ..) | (_, Worth::Nothing, _) => Refusal::NotOffered,
                (.., Err(blocked)) => Refusal::Blocked(blocked),
                (_, Worth::Right, _) => return Seen::SignedIn(Evidence::Recovery),
                (_, Worth::Used, _) => Refusal::AlreadyUsed,
                (_, Worth::Wrong, _) => Refusal::WrongCode,
            }
        }
        _ => Refusal::NotAsked,
    };
    Seen::Refused(refusal)
}

/// Whether a sign-in may set up a factor: not once one is usable.
fn set_up_is_open(world: &World, t: &Transition<'_>) -> bool {
    let enrolled = t.account_before.enrolled(&world.contacts);
    enrolled.and(world.policy.allowed).is_empty()
}

fn due_for_code(
    world: &World,
    t: &Transition<'_>,
    session: usize,
    prompt: Prompt,
    text: &str,
) -> Seen {
    let (state, account) = (t.before, t.account_before);
    let worth = state.worth(world, session, prompt, text);
    let serving = world.serving(account);
    let refused = Seen::Refused;
    let set_up_open = set_up_is_open(world, t);
    let (factor, serves, evidence) = match prompt {
        Prompt::Code(factor) => {
            let nothing_asked = serving.is_empty()
                && world.policy.requirement != MfaRequirement::Required
                && world.policy.allowed.contains(factor);
            let serves = serving.contains(factor) || nothing_asked;
            (factor, serves, Evidence::Code(factor))
        }
        Prompt::TotpSetUpCode | Prompt::EmailSetUpCode(_) if !set_up_open => {
            return refused(Refusal::SetUpNotStarted);
        }
        Prompt::TotpSetUpCode => {
            return match worth {
                Worth::Right => Seen::Asked,
                Worth::Nothing => refused(Refusal::SetUpNotStarted),
                Worth::Wrong | Worth::Used => refused(Refusal::WrongCode),
            };
        }
        Prompt::EmailSetUpCode(_) => (MfaType::Email, true, Evidence::SetUp(MfaType::Email)),
        _ => return refused(Refusal::NotAsked),
    };
    if !serves {
        return refused(Refusal::NotOffered);
    }
    if let Err(blocked) = state.ghost.spent.admits(world, factor.into(), state.now) {
        return refused(Refusal::Blocked(blocked));
    }
    match worth {
        Worth::Right => Seen::SignedIn(evidence),
        Worth::Used => refused(Refusal::AlreadyUsed),
        Worth::Wrong => refused(Refusal::WrongCode),
        Worth::Nothing => refused(Refusal::CodeExpired),
    }
}
