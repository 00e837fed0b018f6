//! The canonical request and the string to sign of Signature Version 4.

use axum::http::HeaderMap;
use sha2::{Digest, Sha256};

use super::authorization::Authorization;
use super::verify::SignedRequest;

/// The hash that the string to sign ends in, or nothing when a signed header is absent.
pub(super) fn request_hash(
    request: &SignedRequest<'_>,
    authorization: &Authorization<'_>,
) -> Option<String> {
    let mut text = format!(
        "{}\n{}\n{}\n",
        request.method,
        encode(request.path, true),
        query(request.query.unwrap_or_default()),
    );
    for name in &authorization.signed_headers {
        text.push_str(name);
        text.push(':');
        text.push_str(&header(request.headers, name)?);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&authorization.signed_headers.join(";"));
    text.push('\n');
    text.push_str(&hex(&Sha256::digest(request.body)));
    Some(hex(&Sha256::digest(text)))
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .collect()
}

/// All values of a header, trimmed, with runs of spaces made one, joined by commas.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Option<Vec<String>> = headers
        .get_all(name)
        .iter()
        .map(|value| {
            let text = value.to_str().ok()?;
            Some(
                text.split(' ')
                    .filter(|word| !word.is_empty())
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        })
        .collect();
    values
        .filter(|values| !values.is_empty())
        .map(|values| values.join(","))
}

/// Parameters in order of their encoded names, then values.
fn query(text: &str) -> String {
    let mut pairs: Vec<(String, String)> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encode(decode(name), false), encode(decode(value), false))
        })
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
fn encode(text: impl AsRef<[u8]>, keep_slash: bool) -> String {
    let mut encoded = String::new();
    for &byte in text.as_ref() {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if plain || (keep_slash && byte == b'/') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex(&[byte]).to_ascii_uppercase());
        }
    }
    encoded
}

fn decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        let escaped = match (first, rest) {
            (b'%', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            decoded.push(high << 4 | low);
            bytes = &rest[2..];
        } else {
            decoded.push(*first);
            bytes = rest;
        }
    }
    decoded
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
