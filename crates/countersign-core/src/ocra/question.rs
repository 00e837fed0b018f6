//! The home of questions (`Q` of RFC 6287 §5.1): what one side asks the other, how a fresh one is
//! drawn, and the 128 bytes that go into a response.

use core::fmt;

use zeroize::Zeroize;

use super::suite::SuiteError;
use crate::bytes::{Reader, Writer};
use crate::{DecodeError, Entropy};

/// What a question is made of (`F` of RFC 6287 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// Letters of either case and digits; hashed as text. The right one to sign with: no two
    /// texts are hashed alike.
    Alphanumeric,
    /// Decimal digits; hashed as the hexadecimal digits of the number, from the left.
    ///
    /// So leading zeros do not count, and neither do zeros at the end of the hexadecimal form: 1,
    /// 16 and 256 are the same question. That is RFC 6287's way, and no way to sign amounts.
    Numeric,
    /// Hexadecimal digits of either case; hashed as such, from the left. Zeros at the end do not
    /// count.
    Hexadecimal,
}

/// The alphabet of a suite's questions and how long they may be: 4 to 64 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuestionFormat {
    alphabet: Alphabet,
    max_len: u8,
}

impl QuestionFormat {
    /// `QN08`: eight decimal digits.
    pub const DEFAULT: Self = Self {
        alphabet: Alphabet::Numeric,
        max_len: 8,
    };

    /// Checks a length.
    ///
    /// # Errors
    /// [`SuiteError::Question`] unless it is 4 to 64.
    pub const fn new(alphabet: Alphabet, max_len: u8) -> Result<Self, SuiteError> {
        match max_len {
            4..=64 => Ok(Self { alphabet, max_len }),
            _ => Err(SuiteError::Question),
        }
    }

    /// What the questions are made of.
    #[must_use]
    pub const fn alphabet(self) -> Alphabet {
        self.alphabet
    }

    /// The most characters of a question, and the length of one that is drawn.
    #[must_use]
    pub const fn max_len(self) -> u8 {
        self.max_len
    }
}

/// A question as text: what the other side asked, or what is to be signed.
///
/// A question is no secret, but what is to be signed may be private, so `Debug` does not show it.
#[derive(Clone)]
pub struct Question {
    /// ASCII, then zero bytes.
    text: [u8; Self::CAPACITY],
    len: u8,
    alphabet: Alphabet,
}

/// The text is not a question of this format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionError {
    /// Empty, or longer than the format allows.
    Length,
    /// A character that is not in the alphabet. Nothing is trimmed.
    Alphabet,
}

impl Question {
    const CAPACITY: usize = 64;

    /// Reads a question of up to the format's length. What was drawn by a
    /// [`Challenge`](super::Challenge) has all of that length; what is to be signed may be shorter.
    ///
    /// # Errors
    /// [`QuestionError`] says what is wrong.
    pub fn parse(format: QuestionFormat, text: &str) -> Result<Self, QuestionError> {
        let len = u8::try_from(text.len()).map_err(|_| QuestionError::Length)?;
        if len == 0 || len > format.max_len {
            return Err(QuestionError::Length);
        }
        let mut question = Self::blank(format.alphabet, len);
        for (slot, byte) in question.text.iter_mut().zip(text.bytes()) {
            if !format.alphabet.has(byte) {
                return Err(QuestionError::Alphabet);
            }
            *slot = byte;
        }
        Ok(question)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Whether a suite with this format may ask it.
    #[must_use]
    pub fn fits(&self, format: QuestionFormat) -> bool {
        self.alphabet == format.alphabet && self.len <= format.max_len
    }

    /// The most likely draw is more likely than the least by less than one part in 2^50.
    pub(super) fn draw(format: QuestionFormat, fresh: &Entropy) -> Self {
        let symbols: &[u8] = match format.alphabet {
            Alphabet::Alphanumeric => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Alphabet::Numeric => b"0123456789",
            Alphabet::Hexadecimal => b"0123456789ABCDEF",
        };
        let base = u8::try_from(symbols.len()).unwrap_or(u8::MAX);
        // The draw is a binary fraction below one; these are its first digits.
        let mut fraction = *fresh.bytes();
        let mut question = Self::blank(format.alphabet, format.max_len);
        for slot in question.text.iter_mut().take(format.max_len.into()) {
            let mut carry = 0;
            for byte in fraction.iter_mut().rev() {
                let product = u16::from(*byte)
                    .wrapping_mul(base.into())
                    .wrapping_add(carry);
                let [high, low] = product.to_be_bytes();
                *byte = low;
                carry = high.into();
            }
            *slot = symbols.get(usize::from(carry)).copied().unwrap_or(b'0');
        }
        fraction.zeroize();
        question
    }

    pub(super) fn write(&self, out: &mut Writer<'_>) {
        out.u8(match self.alphabet {
            Alphabet::Alphanumeric => b'A',
            Alphabet::Numeric => b'N',
            Alphabet::Hexadecimal => b'H',
        });
        out.u8(self.len);
        out.bytes(&self.text);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let alphabet = match from.u8()? {
            b'A' => Alphabet::Alphanumeric,
            b'N' => Alphabet::Numeric,
            b'H' => Alphabet::Hexadecimal,
            _ => return Err(DecodeError),
        };
        let len = from.u8()?;
        let text: [u8; Self::CAPACITY] = from.array()?;
        let (question, rest) = text.split_at_checked(len.into()).ok_or(DecodeError)?;
        let sound = len > 0
            && question.iter().all(|byte| alphabet.has(*byte))
            && rest.iter().all(|byte| *byte == 0);
        if !sound {
            return Err(DecodeError);
        }
        Ok(Self {
            text,
            len,
            alphabet,
        })
    }

    /// Bytes of what [`Question::write`] writes.
    pub(super) const ENCODED_LEN: usize = 1 + 1 + Self::CAPACITY;

    const fn blank(alphabet: Alphabet, len: u8) -> Self {
        Self {
            text: [0; Self::CAPACITY],
            len,
            alphabet,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Question(..)")
    }
}

impl Alphabet {
    const fn has(self, byte: u8) -> bool {
        match self {
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Numeric => byte.is_ascii_digit(),
            Self::Hexadecimal => byte.is_ascii_hexdigit(),
        }
    }
}

impl fmt::Display for QuestionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "the question is empty or longer than its suite allows",
            Self::Alphabet => "the question has a character that its suite does not allow",
        })
    }
}

impl core::error::Error for QuestionError {}

/// Bytes that stand for the questions in what is hashed.
pub(super) const HASHED_LEN: usize = 128;

/// What is hashed of one question, or of two as one text (RFC 6287 §5.1): left-aligned, zeros
/// after it. Numbers of two sides are joined as digits, before they are taken as a number.
pub(super) fn hashed(first: &Question, second: Option<&Question>) -> [u8; HASHED_LEN] {
    let second = second.map_or(&[][..], Question::as_bytes);
    let text = first.as_bytes().iter().chain(second).copied();
    let mut out = [0; HASHED_LEN];
    match first.alphabet {
        Alphabet::Alphanumeric => {
            for (slot, byte) in out.iter_mut().zip(text) {
                *slot = byte;
            }
        }
        Alphabet::Numeric => put_nibbles(&mut out, number(text)),
        Alphabet::Hexadecimal => put_nibbles(&mut out, text.map(nibble)),
    }
    out
}

/// The hexadecimal digits of a decimal number, without leading zeros.
fn number(digits: impl Iterator<Item = u8>) -> impl Iterator<Item = u8> {
    // Two questions have 128 digits at most: 426 bits.
    let mut limbs = [0_u32; 14];
    for digit in digits {
        let mut carry = u64::from(digit.wrapping_sub(b'0'));
        for limb in &mut limbs {
            let product = u64::from(*limb).wrapping_mul(10).wrapping_add(carry);
            let [h0, h1, h2, h3, l0, l1, l2, l3] = product.to_be_bytes();
            *limb = u32::from_be_bytes([l0, l1, l2, l3]);
            carry = u32::from_be_bytes([h0, h1, h2, h3]).into();
        }
    }
    limbs
        .into_iter()
        .rev()
        .flat_map(u32::to_be_bytes)
        .flat_map(|byte| [byte >> 4, byte & 0x0f])
        .skip_while(|nibble| *nibble == 0)
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit.wrapping_sub(b'0'),
        _ => (digit & 0x0f).wrapping_add(9),
    }
}

/// Two to a byte, from the left.
fn put_nibbles(out: &mut [u8; HASHED_LEN], mut nibbles: impl Iterator<Item = u8>) {
    for slot in out {
        let Some(high) = nibbles.next() else {
            return;
        };
        *slot = (high << 4) | nibbles.next().unwrap_or(0);
    }
}
