//! Delivered codes: what they are good for, for how long, how often, and that they are uniform.

use countersign_core::{
    Code, Destination, Digits, Entropy, Passcode, PasscodeVerdict, Scope, Sha1, Sha256, UnixTime,
};

use PasscodeVerdict::{Accepted, Expired, Mismatch};

use crate::rig::{START, at, draw, mixed, not};

const SCOPE: Scope = Scope {
    purpose: Scope::SIGN_IN_SMS,
    binding: [1; 16],
    destination: Destination([2; 16]),
};
const LIFETIME: u32 = 180;

fn issue() -> (Passcode, Code) {
    Passcode::issue::<Sha1>(SCOPE, Digits::SIX, at(START), LIFETIME, draw(1))
}

/// What the right code comes to, this many seconds after the issue.
#[track_caller]
fn check(after: i64, expected: PasscodeVerdict) {
    let (mut passcode, code) = issue();
    let now = at(START.checked_add_signed(after).unwrap());
    assert_eq!(passcode.is_live(&SCOPE, now), expected == Accepted);
    assert_eq!(passcode.answer::<Sha1>(&code, &SCOPE, now), expected);
}

#[test]
fn it_lives_from_its_issue_to_its_expiry() {
    check(0, Accepted);
    check(1, Accepted);
    check(179, Accepted);
    check(180, Expired);
    check(181, Expired);
    check(1_000_000_000, Expired);
    // The clocks of two nodes may differ by five seconds; more means that one was set back.
    check(-5, Accepted);
    check(-6, Expired);
    check(-180, Expired);
    check(-1_800_000_000, Expired);
}

#[test]
fn it_is_good_for_its_scope_only() {
    let scopes = [
        Scope {
            purpose: Scope::SIGN_IN_EMAIL,
            ..SCOPE
        },
        Scope {
            purpose: Scope::SET_UP_EMAIL,
            ..SCOPE
        },
        Scope {
            purpose: Scope::FIRST_FREE,
            ..SCOPE
        },
        Scope {
            binding: [3; 16],
            ..SCOPE
        },
        Scope {
            destination: Destination([3; 16]),
            ..SCOPE
        },
    ];
    for other in scopes {
        let (mut passcode, code) = issue();
        let before = passcode.encode();
        assert!(!passcode.is_for(&other) && !passcode.is_live(&other, at(START)));
        assert_eq!(passcode.answer::<Sha1>(&code, &other, at(START)), Expired);
        assert_eq!(passcode.encode(), before);
        assert_eq!(passcode.answer::<Sha1>(&code, &SCOPE, at(START)), Accepted);
    }
}

#[test]
fn it_bears_five_wrong_guesses() {
    let (mut passcode, code) = issue();
    for n in 0..u32::from(Passcode::GUESSES) {
        let wrong = not(&code, n);
        assert_eq!(passcode.answer::<Sha1>(&wrong, &SCOPE, at(START)), Mismatch);
    }
    assert!(!passcode.is_live(&SCOPE, at(START)));
    assert_eq!(passcode.answer::<Sha1>(&code, &SCOPE, at(START)), Expired);
    // Four leave room for the right one.
    let (mut passcode, code) = issue();
    for n in 0..4 {
        let _ = passcode.answer::<Sha1>(&not(&code, n), &SCOPE, at(START));
    }
    assert_eq!(passcode.answer::<Sha1>(&code, &SCOPE, at(START)), Accepted);
}

#[test]
fn neither_a_longer_nor_a_shorter_code_matches() {
    let (mut passcode, code) = issue();
    for text in [format!("0{}", code.as_str()), format!("{}0", code.as_str())] {
        let other = Code::parse(&text).unwrap();
        assert_eq!(passcode.answer::<Sha1>(&other, &SCOPE, at(START)), Mismatch);
    }
    let (mut eight, code) =
        Passcode::issue::<Sha1>(SCOPE, Digits::EIGHT, at(START), LIFETIME, draw(1));
    let short = Code::parse(&code.as_str()[..6]).unwrap();
    assert_eq!(eight.answer::<Sha1>(&short, &SCOPE, at(START)), Mismatch);
    assert_eq!(eight.answer::<Sha1>(&code, &SCOPE, at(START)), Accepted);
    // Nor does the digest of another algorithm.
    let (mut passcode, code) = issue();
    assert_eq!(
        passcode.answer::<Sha256>(&code, &SCOPE, at(START)),
        Mismatch
    );
}

#[test]
fn it_expires_at_the_end_of_time() {
    let (passcode, _) =
        Passcode::issue::<Sha1>(SCOPE, Digits::SIX, UnixTime::MAX, LIFETIME, draw(1));
    assert!(!passcode.is_live(&SCOPE, UnixTime::MAX));
    assert!(Passcode::decode(&passcode.encode()).unwrap() == passcode);
}

#[test]
fn its_stored_form_has_one_spelling() {
    let (mut passcode, code) = issue();
    for guesses in 0..=Passcode::GUESSES {
        let stored = passcode.encode();
        assert!(Passcode::decode(&stored).unwrap() == passcode);
        assert_eq!(
            stored[Passcode::ENCODED_LEN - 1],
            Passcode::GUESSES - guesses
        );
        for len in 0..stored.len() {
            assert!(Passcode::decode(&stored[..len]).is_err());
        }
        let longer: Vec<u8> = stored.into_iter().chain([0]).collect();
        assert!(Passcode::decode(&longer).is_err());
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored;
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(decoded) = Passcode::decode(&flipped) {
                assert_eq!(decoded.encode(), flipped);
            }
        }
        let _ = passcode.answer::<Sha1>(&not(&code, guesses.into()), &SCOPE, at(START));
    }
    let mut six_guesses = issue().0.encode();
    six_guesses[Passcode::ENCODED_LEN - 1] = Passcode::GUESSES + 1;
    assert!(Passcode::decode(&six_guesses).is_err());
    for format in (0..=u8::MAX).filter(|format| *format != 1) {
        let mut other = issue().0.encode();
        other[0] = format;
        assert!(Passcode::decode(&other).is_err());
    }
}

#[test]
fn neither_it_nor_its_stored_form_shows_the_code() {
    let (passcode, code) = issue();
    let debug = format!("{passcode:?}");
    assert!(debug.starts_with("Passcode { purpose: 1, expires_at: UnixTime(1800000180), "));
    assert!(!debug.contains(code.as_str()) && !debug.contains("digest"));
    let stored = passcode.encode();
    assert!(!stored.windows(6).any(|w| w == code.as_bytes()));
}

/// The sum over `cells` of (count - expected)^2 / expected, rounded down.
fn chi_square(cells: &[u64], expected: u64) -> u64 {
    let squares: u64 = cells.iter().map(|n| n.abs_diff(expected).pow(2)).sum();
    squares / expected
}

#[test]
fn a_million_codes_are_uniform() {
    const DRAWS: u64 = 1_000_000;
    let mut thousands = [0_u64; 1000];
    let mut digits = [[0_u64; 10]; 6];
    for n in 0..DRAWS {
        let code = Code::random(Digits::SIX, mixed(n).to_be_bytes());
        let text = code.as_bytes();
        for (place, digit) in digits.iter_mut().zip(text) {
            place[usize::from(digit - b'0')] += 1;
        }
        let number = text[..3]
            .iter()
            .fold(0, |n, d| n * 10 + usize::from(d - b'0'));
        thousands[number] += 1;
    }
    // Exceeded by chance once in a thousand: 1143.9 with 999 degrees of freedom, 27.9 with 9.
    assert!(chi_square(&thousands, DRAWS / 1000) < 1144);
    for place in digits {
        assert!(chi_square(&place, DRAWS / 10) < 28);
    }
}

#[test]
fn a_passcode_takes_its_code_from_the_draw() {
    let codes: std::collections::HashSet<String> = (0..2000)
        .map(|n| {
            let (_, code) =
                Passcode::issue::<Sha1>(SCOPE, Digits::SIX, at(START), LIFETIME, draw(n));
            code.as_str().to_owned()
        })
        .collect();
    // Of 2000 draws from a million about two coincide.
    assert!(codes.len() > 1980);
}

#[test]
fn the_salt_is_drawn() {
    let with_salt = |salt: u8| {
        let mut bytes = [3; Entropy::LEN];
        bytes[16..32].fill(salt);
        let fresh = Entropy::from_bytes(bytes);
        let (passcode, code) =
            Passcode::issue::<Sha1>(SCOPE, Digits::SIX, at(START), LIFETIME, fresh);
        (passcode.encode(), code.as_str().to_owned())
    };
    let ((one, code), (other, same)) = (with_salt(1), with_salt(2));
    assert_eq!(code, same);
    assert_ne!(one, other);
}
