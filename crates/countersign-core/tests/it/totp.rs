//! TOTP: which steps are tried, which are used up, and where time begins and ends.

use countersign_core::{
    BeforeT0, Code, Digits, Drift, LastStep, Period, Sha1, Sha256, SharedSecret, Totp, TotpParams,
    TotpState, TotpVerdict, UnixTime, Window,
};
use proptest::prelude::*;

fn secret() -> SharedSecret {
    SharedSecret::from_bytes(b"12345678901234567890").unwrap()
}

fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs).unwrap()
}

fn totp(period: u16, t0: u64) -> Totp<Sha1> {
    let params = TotpParams {
        digits: Digits::EIGHT,
        period: Period::from_secs(period).unwrap(),
        t0: at(t0),
    };
    Totp::new(&secret(), params)
}

/// A clock that is right, and this last step.
fn used(last: LastStep) -> TotpState {
    TotpState::new(last, Drift::NONE)
}

/// A verdict as plain data: the step, `used`, or nothing.
#[derive(Debug, PartialEq)]
enum Seen {
    Accepted(u64, i32),
    Used,
    Mismatch,
}

fn seen(verdict: TotpVerdict) -> Seen {
    match verdict {
        TotpVerdict::Accepted(accepted) => {
            let last = accepted.state().last_step();
            assert_eq!(last, LastStep::at(accepted.step()));
            Seen::Accepted(accepted.step(), accepted.offset())
        }
        TotpVerdict::AlreadyUsed => Seen::Used,
        TotpVerdict::Mismatch => Seen::Mismatch,
    }
}

#[test]
fn every_last_step_and_code_step_of_every_window() {
    const NOW: u64 = 1000;
    let totp = totp(30, 0);
    let code_of = |step: u64| totp.generate(at(step * 30)).unwrap();
    let mut checked = 0;
    for (past, future) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (3, 10), (10, 10)] {
        let window = Window::new(past, future).unwrap();
        let within = NOW - u64::from(past)..=NOW + u64::from(future);
        for code_step in NOW - 13..=NOW + 13 {
            let code = code_of(code_step);
            let last_steps = (NOW - 14..=NOW + 14).map(LastStep::at);
            for last in last_steps.chain([LastStep::NEVER, LastStep::at(0), LastStep::at(u64::MAX)])
            {
                let offset = i32::try_from(code_step.cast_signed() - NOW.cast_signed()).unwrap();
                let expected = if !within.contains(&code_step) {
                    Seen::Mismatch
                } else if last.step().is_some_and(|last| code_step <= last) {
                    Seen::Used
                } else {
                    Seen::Accepted(code_step, offset)
                };
                let verdict = totp.verify(&code, at(NOW * 30 + 17), window, used(last));
                assert_eq!(seen(verdict), expected, "{window:?} {code_step} {last:?}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 7 * 27 * 32);
}

#[test]
fn a_code_is_accepted_once() {
    let totp = totp(30, 0);
    let code = totp.generate(at(3000)).unwrap();
    let mut state = TotpState::NEW;
    let mut accepted = 0;
    for secs in 2900..3200 {
        if let TotpVerdict::Accepted(step) = totp.verify(&code, at(secs), Window::DEFAULT, state) {
            state = step.state();
            accepted += 1;
        }
    }
    assert_eq!(accepted, 1);
    assert_eq!(state.last_step(), LastStep::at(100));
    // Back in time as well.
    assert_eq!(
        seen(totp.verify(&code, at(3000), Window::DEFAULT, state)),
        Seen::Used
    );
}

#[test]
fn steps_with_the_same_code() {
    // With this secret both steps have the same six digits.
    const EARLY: u64 = 2386;
    const LATE: u64 = 2394;
    let totp = Totp::<Sha1>::new(&secret(), TotpParams::DEFAULT);
    let code = totp.generate(at(EARLY * 30)).unwrap();
    assert_eq!(
        code.as_str(),
        totp.generate(at(LATE * 30)).unwrap().as_str()
    );
    let verify = |step: u64, last| {
        let window = Window::new(10, 10).unwrap();
        seen(totp.verify(&code, at(step * 30), window, used(last)))
    };
    // The later one counts, so that the text is used up for as long as it could match.
    assert_eq!(verify(EARLY, LastStep::NEVER), Seen::Accepted(LATE, 8));
    assert_eq!(verify(EARLY, LastStep::at(LATE)), Seen::Used);
    // The early one is used up: the text is refused, though the late one is not.
    assert_eq!(verify(EARLY, LastStep::at(EARLY)), Seen::Used);
    assert_eq!(verify(LATE, LastStep::at(EARLY)), Seen::Used);
}

#[test]
fn steps_begin_at_t0() {
    let totp = totp(30, 1000);
    assert_eq!(totp.step_at(at(999)), Err(BeforeT0));
    assert!(totp.generate(at(0)).is_err());
    for (secs, step) in [(1000, 0), (1029, 0), (1030, 1), (1059, 1), (1060, 2)] {
        assert_eq!(totp.step_at(at(secs)), Ok(step));
    }
    let zero = totp.generate(at(1000)).unwrap();
    let window = Window::new(10, 10).unwrap();
    let verify = |secs, last| seen(totp.verify(&zero, at(secs), window, used(last)));
    assert_eq!(verify(999, LastStep::NEVER), Seen::Mismatch);
    assert_eq!(verify(0, LastStep::NEVER), Seen::Mismatch);
    assert_eq!(verify(1000, LastStep::NEVER), Seen::Accepted(0, 0));
    assert_eq!(verify(1090, LastStep::NEVER), Seen::Accepted(0, -3));
    assert_eq!(verify(1000, LastStep::at(0)), Seen::Used);
}

#[test]
fn nothing_wraps_below_step_zero() {
    // The step before the first would be counter 2^64 - 1 in a verifier that wraps.
    let totp = totp(30, 0);
    let wrapped = countersign_core::Hotp::<Sha1>::new(&secret(), Digits::EIGHT).generate(u64::MAX);
    let window = Window::new(10, 10).unwrap();
    assert_eq!(
        seen(totp.verify(&wrapped, at(0), window, TotpState::NEW)),
        Seen::Mismatch
    );
}

#[test]
fn the_ends_of_32_bits_and_of_time() {
    for secs in [
        0,
        1,
        1 << 31,
        (1 << 31) - 1,
        1 << 32,
        (1 << 32) - 1,
        1 << 40,
    ] {
        for period in [1, 30, 3600] {
            let totp = totp(period, 0);
            let code = totp.generate(at(secs)).unwrap();
            let step = secs / u64::from(period);
            assert_eq!(totp.step_at(at(secs)), Ok(step));
            let verdict = totp.verify(&code, at(secs), Window::DEFAULT, TotpState::NEW);
            assert_eq!(seen(verdict), Seen::Accepted(step, 0));
        }
    }
}

#[test]
fn periods_and_windows_are_bounded() {
    for secs in 0..=u16::MAX {
        let expected = (1..=3600).contains(&secs).then_some(secs);
        assert_eq!(Period::from_secs(secs).ok().map(Period::secs), expected);
    }
    assert_eq!(Period::default().secs(), 30);
    assert_eq!(Period::MAX.secs(), 3600);
    for past in 0..=u8::MAX {
        for future in 0..=u8::MAX {
            let window = Window::new(past, future);
            assert_eq!(window.is_ok(), past <= 10 && future <= 10);
            if let Ok(window) = window {
                assert_eq!(
                    (window.steps(), window.secs()),
                    (Some((past, future)), None)
                );
            }
        }
    }
    assert_eq!(Window::default(), Window::new(1, 1).unwrap());
    assert_eq!(Window::STRICT, Window::new(1, 0).unwrap());
}

#[test]
fn codes_of_another_algorithm_or_length_do_not_match() {
    let totp = totp(30, 0);
    let window = Window::new(10, 10).unwrap();
    let check = |code: &Code| {
        assert_eq!(
            seen(totp.verify(code, at(3000), window, TotpState::NEW)),
            Seen::Mismatch
        );
    };
    check(
        &Totp::<Sha256>::new(&secret(), totp.params())
            .generate(at(3000))
            .unwrap(),
    );
    let eight = totp.generate(at(3000)).unwrap();
    check(&Code::parse(&eight.as_str()[2..]).unwrap());
    check(&Code::parse(&format!("0{}", eight.as_str())).unwrap());
}

#[test]
fn never_is_before_every_step() {
    assert!(LastStep::NEVER < LastStep::at(0));
    assert!(LastStep::at(0) < LastStep::at(1));
    assert_eq!(LastStep::NEVER.step(), None);
    assert!(!LastStep::NEVER.uses_up(0));
    assert!(
        LastStep::at(5).uses_up(5) && LastStep::at(5).uses_up(0) && !LastStep::at(5).uses_up(6)
    );
}

#[test]
fn debug_shows_nothing() {
    assert!(format!("{:?}", totp(30, 0)).starts_with("Totp { key: Keyed<SHA1>(..), params: "));
}

proptest! {
    #[test]
    fn any_time_period_and_t0(
        secs in 0..=1_u64 << 40,
        t0 in 0..=1_u64 << 40,
        period in 1_u16..=3600,
        past in 0_u8..=10,
        future in 0_u8..=10,
        last: Option<u64>,
    ) {
        let totp = totp(period, t0);
        let last = last.map_or(LastStep::NEVER, LastStep::at);
        let window = Window::new(past, future).unwrap();
        let code = totp.generate(at(secs));
        prop_assert_eq!(code.is_ok(), secs >= t0);
        if let Ok(code) = code {
            let step = (secs - t0) / u64::from(period);
            let expected =
                if last.uses_up(step) { Seen::Used } else { Seen::Accepted(step, 0) };
            prop_assert_eq!(seen(totp.verify(&code, at(secs), window, used(last))), expected);
        }
    }
}
