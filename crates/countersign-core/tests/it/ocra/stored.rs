//! The stored forms of states and challenges, and what is never shown.

use countersign_core::ocra::{
    Alphabet, Challenge, PinHash, PinHashLength, Question, QuestionFormat, State,
};
use countersign_core::{AlgorithmId, LastStep, Sha1, Sha256, Sha512};

use crate::rig::draw;

#[test]
fn a_state_has_one_stored_form() {
    let states = [
        State::NEW,
        State::new(u64::MAX, LastStep::NEVER),
        State::new(7, LastStep::at(0)),
        State::new(0x0102_0304_0506_0708, LastStep::at(u64::MAX)),
    ];
    for state in states {
        let stored = state.encode();
        assert_eq!((stored.len(), stored[0]), (18, 1));
        assert_eq!(State::decode(&stored), Ok(state));
        for len in 0..stored.len() {
            assert!(State::decode(&stored[..len]).is_err());
        }
        let longer: Vec<u8> = stored.into_iter().chain([0]).collect();
        assert!(State::decode(&longer).is_err());
        for place in 0..stored.len() {
            for byte in 0..=u8::MAX {
                let mut other = stored;
                other[place] = byte;
                if let Ok(decoded) = State::decode(&other) {
                    assert_eq!(decoded.encode(), other);
                }
            }
        }
    }
    let mut never_with_a_step = State::NEW.encode();
    never_with_a_step[17] = 1;
    assert!(State::decode(&never_with_a_step).is_err());
    assert_eq!(states[3].encode()[..10], [1, 1, 2, 3, 4, 5, 6, 7, 8, 1]);
}

#[track_caller]
fn check_challenge(challenge: &Challenge, kind: u8, alphabet: u8) {
    let stored = challenge.encode();
    let text = challenge.question().as_str();
    let length = u8::try_from(text.len()).unwrap();
    assert_eq!(stored[..4], [1, kind, alphabet, length]);
    assert_eq!(&stored[4..4 + text.len()], text.as_bytes());
    let decoded = Challenge::decode(&stored).unwrap();
    assert_eq!(decoded.encode(), stored);
    assert_eq!(format!("{decoded:?}"), "Challenge(..)");
    for len in 0..stored.len() {
        assert!(Challenge::decode(&stored[..len]).is_err());
    }
    let longer: Vec<u8> = stored.into_iter().chain([0]).collect();
    assert!(Challenge::decode(&longer).is_err());
    for place in 0..stored.len() {
        for byte in 0..=u8::MAX {
            let mut other = stored;
            other[place] = byte;
            if let Ok(decoded) = Challenge::decode(&other) {
                assert_eq!(decoded.encode(), other);
            }
        }
    }
    for (place, byte) in [
        (0, 2),
        (1, 0),
        (1, 3),
        (2, b'X'),
        (3, 0),
        (3, 65),
        (4, 0),
        (4, b'-'),
    ] {
        let mut other = stored;
        other[place] = byte;
        assert!(Challenge::decode(&other).is_err());
    }
}

#[test]
fn a_challenge_has_one_stored_form() {
    for (alphabet, byte) in [
        (Alphabet::Alphanumeric, b'A'),
        (Alphabet::Numeric, b'N'),
        (Alphabet::Hexadecimal, b'H'),
    ] {
        for max_len in [4, 8, 63, 64] {
            let format = QuestionFormat::new(alphabet, max_len).unwrap();
            check_challenge(&Challenge::issue(format, draw(1)), 1, byte);
            let question = Question::parse(format, "1234").unwrap();
            check_challenge(&Challenge::to_sign(question), 2, byte);
        }
    }
    // What follows the text has to be zero, and every character of the alphabet.
    let format = QuestionFormat::new(Alphabet::Numeric, 8).unwrap();
    let stored = Challenge::issue(format, draw(1)).encode();
    for (place, byte) in [(12, b'1'), (67, 1), (11, b'A'), (3, 7), (3, 9)] {
        let mut other = stored;
        other[place] = byte;
        assert!(Challenge::decode(&other).is_err());
    }
    let mut empty = [0; Challenge::ENCODED_LEN];
    empty[..3].copy_from_slice(&stored[..3]);
    assert!(Challenge::decode(&empty).is_err());
}

#[test]
fn pins_are_hashed_and_not_shown() {
    let pin = PinHash::of::<Sha1>(b"1234");
    assert_eq!(format!("{pin:?}"), "PinHash(..)");
    let hex: Vec<String> = pin
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hex.concat(), "7110eda4d09e062aa5e4a390b0a572ac0d2c0220");
    // FIPS 180-4's examples: the hashes of "abc".
    assert_eq!(
        PinHash::of::<Sha256>(b"abc").as_bytes()[..4],
        [0xba, 0x78, 0x16, 0xbf]
    );
    assert_eq!(
        PinHash::of::<Sha512>(b"abc").as_bytes()[..4],
        [0xdd, 0xaf, 0x35, 0xa1]
    );
    for (algorithm, length) in AlgorithmId::ALL.into_iter().zip([20, 32, 64]) {
        for other in (0..=65).filter(|other| *other != length) {
            let hash = PinHash::from_bytes(algorithm, &vec![7; other]);
            assert_eq!(hash.map(|_| ()), Err(PinHashLength));
        }
        let hash = PinHash::from_bytes(algorithm, &vec![7; length]).unwrap();
        assert_eq!(
            (hash.algorithm(), hash.as_bytes().len()),
            (algorithm, length)
        );
    }
}
