//! The home of base32 text (RFC 4648 §6) over the `base32` crate, which takes stray bits and knows
//! neither case nor separators.

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::{Base32Secret, SecretError, SharedSecret};

pub(super) fn encode(bytes: &[u8]) -> Base32Secret {
    let mut text = Base32Secret {
        symbols: [0; SharedSecret::ENCODED_LEN],
        len: 0,
    };
    // The buffer has room for the longest secret, so there is no failure to report.
    text.len = base32::RFC4648_NOPAD
        .encode_buf(bytes, &mut text.symbols)
        .map_or(0, |symbols| symbols.len());
    text
}

pub(super) fn decode(text: impl Iterator<Item = u8>) -> Result<SharedSecret, SecretError> {
    let symbols = normalise(text)?;
    match symbols.len % 8 {
        _ if symbols.len == 0 => return Err(SecretError::Empty),
        1 | 3 | 6 => return Err(SecretError::Length),
        _ => {}
    }
    let mut buffer = [0; SharedSecret::MAX_LEN];
    let secret = match base32::RFC4648_NOPAD.decode_buf(symbols.as_str(), &mut buffer) {
        Ok(bytes) => SharedSecret::of_any_strength(bytes),
        Err(base32::Error::BufferTooSmall { .. }) => Err(SecretError::TooLong),
        Err(_) => Err(SecretError::Alphabet),
    };
    buffer.zeroize();
    let secret = secret?;
    let canonical: bool = encode(secret.as_bytes())
        .symbols
        .ct_eq(&symbols.symbols)
        .into();
    if canonical {
        Ok(secret)
    } else {
        Err(SecretError::TrailingBits)
    }
}

/// The symbols in upper case, without separators and padding.
fn normalise(text: impl Iterator<Item = u8>) -> Result<Base32Secret, SecretError> {
    let mut symbols = Base32Secret {
        symbols: [0; SharedSecret::ENCODED_LEN],
        len: 0,
    };
    let mut padded = false;
    for byte in text {
        match byte.to_ascii_uppercase() {
            b' ' | b'-' => {}
            b'=' => padded = true,
            symbol @ (b'A'..=b'Z' | b'2'..=b'7') => {
                if padded {
                    return Err(SecretError::Padding);
                }
                let slot = symbols
                    .symbols
                    .get_mut(symbols.len)
                    .ok_or(SecretError::TooLong)?;
                *slot = symbol;
                symbols.len = symbols.len.wrapping_add(1);
            }
            _ => return Err(SecretError::Alphabet),
        }
    }
    Ok(symbols)
}
