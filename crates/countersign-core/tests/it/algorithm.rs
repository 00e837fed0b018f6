//! The keyed state against the `hmac` crate, for all lengths around the block boundaries.

use countersign_core::{Algorithm, AlgorithmId, Keyed, Sha1, Sha256, Sha512};
use hmac::{Hmac, KeyInit, Mac};

#[test]
fn tags_are_those_of_the_hmac_crate() {
    // Key and message lengths to past two blocks of SHA-512.
    for key_len in (0..300).step_by(7).chain([63, 64, 65, 127, 128, 129]) {
        for message_len in (0..300)
            .step_by(11)
            .chain([55, 56, 63, 64, 111, 112, 119, 120])
        {
            let key = pattern(key_len, 1);
            let message = pattern(message_len, 2);
            check::<Sha1>(
                &key,
                &message,
                &reference::<Hmac<sha1::Sha1>>(&key, &message),
            );
            check::<Sha256>(
                &key,
                &message,
                &reference::<Hmac<sha2::Sha256>>(&key, &message),
            );
            check::<Sha512>(
                &key,
                &message,
                &reference::<Hmac<sha2::Sha512>>(&key, &message),
            );
        }
    }
}

#[track_caller]
fn check<A: Algorithm>(key: &[u8], message: &[u8], expected: &[u8]) {
    let keyed = Keyed::<A>::new(key);
    let tag = keyed.mac(&[message]);
    assert_eq!(
        tag.as_bytes(),
        expected,
        "{} {} {}",
        A::NAME,
        key.len(),
        message.len()
    );
    assert_eq!(tag.as_bytes().len(), A::OUTPUT_LEN);
    assert!(tag.ct_eq(expected));

    let (left, right) = message.split_at(message.len() / 3);
    assert!(
        keyed.clone().mac(&[left, &[], right]).ct_eq(expected),
        "in parts"
    );
}

fn reference<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn pattern(len: usize, seed: usize) -> Vec<u8> {
    (0..len)
        .map(|n| u8::try_from((n * 31 + seed * 17) % 251).unwrap())
        .collect()
}

#[test]
fn a_tag_equals_only_itself() {
    let tag = Keyed::<Sha256>::new(b"key").mac(&[b"message"]);
    let whole: [u8; 32] = tag.as_bytes().try_into().unwrap();
    assert!(!tag.ct_eq(&[]));
    assert!(!tag.ct_eq(&whole[..31]));
    for place in 0..whole.len() {
        let mut wrong = whole;
        wrong[place] ^= 0x80;
        assert!(!tag.ct_eq(&wrong));
        let cut: [u8; 16] = wrong[..16].try_into().unwrap();
        assert_eq!(tag.ct_eq_truncated(&cut), place >= 16);
    }
    assert_eq!(tag.truncated::<16>(), whole[..16]);
    assert_eq!(tag.truncated::<32>(), whole);
}

#[test]
fn debug_shows_nothing() {
    let keyed = Keyed::<Sha1>::new(b"12345678901234567890");
    assert_eq!(format!("{keyed:?}"), "Keyed<SHA1>(..)");
    assert_eq!(format!("{:?}", keyed.mac(&[])), "Tag(..)");
}

#[test]
fn ids_are_stored_as_they_are_read() {
    for byte in 0..=u8::MAX {
        let expected = (1..=3).contains(&byte).then_some(byte);
        assert_eq!(
            AlgorithmId::from_byte(byte).map(AlgorithmId::to_byte),
            expected
        );
    }
    assert_eq!(AlgorithmId::ALL.map(AlgorithmId::to_byte), [1, 2, 3]);
    assert_eq!(
        [Sha1::NAME, Sha256::NAME, Sha512::NAME],
        ["SHA1", "SHA256", "SHA512"]
    );
    assert_eq!(
        [Sha1::OUTPUT_LEN, Sha256::OUTPUT_LEN, Sha512::OUTPUT_LEN],
        [20, 32, 64]
    );
}
