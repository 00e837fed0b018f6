//! Resynchronisation of TOTP: two codes in a row, both fresh, within twenty steps of now.

use countersign_core::{
    Code, Digits, Drift, LastStep, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict,
    Window,
};

use crate::rig::at;

const NOW: u64 = 1000;

fn totp(t0: u64) -> Totp<Sha1> {
    let params = TotpParams {
        digits: Digits::EIGHT,
        t0: at(t0),
        ..TotpParams::DEFAULT
    };
    Totp::new(
        &SharedSecret::from_bytes(b"12345678901234567890").unwrap(),
        params,
    )
}

fn code(step: u64) -> Code {
    totp(0).generate(at(step * 30)).unwrap()
}

/// The verdict on the codes of two steps at step [`NOW`], 17 seconds into it: the step, its
/// offset and the drift after it.
fn resynchronise(
    first: u64,
    second: u64,
    state: TotpState,
) -> Result<(u64, i32, i32), TotpVerdict> {
    match totp(0).resynchronise(&code(first), &code(second), at(NOW * 30 + 17), state) {
        TotpVerdict::Accepted(found) => {
            assert_eq!(found.state().last_step(), LastStep::at(found.step()));
            let drift = found.state().drift().secs();
            Ok((found.step(), found.offset(), drift))
        }
        refused => Err(refused),
    }
}

const MISMATCH: Result<(u64, i32, i32), TotpVerdict> = Err(TotpVerdict::Mismatch);
const USED: Result<(u64, i32, i32), TotpVerdict> = Err(TotpVerdict::AlreadyUsed);

#[test]
fn every_pair_of_steps() {
    for second in NOW - 25..=NOW + 25 {
        for first in second - 3..=second + 2 {
            let offset = i32::try_from(second.cast_signed() - NOW.cast_signed()).unwrap();
            let drift = 0.clamp(offset * 30 - 17, offset * 30 + 12);
            let found = first + 1 == second && offset.abs() <= 20;
            let expected = if found {
                Ok((second, offset, drift))
            } else {
                MISMATCH
            };
            assert_eq!(resynchronise(first, second, TotpState::NEW), expected);
        }
    }
}

#[test]
fn reach_does_not_depend_on_the_drift_before() {
    for secs in [-600, -1, 600] {
        let state = TotpState::new(LastStep::NEVER, Drift::from_secs(secs).unwrap());
        for (second, found) in [(979, false), (980, true), (1020, true), (1021, false)] {
            let verdict = resynchronise(second - 1, second, state);
            assert_eq!(verdict.is_ok(), found, "{secs} {second}");
        }
        // What was known is kept as far as the codes allow.
        let kept = resynchronise(NOW - 1, NOW, state).unwrap().2;
        assert_eq!(kept, secs.clamp(-17, 12));
    }
}

#[test]
fn both_codes_have_to_be_fresh() {
    let used = |step| TotpState::new(LastStep::at(step), Drift::NONE);
    assert_eq!(resynchronise(1005, 1006, used(1004)), Ok((1006, 6, 163)));
    assert_eq!(
        resynchronise(1005, 1006, used(1005)),
        USED,
        "the first is used"
    );
    assert_eq!(resynchronise(1005, 1006, used(1006)), USED, "both are");
    assert_eq!(resynchronise(1005, 1006, used(2000)), USED);
    assert_eq!(resynchronise(1005, 1006, used(u64::MAX)), USED);
    // Found once, the pair is spent, and so is either code by itself.
    let at_now = at(NOW * 30 + 17);
    let verdict = totp(0).resynchronise(&code(1005), &code(1006), at_now, TotpState::NEW);
    let TotpVerdict::Accepted(found) = verdict else {
        panic!("it is a pair: {verdict:?}");
    };
    let state = found.state();
    assert_eq!(resynchronise(1005, 1006, state), USED);
    assert_eq!(resynchronise(1006, 1007, state), USED);
    assert!(resynchronise(1007, 1008, state).is_ok());
    for step in [1005, 1006] {
        let verdict = totp(0).verify(&code(step), at_now, Window::DEFAULT, state);
        assert_eq!(verdict, TotpVerdict::AlreadyUsed);
    }
}

#[test]
fn codes_of_another_length_are_no_pair() {
    let at_now = at(NOW * 30);
    let (first, second) = (code(NOW - 1), code(NOW));
    let shorter = |code: &Code| Code::parse(&code.as_str()[1..]).unwrap();
    let longer = |code: &Code| Code::parse(&format!("0{}", code.as_str())).unwrap();
    for wrong in [shorter, longer] {
        for (first, second) in [
            (wrong(&first), second.clone()),
            (first.clone(), wrong(&second)),
        ] {
            let verdict = totp(0).resynchronise(&first, &second, at_now, TotpState::NEW);
            assert_eq!(verdict, TotpVerdict::Mismatch);
        }
    }
}

#[test]
fn time_begins_at_t0() {
    let totp = totp(1000);
    let shown = |secs| totp.generate(at(secs)).unwrap();
    let pair = |first, second, now| {
        let verdict = totp.resynchronise(&shown(first), &shown(second), at(now), TotpState::NEW);
        matches!(verdict, TotpVerdict::Accepted(_))
    };
    assert!(!pair(1000, 1030, 999));
    assert!(pair(1000, 1030, 1000));
    assert!(pair(1000, 1030, 1030));
    // The steps before the first would be the counters before 2^64 in a search that wraps.
    let hotp = countersign_core::Hotp::<Sha1>::new(
        &SharedSecret::from_bytes(b"12345678901234567890").unwrap(),
        Digits::EIGHT,
    );
    for (first, second) in [(u64::MAX - 1, u64::MAX), (u64::MAX, 0)] {
        let (first, second) = (hotp.generate(first), hotp.generate(second));
        let verdict = totp.resynchronise(&first, &second, at(1000), TotpState::NEW);
        assert_eq!(verdict, TotpVerdict::Mismatch);
    }
}
