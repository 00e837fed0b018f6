//! HOTP: which counters are tried, forward only, and what must be stored next.

use countersign_core::{
    Code, Digits, Hotp, HotpState, HotpVerdict, LookAhead, Sha1, Sha512, SharedSecret,
};

fn hotp() -> Hotp<Sha1> {
    Hotp::new(
        &SharedSecret::from_bytes(b"12345678901234567890").unwrap(),
        Digits::SIX,
    )
}

fn look_ahead(counters: u8) -> LookAhead {
    LookAhead::new(counters).unwrap()
}

/// The next counter, if the code of `counter` is accepted.
fn verify(counter: u64, expected: u64, counters: u8) -> Option<u64> {
    let state = HotpState::at(expected);
    next(hotp().verify(&hotp().generate(counter), state, look_ahead(counters)))
}

fn next(verdict: HotpVerdict) -> Option<u64> {
    match verdict {
        HotpVerdict::Accepted(accepted) => {
            let next = accepted.state().next_counter();
            assert_eq!(accepted.counter() + 1, next);
            Some(next)
        }
        HotpVerdict::Mismatch => None,
    }
}

#[test]
fn codes_of_every_length_are_read_as_they_were_written() {
    let secret = SharedSecret::from_bytes(b"12345678901234567890").unwrap();
    for digits in (6..=10).map(|digits| Digits::new(digits).unwrap()) {
        let hotp = Hotp::<Sha1>::new(&secret, digits);
        for counter in 0..50 {
            let state = HotpState::at(counter);
            let verdict = hotp.verify(&hotp.generate(counter), state, LookAhead::NONE);
            assert_eq!(next(verdict), Some(counter + 1), "{}", digits.get());
        }
    }
}

#[test]
fn only_the_look_ahead_is_tried() {
    for expected in 20..24 {
        for counters in [0, 1, 5, 10] {
            for counter in 0..50 {
                let within = (expected..=expected + u64::from(counters)).contains(&counter);
                let accepted = within.then_some(counter + 1);
                assert_eq!(verify(counter, expected, counters), accepted);
            }
        }
    }
    assert_eq!(verify(100, 0, 100), Some(101));
    assert_eq!(verify(101, 0, 100), None);
}

#[test]
fn a_code_is_accepted_once() {
    let code = hotp().generate(7);
    let next = next(hotp().verify(&code, HotpState::at(5), LookAhead::DEFAULT)).unwrap();
    assert_eq!(next, 8);
    assert_eq!(
        hotp().verify(&code, HotpState::at(next), LookAhead::MAX),
        HotpVerdict::Mismatch
    );
}

#[test]
fn counters_end_at_the_last_that_has_a_next() {
    const END: u64 = u64::MAX;
    assert_eq!(verify(END - 1, END - 1, 10), Some(END));
    assert_eq!(verify(END - 1, END - 3, 100), Some(END));
    // No next counter could be stored for it, so its code could be used for ever.
    assert_eq!(verify(END, END, 10), None);
    assert_eq!(verify(END, END - 1, 10), None);
    // The search does not go on at zero.
    assert_eq!(verify(0, END, 100), None);
    assert_eq!(verify(3, END - 2, 100), None);
    // It is an error of the verifier's only: a device's code for it can be computed.
    assert_eq!(hotp().generate(END).as_str().len(), 6);
}

#[test]
fn look_ahead_is_bounded() {
    for counters in 0..=u8::MAX {
        let expected = (counters <= 100).then_some(counters);
        assert_eq!(LookAhead::new(counters).ok().map(LookAhead::get), expected);
    }
    assert_eq!([LookAhead::NONE.get(), LookAhead::default().get()], [0, 10]);
}

#[test]
fn two_codes_in_a_row_resynchronise() {
    let resynchronise = |first, second, expected, counters| {
        let (first, second) = (hotp().generate(first), hotp().generate(second));
        let state = HotpState::at(expected);
        next(hotp().resynchronise(&first, &second, state, look_ahead(counters)))
    };
    assert_eq!(resynchronise(0, 1, 0, 0), Some(2));
    assert_eq!(resynchronise(60, 61, 0, 100), Some(62));
    assert_eq!(resynchronise(100, 101, 0, 100), Some(102));
    assert_eq!(
        resynchronise(101, 102, 0, 100),
        None,
        "beyond the look-ahead"
    );
    assert_eq!(
        resynchronise(4, 5, 5, 100),
        None,
        "behind the expected counter"
    );
    assert_eq!(resynchronise(61, 60, 0, 100), None, "in the wrong order");
    assert_eq!(resynchronise(60, 62, 0, 100), None, "not in a row");
    assert_eq!(resynchronise(60, 60, 0, 100), None, "one code twice");
    assert_eq!(
        resynchronise(u64::MAX - 2, u64::MAX - 1, u64::MAX - 5, 100),
        Some(u64::MAX)
    );
    assert_eq!(
        resynchronise(u64::MAX - 1, u64::MAX, u64::MAX - 5, 100),
        None
    );
    assert_eq!(resynchronise(u64::MAX, 0, u64::MAX, 100), None);
}

#[test]
fn all_digits_and_lengths() {
    let secret = SharedSecret::from_bytes(&[7; 64]).unwrap();
    let codes = (6..=10).map(|digits| {
        let hotp = Hotp::<Sha512>::new(&secret, Digits::new(digits).unwrap());
        hotp.generate(1)
    });
    let codes: Vec<Code> = codes.collect();
    // Fewer digits are the end of more.
    for pair in codes.windows(2) {
        assert!(pair[1].as_str().ends_with(pair[0].as_str()));
    }
    // A code of another length is no match, though it ends the same.
    let eight = Hotp::<Sha512>::new(&secret, Digits::EIGHT);
    for (code, digits) in codes.iter().zip(6..) {
        let accepted = next(eight.verify(code, HotpState::at(1), LookAhead::NONE));
        assert_eq!(accepted.is_some(), digits == 8);
    }
}

#[test]
fn codes_are_compared_as_whole_numbers() {
    let secret = SharedSecret::from_bytes(&[7; 64]).unwrap();
    for digits in 6..=10 {
        let hotp = Hotp::<Sha512>::new(&secret, Digits::new(digits).unwrap());
        let right: u64 = hotp.generate(1).as_str().parse().unwrap();
        let width = usize::from(digits);
        let most = 10_u64.pow(digits.into());
        // The same in 8, 16 or 32 bits, and in one digit fewer.
        let near = [1, 10, 1 << 8, 1 << 16, 1 << 32, most / 10].map(|by| (right + by) % most);
        for wrong in near {
            let code = Code::parse(&format!("{wrong:0width$}")).unwrap();
            let accepted = next(hotp.verify(&code, HotpState::at(1), LookAhead::NONE));
            assert_eq!(accepted.is_some(), wrong == right, "{digits} {wrong}");
        }
    }
}

#[test]
fn a_device_counts_before_it_shows() {
    let mut state = HotpState::NEW;
    let mut verifier = HotpState::NEW;
    for counter in 0..20 {
        let code = hotp().take(state).unwrap();
        state = code.state();
        assert_eq!(state, HotpState::at(counter + 1));
        let shown = format!("{code:?}");
        let code = code.after_saving();
        assert!(!shown.contains(code.as_str()), "{shown}");
        assert_eq!(code.as_str(), hotp().generate(counter).as_str());
        let verdict = hotp().verify(&code, verifier, LookAhead::NONE);
        verifier = HotpState::at(next(verdict).unwrap());
        assert_eq!(verifier, state);
    }
    let last = hotp().take(HotpState::at(u64::MAX - 1)).unwrap();
    assert_eq!(last.state(), HotpState::at(u64::MAX));
    assert!(hotp().take(last.state()).is_err());
}

#[test]
fn debug_shows_nothing() {
    let shown = format!("{:?}", hotp());
    assert_eq!(
        shown,
        "Hotp { key: Keyed<SHA1>(..), digits: Digits(6), engine: Portable }"
    );
}
