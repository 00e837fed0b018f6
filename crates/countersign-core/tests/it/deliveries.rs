//! How many codes are delivered: by the hour and by the day, answered or not.

use countersign_core::{Account, MfaType, Policy, RecoveryCodes, Sha1, Throttle, ThrottlePolicy};

use crate::rig::{ALICE, START, at};

const DAY: u64 = 86_400;

/// Deliveries by text message at these minutes, each of which is due to be sent or not.
#[track_caller]
fn check_deliveries(minutes: impl IntoIterator<Item = u64>, answered: bool, expected: usize) {
    let policy = ThrottlePolicy::DEFAULT;
    let mut throttle = Throttle::NEW;
    let mut sent = 0;
    for minute in minutes {
        let now = at(START + minute * 60);
        let left = throttle.deliveries_left(MfaType::Sms, &policy, now);
        let room = throttle.spend_delivery(MfaType::Sms, &policy, now);
        assert_eq!(room, left > 0);
        if room {
            sent += 1;
            let then = throttle.deliveries_left(MfaType::Sms, &policy, now);
            assert_eq!(then, left - 1);
            if answered {
                throttle.delivery_answered(MfaType::Sms);
            }
        }
    }
    assert_eq!(sent, expected);
}

#[test]
fn deliveries_are_limited_by_the_hour_and_the_day() {
    check_deliveries(0..60, false, 5);
    check_deliveries([0, 0, 0, 0, 0, 0, 59], false, 5);
    check_deliveries([0, 0, 0, 0, 0, 70], false, 6);
    // Answered codes give back the hour, and not the day.
    check_deliveries(0..20, true, 20);
    check_deliveries(0..24 * 60, true, 20);
    check_deliveries(0..24 * 60, false, 20);
    check_deliveries((0..20).chain([25 * 60]), true, 21);
    let mut throttle = Throttle::default();
    let policy = ThrottlePolicy::default();
    for n in 0..5 {
        let left = throttle.deliveries_left(MfaType::Sms, &policy, at(START));
        assert_eq!(left, 5 - n);
        assert!(throttle.spend_delivery(MfaType::Sms, &policy, at(START)));
    }
    assert!(!throttle.spend_delivery(MfaType::Sms, &policy, at(START)));
    assert!(!throttle.spend_delivery(MfaType::Sms, &policy, at(START - DAY)));
    assert!(throttle.spend_delivery(MfaType::Email, &policy, at(START)));
    assert!(!throttle.spend_delivery(MfaType::Totp, &policy, at(START)));
    let left = |factor| throttle.deliveries_left(factor, &policy, at(START));
    assert_eq!(MfaType::ALL.map(left), [0, 0, 4]);
}

#[test]
fn a_clock_set_back_by_less_than_the_count_spans_makes_nothing_older() {
    let (policy, mut throttle) = (ThrottlePolicy::DEFAULT, Throttle::NEW);
    // The hour is counted in seven pieces of ten minutes, and a little of the eighth.
    let piece = |n: u64| at(START + n * 600);
    for _ in 0..3 {
        assert!(throttle.spend_delivery(MfaType::Sms, &policy, piece(7)));
    }
    assert!(throttle.spend_delivery(MfaType::Sms, &policy, piece(0)));
    let left = throttle.deliveries_left(MfaType::Sms, &policy, piece(8));
    assert_eq!(left, 1, "all four are less than an hour old");
}

#[test]
fn unlocking_gives_no_deliveries_back() {
    let policy = Policy::DEFAULT;
    let mut spent = Throttle::NEW;
    for factor in [MfaType::Sms, MfaType::Sms, MfaType::Email] {
        assert!(spent.spend_delivery(factor, &policy.throttle, at(START)));
    }
    let left = |throttle: &Throttle| {
        MfaType::ALL.map(|factor| throttle.deliveries_left(factor, &policy.throttle, at(START)))
    };
    assert_ne!(left(&spent), left(&Throttle::NEW));
    let mut account = with_throttle(&spent);
    assert_eq!(left(account.throttle()), left(&spent));
    account.unlock();
    assert_eq!(left(account.throttle()), left(&spent));
}

/// A new account that has spent so much: its stored form has the throttle's fields before the last
/// field, which has room for recovery codes.
fn with_throttle(throttle: &Throttle) -> Account<Sha1> {
    let mut stored = Account::<Sha1>::new(ALICE).encode();
    let (fields, end) = (
        &throttle.encode()[1..],
        stored.len() - 1 - RecoveryCodes::ENCODED_LEN,
    );
    stored[end - fields.len()..end].copy_from_slice(fields);
    Account::decode(stored.as_slice()).unwrap()
}
