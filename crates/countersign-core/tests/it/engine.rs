//! Engines: what `Portable` computes for runs of counters, against the `hmac` crate. With the
//! feature `small-sha1` this holds our SHA-1 against the `sha1` crate's.

use countersign_core::{Algorithm, Keyed, Portable, Sha1, Sha256, Sha512};
use hmac::{Hmac, KeyInit, Mac};
use proptest::collection::vec;
use proptest::prelude::*;

#[track_caller]
fn check<A: Algorithm, M: Mac + KeyInit>(key: &[u8], first: u64, count: u8) {
    let expected: Vec<(u64, u32)> = (0..count)
        .map(|ahead| first.wrapping_add(ahead.into()))
        .map(|counter| (counter, truncated::<M>(key, counter)))
        .collect();
    let mut visited = Vec::new();
    Keyed::<A>::new(key).each_counter(&Portable, first, count, |counter, tag| {
        visited.push((counter, tag.truncate()));
    });
    assert_eq!(visited, expected, "{}", A::NAME);
}

/// RFC 4226 §5.3, as it is written there.
fn truncated<M: Mac + KeyInit>(key: &[u8], counter: u64) -> u32 {
    let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
    mac.update(&counter.to_be_bytes());
    let tag = mac.finalize().into_bytes();
    let offset = usize::from(tag.last().unwrap() & 15);
    u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff
}

fn check_all(key: &[u8], first: u64, count: u8) {
    check::<Sha1, Hmac<sha1::Sha1>>(key, first, count);
    check::<Sha256, Hmac<sha2::Sha256>>(key, first, count);
    check::<Sha512, Hmac<sha2::Sha512>>(key, first, count);
}

#[test]
fn every_counter_once_and_in_order() {
    check_all(b"12345678901234567890", 0, 255);
    check_all(b"12345678901234567890", 5, 0);
}

#[test]
fn beyond_the_last_counter_comes_zero() {
    check_all(b"12345678901234567890", u64::MAX - 1, 4);
}

proptest! {
    #[test]
    fn any_key_and_counter(key in vec(any::<u8>(), 0..200), first: u64, count in 0..4_u8) {
        check_all(&key, first, count);
    }

    #[test]
    fn any_key_and_message(key in vec(any::<u8>(), 0..200), message in vec(any::<u8>(), 0..300)) {
        let mut expected = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
        expected.update(&message);
        let tag = Keyed::<Sha1>::new(&key).mac(&[&message]);
        prop_assert!(tag.ct_eq(&expected.finalize().into_bytes()));
    }
}
