//! Every engine gives what `Portable` gives, counter by counter.

use countersign_core::{
    Digits, Engine, Hotp, Keyed, Portable, Sha1, Sha256, Sha512, SharedSecret, Totp, TotpParams,
    TotpState, TotpVerdict, UnixTime, Window,
};
use countersign_simd::{Fastest, ShaNi};
use proptest::collection::vec;
use proptest::prelude::*;

fn visited<E: Engine<Sha1>>(engine: &E, key: &[u8], first: u64, count: u8) -> Vec<(u64, u32)> {
    let mut visited = Vec::new();
    Keyed::<Sha1>::new(key).each_counter(engine, first, count, |counter, tag| {
        visited.push((counter, tag.truncate()));
    });
    visited
}

#[track_caller]
fn check(key: &[u8], first: u64, count: u8) {
    let expected = visited(&Portable, key, first, count);
    assert_eq!(visited(&Fastest::new(), key, first, count), expected);
    assert_eq!(visited(&Fastest::portable(), key, first, count), expected);
    if let Some(engine) = ShaNi::detect() {
        assert_eq!(visited(&engine, key, first, count), expected);
    }
}

#[test]
fn batches_of_every_size() {
    for count in 0..=u8::MAX {
        check(b"12345678901234567890", 7, count);
    }
}

#[test]
fn both_ends_of_the_counter() {
    for count in 0..7 {
        check(b"key", 0, count);
        check(b"key", u64::from(u32::MAX) - 2, count);
        check(b"key", u64::MAX - 2, count);
    }
}

/// RFC 4226, appendix D.
#[test]
fn hotp_of_the_rfc() {
    let secret = SharedSecret::from_bytes(b"12345678901234567890").unwrap();
    let codes = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    for engine in [Fastest::new(), Fastest::portable()] {
        let hotp = Hotp::<Sha1, _>::with_engine(&secret, Digits::SIX, engine);
        for (counter, code) in (0..).zip(codes) {
            assert_eq!(hotp.generate(counter).as_str(), code);
        }
    }
}

/// RFC 6238, appendix B: 59 seconds, eight digits, by each hash with its own secret.
#[test]
fn totp_of_the_rfc() {
    let long: Vec<u8> = (b'1'..=b'9').chain([b'0']).cycle().take(64).collect();
    let params = TotpParams {
        digits: Digits::EIGHT,
        ..TotpParams::DEFAULT
    };
    let now = UnixTime::from_secs(59).unwrap();
    macro_rules! check {
        ($hash:ty, $len:literal, $code:literal) => {{
            let secret = SharedSecret::from_bytes(&long[..$len]).unwrap();
            let totp = Totp::<$hash, _>::with_engine(&secret, params, Fastest::new());
            let code = totp.generate(now).unwrap();
            assert_eq!(code.as_str(), $code);
            let verdict = totp.verify(&code, now, Window::DEFAULT, TotpState::NEW);
            assert!(matches!(verdict, TotpVerdict::Accepted(_)));
        }};
    }
    check!(Sha1, 20, "94287082");
    check!(Sha256, 32, "46119246");
    check!(Sha512, 64, "90693936");
}

/// On a machine that has the instructions nothing else would notice if they were not used.
#[test]
#[cfg(target_arch = "x86_64")]
fn the_instructions_are_found_where_std_finds_them() {
    let there = std::arch::is_x86_feature_detected!("sha")
        && std::arch::is_x86_feature_detected!("ssse3")
        && std::arch::is_x86_feature_detected!("sse4.1");
    assert_eq!(ShaNi::detect().is_some(), there);
    assert_eq!(Fastest::new().is_special(), there);
    assert!(!Fastest::portable().is_special());
}

proptest! {
    #[test]
    fn any_key_and_counters(key in vec(any::<u8>(), 0..100), first: u64, count in 0..12_u8) {
        check(&key, first, count);
    }
}
