//! Secrets: length, base32 both ways, redaction.

use countersign_core::{Entropy, SecretError, SharedSecret};
use proptest::prelude::*;

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
    fn no_text_panics(text in any::<String>()) {
        let _ = SharedSecret::from_base32(&text);
    }
}
