//! Secrets: length, base32 both ways, redaction.

use countersign_core::{
    Account, Algorithm, DecodeError, Entropy, MfaRequirement, SecretError, SecretPattern,
    SetUpBinding, Sha1, Sha256, Sha512, SharedSecret, StrengthVerdict,
};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;

use crate::rig::{Rig, at};

/// The secret of RFC 4226, and of RFC 6238 for SHA-1.
const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

#[test]
fn lengths() {
    for len in 0..=70 {
        let expected = match len {
            0 => Err(SecretError::Empty),
            1..=15 => Err(SecretError::TooShort),
            16..=64 => Ok(len),
            _ => Err(SecretError::TooLong),
        };
        let secret = SharedSecret::from_bytes(&vec![7; len]);
        assert_eq!(secret.map(|secret| secret.as_bytes().len()), expected);
    }
}

#[track_caller]
fn check(text: &str, expected: Result<&str, SecretError>) {
    let read = SharedSecret::from_base32(text);
    let canonical = read.map(|secret| secret.to_base32().as_str().to_owned());
    assert_eq!(canonical, expected.map(str::to_owned), "{text:?}");
}

#[test]
fn spellings_of_one_secret() {
    check(RFC, Ok(RFC));
    check(&RFC.to_lowercase(), Ok(RFC));
    check("GEZD GNBV gy3t qojq GEZD-GNBV-GY3T-QOJQ", Ok(RFC));
    check("  GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ ", Ok(RFC));
    check("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ========", Ok(RFC));
    // 16 bytes are 26 symbols, six of padding at most.
    check(
        "AAAAAAAAAAAAAAAAAAAAAAAAAA",
        Ok("AAAAAAAAAAAAAAAAAAAAAAAAAA"),
    );
    check(
        "AAAAAAAAAAAAAAAAAAAAAAAAAA======",
        Ok("AAAAAAAAAAAAAAAAAAAAAAAAAA"),
    );
    check(
        "AAAAAAAAAAAAAAAAAAAAAAAAAA == ",
        Ok("AAAAAAAAAAAAAAAAAAAAAAAAAA"),
    );
}

#[test]
fn what_is_no_secret() {
    check("", Err(SecretError::Empty));
    check(" - = ", Err(SecretError::Empty));
    check("GEZDGNBVGY3TQOJQ", Err(SecretError::TooShort));
    // 80 bytes, and far too many symbols.
    check(&"A".repeat(128), Err(SecretError::TooLong));
    check(&"A".repeat(100_000), Err(SecretError::TooLong));
    // 65 bytes: 104 symbols, one more than the longest secret has.
    check(&"A".repeat(104), Err(SecretError::TooLong));
    check(&"A".repeat(103), Ok(&"A".repeat(103)));
    check(
        "GEZDGNBVGY3TQOJQ=GEZDGNBVGY3TQOJQ",
        Err(SecretError::Padding),
    );
    for foreign in [
        '0', '1', '8', '9', '+', '/', '_', '\n', '\t', '\0', 'é', 'Ａ', '٣',
    ] {
        check(
            &RFC.replacen('Z', &foreign.to_string(), 1),
            Err(SecretError::Alphabet),
        );
    }
}

#[test]
fn lengths_that_base32_cannot_have() {
    for symbols in 26..=103 {
        let expected = match symbols % 8 {
            1 | 3 | 6 => Err(SecretError::Length),
            _ => Ok(symbols * 5 / 8),
        };
        let secret = SharedSecret::from_base32(&"A".repeat(symbols));
        assert_eq!(
            secret.map(|secret| secret.as_bytes().len()),
            expected,
            "{symbols}"
        );
    }
}

#[test]
fn stray_bits() {
    // The last symbol of 16, 17, 18 and 19 bytes has 2, 4, 1 and 3 bits beyond the last byte.
    for (symbols, spare_bits) in [(26, 2), (28, 4), (29, 1), (31, 3)] {
        for (value, symbol) in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".chars().enumerate() {
            let text = format!("{}{symbol}", "A".repeat(symbols - 1));
            let is_canonical = value % (1 << spare_bits) == 0;
            check(
                &text,
                if is_canonical {
                    Ok(&text)
                } else {
                    Err(SecretError::TrailingBits)
                },
            );
        }
    }
}

#[test]
fn generated_from_the_draw_alone() {
    let draw = || {
        let bytes = core::array::from_fn(|n| u8::try_from(n + 1).unwrap());
        SharedSecret::generate(Entropy::from_bytes(bytes))
    };
    assert_eq!(draw().as_bytes().len(), 20);
    assert_eq!(draw(), draw());
    assert_eq!(draw().as_bytes(), (1..=20).collect::<Vec<u8>>());
}

/// A draw of 1, 2, 3 and so on.
fn counted() -> [u8; Entropy::LEN] {
    core::array::from_fn(|n| u8::try_from(n + 1).unwrap())
}

#[test]
fn generated_as_long_as_the_output() {
    fn generated<A: Algorithm>() -> Vec<u8> {
        let secret = SharedSecret::generate_for::<A>(Entropy::from_bytes(counted()));
        secret.as_bytes().to_vec()
    }
    assert_eq!(generated::<Sha1>(), counted()[..20]);
    assert_eq!(generated::<Sha256>(), counted()[..32]);
    // RFC 5869 §2.2 and §2.3, one block, with another implementation of HMAC.
    let hmac = |key: &[u8], text: &[u8]| {
        let mut mac = Hmac::<sha2::Sha512>::new_from_slice(key).unwrap();
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    };
    let extracted = hmac(&[0; 64], &counted());
    let expanded = hmac(&extracted, b"countersign shared secret\x01");
    assert_eq!(generated::<Sha512>(), expanded);
    // All of the draw counts.
    let mut other = counted();
    other[Entropy::LEN - 1] = 0;
    let other = SharedSecret::generate_for::<Sha512>(Entropy::from_bytes(other));
    assert_ne!(other.as_bytes(), expanded);
}

#[track_caller]
fn check_strength(
    bytes: &[u8],
    bits: u16,
    verdict: StrengthVerdict,
    pattern: Option<SecretPattern>,
) {
    let (secret, strength) = SharedSecret::import_weak(bytes).unwrap();
    assert_eq!(secret.as_bytes(), bytes);
    assert_eq!(secret.strength(), strength);
    let of = (strength.bits(), strength.verdict(), strength.pattern());
    assert_eq!(of, (bits, verdict, pattern), "{bytes:?}");
    let text = secret.to_base32();
    let again = SharedSecret::import_weak_base32(text.as_str());
    assert_eq!(again, Ok((secret, strength)));
    let from_bytes = SharedSecret::from_bytes(bytes).map(|secret| secret.strength());
    if bits < 128 {
        assert_eq!(from_bytes, Err(SecretError::TooShort));
        let from_text = SharedSecret::from_base32(text.as_str());
        assert_eq!(from_text, Err(SecretError::TooShort));
    } else {
        assert_eq!(from_bytes, Ok(strength));
    }
}

#[test]
fn strength_of_what_shows_no_pattern() {
    use StrengthVerdict::{Recommended, Sufficient, Weak};
    let bytes = b"\x2b\xd7\x11no pattern here, of 64 bytes and 512 bits in all, as can be.\x02!";
    for len in 1..=64_u16 {
        let verdict = match len {
            ..16 => Weak,
            16..20 => Sufficient,
            _ => Recommended,
        };
        check_strength(&bytes[..len.into()], 8 * len, verdict, None);
    }
    assert_eq!(
        SharedSecret::import_weak(&[]).map(|_| ()),
        Err(SecretError::Empty)
    );
    let long = SharedSecret::import_weak(&[7; 65]);
    assert_eq!(long.map(|_| ()), Err(SecretError::TooLong));
    assert!(Weak < Sufficient && Sufficient < Recommended);
}

#[test]
fn patterns_leave_no_strength() {
    use SecretPattern::{OneByte, Repetition, Sequence};
    let weak = |bytes: &[u8], pattern| {
        let bits = u16::try_from(8 * bytes.len()).unwrap();
        check_strength(bytes, bits, StrengthVerdict::Weak, Some(pattern));
    };
    weak(&[0; 20], OneByte);
    weak(&[0xff; 64], OneByte);
    weak(b"AAA", OneByte);
    weak(&(0..20).collect::<Vec<u8>>(), Sequence);
    weak(&(240..=255).chain(0..10).collect::<Vec<u8>>(), Sequence);
    weak(&(0..20).rev().collect::<Vec<u8>>(), Sequence);
    weak(&(0..32).map(|n| 8 * n).collect::<Vec<u8>>(), Sequence);
    weak(b"12345678901234567890", Repetition);
    weak(&b"1234567890".repeat(7)[..64], Repetition);
    weak(&b"ab".repeat(10), Repetition);
    weak(&b"0123456789abcdef".repeat(2), Repetition);
    // A single byte off is no pattern any more, and one or two bytes never are.
    let almost = b"12345678901234567891";
    check_strength(almost, 160, StrengthVerdict::Recommended, None);
    check_strength(&[0], 8, StrengthVerdict::Weak, None);
    check_strength(&[0, 1], 16, StrengthVerdict::Weak, None);
    // More than half of it is not a repetition: the rest could be drawn.
    let eleven = b"abcdefghijkabcdefghi";
    check_strength(eleven, 160, StrengthVerdict::Recommended, None);
}

/// An account's stored form gives back whatever secret was put into it, an imported weak one too.
#[test]
fn a_weak_secret_survives_being_stored() {
    let mut rig = Rig::new(MfaRequirement::Optional);
    let binding = SetUpBinding([1; 16]);
    let fresh = Entropy::from_bytes(counted());
    let secret = rig
        .account
        .begin_totp_set_up(binding, &rig.policy, at(rig.now), fresh);
    let stored = rig.account.encode().to_vec();
    let bytes = secret.as_bytes();
    let start = stored.windows(20).position(|part| part == bytes).unwrap();
    assert_eq!(usize::from(stored[start - 1]), bytes.len());
    let of_length = |len: usize| {
        let mut stored = stored.clone();
        stored[start - 1] = u8::try_from(len).unwrap();
        stored[start + len..start + SharedSecret::MAX_LEN].fill(0);
        let account = Account::<Sha1>::decode(&stored);
        account.map(|account| account.encode().to_vec() == stored)
    };
    for len in 1..=20 {
        assert_eq!(of_length(len), Ok(true), "{len}");
    }
    assert_eq!(of_length(0), Err(DecodeError));
}

#[test]
fn debug_shows_nothing() {
    let secret = SharedSecret::from_base32(RFC).unwrap();
    assert_eq!(format!("{secret:?}"), "SharedSecret(..)");
    assert_eq!(format!("{:?}", secret.to_base32()), "Base32Secret(..)");
    let entropy = Entropy::from_bytes([7; Entropy::LEN]);
    assert_eq!(format!("{entropy:?}"), "Entropy(..)");
}

#[test]
fn equality_is_of_all_bytes() {
    let secret = SharedSecret::from_bytes(&[7; 20]).unwrap();
    assert_eq!(secret, secret.clone());
    assert_ne!(secret, SharedSecret::from_bytes(&[7; 21]).unwrap());
    let mut other = [7; 20];
    other[19] = 8;
    assert_ne!(secret, SharedSecret::from_bytes(&other).unwrap());
}

proptest! {
    #[test]
    fn base32_gives_back_what_it_took(bytes in prop::collection::vec(any::<u8>(), 16..=64)) {
        let secret = SharedSecret::from_bytes(&bytes).unwrap();
        let text = secret.to_base32();
        let is_canonical = |c: char| c.is_ascii_uppercase() || ('2'..='7').contains(&c);
        prop_assert!(text.as_str().chars().all(is_canonical));
        prop_assert_eq!(text.as_str().len(), (bytes.len() * 8).div_ceil(5));
        prop_assert_eq!(SharedSecret::from_base32(text.as_str()).unwrap(), secret);
    }

    #[test]
    fn what_is_read_has_one_canonical_text(text in "[A-Za-z2-7]{20,110}") {
        if let Ok(secret) = SharedSecret::from_base32(&text) {
            let canonical = secret.to_base32();
            prop_assert_eq!(canonical.as_str(), text.to_uppercase());
        }
    }

    #[test]
    fn a_drawn_secret_shows_no_pattern(bytes: [u8; 16]) {
        prop_assert_eq!(SharedSecret::from_bytes(&bytes).unwrap().strength().pattern(), None);
    }

    #[test]
    fn weak_import_takes_what_is_taken_otherwise(text in "[A-Za-z2-7 =-]{0,40}") {
        let weak = SharedSecret::import_weak_base32(&text);
        match SharedSecret::from_base32(&text) {
            Ok(secret) => prop_assert_eq!(weak.unwrap().0, secret),
            Err(SecretError::TooShort) => {
                let (secret, strength) = weak.unwrap();
                prop_assert!(secret.as_bytes().len() < SharedSecret::MIN_LEN);
                prop_assert_eq!(strength.verdict(), StrengthVerdict::Weak);
            }
            Err(error) => prop_assert_eq!(weak.unwrap_err(), error),
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = SharedSecret::from_base32(&text);
        let _ = SharedSecret::import_weak_base32(&text);
    }
}
