//! Steam Guard codes: those of an independent implementation, one spelling up to case, used once.

use countersign_core::{
    Code, Digits, LastStep, Sha1, SharedSecret, SteamCode, SteamCodeError, SteamGuard, Totp,
    TotpParams, TotpState, TotpVerdict, UnixTime, Window,
};
use proptest::prelude::*;

const VECTORS: &str = include_str!("../../../../tests/vectors/steam.csv");
const ALPHABET: &str = "23456789BCDFGHJKMNPQRTVWXY";

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = (0..hex.len()).step_by(2);
    digits
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn guard(secret: &[u8]) -> SteamGuard {
    SteamGuard::new(&SharedSecret::from_bytes(secret).unwrap())
}

fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs).unwrap()
}

#[test]
fn the_codes_of_another_implementation() {
    let mut checked = 0;
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(',').collect();
        let [secret, secs, code] = fields[..] else {
            panic!("a line of three fields: {line}");
        };
        let (guard, now) = (guard(&bytes_of(secret)), at(secs.parse().unwrap()));
        assert_eq!(guard.generate(now).as_str(), code, "{line}");
        let typed = SteamCode::parse(&code.to_lowercase()).unwrap();
        let verdict = guard.verify(&typed, now, Window::DEFAULT, TotpState::NEW);
        assert!(matches!(verdict, TotpVerdict::Accepted(_)), "{line}");
        checked += 1;
    }
    assert_eq!(checked, 36);
}

#[test]
fn one_spelling_up_to_case() {
    let check = |text: &str, expected: Result<&str, SteamCodeError>| {
        let code = SteamCode::parse(text);
        let read = code.as_ref().map(SteamCode::as_str).map_err(|error| *error);
        assert_eq!(read, expected, "{text:?}");
    };
    check("23456", Ok("23456"));
    check("bCdFy", Ok("BCDFY"));
    for text in ["", "2345", "234567", "23 456", "éé"] {
        check(text, Err(SteamCodeError::Length));
    }
    for foreign in (0..=127_u8).map(char::from) {
        let text = format!("{foreign}2222");
        if ALPHABET.contains(foreign.to_ascii_uppercase()) {
            check(&text, Ok(&text.to_ascii_uppercase()));
        } else {
            check(&text, Err(SteamCodeError::Alphabet));
        }
    }
    check("é222", Err(SteamCodeError::Alphabet));
    assert_eq!(
        format!("{:?}", SteamCode::parse("23456").unwrap()),
        "SteamCode(..)"
    );
}

#[test]
fn a_code_is_used_up_and_its_neighbours_are_refused() {
    let (guard, now) = (guard(b"12345678901234567890"), at(1_111_111_109));
    let code = guard.generate(now);
    let TotpVerdict::Accepted(accepted) = guard.verify(&code, now, Window::DEFAULT, TotpState::NEW)
    else {
        panic!("it is right");
    };
    assert_eq!(
        (accepted.step(), accepted.offset()),
        (1_111_111_109 / 30, 0)
    );
    let again = guard.verify(&code, now, Window::DEFAULT, accepted.state());
    assert_eq!(again, TotpVerdict::AlreadyUsed);
    assert_eq!(accepted.state().last_step(), LastStep::at(accepted.step()));
    // Each symbol counts, in its place.
    for place in 0..SteamCode::LEN {
        for symbol in ALPHABET.chars() {
            let mut text: Vec<char> = code.as_str().chars().collect();
            let is_same = text[place] == symbol;
            text[place] = symbol;
            let typed = SteamCode::parse(&text.iter().collect::<String>()).unwrap();
            let verdict = guard.verify(&typed, now, Window::DEFAULT, TotpState::NEW);
            assert_eq!(
                matches!(verdict, TotpVerdict::Accepted(_)),
                is_same,
                "{text:?}"
            );
        }
    }
    let late = guard.verify(&code, now.plus_secs(120), Window::DEFAULT, TotpState::NEW);
    assert_eq!(late, TotpVerdict::Mismatch);
}

proptest! {
    /// The truncated value, which ten digits show in full, written to base 26.
    #[test]
    fn it_is_the_decimal_code_to_base_26(secret: [u8; 20], secs in 0..1_u64 << 40) {
        let params = TotpParams { digits: Digits::MAX, ..TotpParams::DEFAULT };
        let secret = SharedSecret::from_bytes(&secret).unwrap();
        let decimal = Totp::<Sha1>::new(&secret, params).generate(at(secs)).unwrap();
        let mut number: usize = Code::as_str(&decimal).parse().unwrap();
        let mut expected = String::new();
        for _ in 0..5 {
            expected.push(char::from(ALPHABET.as_bytes()[number % 26]));
            number /= 26;
        }
        let guard = SteamGuard::new(&secret);
        let code = guard.generate(at(secs));
        prop_assert_eq!(code.as_str(), expected);
        let verdict = guard.verify(&code, at(secs), Window::DEFAULT, TotpState::NEW);
        prop_assert!(matches!(verdict, TotpVerdict::Accepted(_)));
    }

    #[test]
    fn no_text_panics(text: String) {
        let _ = SteamCode::parse(&text);
    }
}
