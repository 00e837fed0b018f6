//! Policies: what is refused before anybody is held to it.

use countersign_core::{MfaRequirement, MfaSet, MfaType, Policy, PolicyError, ThrottlePolicy};

#[track_caller]
fn check(policy: Policy, expected: Result<(), PolicyError>) {
    assert_eq!(policy.check(), expected);
    if let Err(error) = expected {
        assert!(!error.to_string().is_empty());
    }
}

/// The default policy with every factor allowed.
const ALL: Policy = Policy {
    allowed: MfaSet::ALL,
    ..Policy::DEFAULT
};

#[track_caller]
fn check_throttle(throttle: ThrottlePolicy, expected: Result<(), PolicyError>) {
    check(Policy { throttle, ..ALL }, expected);
}

#[test]
fn the_defaults_are_sound() {
    check(Policy::DEFAULT, Ok(()));
    check(ALL, Ok(()));
}

#[test]
fn steps_and_set_ups_last_for_a_while_and_no_longer() {
    for (step_secs, expected) in [
        (0, Err(PolicyError::StepSecs)),
        (1, Ok(())),
        (600, Ok(())),
        (601, Err(PolicyError::StepSecs)),
    ] {
        check(Policy { step_secs, ..ALL }, expected);
    }
    for (set_up_secs, expected) in [
        (0, Err(PolicyError::SetUpSecs)),
        (1, Ok(())),
        (3600, Ok(())),
        (3601, Err(PolicyError::SetUpSecs)),
    ] {
        check(Policy { set_up_secs, ..ALL }, expected);
    }
}

#[test]
fn what_is_required_can_be_had() {
    for (requirement, expected) in [
        (MfaRequirement::Off, Ok(())),
        (MfaRequirement::Optional, Ok(())),
        (MfaRequirement::Required, Err(PolicyError::NoFactorAllowed)),
    ] {
        let allowed = MfaSet::EMPTY;
        check(
            Policy {
                requirement,
                allowed,
                ..ALL
            },
            expected,
        );
    }
}

#[test]
fn guessing_is_limited_and_not_forbidden() {
    for (n, allowed) in [(0, false), (5, true), (100, true), (101, false)] {
        let lock_at = if allowed {
            Ok(())
        } else {
            Err(PolicyError::LockAt)
        };
        check_throttle(
            ThrottlePolicy {
                lock_at: n,
                ..ThrottlePolicy::DEFAULT
            },
            lock_at,
        );
        let yearly = if allowed {
            Ok(())
        } else {
            Err(PolicyError::YearlyFailures)
        };
        check_throttle(
            ThrottlePolicy {
                yearly_failures: n,
                ..ThrottlePolicy::DEFAULT
            },
            yearly,
        );
    }
}

#[test]
fn back_off_begins_before_the_lock_and_ends() {
    for (backoff_from, backoff_max_secs, sound) in [
        (0, 900, true),
        (10, 900, true),
        (11, 900, false),
        (5, 0, false),
        (5, 1, true),
        (5, 86_400, true),
        (5, 86_401, false),
    ] {
        let throttle = ThrottlePolicy {
            backoff_from,
            backoff_max_secs,
            ..ThrottlePolicy::DEFAULT
        };
        check_throttle(
            throttle,
            if sound {
                Ok(())
            } else {
                Err(PolicyError::Backoff)
            },
        );
    }
}

#[test]
fn codes_can_be_delivered_where_they_are_to_be() {
    for (hourly_deliveries, daily_deliveries, sound) in [
        (0, 20, false),
        (5, 4, false),
        (5, 5, true),
        (1, 1, true),
        (0, 0, false),
    ] {
        let throttle = ThrottlePolicy {
            hourly_deliveries,
            daily_deliveries,
            ..ThrottlePolicy::DEFAULT
        };
        let expected = if sound {
            Ok(())
        } else {
            Err(PolicyError::Deliveries)
        };
        check_throttle(throttle, expected);
        for factor in [MfaType::Sms, MfaType::Email] {
            check(
                Policy {
                    throttle,
                    allowed: MfaSet::of(factor),
                    ..ALL
                },
                expected,
            );
        }
        // An authenticator needs no delivery.
        check(
            Policy {
                throttle,
                ..Policy::DEFAULT
            },
            Ok(()),
        );
    }
}
