//! What must always hold, one function a promise, each looking at one step of the walk.

use countersign_core::{
    Account, Ending, Evidence, MfaRequirement, MfaType, Prompt, Refusal, SetUpVerdict,
    SharedSecret, SignIn,
};

use super::moves::{Input, Move, Seen, Transition};
use super::state::{Binder, State, Worth};
use super::world::{World, mallorys_account};
use crate::rig::draw;

type Invariant = fn(&World, &Transition<'_>);

/// All of them, in the order of the list that the design has.
pub(crate) const INVARIANTS: [Invariant; 8] = [
    signed_in_by_a_right_fresh_code_or_because_none_is_asked_for,
    a_wrong_answer_spends_and_nothing_gives_back,
    a_code_is_accepted_at_most_once,
    a_code_is_worth_nothing_elsewhere,
    an_enrolment_changes_nothing_until_it_is_verified,
    the_preferred_factor_is_enabled_and_what_is_enabled_was_enrolled,
    going_back_in_time_revives_nothing,
    every_sign_in_ends,
];

/// Promise 1.
///
/// Signed in only through a right, fresh code of an enabled factor, or because the policy and
/// the account ask for none.
fn signed_in_by_a_right_fresh_code_or_because_none_is_asked_for(world: &World, t: &Transition<'_>) {
    let Seen::SignedIn(evidence) = t.seen else {
        return;
    };
    let account = t.account_before;
    let asked = world.serving(account);
    let requirement = world.policy.requirement;
    match (evidence, t.mv) {
        (Evidence::NotRequired, Move::Begin) => {
            let none_enabled = requirement == MfaRequirement::Optional && asked.is_empty();
            assert!(requirement == MfaRequirement::Off || none_enabled);
        }
        (Evidence::Code(factor), Move::Handle(session, sealed, Input::Code(text))) => {
            assert_eq!(
                t.before.open(*session, *sealed).prompt(),
                Prompt::Code(factor)
            );
            let worth = t.before.worth(world, *session, Prompt::Code(factor), text);
            assert_eq!(worth, Worth::Right);
            let nothing_asked = asked.is_empty() && world.policy.allowed.contains(factor);
            assert!(asked.contains(factor) || nothing_asked);
            assert_eq!(
                t.before.ghost.spent.admits(world, factor, t.before.now),
                Ok(())
            );
        }
        (Evidence::SetUp(MfaType::Totp), Move::Handle(session, _, Input::Complete)) => {
            assert_eq!(t.before.ghost.completion, Some(*session));
            assert_eq!(requirement, MfaRequirement::Required);
        }
        (Evidence::SetUp(MfaType::Email), Move::Handle(session, sealed, Input::Code(text))) => {
            let prompt = t.before.open(*session, *sealed).prompt();
            assert!(matches!(prompt, Prompt::EmailSetUpCode(_)));
            assert_eq!(t.before.worth(world, *session, prompt, text), Worth::Right);
            assert_eq!(requirement, MfaRequirement::Required);
        }
        (evidence, mv) => panic!("{evidence:?} by {mv:?}"),
    }
}

/// Promise 2.
///
/// A wrong answer always spends an attempt on the account; nothing a client does gives attempts
/// back. A right second factor, a new authenticator, or time does.
fn a_wrong_answer_spends_and_nothing_gives_back(world: &World, t: &Transition<'_>) {
    let (before, after) = (t.account_before, &t.account_after);
    let failures = |account: &Account| MfaType::ALL.map(|f| account.throttle().failures_of(f));
    if let Move::Handle(session, sealed, Input::Code(text)) = t.mv {
        let prompt = t.before.open(*session, *sealed).prompt();
        let factor = match prompt {
            Prompt::Code(factor) => Some(factor),
            Prompt::EmailSetUpCode(_) => Some(MfaType::Email),
            _ => None,
        };
        let looked_at = !matches!(
            t.seen,
            Seen::Refused(Refusal::NotOffered | Refusal::Blocked(_) | Refusal::SetUpNotStarted)
                | Seen::Ended(_)
        );
        let wrong = t.before.worth(world, *session, prompt, text) == Worth::Wrong;
        if let (Some(factor), true, true) = (factor, looked_at, wrong) {
            assert_eq!(t.seen, Seen::Refused(Refusal::WrongCode));
            let spent = after.throttle().failures_of(factor);
            assert_eq!(spent, before.throttle().failures_of(factor) + 1);
        }
    }
    // A new authenticator starts without failures; the book below holds it to the year's budget.
    let enrolled = after.has_authenticator()
        && before.encode()[..] != after.encode()[..]
        && t.after.ghost.active.as_ref().map(|key| key.secret)
            != t.before.ghost.active.as_ref().map(|key| key.secret);
    if !matches!(t.seen, Seen::SignedIn(_)) && *t.mv != Move::Unlock {
        for (factor, (before, after)) in MfaType::ALL
            .into_iter()
            .zip(failures(before).into_iter().zip(failures(after)))
        {
            let rebound = enrolled && factor == MfaType::Totp;
            assert!(before <= after || rebound, "attempts were given back");
        }
    }
    // The account admits and refuses what the ghost's book of failures does, year and back-off
    // included.
    for factor in MfaType::ALL {
        let admits =
            after
                .throttle()
                .admits(factor, &world.policy.throttle, crate::rig::at(t.after.now));
        let book = &t.after.ghost.spent;
        assert_eq!(admits, book.admits(world, factor, t.after.now));
    }
}

/// Promise 3.
///
/// A code is accepted at most once, anywhere.
fn a_code_is_accepted_at_most_once(_: &World, t: &Transition<'_>) {
    if let Some(text) = accepted(t) {
        assert!(!t.before.ghost.accepted.contains(text), "accepted twice");
    }
}

/// Promise 4.
///
/// A code of one factor, account, purpose or session is worth nothing for another.
fn a_code_is_worth_nothing_elsewhere(world: &World, t: &Transition<'_>) {
    if let (Some(text), Move::Handle(session, sealed, _)) = (accepted(t), t.mv) {
        let prompt = t.before.open(*session, *sealed).prompt();
        for code in t.before.ghost.issued.iter().filter(|c| c.text == *text) {
            assert_eq!((code.session, code.prompt()), (*session, prompt));
        }
        if !t.before.ghost.issued.iter().any(|c| c.text == *text) {
            let of_totp = matches!(prompt, Prompt::Code(MfaType::Totp) | Prompt::TotpSetUpCode);
            assert!(of_totp, "{prompt:?} took what was never delivered");
        }
        let theirs = world.totp_code(super::world::MALLORYS_SECRET, t.before.now / 30);
        assert_ne!(*text, theirs);
    }
}

/// Promise 4, of accounts.
///
/// No sign-in goes on with somebody else's account, nor changes it.
pub(crate) fn a_sign_in_is_worth_nothing_at_another_account(world: &World, state: &State) {
    let theirs = mallorys_account(world);
    let stored = theirs.encode();
    let code = world.totp_code(super::world::MALLORYS_SECRET, state.now / 30);
    let code = countersign_core::Code::parse(&code).unwrap();
    for (session, held) in state.sessions.iter().enumerate() {
        for sealed in 0..held.sealed.len() {
            let step = state.open(session, sealed).handle(
                countersign_core::Event::Code(&code),
                theirs.clone(),
                &world.context(state.now),
                draw(99),
            );
            assert_eq!(step.account().encode(), stored);
            let outcome = step.after_saving();
            assert!(matches!(
                outcome,
                countersign_core::Outcome::Ended(Ending::OtherAccount)
            ));
        }
    }
}

/// Promise 5.
///
/// An enrolment changes nothing until it is verified: the old factor stays valid, an abandoned
/// one leaves no trace.
fn an_enrolment_changes_nothing_until_it_is_verified(world: &World, t: &Transition<'_>) {
    let verified = match (&t.seen, t.mv) {
        (Seen::SetUp(SetUpVerdict::Enrolled), Move::FinishSetUp(by, text)) => Some((*by, text)),
        (Seen::Asked, Move::Handle(session, _, Input::Code(text))) => {
            Some((Binder::SignIn(*session), text))
        }
        _ => None,
    };
    if let Some((by, text)) = verified {
        assert_eq!(t.before.first_code(world, by, text), Worth::Right);
        takes_its_place(t, by);
        return;
    }
    let steps_on = matches!(t.seen, Seen::SignedIn(Evidence::Code(MfaType::Totp)));
    let kept = if steps_on { SECRET } else { AUTHENTICATOR };
    assert_eq!(t.before.account[kept.clone()], t.after.account[kept]);
    let may_enable = match (&t.seen, t.mv) {
        (_, Move::Prefer(_)) | (Seen::SignedIn(Evidence::SetUp(MfaType::Email)), _) => true,
        (Seen::SignedIn(Evidence::Code(_)), _) => {
            world.policy.requirement == MfaRequirement::Required
        }
        _ => false,
    };
    assert!(may_enable || t.before.account[SETTINGS] == t.after.account[SETTINGS]);
}

/// The authenticator in force is now the one that waited, and it is enabled if a sign-in had to set
/// it up; no other factor is.
fn takes_its_place(t: &Transition<'_>, by: Binder) {
    let secret = t
        .before
        .ghost
        .pending
        .as_ref()
        .map(|pending| pending.secret);
    let secret = SharedSecret::generate(draw(secret.unwrap().into()));
    let stored = &t.after.account[SECRET][2..];
    assert_eq!(&stored[..secret.as_bytes().len()], secret.as_bytes());
    let (before, after) = (t.account_before.settings(), t.account_after.settings());
    match by {
        Binder::SignIn(_) => assert_eq!(after, before.with_enabled(MfaType::Totp)),
        Binder::SessionA | Binder::SessionB => assert_eq!(after, before),
    }
}

/// Promise 6.
///
/// The preferred factor is enabled; what is enabled was enrolled; a refused update changes
/// nothing.
fn the_preferred_factor_is_enabled_and_what_is_enabled_was_enrolled(
    world: &World,
    t: &Transition<'_>,
) {
    let settings = t.account_after.settings();
    assert!(
        settings
            .preferred()
            .is_none_or(|f| settings.enabled().contains(f))
    );
    let Seen::Preferred(verdict) = &t.seen else {
        return;
    };
    let before = t.account_before;
    if verdict.is_err() {
        assert_eq!(t.before.account, t.after.account);
        return;
    }
    let enrolled = before.enrolled(&world.contacts);
    let mut newly = settings.enabled().iter();
    assert!(newly.all(|f| before.settings().enabled().contains(f) || enrolled.contains(f)));
}

/// Promise 7.
///
/// Time going backwards never revives an expired or spent thing.
fn going_back_in_time_revives_nothing(_: &World, t: &Transition<'_>) {
    if let Move::Handle(session, ..) = t.mv {
        if t.before.ghost.ended.contains(session) {
            assert!(matches!(
                t.seen,
                Seen::Ended(Ending::Spent | Ending::Expired)
            ));
        }
        if let Some(text) = accepted(t) {
            let mut dead = t.before.ghost.issued.iter().filter(|code| code.dead);
            assert!(
                !dead.any(|code| code.text == *text),
                "a dead code was taken"
            );
        }
    }
    let steps = (&t.before.account[LAST_STEP], &t.after.account[LAST_STEP]);
    let same_secret = t.before.account[SECRET] == t.after.account[SECRET];
    assert!(!same_secret || steps.0 <= steps.1, "a used step came back");
}

/// Promise 8.
///
/// Every sign-in ends: each step either progresses, spends, or leaves all as it was, and there
/// is a last moment.
fn every_sign_in_ends(world: &World, t: &Transition<'_>) {
    let Some(handed) = t.handed else { return };
    let after = SignIn::decode(&handed).unwrap();
    let (session, stood) = match t.mv {
        Move::Handle(session, sealed, _) => (*session, Some(t.before.open(*session, *sealed))),
        _ => (t.before.sessions.len(), None),
    };
    assert!(after.expires_at().secs() <= last_moment(world, &t.after, session));
    let Some(stood) = stood else { return };
    if let Seen::Refused(_) = t.seen {
        assert_eq!(stood.encode(), handed);
    } else {
        let drew = t.after.ghost.draws > t.before.ghost.draws;
        assert!(rank(after.prompt()) > rank(stood.prompt()) || drew);
        assert!(rank(after.prompt()) >= rank(stood.prompt()));
    }
    if let Move::Handle(_, sealed, Input::Code(text)) = t.mv {
        assert_eq!(t.seen, due(world, t, session, *sealed, text));
    }
}

/// Promise 8, of time.
///
/// After its last moment a sign-in takes nothing.
pub(crate) fn a_sign_in_is_over_in_the_end(world: &World, state: &State) {
    for (session, held) in state.sessions.iter().enumerate() {
        for sealed in 0..held.sealed.len() {
            let step = state.open(session, sealed).handle(
                countersign_core::Event::Complete,
                state.account(),
                &world.context(last_moment(world, state, session)),
                draw(99),
            );
            let outcome = step.after_saving();
            assert!(matches!(
                outcome,
                countersign_core::Outcome::Ended(Ending::Expired | Ending::Spent)
            ));
        }
    }
}

/// What a code comes to by the book; so a right and fresh one does sign in.
fn due(world: &World, t: &Transition<'_>, session: usize, sealed: usize, text: &str) -> Seen {
    let (state, account) = (t.before, t.account_before);
    let prompt = state.open(session, sealed).prompt();
    let worth = state.worth(world, session, prompt, text);
    let serving = world.serving(account);
    let refused = Seen::Refused;
    if !state.is_live(session, sealed) {
        return Seen::Ended(Ending::Expired);
    }
    let set_up_open = account
        .enrolled(&world.contacts)
        .and(world.policy.allowed)
        .is_empty();
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
    if let Err(blocked) = state.ghost.spent.admits(world, factor, state.now) {
        return refused(Refusal::Blocked(blocked));
    }
    match worth {
        Worth::Right => Seen::SignedIn(evidence),
        Worth::Used => refused(Refusal::AlreadyUsed),
        Worth::Wrong => refused(Refusal::WrongCode),
        Worth::Nothing => refused(Refusal::CodeExpired),
    }
}

/// The code that this step accepted, whether it signed in or confirmed an authenticator.
fn accepted<'a>(t: &Transition<'a>) -> Option<&'a String> {
    match (&t.seen, t.mv) {
        (Seen::SignedIn(_) | Seen::Asked, Move::Handle(_, _, Input::Code(text)))
        | (Seen::SetUp(SetUpVerdict::Enrolled), Move::FinishSetUp(_, text)) => Some(text),
        _ => None,
    }
}

/// Three kinds of prompts follow one another at most, each with its own time.
fn last_moment(world: &World, state: &State, session: usize) -> u64 {
    state.sessions[session].begun_at + 3 * u64::from(world.policy.step_secs)
}

const fn rank(prompt: Prompt) -> u8 {
    match prompt {
        Prompt::SelectFactor(_) | Prompt::SetUp(_) => 0,
        Prompt::Code(_)
        | Prompt::RecoveryCode
        | Prompt::TotpSetUpCode
        | Prompt::EmailSetUpCode(_) => 1,
        Prompt::Complete => 2,
    }
}

/// Where an account's stored form has its settings, its authenticator, of that the secret, and the
/// last step.
const SETTINGS: usize = 18;
const AUTHENTICATOR: std::ops::Range<usize> = 19..105;
const SECRET: std::ops::Range<usize> = 19..96;
const LAST_STEP: std::ops::Range<usize> = 96..105;
