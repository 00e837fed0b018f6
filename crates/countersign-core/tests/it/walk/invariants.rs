//! What must always hold, one function a promise, each looking at one step of the walk.

use countersign_core::{
    Account, Ending, Evidence, Guess, MfaRequirement, MfaType, Prompt, RecoveryUse, Refusal,
    SetUpVerdict, SharedSecret, SignIn,
};

use super::due::{came_of_begin, due, due_at_begin};
use super::ghost::recovery_name;
use super::measure::{Left, last_moment};
use super::moves::{Input, Move, Seen, Transition};
use super::state::{Binder, Worth};
use super::world::{MALLORYS_SET, Text, World};
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
        (Evidence::Recovery, Move::Handle(session, sealed, Input::Recovery(set, place))) => {
            assert!(matches!(
                t.before.open(*session, *sealed).prompt(),
                Prompt::Code(_) | Prompt::SelectFactor(_) | Prompt::RecoveryCode
            ));
            assert_eq!(t.before.recovery_worth(*set, *place), Worth::Right);
            assert_eq!(world.policy.recovery, RecoveryUse::IfIssued);
            let book = &t.before.ghost.spent;
            let admitted = book.admits(world, Guess::RecoveryCode, t.before.now);
            assert_eq!(admitted, Ok(()));
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
                t.before
                    .ghost
                    .spent
                    .admits(world, factor.into(), t.before.now),
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
    let failures = |account: &Account| Guess::ALL.map(|kind| account.throttle().failures_of(kind));
    if let Some((guess, Worth::Wrong)) = guessed(world, t) {
        let looked_at = !matches!(
            t.seen,
            Seen::Refused(
                Refusal::NotAsked
                    | Refusal::NotOffered
                    | Refusal::Blocked(_)
                    | Refusal::SetUpNotStarted
            ) | Seen::Ended(_)
        );
        if looked_at {
            assert_eq!(t.seen, Seen::Refused(Refusal::WrongCode));
            let spent = after.throttle().failures_of(guess);
            assert_eq!(spent, before.throttle().failures_of(guess) + 1);
        }
    }
    // A new authenticator or set starts without failures; the book below holds it to the year's
    // budget.
    let (old, new) = (&t.before.ghost, &t.after.ghost);
    let enrolled = old.active.map(|key| key.secret) != new.active.map(|key| key.secret);
    let reissued =
        old.recovery.as_ref().map(|kept| kept.set) != new.recovery.as_ref().map(|kept| kept.set);
    if !matches!(t.seen, Seen::SignedIn(_)) && *t.mv != Move::Unlock {
        let counts = failures(before).into_iter().zip(failures(after));
        for (guess, (before, after)) in Guess::ALL.into_iter().zip(counts) {
            let rebound = match guess {
                Guess::Code(factor) => enrolled && factor == MfaType::Totp,
                Guess::RecoveryCode => reissued,
            };
            assert!(before <= after || rebound, "attempts were given back");
        }
    }
    // The account admits and refuses what the ghost's book of failures does, year and back-off
    // included.
    let now = crate::rig::at(t.after.now);
    for guess in Guess::ALL {
        let admits = after.throttle().admits(guess, &world.policy.throttle, now);
        assert_eq!(admits, new.spent.admits(world, guess, t.after.now));
    }
}

/// What an answer of this step is a guess at, and what it is worth.
fn guessed(world: &World, t: &Transition<'_>) -> Option<(Guess, Worth)> {
    match t.mv {
        Move::Handle(_, _, Input::Recovery(set, place)) => {
            Some((Guess::RecoveryCode, t.before.recovery_worth(*set, *place)))
        }
        Move::Handle(session, sealed, Input::Code(text)) => {
            let prompt = t.before.open(*session, *sealed).prompt();
            let factor = match prompt {
                Prompt::Code(factor) => factor,
                Prompt::EmailSetUpCode(_) => MfaType::Email,
                _ => return None,
            };
            let worth = t.before.worth(world, *session, prompt, text);
            Some((factor.into(), worth))
        }
        _ => None,
    }
}

/// Promise 3.
///
/// A code is accepted at most once, anywhere.
fn a_code_is_accepted_at_most_once(_: &World, t: &Transition<'_>) {
    let redeemed = match (&t.seen, t.mv) {
        (Seen::SignedIn(_), Move::Handle(_, _, Input::Recovery(set, place))) => {
            Some(recovery_name(*set, *place))
        }
        _ => None,
    };
    if let Some(text) = accepted(t).or(redeemed.as_ref()) {
        assert!(!t.before.ghost.accepted.contains(text), "accepted twice");
    }
    if let Seen::SignedIn(Evidence::Code(factor) | Evidence::SetUp(factor)) = t.seen
        && factor.is_delivered()
    {
        assert_eq!(t.after.account[DELIVERED], 0, "the code is still there");
    }
    // A recovery code is used up by being accepted, and by nothing else.
    let left = t.account_before.remaining_recovery_codes();
    let after = t.account_after.remaining_recovery_codes();
    if !matches!(t.mv, Move::IssueRecovery) {
        assert_eq!(after, left - u8::from(redeemed.is_some()));
    }
}

/// Promise 4.
///
/// A code of one factor, account, purpose or session is worth nothing for another.
fn a_code_is_worth_nothing_elsewhere(world: &World, t: &Transition<'_>) {
    if let (Seen::SignedIn(_), Move::Handle(_, _, Input::Recovery(set, _))) = (&t.seen, t.mv) {
        assert_ne!(*set, MALLORYS_SET);
    }
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
/// Every sign-in ends. A step that does not end it either lowers what is left of it (see
/// [`Left`]), or leaves it as it was, byte for byte; and there is a last moment.
fn every_sign_in_ends(world: &World, t: &Transition<'_>) {
    if *t.mv == Move::Begin {
        assert_eq!(came_of_begin(t), due_at_begin(world, t));
    }
    if let Move::Handle(session, sealed, input) = t.mv
        && let Some(due) = due(world, t, *session, *sealed, input)
    {
        assert_eq!(t.seen, due);
    }
    let Some(handed) = t.handed else { return };
    let after = SignIn::decode(&handed).unwrap();
    let Move::Handle(session, sealed, input) = t.mv else {
        let session = t.before.sessions.len();
        assert!(after.expires_at().secs() <= last_moment(world, &t.after, session));
        return;
    };
    assert!(after.expires_at().secs() <= last_moment(world, &t.after, *session));
    let stood = t.before.open(*session, *sealed);
    let left = Left::of(world, t.before, t.account_before, stood.prompt());
    let left_after = Left::of(world, &t.after, &t.account_after, after.prompt());
    let as_it_was = stood.encode() == handed;
    let begun_over = stood.prompt() == Prompt::TotpSetUpCode && *input == Input::SetUpTotp;
    match t.seen {
        Seen::Refused(_) => {
            assert!(as_it_was);
            // It spent something, or nothing at all has changed.
            assert!(left_after < left || t.before.account == t.after.account);
        }
        // A secret that replaces one that was shown: its owner's own trouble, and no more time.
        Seen::Secret if begun_over => assert!(as_it_was),
        _ => assert!(left_after < left, "{left_after:?} of {left:?} is left"),
    }
}

/// The code that this step accepted, whether it signed in or confirmed an authenticator.
fn accepted<'a>(t: &Transition<'a>) -> Option<&'a Text> {
    match (&t.seen, t.mv) {
        (Seen::SignedIn(_) | Seen::Asked, Move::Handle(_, _, Input::Code(text)))
        | (Seen::SetUp(SetUpVerdict::Enrolled), Move::FinishSetUp(_, text)) => Some(text),
        _ => None,
    }
}

/// Where an account's stored form has its settings, its authenticator, of that the secret, and the
/// last step.
const SETTINGS: usize = 18;
const AUTHENTICATOR: std::ops::Range<usize> = 19..109;
const SECRET: std::ops::Range<usize> = 19..96;
const LAST_STEP: std::ops::Range<usize> = 96..105;
/// And the flag of a delivered code that waits.
const DELIVERED: usize = 219;
