//! The random bit generator against NIST's known answers, and its limits.

use countersign_token::{Drbg, DrbgError, Random};

const VECTORS: &str = include_str!("../vectors/hmac_drbg_sha256.txt");

#[test]
fn the_known_answers_come_out() {
    let cases: Vec<&str> = VECTORS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(cases.len(), 9);
    for case in cases {
        check(case);
    }
}

/// Runs a line of the file.
#[track_caller]
fn check(case: &str) {
    let mut drbg = None;
    let mut last = [0; 128];
    for word in case.split(' ') {
        let (verb, rest) = word.split_at(word.find([':', '=']).unwrap() + 1);
        let parts: Vec<Vec<u8>> = rest.split(',').map(unhex).collect();
        match (verb, parts.as_slice()) {
            ("i:", [entropy, nonce, personalization]) => {
                drbg = Some(Drbg::instantiate(entropy, nonce, personalization));
            }
            ("r:", [entropy, additional]) => drbg.as_mut().unwrap().reseed(entropy, additional),
            ("g:", [additional]) => {
                let given = drbg.as_mut().unwrap().generate(&mut last, additional);
                assert_eq!(given, Ok(()));
            }
            ("=", [expected]) => assert_eq!(last.as_slice(), expected, "{case}"),
            _ => panic!("{word}"),
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.trim_matches('-').as_bytes();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

fn new() -> Drbg {
    Drbg::instantiate(&[7; 32], &[8; 16], &[])
}

#[test]
fn an_overlong_request_is_refused_and_changes_nothing() {
    let mut drbg = new();
    let mut bytes = vec![0x55; Drbg::MAX_REQUEST_LEN + 1];
    assert_eq!(drbg.generate(&mut bytes, &[]), Err(DrbgError::TooLong));
    assert!(bytes.iter().all(|byte| *byte == 0x55));
    assert_eq!(drbg.generate(&mut bytes[1..], &[]), Ok(()));
    let mut again = vec![0; Drbg::MAX_REQUEST_LEN];
    new().generate(&mut again, &[]).unwrap();
    assert_eq!(again, bytes[1..]);
}

#[test]
fn after_the_interval_it_has_to_be_reseeded() {
    let mut drbg = new().reseeded_every(3);
    let mut bytes = [0; 16];
    for _ in 0..3 {
        assert_eq!(drbg.generate(&mut bytes, &[]), Ok(()));
    }
    let before = bytes;
    assert_eq!(drbg.generate(&mut bytes, &[]), Err(DrbgError::ReseedDue));
    assert_eq!(bytes, before);
    drbg.reseed(&[9; 32], &[]);
    for _ in 0..3 {
        assert_eq!(drbg.generate(&mut bytes, &[]), Ok(()));
    }
    assert_eq!(drbg.generate(&mut bytes, &[]), Err(DrbgError::ReseedDue));
}

#[test]
fn the_interval_is_never_longer_than_the_standards() {
    assert_eq!(Drbg::RESEED_INTERVAL, 1 << 48);
    // An interval of none would refuse everything.
    let mut drbg = new().reseeded_every(0);
    assert_eq!(drbg.generate(&mut [0], &[]), Ok(()));
    assert_eq!(drbg.generate(&mut [0], &[]), Err(DrbgError::ReseedDue));
}

#[test]
fn filling_goes_on_beyond_both_limits_without_a_repetition() {
    let mut drbg = new().reseeded_every(2);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..1_000 {
        let mut bytes = [0; 16];
        drbg.fill(&mut bytes);
        assert!(seen.insert(bytes));
    }
    let mut long = vec![0; 3 * Drbg::MAX_REQUEST_LEN + 5];
    drbg.fill(&mut long);
    for block in long.chunks_exact(16) {
        assert!(seen.insert(block.try_into().unwrap()));
    }
}

#[test]
fn every_length_is_filled_to_its_end() {
    for length in 0..100 {
        let mut bytes = vec![0; length];
        new().fill(&mut bytes);
        let mut longer = vec![0; 100];
        new().fill(&mut longer);
        assert_eq!(bytes, longer[..length]);
    }
}

#[test]
fn it_does_not_show_its_state() {
    assert_eq!(format!("{:?}", new()), "Drbg(..)");
}
