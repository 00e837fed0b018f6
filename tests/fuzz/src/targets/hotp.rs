//! HOTP against a model that tries one counter after the other.

use arbitrary::{Arbitrary, Result, Unstructured};
use countersign_core::{
    Algorithm, AlgorithmId, Code, Digits, Hotp, HotpState, HotpVerdict, LookAhead, Sha1, Sha256,
    Sha512, SharedSecret,
};

use super::Target;
use crate::model::{algorithm, code, digits, secret};

pub(super) const TARGET: Target = Target {
    name: "hotp",
    run: |data| {
        let _ = run(&mut Unstructured::new(data));
    },
    seeds: || vec![vec![0x11; 128], vec![0xff; 128], vec![0; 128]],
    max_len: 192,
};

struct Case {
    secret: SharedSecret,
    digits: Digits,
    expected: u64,
    look_ahead: u8,
    /// The counters whose codes are typed, from the expected one on.
    typed: [i8; 2],
}

fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let algorithm = algorithm(u)?;
    let case = Case {
        digits: digits(u)?,
        expected: match u.int_in_range(0..=3_u8)? {
            0 => u64::from(u8::arbitrary(u)?),
            1 => u64::MAX - u64::from(u8::arbitrary(u)?),
            _ => u64::arbitrary(u)?,
        },
        look_ahead: u.int_in_range(0..=12)?,
        typed: [u.int_in_range(-3..=16)?, u.int_in_range(-3..=16)?],
        secret: secret(u)?,
    };
    match algorithm {
        AlgorithmId::Sha1 => check::<Sha1>(&case),
        AlgorithmId::Sha256 => check::<Sha256>(&case),
        AlgorithmId::Sha512 => check::<Sha512>(&case),
    }
    Ok(())
}

fn check<A: Algorithm>(case: &Case) {
    let hotp = Hotp::<A>::new(&case.secret, case.digits);
    let state = HotpState::at(case.expected);
    let model = |counter| code(A::ID, case.secret.as_bytes(), counter, case.digits);
    let counters = case
        .typed
        .map(|ahead| case.expected.wrapping_add_signed(ahead.into()));
    let texts = counters.map(model);
    let codes = [&texts[0], &texts[1]].map(|text| Code::parse(text).unwrap());
    assert_eq!(hotp.generate(counters[0]).as_str(), texts[0]);
    match hotp.take(state) {
        Ok(next) => {
            assert_eq!(next.state().next_counter(), case.expected + 1);
            assert_eq!(next.after_saving().as_str(), model(case.expected));
        }
        Err(_) => assert_eq!(case.expected, u64::MAX),
    }

    let look_ahead = LookAhead::new(case.look_ahead).unwrap();
    let last = case.expected.saturating_add(case.look_ahead.into());
    let mut tried = (case.expected..=last).filter(|counter| *counter < u64::MAX);
    let found = tried.rfind(|counter| model(*counter) == texts[0]);
    let verdict = hotp.verify(&codes[0], state, look_ahead);
    assert_eq!(accepted(verdict), found);

    // The first of a pair may be of the expected counter, the second of the one after the last.
    let mut pairs = (case.expected..=last)
        .filter(|c| c.checked_add(1).is_some_and(|next| next < u64::MAX))
        .filter(|c| model(*c) == texts[0] && model(c + 1) == texts[1]);
    let verdict = hotp.resynchronise(&codes[0], &codes[1], state, look_ahead);
    assert_eq!(accepted(verdict), pairs.next_back().map(|c| c + 1));
}

fn accepted(verdict: HotpVerdict) -> Option<u64> {
    match verdict {
        HotpVerdict::Accepted(accepted) => {
            let state = accepted.state();
            assert_eq!(state.next_counter(), accepted.counter() + 1);
            assert_eq!(HotpState::decode(&state.encode()), Ok(state));
            Some(accepted.counter())
        }
        HotpVerdict::Mismatch => None,
    }
}
