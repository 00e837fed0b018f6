//! The home of responses: digits or hexadecimal text, made from tags, read from users, compared
//! without early exit.

use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use super::suite::{ResponseLength, Suite};
use crate::{Algorithm, AlgorithmId, Code, Digits, Sha1, Sha256, Sha512, Tag, Truncatable};

/// A response: the 4 to 10 decimal digits that a suite asks for, or its whole tag in hexadecimal.
///
/// It is a secret for as long as it is valid: never shown by `Debug`, wiped on drop, and not
/// compared by `==`.
///
/// ```
/// use countersign_core::ocra::{Response, Suite};
/// let suite = Suite::parse("OCRA-1:HOTP-SHA1-6:QN08")?;
/// let typed = Response::parse(&suite, "237 653")?;
/// assert_eq!(typed.as_str(), "237653");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Response {
    /// ASCII, then zero bytes.
    text: [u8; Self::MAX_LEN],
    len: usize,
}

/// The text is not a response of this suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseError {
    /// More or fewer characters than the suite's responses have, or more than
    /// [`Response::TYPED_MAX_LEN`] bytes.
    Length,
    /// A character that is neither a digit of the suite's responses, a space nor a hyphen.
    Alphabet,
}

impl Response {
    /// Characters of the longest response: a whole tag of SHA-512.
    pub const MAX_LEN: usize = 128;
    /// The most bytes that [`Response::parse`] looks at.
    pub const TYPED_MAX_LEN: usize = 192;

    /// Reads a response as people type and paste it: spaces and hyphens are dropped wherever they
    /// stand, and hexadecimal digits may have either case.
    ///
    /// # Errors
    /// [`ResponseError`] says what is wrong.
    pub fn parse(suite: &Suite, text: &str) -> Result<Self, ResponseError> {
        if text.len() > Self::TYPED_MAX_LEN {
            return Err(ResponseError::Length);
        }
        let decimal = suite.response != ResponseLength::FULL;
        let mut symbols = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
        let mut response = Self::blank(length(suite));
        for slot in response.slots() {
            let symbol = symbols.next().ok_or(ResponseError::Length)?;
            let allowed = symbol.is_ascii_digit() || (!decimal && symbol.is_ascii_hexdigit());
            if !allowed {
                return Err(ResponseError::Alphabet);
            }
            *slot = symbol.to_ascii_lowercase();
        }
        if symbols.next().is_some() {
            return Err(ResponseError::Length);
        }
        Ok(response)
    }

    /// The text, for a screen or a message: hexadecimal digits in lower case. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.text.get(..self.len).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }

    /// What a suite shows of a tag (RFC 6287 §5.2).
    pub(super) fn of<A: Algorithm>(tag: &Tag<A>, suite: &Suite) -> Self {
        let mut response = Self::blank(length(suite));
        if let Some(digits) = suite.response.get() {
            // The digits of the whole number, of which the last ones are shown.
            let number = truncatable(tag).truncate();
            let code = Code::from_number(number, Digits::MAX);
            let left_out = usize::from(Digits::MAX.get().saturating_sub(digits));
            for (slot, digit) in response.slots().zip(code.as_bytes().iter().skip(left_out)) {
                *slot = *digit;
            }
        } else {
            let digits = tag
                .as_bytes()
                .iter()
                .flat_map(|byte| [byte >> 4, byte & 0x0f]);
            for (slot, digit) in response.slots().zip(digits) {
                *slot = hex_digit(digit);
            }
        }
        response
    }

    /// Whether both are the same text, in a time that does not depend on what they contain.
    pub(super) fn ct_eq(&self, other: &Self) -> Choice {
        // The bytes past the end are zero, so texts of different lengths differ here too.
        self.text.ct_eq(&other.text)
    }

    const fn blank(len: usize) -> Self {
        Self {
            text: [0; Self::MAX_LEN],
            len,
        }
    }

    fn slots(&mut self) -> core::iter::Take<core::slice::IterMut<'_, u8>> {
        self.text.iter_mut().take(self.len)
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response(..)")
    }
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "the response does not have the length that its suite asks for",
            Self::Alphabet => "the response has a character that its suite's do not have",
        })
    }
}

impl core::error::Error for ResponseError {}

/// Characters of a suite's responses.
fn length(suite: &Suite) -> usize {
    match suite.response.get() {
        Some(digits) => digits.into(),
        None => tag_len(suite.algorithm).saturating_mul(2),
    }
}

/// Bytes of a tag or a hash.
pub(super) const fn tag_len(algorithm: AlgorithmId) -> usize {
    match algorithm {
        AlgorithmId::Sha1 => Sha1::OUTPUT_LEN,
        AlgorithmId::Sha256 => Sha256::OUTPUT_LEN,
        AlgorithmId::Sha512 => Sha512::OUTPUT_LEN,
    }
}

fn truncatable<A: Algorithm>(tag: &Tag<A>) -> Truncatable {
    let bytes = tag.as_bytes();
    let mut words = [0; 5];
    let (chunks, _) = bytes.as_chunks();
    for (word, chunk) in words.iter_mut().zip(chunks) {
        *word = u32::from_be_bytes(*chunk);
    }
    let truncatable = Truncatable::new(words, bytes.last().copied().unwrap_or(0));
    words.zeroize();
    truncatable
}

/// The digit of a number below sixteen, computed so that no address depends on it.
fn hex_digit(number: u8) -> u8 {
    let letter = u8::from(number > 9);
    number
        .wrapping_add(b'0')
        .wrapping_add(letter.wrapping_mul(b'a' - b'9' - 1))
}
