//! Secrets as base32: the verdict and the bytes of a decoder that goes bit by bit.

use countersign_core::{SecretError, SharedSecret};

use super::Target;
use crate::model::draw;

pub(super) const TARGET: Target = Target {
    name: "base32",
    run,
    seeds,
    max_len: 160,
};

fn run(data: &[u8]) {
    if let Ok(secret) = SharedSecret::from_bytes(data) {
        assert!((16..=64).contains(&data.len()));
        let text = secret.to_base32();
        let again = SharedSecret::from_base32(text.as_str()).unwrap();
        assert_eq!(again.as_bytes(), data);
    }
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let model = bit_by_bit(text);
    match (SharedSecret::import_weak_base32(text), &model) {
        (Ok((secret, strength)), Some(bytes)) => {
            assert_eq!(secret.as_bytes(), bytes);
            assert_eq!(strength, secret.strength());
            assert!(usize::from(strength.bits()) <= bytes.len() * 8);
        }
        (Err(_), None) => {}
        (verdict, model) => panic!("{verdict:?} where the model has {model:?}"),
    }
    match (
        SharedSecret::from_base32(text),
        model.filter(|bytes| bytes.len() >= 16),
    ) {
        (Ok(secret), Some(bytes)) => {
            assert_eq!(secret.as_bytes(), bytes);
            assert_eq!(secret.to_base32().as_str(), bare(text).as_str());
        }
        (Err(SecretError::Empty), None) => assert!(bare(text).is_empty()),
        (Err(SecretError::TooShort), None) => {
            assert!(SharedSecret::import_weak_base32(text).is_ok());
        }
        (Err(_), None) => {}
        (verdict, model) => panic!("{verdict:?} where the model has {model:?}"),
    }
}

/// RFC 4648 §6 without its tables: the bytes, if the text is one of 1 to 64 bytes in its only
/// spelling but for case, separators and padding.
fn bit_by_bit(text: &str) -> Option<Vec<u8>> {
    let end = text.trim_end_matches(['=', ' ', '-']);
    if end.contains('=') {
        return None;
    }
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for symbol in bare(end).chars() {
        let value = match symbol {
            'A'..='Z' => u32::from(symbol) - u32::from('A'),
            '2'..='7' => u32::from(symbol) - u32::from('2') + 26,
            _ => return None,
        };
        bits = (bits << 5) | value;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    (bits == 0 && count < 5 && (1..=64).contains(&bytes.len())).then_some(bytes)
}

/// In upper case, without separators and padding.
fn bare(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|symbol| !matches!(symbol, ' ' | '-' | '='));
    kept.map(|symbol| symbol.to_ascii_uppercase()).collect()
}

fn seeds() -> Vec<Vec<u8>> {
    let generated = SharedSecret::generate(draw(1)).to_base32();
    let longest = SharedSecret::from_bytes(&[0xa5; 64]).unwrap().to_base32();
    [
        generated.as_str(),
        longest.as_str(),
        "jbsw y3dp-ehpk 3pxp jbsw y3dp eh",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQ===",
        "GEZDGNBVGY3TQOJQGEZDGNBVGB",
        "JBSWY3DPEHPK3PXP",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
