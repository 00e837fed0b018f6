//! Windows in seconds: which steps they take in at each second of a period, and their caps.

use countersign_core::{
    Digits, Drift, LastStep, Period, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict,
    Window,
};

use crate::rig::at;

const NOW: u64 = 100_000;

/// The offsets of the steps whose codes are accepted `phase` seconds into step [`NOW`], which are
/// a row without a gap.
fn taken(period: u16, phase: u64, window: Window, state: TotpState) -> (i64, i64) {
    let params = TotpParams {
        digits: Digits::EIGHT,
        period: Period::from_secs(period).unwrap(),
        ..TotpParams::DEFAULT
    };
    let totp = Totp::<Sha1>::new(&SharedSecret::from_bytes(&[7; 20]).unwrap(), params);
    let now = NOW * u64::from(period) + phase;
    let accepted: Vec<i64> = (-33..=33)
        .filter(|offset| {
            let step = NOW.strict_add_signed(*offset);
            let code = totp.generate(at(step * u64::from(period))).unwrap();
            let verdict = totp.verify(&code, at(now), window, state);
            matches!(verdict, TotpVerdict::Accepted(_))
        })
        .collect();
    let (first, last) = (accepted[0], *accepted.last().unwrap());
    let length = i64::try_from(accepted.len()).unwrap();
    assert_eq!(last - first + 1, length, "{accepted:?}");
    (first, last)
}

#[track_caller]
fn check(period: u16, phase: u64, (past, future): (u16, u16), expected: (i64, i64)) {
    let window = Window::from_secs(past, future).unwrap();
    let seen = taken(period, phase, window, TotpState::NEW);
    assert_eq!(seen, expected, "{period} {phase} {past} {future}");
}

#[test]
fn half_steps_at_the_ends_of_a_period() {
    for phase in 0..30 {
        // Half a step to either side is two steps at any time.
        check(
            30,
            phase,
            (15, 15),
            if phase < 15 { (-1, 0) } else { (0, 1) },
        );
        check(
            30,
            phase,
            (15, 14),
            (-i64::from(phase < 15), i64::from(phase > 15)),
        );
        check(30, phase, (0, 0), (0, 0));
        check(30, phase, (1, 0), (-i64::from(phase == 0), 0));
        check(30, phase, (0, 1), (0, i64::from(phase == 29)));
        check(30, phase, (29, 0), (-i64::from(phase < 29), 0));
        check(30, phase, (30, 30), (-1, 1));
        check(30, phase, (31, 0), (if phase == 0 { -2 } else { -1 }, 0));
        check(30, phase, (0, 31), (0, if phase == 29 { 2 } else { 1 }));
    }
}

#[test]
fn a_window_of_seconds_is_what_it_says() {
    for period in [1, 7, 30, 60, 3600] {
        for phase in [0, 1, u64::from(period) / 2, u64::from(period) - 1] {
            for secs in [(0, 0), (5, 20), (29, 31), (60, 0), (90, 45), (300, 300)] {
                let (past, future) = (i64::from(secs.0), i64::from(secs.1));
                let (phase, length) = (phase.cast_signed() % i64::from(period), i64::from(period));
                let first = (phase - past).div_euclid(length).max(-10);
                let last = (phase + future).div_euclid(length).min(10);
                check(period, phase.cast_unsigned(), secs, (first, last));
            }
        }
    }
}

#[test]
fn drift_moves_it_by_seconds() {
    let window = Window::from_secs(15, 15).unwrap();
    for (drift, expected) in [
        (0, (-1, 0)),
        (14, (-1, 0)),
        (15, (0, 1)),
        (45, (1, 2)),
        (-1, (-1, 0)),
        (-15, (-1, 0)),
        (-16, (-2, -1)),
        (600, (19, 20)),
        (-600, (-21, -20)),
    ] {
        let state = TotpState::new(LastStep::NEVER, Drift::from_secs(drift).unwrap());
        assert_eq!(taken(30, 0, window, state), expected, "{drift}");
    }
    // Ten steps around the furthest drift, where the offset is the largest.
    for (drift, expected) in [(600, (10, 30)), (-600, (-30, -10))] {
        let state = TotpState::new(LastStep::NEVER, Drift::from_secs(drift).unwrap());
        for window in [Window::new(10, 10), Window::from_secs(300, 300)] {
            assert_eq!(taken(30, 0, window.unwrap(), state), expected, "{drift}");
        }
    }
}

#[test]
fn seconds_are_bounded() {
    for past in 0..=400 {
        for future in [0, 1, 299, 300, 301, u16::MAX] {
            let window = Window::from_secs(past, future);
            assert_eq!(window.is_ok(), past <= 300 && future <= 300);
            if let Ok(window) = window {
                assert_eq!(
                    (window.steps(), window.secs()),
                    (None, Some((past, future)))
                );
            }
        }
    }
    assert!(Window::from_secs(u16::MAX, 0).is_err());
}
