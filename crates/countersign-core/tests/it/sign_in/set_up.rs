//! Setting up a factor while signing in.

use countersign_core::{
    Act, Code, Destination, Ending, Event, Evidence, MfaRequirement, MfaType, Outcome, Prompt,
    Refusal, SharedSecret, SignIn,
};

use super::{goes_on, refused, rig as account_with, set};
use crate::rig::{MAIL, Rig, not, totp_code};

use MfaType::{Email, Totp};

fn rig() -> Rig {
    Rig::new(MfaRequirement::Required)
}

fn start_totp(rig: &mut Rig) -> (SignIn, SharedSecret) {
    let (sign_in, _) = goes_on(rig.begin());
    let (sign_in, act) = goes_on(rig.handle(sign_in, Event::SetUpTotp));
    assert_eq!(sign_in.prompt(), Prompt::TotpSetUpCode);
    match act {
        Act::ShowSecret(secret) => (sign_in, secret),
        other => panic!("{other:?}"),
    }
}

fn start_email(rig: &mut Rig) -> (SignIn, Code) {
    let (sign_in, _) = goes_on(rig.begin());
    delivered(rig.handle(sign_in, Event::SetUpEmail(MAIL)))
}

#[track_caller]
fn delivered(outcome: Outcome) -> (SignIn, Code) {
    match goes_on(outcome) {
        (sign_in, Act::Deliver(Email, code)) => (sign_in, code),
        (_, act) => panic!("{act:?}"),
    }
}

fn signed_in(outcome: &Outcome) -> Option<Evidence> {
    match outcome {
        Outcome::SignedIn(verified) => Some(verified.evidence()),
        _ => None,
    }
}

#[test]
fn an_authenticator_is_set_up_and_the_sign_in_completed_once() {
    let mut rig = rig();
    let (sign_in, secret) = start_totp(&mut rig);
    let code = totp_code(&secret, rig.now);
    // Not before the code, and a wrong code may be tried again.
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Complete));
    assert_eq!(refusal, Refusal::NotAsked);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&not(&code, 0))));
    assert_eq!(refusal, Refusal::WrongCode);
    assert!(!rig.account.has_authenticator());
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(sign_in.prompt(), Prompt::Complete);
    assert_eq!(rig.account.settings().enabled(), set(&[Totp]));
    let sealed = sign_in.encode();
    let outcome = rig.handle(sign_in, Event::Complete);
    assert_eq!(signed_in(&outcome), Some(Evidence::SetUp(Totp)));
    let again = rig.handle(SignIn::decode(&sealed).unwrap(), Event::Complete);
    assert!(matches!(again, Outcome::Ended(Ending::Spent)));
    // The code that confirmed it does not sign in.
    let (sign_in, _) = goes_on(rig.begin());
    assert_eq!(sign_in.prompt(), Prompt::Code(Totp));
    let (_, refusal) = refused(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(refusal, Refusal::AlreadyUsed);
}

#[test]
fn email_is_set_up_and_signs_in_with_the_same_code() {
    let mut rig = rig();
    let (sign_in, code) = start_email(&mut rig);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&not(&code, 0))));
    assert_eq!(refusal, Refusal::WrongCode);
    assert_eq!(rig.account.throttle().failures_of(Email), 1);
    let outcome = rig.handle(sign_in, Event::Code(&code));
    assert_eq!(signed_in(&outcome), Some(Evidence::SetUp(Email)));
    assert_eq!(rig.account.settings().enabled(), set(&[Email]));
    assert_eq!(rig.account.throttle().failures_of(Email), 0);
}

#[test]
fn a_resent_code_of_a_set_up_replaces_the_first() {
    let mut rig = rig();
    let (sign_in, first) = start_email(&mut rig);
    let (sign_in, second) = delivered(rig.handle(sign_in, Event::Resend));
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&first)));
    assert_eq!(refusal, Refusal::WrongCode);
    assert!(signed_in(&rig.handle(sign_in, Event::Code(&second))).is_some());
}

#[test]
fn a_code_sent_to_one_address_does_not_prove_another() {
    let mut rig = rig();
    let (sign_in, _) = goes_on(rig.begin());
    let sealed = sign_in.encode();
    let (mine, _) = delivered(rig.handle(sign_in, Event::SetUpEmail(Destination([1; 16]))));
    let sign_in = SignIn::decode(&sealed).unwrap();
    let (_, code) = delivered(rig.handle(sign_in, Event::SetUpEmail(MAIL)));
    let (_, refusal) = refused(rig.handle(mine, Event::Code(&code)));
    assert_eq!(refusal, Refusal::CodeExpired);
}

#[test]
fn showing_another_secret_ends_the_first() {
    let mut rig = rig();
    let (sign_in, first) = start_totp(&mut rig);
    let (sign_in, act) = goes_on(rig.handle(sign_in, Event::SetUpTotp));
    let Act::ShowSecret(second) = act else {
        panic!("{act:?}");
    };
    let code = totp_code(&first, rig.now);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(refusal, Refusal::WrongCode);
    let code = totp_code(&second, rig.now);
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(sign_in.prompt(), Prompt::Complete);
}

/// Refused at the prompt for an authenticator's code: the password alone never replaces one.
#[track_caller]
fn check_refused(event: Event<'_>, expected: Refusal) {
    let mut rig = account_with(&MfaType::ALL, &[Totp], true);
    rig.policy.requirement = MfaRequirement::Required;
    let (sign_in, _) = goes_on(rig.begin());
    let before = rig.account.encode();
    let (_, refusal) = refused(rig.handle(sign_in, event));
    assert_eq!(refusal, expected);
    assert_eq!(rig.account.encode(), before);
}

#[test]
fn the_password_alone_never_replaces_a_factor() {
    check_refused(Event::SetUpTotp, Refusal::SetUpNotStarted);
    check_refused(Event::SetUpEmail(MAIL), Refusal::SetUpNotStarted);
    check_refused(Event::Complete, Refusal::NotAsked);
    check_refused(Event::Resend, Refusal::NotAsked);
}

#[test]
fn of_two_set_ups_at_a_time_one_wins() {
    let mut rig = rig();
    let (email, code) = start_email(&mut rig);
    let (totp, secret) = start_totp(&mut rig);
    let first_code = totp_code(&secret, rig.now);
    let (totp, _) = goes_on(rig.handle(totp, Event::Code(&first_code)));
    // A factor is set up now, so a password alone adds no other beside it.
    let (_, refusal) = refused(rig.handle(email, Event::Code(&code)));
    assert_eq!(refusal, Refusal::SetUpNotStarted);
    let outcome = rig.handle(totp, Event::Complete);
    assert_eq!(signed_in(&outcome), Some(Evidence::SetUp(Totp)));
}

#[test]
fn only_what_is_offered_and_still_allowed_is_set_up() {
    let mut rig = rig();
    rig.policy.allowed = set(&[Totp]);
    let (sign_in, _) = goes_on(rig.begin());
    let (_, refusal) = refused(rig.handle(sign_in, Event::SetUpEmail(MAIL)));
    assert_eq!(refusal, Refusal::NotOffered);
    let (sign_in, secret) = start_totp(&mut rig);
    rig.policy.allowed = set(&[Email]);
    let code = totp_code(&secret, rig.now);
    let (_, refusal) = refused(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(refusal, Refusal::NotOffered);
    let (sign_in, code) = start_email(&mut rig);
    rig.policy.allowed = set(&[Totp]);
    let (_, refusal) = refused(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(refusal, Refusal::NotOffered);
}

#[test]
fn an_authenticator_that_was_removed_completes_nothing() {
    let mut rig = rig();
    let (sign_in, secret) = start_totp(&mut rig);
    let code = totp_code(&secret, rig.now);
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::Code(&code)));
    rig.account.remove_totp();
    let (_, refusal) = refused(rig.handle(sign_in, Event::Complete));
    assert_eq!(refusal, Refusal::SetUpNotStarted);
}

#[test]
fn each_part_of_a_set_up_has_its_own_time() {
    let mut rig = rig();
    let (sign_in, _) = goes_on(rig.begin());
    rig.now += 179;
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::SetUpTotp));
    rig.now += 179;
    assert_eq!(sign_in.expires_at().secs(), rig.now + 1);
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::SetUpTotp));
    rig.now += 1;
    let outcome = rig.handle(sign_in, Event::SetUpTotp);
    assert!(matches!(outcome, Outcome::Ended(Ending::Expired)));
}
