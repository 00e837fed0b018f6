//! A throttle's stored form: what is read is written back as it was, and whatever it says, its
//! verdicts do not depend on more than it says.

use countersign_core::{Blocked, MfaType, Throttle, ThrottlePolicy, UnixTime};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "throttle",
    run,
    seeds,
    max_len: 256,
};

fn run(data: &[u8]) {
    let Ok(throttle) = Throttle::decode(data) else {
        return;
    };
    assert_eq!(throttle.encode()[..], *data, "a second spelling");
    let policy = ThrottlePolicy::DEFAULT;
    for secs in [0, 1_800_000_000, UnixTime::MAX.secs()] {
        let now = UnixTime::from_secs(secs).unwrap();
        for factor in MfaType::ALL {
            let locked = throttle.failures_of(factor) >= policy.lock_at;
            assert_eq!(throttle.is_locked(factor, &policy), locked);
            match throttle.admits(factor, &policy, now) {
                Err(Blocked::FactorLocked) => assert!(locked),
                Err(Blocked::Until(until)) => assert!(!locked && until > now),
                Err(Blocked::BudgetSpent) | Ok(()) => assert!(!locked),
            }
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let new = Throttle::NEW.encode().to_vec();
    let mut spent = new.clone();
    for (place, byte) in spent.iter_mut().enumerate().skip(1) {
        *byte = u8::from(place % 3 == 0);
    }
    vec![new, spent]
}
