//! Drift: what a code tells about a clock, and that no clock and no typist is lost by it.

use countersign_core::{
    Code, Digits, Drift, LastStep, Period, Sha1, SharedSecret, Totp, TotpParams, TotpState,
    TotpVerdict, Window,
};
use proptest::prelude::*;

use crate::rig::{START, at, mixed};

fn totp(period: u16) -> Totp<Sha1> {
    let params = TotpParams {
        digits: Digits::EIGHT,
        period: Period::from_secs(period).unwrap(),
        ..TotpParams::DEFAULT
    };
    Totp::new(&SharedSecret::from_bytes(&[7; 20]).unwrap(), params)
}

/// The code that is on the screen of a device which is `ahead` seconds ahead.
fn shown(totp: &Totp<Sha1>, now: u64, ahead: i64) -> Code {
    totp.generate(at(now.strict_add_signed(ahead))).unwrap()
}

fn drifted(secs: i32) -> TotpState {
    TotpState::new(LastStep::NEVER, Drift::from_secs(secs).unwrap())
}

/// The state after a code, if it is accepted.
fn accepted(verdict: TotpVerdict) -> Option<TotpState> {
    match verdict {
        TotpVerdict::Accepted(accepted) => Some(accepted.state()),
        TotpVerdict::AlreadyUsed | TotpVerdict::Mismatch => None,
    }
}

#[test]
fn drift_goes_no_further_than_the_code_proves() {
    // At `phase` seconds into our step the code of `offset` is accepted: the drift after it.
    let check = |window: Window, before: i32, (phase, offset): (u64, i64), expected: i32| {
        let totp = totp(30);
        let now = START + phase;
        let code = shown(&totp, START, offset * 30);
        let after = accepted(totp.verify(&code, at(now), window, drifted(before)));
        let after = after.map(|state| state.drift().secs());
        assert_eq!(
            after,
            Some(expected),
            "{window:?} {before} {phase} {offset}"
        );
    };
    let even = Window::DEFAULT;
    // On the screen at this moment: nothing is learned.
    check(even, 0, (0, 0), 0);
    check(even, 0, (29, 0), 0);
    check(even, -29, (29, 0), -29);
    check(even, 29, (0, 0), 29);
    // The next one is on the screen from one second on, or from thirty.
    check(even, 0, (29, 1), 1);
    check(even, 0, (0, 1), 30);
    check(even, 17, (29, 1), 17);
    // The one before was until one second ago, or until thirty.
    check(even, 0, (0, -1), -1);
    check(even, 0, (29, -1), -30);
    check(even, -17, (0, -1), -17);
    // From a drift, and from the far side of it.
    check(even, 300, (15, 10), 300);
    check(even, 300, (15, 11), 315);
    check(even, 300, (15, 9), 284);
    check(even, -300, (15, -9), -285);
    // What the window has in its past alone may be delay.
    check(Window::STRICT, 0, (0, -1), 0);
    check(Window::STRICT, 0, (29, -1), 0);
    check(Window::STRICT, 20, (5, -1), 20);
    check(Window::STRICT, 0, (29, 0), 0);
    let lopsided = Window::from_secs(50, 30).unwrap();
    check(lopsided, 0, (0, -1), 0);
    check(lopsided, 0, (29, -1), -10);
    check(lopsided, 0, (29, 1), 1);
    let future = Window::new(0, 2).unwrap();
    check(future, 0, (29, 2), 31);
    check(future, 25, (4, 0), 25);
}

#[test]
fn the_window_lies_around_the_devices_clock() {
    let totp = totp(30);
    for drift in [-600, -599, -45, -30, -1, 0, 1, 29, 30, 31, 599, 600] {
        for phase in [0, 1, 15, 29] {
            let now = START + phase;
            let device = now.strict_add_signed(drift.into()) / 30;
            for step in device - 3..=device + 3 {
                let code = totp.generate(at(step * 30)).unwrap();
                let verdict = totp.verify(&code, at(now), Window::DEFAULT, drifted(drift));
                let within = step.abs_diff(device) <= 1;
                assert_eq!(
                    accepted(verdict).is_some(),
                    within,
                    "{drift} {phase} {step}"
                );
            }
        }
    }
}

#[test]
fn drift_is_bounded() {
    for (period, most) in [(1, 20), (30, 600), (3600, 72_000)] {
        let totp = totp(period);
        for sign in [1, -1] {
            let mut state = TotpState::NEW;
            let mut furthest = 0;
            let mut now = START;
            // A device that moves away by half a step at a time.
            for halves in 0..100 {
                let code = shown(&totp, now, sign * halves * i64::from(period) / 2);
                let wide = Window::new(10, 10).unwrap();
                if let Some(after) = accepted(totp.verify(&code, at(now), wide, state)) {
                    state = after;
                    furthest = halves;
                }
                let drift = state.drift().secs();
                assert!(drift.abs() <= most, "{period} {drift}");
                now += 50 * u64::from(period);
            }
            // The window reaches ten steps beyond the furthest drift, and no further.
            assert!((59..=62).contains(&furthest), "{period} {sign} {furthest}");
            assert_eq!(state.drift().secs().abs(), most);
        }
    }
    // A drift that was stored for a longer period counts as the furthest of this one.
    let totp = totp(30);
    let code = shown(&totp, START, 600);
    let state = accepted(totp.verify(&code, at(START), Window::DEFAULT, drifted(72_000)));
    assert_eq!(state.map(|state| state.drift().secs()), Some(600));
    for secs in [-72_001, 72_001, i32::MIN, i32::MAX] {
        assert!(Drift::from_secs(secs).is_err());
    }
    assert_eq!(Drift::from_secs(Drift::MAX_SECS).unwrap().secs(), 72_000);
    assert_eq!(Drift::NONE.secs(), 0);
}

/// Signs in daily with a clock that gains a quarter of a second a day, or loses it: three steps a
/// year (RFC 6238 §6 speaks of such devices), typing for up to `slowest` seconds.
fn sign_in_daily(window: Window, gain: i64, slowest: u64) {
    const DAY: u64 = 86_400;
    let totp = totp(30);
    let mut state = TotpState::NEW;
    for day in 0..6 * 365 {
        let typing = mixed(day) % (slowest + 1);
        let now = START + day * DAY + mixed(day ^ 0xda7e) % (DAY / 2);
        let ahead = gain * day.cast_signed() / 4;
        let code = shown(&totp, now - typing, ahead);
        let after = accepted(totp.verify(&code, at(now), window, state));
        state = after.unwrap_or_else(|| panic!("lost on day {day}: {gain} {slowest}"));
    }
    assert!(state.drift().secs().abs() > 500);
    assert_eq!(state.drift().secs().signum(), i32::try_from(gain).unwrap());
}

#[test]
fn fast_and_slow_clocks_are_followed_for_years() {
    for gain in [1, -1] {
        sign_in_daily(Window::DEFAULT, gain, 0);
        sign_in_daily(Window::DEFAULT, gain, 20);
        sign_in_daily(Window::new(2, 2).unwrap(), gain, 50);
        sign_in_daily(Window::from_secs(30, 30).unwrap(), gain, 15);
    }
    // A window without a future follows neither, as it says.
    let followed = std::panic::catch_unwind(|| sign_in_daily(Window::STRICT, 1, 20));
    assert!(followed.is_err());
}

#[test]
fn after_a_long_pause_two_codes_bring_a_device_back() {
    let totp = totp(30);
    let years = START + 6 * 365 * 86_400;
    for ahead in [-540, 540] {
        let first = shown(&totp, years, ahead);
        let verdict = totp.verify(&first, at(years), Window::DEFAULT, drifted(0));
        assert_eq!(verdict, TotpVerdict::Mismatch);
        let second = shown(&totp, years + 30, ahead);
        let verdict = totp.resynchronise(&first, &second, at(years + 31), drifted(0));
        let mut state = accepted(verdict).unwrap();
        for round in 2..20 {
            let code = shown(&totp, years + 60 * round, ahead);
            let verdict = totp.verify(&code, at(years + 60 * round + 11), Window::DEFAULT, state);
            state = accepted(verdict).unwrap();
        }
    }
}

proptest! {
    /// A device ahead by any constant that the window bears, and typing that takes up to its past,
    /// are accepted for ever: neither leads out of the window, however they take turns.
    #[test]
    fn no_typist_drags_the_window_away(
        period in prop::sample::select(vec![30_u16, 60, 7]),
        steps: bool,
        (past, future) in (0_u16..=10, 0_u16..=10),
        ahead in 0_i64..=600,
        sign_ins in prop::collection::vec((0_u64..10_000, 0_u64..=600), 1..60),
    ) {
        let totp = totp(period);
        // Sides in steps, or the same number of ten seconds; what the window bears in seconds.
        let (window, unit) = if steps {
            let (past, future) = (past.try_into().unwrap(), future.try_into().unwrap());
            (Window::new(past, future).unwrap(), period)
        } else {
            (Window::from_secs(past * 10, future * 10).unwrap(), 10)
        };
        let longest = 10 * u64::from(period);
        let past = longest.min(u64::from(past * unit));
        let spare = past.min(u64::from(future * unit)).cast_signed();
        let ahead = ahead % (spare + 1);
        let mut state = TotpState::NEW;
        let mut now = START;
        for (pause, typing) in sign_ins {
            now += pause + 30 * u64::from(period);
            let code = shown(&totp, now - typing % (past + 1), ahead);
            let after = accepted(totp.verify(&code, at(now), window, state));
            prop_assert!(after.is_some(), "{:?} {ahead} {state:?}", window);
            state = after.unwrap();
            let drift = i64::from(state.drift().secs());
            prop_assert!((ahead - spare..=ahead).contains(&drift), "{drift}");
        }
    }

    /// Whatever is tried whenever, with the clock going back and forth: an accepted step is later
    /// than every one before, so the code of none is accepted twice.
    #[test]
    fn nothing_is_accepted_twice(
        tries in prop::collection::vec(
            (0_u64..1500, -700_i64..700, (0_u8..=10, 0_u8..=10), 0_u8..4), 1..80
        ),
    ) {
        let totp = totp(30);
        let mut state = TotpState::NEW;
        let mut texts = Vec::new();
        for (secs, ahead, (past, future), kind) in tries {
            let now = START + secs;
            let first = shown(&totp, now, ahead);
            let verdict = match kind {
                0 => {
                    let second = shown(&totp, now, ahead + 30);
                    totp.resynchronise(&first, &second, at(now), state)
                }
                1 => {
                    let window = Window::from_secs(u16::from(past) * 30, u16::from(future) * 30);
                    totp.verify(&first, at(now), window.unwrap(), state)
                }
                _ => totp.verify(&first, at(now), Window::new(past, future).unwrap(), state),
            };
            if let TotpVerdict::Accepted(step) = verdict {
                let text = totp.generate(at(step.step() * 30)).unwrap().as_str().to_owned();
                prop_assert!(!texts.contains(&(step.step(), text.clone())));
                prop_assert!(state.last_step().step() < Some(step.step()));
                prop_assert_eq!(step.state().last_step(), LastStep::at(step.step()));
                texts.push((step.step(), text));
                state = step.state();
                // The very same again, at once, is refused.
                let again = totp.verify(&first, at(now), Window::DEFAULT, state);
                prop_assert!(!matches!(again, TotpVerdict::Accepted(_)));
            }
        }
    }
}
