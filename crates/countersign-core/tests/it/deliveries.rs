//! How many codes are delivered: by the hour and by the day, answered or not.

use countersign_core::{MfaType, Throttle, ThrottlePolicy};

use crate::rig::{START, at};

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
