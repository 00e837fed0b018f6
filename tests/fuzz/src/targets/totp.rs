//! TOTP against a model that tries one step after the other, in numbers too wide to overflow:
//! codes, the window around the authenticator's clock, and what is learned of that clock.

use arbitrary::{Arbitrary, Result, Unstructured};
use countersign_core::{
    AlgorithmId, AnyTotp, Code, Drift, LastStep, Period, SharedSecret, TotpParams, TotpState,
    TotpVerdict, UnixTime, Window,
};

use super::Target;
use crate::model::{algorithm, code, digits, secret, time};

pub(super) const TARGET: Target = Target {
    name: "totp",
    run: |data| {
        let _ = run(&mut Unstructured::new(data));
    },
    seeds: || vec![vec![0x11; 128], vec![0xff; 128], vec![0; 128]],
    max_len: 192,
};

struct Case {
    algorithm: AlgorithmId,
    secret: SharedSecret,
    params: TotpParams,
    now: UnixTime,
    window: Window,
    state: TotpState,
    /// The steps whose codes are typed, from the one of our clock on.
    typed: [i64; 2],
}

fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let algorithm = algorithm(u)?;
    let params = TotpParams {
        digits: digits(u)?,
        period: Period::from_secs(*u.choose(&[30, 60, 1, 3600, 7])?).unwrap(),
        t0: if bool::arbitrary(u)? {
            time(u)?
        } else {
            UnixTime::EPOCH
        },
    };
    let now = time(u)?;
    let present = step_of(params, now).unwrap_or(0);
    let near = |u: &mut Unstructured<'_>| u.int_in_range(-24..=24_i64);
    let last = match <Option<bool>>::arbitrary(u)? {
        None => LastStep::NEVER,
        Some(true) => LastStep::at(u64::arbitrary(u)?),
        Some(false) => LastStep::at(present.saturating_add_signed(near(u)?)),
    };
    let most = Drift::MAX_SECS;
    let drift = match u.int_in_range(0..=2_u8)? {
        0 => 0,
        1 => u.int_in_range(-700..=700)?,
        _ => u.int_in_range(-most..=most)?,
    };
    check(&Case {
        algorithm,
        params,
        now,
        window: if bool::arbitrary(u)? {
            Window::new(u.int_in_range(0..=10)?, u.int_in_range(0..=10)?).unwrap()
        } else {
            Window::from_secs(u.int_in_range(0..=300)?, u.int_in_range(0..=300)?).unwrap()
        },
        state: TotpState::new(last, Drift::from_secs(drift).unwrap()),
        typed: [near(u)?, near(u)?],
        secret: secret(u)?,
    });
    Ok(())
}

fn check(case: &Case) {
    let totp = AnyTotp::new(case.algorithm, &case.secret, case.params);
    let present = step_of(case.params, case.now);
    let shown = totp.generate(case.now).ok();
    let shown = shown.map(|code| code.as_str().to_owned());
    assert_eq!(shown, present.map(|step| case.code(step)));

    let texts = case.typed.map(|ahead| {
        let step = present.unwrap_or(0).saturating_add_signed(ahead);
        case.code(step)
    });
    let codes = [&texts[0], &texts[1]].map(|text| Code::parse(text).unwrap());
    let last = case.state.last_step().step();
    let Some(present) = present else {
        let verdict = totp.verify(&codes[0], case.now, case.window, case.state);
        assert_eq!(verdict, TotpVerdict::Mismatch, "before T0");
        return;
    };
    let steps = |from: i128, to: i128| (from..=to).filter_map(|step| u64::try_from(step).ok());

    let (first, second) = case.window_of_steps();
    let matching: Vec<u64> = steps(first, second)
        .filter(|step| case.code(*step) == texts[0])
        .collect();
    let used = matching.iter().any(|step| Some(*step) <= last);
    let verdict = totp.verify(&codes[0], case.now, case.window, case.state);
    case.judge(verdict, matching.last().copied(), used, case.allowance());

    let present = i128::from(present);
    let furthest = i128::from(Drift::MAX_STEPS);
    let pairs: Vec<u64> = steps(present - furthest - 1, present + furthest - 1)
        .filter(|step| case.code(*step) == texts[0] && case.code(step + 1) == texts[1])
        .collect();
    let used = pairs.iter().any(|step| Some(*step) <= last);
    let verdict = totp.resynchronise(&codes[0], &codes[1], case.now, case.state);
    case.judge(verdict, pairs.last().map(|step| step + 1), used, 0);
}

impl Case {
    fn code(&self, step: u64) -> String {
        code(
            self.algorithm,
            self.secret.as_bytes(),
            step,
            self.params.digits,
        )
    }

    fn period(&self) -> i128 {
        self.params.period.secs().into()
    }

    /// Seconds since `T0`.
    fn since(&self) -> i128 {
        i128::from(self.now.secs()) - i128::from(self.params.t0.secs())
    }

    /// The drift that counts with this period.
    fn drift(&self) -> i128 {
        let most = self.period() * i128::from(Drift::MAX_STEPS);
        i128::from(self.state.drift().secs()).clamp(-most, most)
    }

    /// The first and the last step to be tried, as the documentation of windows has it.
    fn window_of_steps(&self) -> (i128, i128) {
        let device = self.since() + self.drift();
        let step = |secs: i128| secs.div_euclid(self.period());
        let most = i128::from(Window::MAX_STEPS);
        let (first, last) = match (self.window.steps(), self.window.secs()) {
            (Some((past, future)), None) => (
                step(device) - i128::from(past),
                step(device) + i128::from(future),
            ),
            (None, Some((past, future))) => (
                step(device - i128::from(past)),
                step(device + i128::from(future)),
            ),
            both => panic!("{both:?}"),
        };
        (
            first.max(step(device) - most),
            last.min(step(device) + most),
        )
    }

    /// Seconds by which the window's past is longer than its future.
    fn allowance(&self) -> i128 {
        let most = i128::from(Window::MAX_STEPS) * self.period();
        let secs = |side: (i128, i128)| (side.0.min(most), side.1.min(most));
        let (past, future) = match (self.window.steps(), self.window.secs()) {
            (Some((past, future)), _) => (
                i128::from(past) * self.period(),
                i128::from(future) * self.period(),
            ),
            (None, Some((past, future))) => secs((past.into(), future.into())),
            (None, None) => panic!("a window of nothing"),
        };
        (past - future).max(0)
    }

    fn judge(&self, verdict: TotpVerdict, step: Option<u64>, used: bool, allowance: i128) {
        let Some(step) = step.filter(|_| !used) else {
            let expected = if used {
                TotpVerdict::AlreadyUsed
            } else {
                TotpVerdict::Mismatch
            };
            assert_eq!(verdict, expected);
            return;
        };
        let TotpVerdict::Accepted(accepted) = verdict else {
            panic!("{verdict:?} where step {step} is right");
        };
        assert_eq!(accepted.step(), step);
        let present = step_of(self.params, self.now).unwrap();
        let offset = i128::from(step) - i128::from(present);
        assert_eq!(i128::from(accepted.offset()), offset);
        let state = accepted.state();
        assert_eq!(state.last_step(), LastStep::at(step));
        assert_eq!(TotpState::decode(&state.encode()), Ok(state));
        // With any of these drifts the code was on the screen.
        let begin = i128::from(step) * self.period() - self.since();
        let most = self.period() * i128::from(Drift::MAX_STEPS);
        let nearest = self
            .drift()
            .clamp(begin, begin + self.period() - 1 + allowance);
        assert_eq!(i128::from(state.drift().secs()), nearest.clamp(-most, most));
    }
}

fn step_of(params: TotpParams, now: UnixTime) -> Option<u64> {
    let since = now.secs().checked_sub(params.t0.secs())?;
    Some(since / u64::from(params.period.secs()))
}
