//! Sign-in: what is asked for after the password, and how a choice among factors goes on.

mod answers;
mod asked_for;
mod recovery;
mod set_up;

use countersign_core::{
    AccountId, Act, Blocked, Contacts, Context, Ending, Event, Evidence, FirstFactorVerified,
    MfaPreference, MfaRequirement, MfaSet, MfaType, Outcome, Prompt, Refusal, SignIn,
};

use crate::rig::{BOTH, MAIL, PHONE, Rig, at, draw, totp_code};

use MfaRequirement::{Off, Optional, Required};
use MfaType::{Email, Sms, Totp};

/// What follows the password.
#[derive(Clone, Copy, Debug, PartialEq)]
enum First {
    In,
    Asks(Prompt),
    Over(Ending),
}

const fn code(factor: MfaType) -> First {
    First::Asks(Prompt::Code(factor))
}

fn set(factors: &[MfaType]) -> MfaSet {
    factors.iter().copied().collect()
}

fn first(outcome: &Outcome) -> First {
    match outcome {
        Outcome::Continue { sign_in, act } => {
            let delivers = matches!(act, Act::Deliver(..));
            let delivered = matches!(sign_in.prompt(), Prompt::Code(f) if f.is_delivered());
            assert_eq!(delivers, delivered);
            First::Asks(sign_in.prompt())
        }
        Outcome::SignedIn(verified) => {
            assert_eq!(verified.evidence(), Evidence::NotRequired);
            First::In
        }
        Outcome::Ended(ending) => First::Over(*ending),
    }
}

/// An account with these factors set up and these enabled, the first of them preferred if `prefer`.
fn rig(set_up: &[MfaType], enabled: &[MfaType], prefer: bool) -> Rig {
    let mut rig = Rig::new(Optional);
    rig.contacts = BOTH;
    let secret = rig.enrol_totp();
    drop(secret);
    for factor in enabled {
        rig.prefer(*factor, MfaPreference::Enabled);
    }
    if let (Some(factor), true) = (enabled.first(), prefer) {
        rig.prefer(*factor, MfaPreference::Preferred);
    }
    if !set_up.contains(&Totp) {
        rig.account.remove_totp();
    }
    rig.contacts = Contacts {
        sms: set_up.contains(&Sms).then_some(PHONE),
        email: set_up.contains(&Email).then_some(MAIL),
    };
    rig
}

#[track_caller]
fn check(
    (requirement, allowed): (MfaRequirement, &[MfaType]),
    set_up: &[MfaType],
    (enabled, prefer): (&[MfaType], bool),
    expected: First,
) {
    let mut rig = rig(set_up, enabled, prefer);
    rig.policy.requirement = requirement;
    rig.policy.allowed = set(allowed);
    assert_eq!(first(&rig.begin()), expected);
}

const ALL: &[MfaType] = &MfaType::ALL;
const NONE: (&[MfaType], bool) = (&[], false);

#[test]
fn off_asks_for_nothing() {
    check((Off, ALL), ALL, NONE, First::In);
    check((Off, ALL), ALL, (ALL, true), First::In);
    check((Off, &[]), &[], NONE, First::In);
}

#[test]
fn what_is_enabled_is_asked_for() {
    for requirement in [Optional, Required] {
        for factor in MfaType::ALL {
            // The only one, preferred or not; the preferred one of several.
            check((requirement, ALL), ALL, (&[factor], false), code(factor));
            check((requirement, ALL), ALL, (&[factor], true), code(factor));
            let others: Vec<_> = ALL.iter().copied().filter(|f| *f != factor).collect();
            let enabled = [&[factor], others.as_slice()].concat();
            check((requirement, ALL), ALL, (&enabled, true), code(factor));
            // Several and none preferred, or a preferred one that is not allowed: a choice.
            let choice = First::Asks(Prompt::SelectFactor(set(&others)));
            check((requirement, ALL), ALL, (&others, false), choice);
            let choice = First::Asks(Prompt::SelectFactor(set(&others)));
            check((requirement, &others), ALL, (&enabled, true), choice);
            // Preferred, but only another is allowed.
            check(
                (requirement, &others[..1]),
                ALL,
                (&enabled, true),
                code(others[0]),
            );
        }
        let choice = First::Asks(Prompt::SelectFactor(MfaSet::ALL));
        check((requirement, ALL), ALL, (ALL, false), choice);
    }
}

#[test]
fn nothing_enabled_and_optional_asks_for_nothing() {
    check((Optional, ALL), ALL, NONE, First::In);
    check((Optional, &[Totp]), &[Totp], NONE, First::In);
    check((Optional, &[Totp]), ALL, (&[Sms], true), First::In);
    check((Optional, &[]), ALL, (ALL, true), First::In);
}

#[test]
fn nothing_enabled_and_required_asks_for_what_is_set_up_or_to_set_up() {
    check((Required, ALL), ALL, NONE, code(Totp));
    check((Required, ALL), &[Sms, Email], NONE, code(Sms));
    check((Required, ALL), &[Email], NONE, code(Email));
    check((Required, &[Email]), ALL, NONE, code(Email));
    check((Required, &[Email, Sms]), ALL, NONE, code(Sms));
    check((Required, &[Sms]), ALL, (&[Email], true), code(Sms));
    let offer = |factors: &[MfaType]| First::Asks(Prompt::SetUp(set(factors)));
    check((Required, ALL), &[], NONE, offer(&[Totp, Email]));
    check((Required, &[Totp]), &[Sms, Email], NONE, offer(&[Totp]));
    check((Required, &[Email]), &[Totp, Sms], NONE, offer(&[Email]));
    check((Required, &[Totp, Sms]), &[Email], NONE, offer(&[Totp]));
    // A text message cannot be set up here.
    let over = || First::Over(Ending::NoUsableFactor);
    check((Required, &[Sms]), &[Totp, Email], NONE, over());
    check((Required, &[]), ALL, NONE, over());
}

#[test]
fn an_enabled_factor_whose_address_is_gone_is_not_no_factor() {
    for requirement in [Optional, Required] {
        for gone in [Sms, Email] {
            let over = First::Over(Ending::NoUsableFactor);
            check((requirement, ALL), &[Totp], (&[gone], true), over);
            let rest = code(Totp);
            check((requirement, ALL), &[Totp], (&[gone, Totp], true), rest);
        }
    }
}

#[test]
fn a_locked_factor_is_passed_over_while_another_is_enabled() {
    let mut rig = rig(ALL, &[Totp, Sms], true);
    lock(&mut rig, Totp);
    assert_eq!(first(&rig.begin()), code(Sms));
    rig.prefer(Email, MfaPreference::Enabled);
    let choice = First::Asks(Prompt::SelectFactor(set(&[Sms, Email])));
    assert_eq!(first(&rig.begin()), choice);
    rig.prefer(Sms, MfaPreference::Disabled);
    rig.prefer(Email, MfaPreference::Disabled);
    assert_eq!(first(&rig.begin()), First::Over(Ending::Locked));
    // What nobody enabled does not take the place of a locked factor.
    rig.policy.requirement = Required;
    rig.prefer(Totp, MfaPreference::Disabled);
    assert_eq!(first(&rig.begin()), First::Over(Ending::Locked));
}

/// Answers wrong until `factor`, which is asked for, is locked.
fn lock(rig: &mut Rig, factor: MfaType) {
    rig.policy.throttle.backoff_from = u8::MAX;
    let wrong = totp_code(&countersign_core::SharedSecret::generate(draw(777)), 0);
    while rig.account.throttle().failures_of(factor) < rig.policy.throttle.lock_at {
        let Outcome::Continue { sign_in, .. } = rig.begin() else {
            panic!("{factor:?} is asked for");
        };
        let _ = rig.handle(sign_in, Event::Code(&wrong));
        rig.now += 60;
    }
}

/// The sign-in and what is to be done, of an outcome that goes on.
#[track_caller]
fn goes_on(outcome: Outcome) -> (SignIn, Act) {
    match outcome {
        Outcome::Continue { sign_in, act } => (sign_in, act),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(outcome: Outcome) -> (SignIn, Refusal) {
    match goes_on(outcome) {
        (sign_in, Act::Refuse(refusal)) => (sign_in, refusal),
        (_, act) => panic!("{act:?}"),
    }
}

#[test]
fn a_choice_goes_on_with_what_is_offered() {
    for chosen in [Sms, Totp] {
        let mut rig = rig(ALL, &[Sms, Totp], false);
        let (sign_in, _) = goes_on(rig.begin());
        let stored = sign_in.encode();
        // What is allowed and set up, but not enabled, is not offered: no downgrade.
        let (sign_in, refusal) = refused(rig.handle(sign_in, Event::SelectFactor(Email)));
        assert_eq!((refusal, sign_in.encode()), (Refusal::NotOffered, stored));
        let outcome = rig.handle(sign_in, Event::SelectFactor(chosen));
        assert_eq!(first(&outcome), code(chosen));
        let (sign_in, _) = goes_on(outcome);
        assert_ne!(sign_in.encode(), stored);
        let (_, refusal) = refused(rig.handle(sign_in, Event::SelectFactor(Sms)));
        assert_eq!(refusal, Refusal::NotAsked);
    }
}

#[test]
fn a_choice_of_a_locked_or_disabled_factor_is_refused() {
    let mut rig = rig(ALL, &[Totp], false);
    rig.policy.throttle.lock_at = 2;
    lock(&mut rig, Totp);
    rig.policy.throttle.lock_at = 3;
    rig.prefer(Sms, MfaPreference::Enabled);
    let (sign_in, _) = goes_on(rig.begin());
    assert!(matches!(sign_in.prompt(), Prompt::SelectFactor(_)));
    rig.policy.throttle.lock_at = 2;
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::SelectFactor(Totp)));
    assert_eq!(refusal, Refusal::Blocked(Blocked::FactorLocked));
    rig.prefer(Sms, MfaPreference::Disabled);
    let (_, refusal) = refused(rig.handle(sign_in, Event::SelectFactor(Sms)));
    assert_eq!(refusal, Refusal::NotOffered);
}

#[test]
fn a_password_of_another_account_begins_nothing() {
    let rig = rig(ALL, &[Totp], true);
    let context = Context {
        policy: &rig.policy,
        contacts: rig.contacts,
        now: at(rig.now),
    };
    let other = FirstFactorVerified::vouch(AccountId([7; 16]));
    let step = SignIn::begin(other, rig.account.clone(), &context, draw(50));
    assert_eq!(step.account().encode(), rig.account.encode());
    assert_eq!(
        first(&step.after_saving()),
        First::Over(Ending::OtherAccount)
    );
}

#[test]
fn a_code_that_cannot_be_sent_ends_what_has_just_begun() {
    let mut rig = rig(ALL, &[Sms], true);
    for _ in 0..rig.policy.throttle.hourly_deliveries {
        assert_eq!(first(&rig.begin()), code(Sms));
    }
    assert_eq!(first(&rig.begin()), First::Over(Ending::TooManyDeliveries));
    rig.now += 4200;
    assert_eq!(first(&rig.begin()), code(Sms));
}
