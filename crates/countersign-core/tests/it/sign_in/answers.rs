//! Codes at sign-in: which are accepted, which spend, and which are worth nothing.

use countersign_core::{
    Account, AccountId, Act, Code, Context, Ending, Event, Evidence, MfaPreference, MfaRequirement,
    MfaSet, MfaType, Outcome, Prompt, Refusal, SetUpBinding, SharedSecret, SignIn,
};

use super::{goes_on, refused};
use crate::rig::{BOTH, MAIL, PHONE, Rig, at, draw, not, totp_code};

use MfaType::{Email, Sms, Totp};

fn enrolled(enabled: &[MfaType]) -> (Rig, SharedSecret) {
    let enabled: MfaSet = enabled.iter().copied().collect();
    Rig::enrolled(MfaRequirement::Optional, enabled)
}

#[track_caller]
fn delivered(outcome: Outcome) -> (SignIn, Code) {
    match goes_on(outcome) {
        (sign_in, Act::Deliver(_, code)) => (sign_in, code),
        (_, act) => panic!("{act:?}"),
    }
}

#[track_caller]
fn signed_in(outcome: Outcome, by: MfaType) {
    match outcome {
        Outcome::SignedIn(verified) => assert_eq!(verified.evidence(), Evidence::Code(by)),
        other => panic!("{other:?}"),
    }
}

/// The authenticator's code of `offset` seconds from now.
#[track_caller]
fn check_totp(offset: i64, expected: Result<(), Refusal>) {
    let (mut rig, secret) = enrolled(&[Totp]);
    let (sign_in, act) = goes_on(rig.begin());
    assert!(matches!(act, Act::Ask));
    let then = rig.now.checked_add_signed(offset).unwrap();
    let outcome = rig.handle(sign_in, Event::Code(&totp_code(&secret, then)));
    let failures = u8::from(expected == Err(Refusal::WrongCode));
    match expected {
        Ok(()) => signed_in(outcome, Totp),
        Err(expected) => assert_eq!(refused(outcome).1, expected),
    }
    assert_eq!(rig.account.throttle().failures_of(Totp), failures);
}

#[test]
fn an_authenticators_codes() {
    check_totp(0, Ok(()));
    check_totp(-30, Ok(()));
    check_totp(30, Ok(()));
    check_totp(60, Err(Refusal::WrongCode));
    // Two steps back, where the code that confirmed it was.
    check_totp(-60, Err(Refusal::WrongCode));
}

#[test]
fn a_code_signs_in_once_in_any_sign_in() {
    let (mut rig, secret) = enrolled(&[Totp]);
    let code = totp_code(&secret, rig.now);
    let (first, _) = goes_on(rig.begin());
    let (second, _) = goes_on(rig.begin());
    let sealed = first.encode();
    signed_in(rig.handle(first, Event::Code(&code)), Totp);
    let again = rig.handle(SignIn::decode(&sealed).unwrap(), Event::Code(&code));
    assert!(matches!(again, Outcome::Ended(Ending::Spent)));
    let before = *rig.account.throttle();
    let (second, refusal) = refused(rig.handle(second, Event::Code(&code)));
    assert_eq!(refusal, Refusal::AlreadyUsed);
    assert_eq!(*rig.account.throttle(), before, "it is no guess");
    // An earlier step is used up as well, the next one is not.
    let earlier = totp_code(&secret, rig.now - 30);
    let (second, refusal) = refused(rig.handle(second, Event::Code(&earlier)));
    assert_eq!(refusal, Refusal::AlreadyUsed);
    let next = totp_code(&secret, rig.now + 30);
    signed_in(rig.handle(second, Event::Code(&next)), Totp);
}

#[test]
fn a_wrong_code_is_spent_on_the_account() {
    for factor in MfaType::ALL {
        let (mut rig, secret) = enrolled(&[factor]);
        for n in 1..=4 {
            // Each in a sign-in of its own, and the same one stays good.
            let (sign_in, act) = goes_on(rig.begin());
            let right = match act {
                Act::Deliver(_, code) => code,
                _ => totp_code(&secret, rig.now),
            };
            let stored = sign_in.encode();
            let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&not(&right, n))));
            assert_eq!((refusal, sign_in.encode()), (Refusal::WrongCode, stored));
            assert_eq!(u32::from(rig.account.throttle().failures_of(factor)), n);
        }
    }
}

#[test]
fn a_resent_code_replaces_the_one_before() {
    let (mut rig, _) = enrolled(&[Sms]);
    let (sign_in, first) = delivered(rig.begin());
    let expires_at = sign_in.expires_at();
    rig.now += 100;
    let (sign_in, second) = delivered(rig.handle(sign_in, Event::Resend));
    assert_eq!(
        sign_in.expires_at(),
        expires_at,
        "a resend prolongs nothing"
    );
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&first)));
    assert_eq!(refusal, Refusal::WrongCode);
    // Nor does it give attempts back.
    assert_eq!(rig.account.throttle().failures_of(Sms), 1);
    let (sign_in, third) = delivered(rig.handle(sign_in, Event::Resend));
    assert_eq!(rig.account.throttle().failures_of(Sms), 1);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&second)));
    assert_eq!(refusal, Refusal::WrongCode);
    signed_in(rig.handle(sign_in, Event::Code(&third)), Sms);
}

#[test]
fn of_two_sign_ins_by_text_message_the_later_code_counts_in_its_own() {
    let (mut rig, _) = enrolled(&[Sms]);
    let (first, code_1) = delivered(rig.begin());
    let (second, code_2) = delivered(rig.begin());
    for code in [&code_1, &code_2] {
        let sign_in = SignIn::decode(&first.encode()).unwrap();
        let (_, refusal) = refused(rig.handle(sign_in, Event::Code(code)));
        assert_eq!(refusal, Refusal::CodeExpired);
    }
    signed_in(rig.handle(second, Event::Code(&code_2)), Sms);
    let (first, code_3) = delivered(rig.handle(first, Event::Resend));
    signed_in(rig.handle(first, Event::Code(&code_3)), Sms);
}

#[test]
fn five_wrong_guesses_end_a_delivered_code() {
    let (mut rig, _) = enrolled(&[Email]);
    rig.policy.throttle.backoff_from = u8::MAX;
    let (mut sign_in, code) = delivered(rig.begin());
    for n in 0..5 {
        sign_in = refused(rig.handle(sign_in, Event::Code(&not(&code, n)))).0;
    }
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(refusal, Refusal::CodeExpired);
    let (sign_in, code) = delivered(rig.handle(sign_in, Event::Resend));
    signed_in(rig.handle(sign_in, Event::Code(&code)), Email);
}

#[test]
fn a_sign_in_ends_with_its_time_and_no_clock_revives_it() {
    let (mut rig, secret) = enrolled(&[Totp]);
    let (sign_in, _) = goes_on(rig.begin());
    let sealed = sign_in.encode();
    let then = rig.now;
    let mut check = |now, expected: Option<Ending>| {
        rig.now = now;
        let code = totp_code(&secret, rig.now);
        let ended = match rig.handle(SignIn::decode(&sealed).unwrap(), Event::Code(&code)) {
            Outcome::Ended(ending) => Some(ending),
            _ => None,
        };
        assert_eq!(ended, expected);
    };
    check(then + 180, Some(Ending::Expired));
    check(then + 179, Some(Ending::Spent));
    check(then, Some(Ending::Spent));
    let (sign_in, _) = goes_on(rig.begin());
    rig.now -= 6;
    let outcome = rig.handle(sign_in, Event::Resend);
    assert!(matches!(outcome, Outcome::Ended(Ending::Expired)));
}

#[test]
fn a_clock_set_back_to_before_a_question_ends_the_sign_in() {
    let (mut rig, secret) = enrolled(&[Totp, Email]);
    let (sign_in, _) = goes_on(rig.begin());
    rig.now += 100;
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::SelectFactor(Totp)));
    rig.now -= 50;
    let code = totp_code(&secret, rig.now);
    let outcome = rig.handle(sign_in, Event::Code(&code));
    assert!(matches!(outcome, Outcome::Ended(Ending::Expired)));
}

/// A user's sign-in, what it asks for, the code that answers it, and the account at that time.
struct Cell {
    account: u8,
    factor: MfaType,
    sign_in: [u8; SignIn::ENCODED_LEN],
    code: Code,
    rig: Rig,
}

/// Three users, two of whose factors are delivered, each with two sign-ins a factor. Delivered
/// codes replace each other, so each cell has a copy of its account as it was at the time.
fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for account in 0..3_u8 {
        for factor in MfaType::ALL {
            for _ in 0..2 {
                let mut rig = Rig::new(MfaRequirement::Optional);
                rig.account = Account::new(AccountId([account; 16]));
                rig.contacts = BOTH;
                for _ in 0..cells.len() * 3 {
                    drop(rig.fresh());
                }
                let secret = rig.enrol_totp();
                rig.prefer(factor, MfaPreference::Preferred);
                rig.now += 60;
                let (sign_in, act) = goes_on(rig.begin());
                cells.push(Cell {
                    account,
                    factor,
                    sign_in: sign_in.encode(),
                    code: match act {
                        Act::Deliver(_, code) => code,
                        _ => totp_code(&secret, rig.now),
                    },
                    rig,
                });
            }
        }
    }
    cells
}

#[test]
fn only_the_diagonal_signs_in() {
    let cells = cells();
    let mut accepted = 0;
    for (i, at_cell) in cells.iter().enumerate() {
        for (j, of_sign_in) in cells.iter().enumerate() {
            for (k, of_code) in cells.iter().enumerate() {
                let context = Context {
                    policy: &at_cell.rig.policy,
                    contacts: at_cell.rig.contacts,
                    now: at(at_cell.rig.now),
                };
                let step = SignIn::decode(&of_sign_in.sign_in).unwrap().handle(
                    Event::Code(&of_code.code),
                    at_cell.rig.account.clone(),
                    &context,
                    draw(900),
                );
                let passes = matches!(step.after_saving(), Outcome::SignedIn(_));
                // An authenticator's code is the account's, a delivered one a sign-in's.
                let meant = if at_cell.factor == Totp {
                    (of_sign_in.account, of_sign_in.factor) == (at_cell.account, Totp)
                } else {
                    i == j
                };
                assert_eq!(passes, meant && i == k, "{i} {j} {k}");
                accepted += u32::from(passes);
            }
        }
    }
    // 6 authenticators, each with both sign-ins of its user, and 12 delivered codes.
    assert_eq!(accepted, 6 * 2 + 12);
}

#[test]
fn the_old_authenticator_serves_until_the_new_one_is_verified() {
    let (mut rig, old) = enrolled(&[Totp]);
    let binding = SetUpBinding([1; 16]);
    let fresh = rig.fresh();
    let new = rig
        .account
        .begin_totp_set_up(binding, &rig.policy, at(rig.now), fresh);
    // Started and dropped: the old one signs in, and the new one does not.
    let (sign_in, _) = goes_on(rig.begin());
    let code = totp_code(&new, rig.now);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(refusal, Refusal::WrongCode);
    let code = totp_code(&old, rig.now);
    signed_in(rig.handle(sign_in, Event::Code(&code)), Totp);
    // Verified: the other way round.
    let code = totp_code(&new, rig.now);
    let _ = rig
        .account
        .verify_totp_set_up(binding, &code, &rig.policy, at(rig.now));
    rig.now += 60;
    let (sign_in, _) = goes_on(rig.begin());
    let code = totp_code(&old, rig.now);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(refusal, Refusal::WrongCode);
    let code = totp_code(&new, rig.now);
    signed_in(rig.handle(sign_in, Event::Code(&code)), Totp);
}

/// A sign-in by text message is open when `change` happens; then the right code comes in.
#[track_caller]
fn check_meanwhile(change: fn(&mut Rig), expected: Option<Refusal>) {
    let (mut rig, _) = enrolled(&[Sms]);
    let (sign_in, code) = delivered(rig.begin());
    change(&mut rig);
    let outcome = rig.handle(sign_in, Event::Code(&code));
    match expected {
        None => signed_in(outcome, Sms),
        Some(expected) => assert_eq!(refused(outcome).1, expected),
    }
}

#[test]
fn what_changes_meanwhile_counts() {
    let not_offered = Some(Refusal::NotOffered);
    check_meanwhile(|_| (), None);
    check_meanwhile(|rig| rig.prefer(Totp, MfaPreference::Preferred), None);
    check_meanwhile(
        |rig| {
            rig.prefer(Totp, MfaPreference::Enabled);
            rig.prefer(Sms, MfaPreference::Disabled);
        },
        not_offered,
    );
    // Required, nothing enabled, and an authenticator set up: that one is asked for.
    check_meanwhile(
        |rig| {
            rig.policy.requirement = MfaRequirement::Required;
            rig.prefer(Sms, MfaPreference::Disabled);
        },
        not_offered,
    );
    check_meanwhile(
        |rig| {
            rig.policy.requirement = MfaRequirement::Required;
            rig.policy.allowed = rig.policy.allowed.without(Sms);
        },
        not_offered,
    );
    check_meanwhile(
        |rig| rig.policy.allowed = rig.policy.allowed.without(Sms),
        not_offered,
    );
    check_meanwhile(|rig| rig.contacts.sms = None, Some(Refusal::CodeExpired));
    check_meanwhile(
        |rig| rig.contacts.sms = Some(MAIL),
        Some(Refusal::CodeExpired),
    );
    check_meanwhile(|rig| rig.contacts.email = Some(PHONE), None);
    check_meanwhile(
        |rig| rig.account.remove_delivered(Sms),
        Some(Refusal::CodeExpired),
    );
}

#[test]
fn what_served_where_one_is_required_is_enabled_then() {
    let (mut rig, secret) = enrolled(&[]);
    rig.policy.requirement = MfaRequirement::Required;
    let (sign_in, _) = goes_on(rig.begin());
    assert_eq!(sign_in.prompt(), Prompt::Code(Totp));
    assert!(rig.account.settings().enabled().is_empty());
    let code = totp_code(&secret, rig.now);
    signed_in(rig.handle(sign_in, Event::Code(&code)), Totp);
    assert_eq!(rig.account.settings().enabled(), MfaSet::of(Totp));
}

/// A right answer gives back the hour's delivery of its own medium, and none of the other's.
#[track_caller]
fn check_given_back(answered: MfaType, other: MfaType) {
    let (mut rig, _) = enrolled(&[Sms, Email]);
    let left = |rig: &Rig, factor| {
        let throttle = rig.account.throttle();
        throttle.deliveries_left(factor, &rig.policy.throttle, at(rig.now))
    };
    let [before, of_other] = [left(&rig, answered), left(&rig, other)];
    // One of each that nobody answers.
    for factor in [other, answered] {
        rig.prefer(factor, MfaPreference::Preferred);
        drop(delivered(rig.begin()));
    }
    let (sign_in, code) = delivered(rig.begin());
    assert_eq!(left(&rig, answered), before - 2);
    signed_in(rig.handle(sign_in, Event::Code(&code)), answered);
    assert_eq!(left(&rig, answered), before - 1);
    assert_eq!(left(&rig, other), of_other - 1);
}

#[test]
fn a_right_answer_gives_its_own_deliveries_back() {
    check_given_back(Sms, Email);
    check_given_back(Email, Sms);
}
