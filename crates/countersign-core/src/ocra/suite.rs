//! The home of the suite (RFC 6287 §6): which inputs a response is made of, and how it is spelled.

use core::fmt;
use core::num::NonZeroU64;

use super::question::{Alphabet, QuestionFormat};
use crate::{AlgorithmId, UnixTime};

mod parse;

/// An OCRA suite (RFC 6287 §6): what both sides agree on besides the secret.
///
/// A suite has one spelling here, which is also what is hashed into every response: in capitals,
/// the inputs in the order C, Q, P, S, T, every length spelled out, and no leading zero where RFC
/// 6287 writes none. What [`Suite::parse`] takes, [`Suite::to_text`] gives back. A text that
/// leaves a length out for its usual value, such as `QH10-S`, is refused.
///
/// ```
/// use countersign_core::AlgorithmId;
/// use countersign_core::ocra::{Alphabet, QuestionFormat, ResponseLength, Suite};
///
/// let suite = Suite::parse("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1")?;
/// let same = Suite {
///     response: ResponseLength::digits(8)?,
///     counter: true,
///     pin: Some(AlgorithmId::Sha1),
///     ..Suite::new(AlgorithmId::Sha256, QuestionFormat::new(Alphabet::Numeric, 8)?)
/// };
/// assert_eq!(suite, same);
/// assert_eq!(suite.to_string(), "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1");
/// # Ok::<(), countersign_core::ocra::SuiteError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Suite {
    /// The hash that the responses are made with.
    pub algorithm: AlgorithmId,
    /// What is shown of the tag (`t`).
    pub response: ResponseLength,
    /// Whether a counter is an input (`C`).
    pub counter: bool,
    /// What the questions are made of (`QFxx`).
    pub question: QuestionFormat,
    /// The hash of the PIN, if that is an input (`PH`).
    pub pin: Option<AlgorithmId>,
    /// The length of the session information, if that is an input (`Snnn`).
    pub session: Option<SessionLength>,
    /// The length of a time step, if the time is an input (`TG`).
    pub time_step: Option<TimeStep>,
}

/// The text is not a suite, or a part of one is out of range. Named for the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuiteError {
    /// It does not begin with `OCRA-1:`.
    Version,
    /// `HOTP-` and one of `SHA1`, `SHA256` and `SHA512` have to follow.
    CryptoFunction,
    /// The response is neither 0, for the whole tag, nor 4 to 10 digits long.
    ResponseLength,
    /// The question is not `QA`, `QN` or `QH` and two digits, 04 to 64.
    Question,
    /// The hash of the PIN is none of the three.
    Pin,
    /// The session information is not 000 to 512 bytes, in three digits.
    Session,
    /// The time step is not 1 to 59 seconds, 1 to 59 minutes or 1 to 48 hours.
    TimeStep,
    /// Something follows that is no input, is one for the second time, or is out of order.
    Trailing,
}

/// What is shown of a tag: 4 to 10 decimal digits, or all of it (RFC 6287 §5.2).
///
/// The truncated value has 31 bits, so the first of ten digits is 0, 1 or 2, and ten digits are
/// hardly stronger than nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResponseLength(u8);

impl ResponseLength {
    /// The whole tag, in hexadecimal: for machines.
    pub const FULL: Self = Self(0);
    /// Six digits.
    pub const SIX: Self = Self(6);

    /// Checks a number of digits.
    ///
    /// # Errors
    /// [`SuiteError::ResponseLength`] unless it is 4 to 10.
    pub const fn digits(digits: u8) -> Result<Self, SuiteError> {
        match digits {
            4..=10 => Ok(Self(digits)),
            _ => Err(SuiteError::ResponseLength),
        }
    }

    /// The number of digits, or `None` for the whole tag.
    #[must_use]
    pub const fn get(self) -> Option<u8> {
        match self.0 {
            0 => None,
            digits => Some(digits),
        }
    }
}

/// Bytes of session information: 0 to 512 (RFC 6287 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionLength(u16);

impl SessionLength {
    /// 64 bytes: what RFC 6287 §6.3 names as usual.
    pub const DEFAULT: Self = Self(64);

    /// Checks a number of bytes.
    ///
    /// # Errors
    /// [`SuiteError::Session`] above 512.
    pub const fn bytes(bytes: u16) -> Result<Self, SuiteError> {
        if bytes > 512 {
            return Err(SuiteError::Session);
        }
        Ok(Self(bytes))
    }

    /// The number of bytes.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// The length of a time step (RFC 6287 §6.3; zero hours are excluded by erratum 3729).
///
/// The ranges leave each length one spelling: a minute is `1M`, and `60S` is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeStep {
    count: u8,
    unit: TimeUnit,
}

/// What a [`TimeStep`] is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// `S`
    Seconds,
    /// `M`
    Minutes,
    /// `H`
    Hours,
}

impl TimeStep {
    /// One minute: what RFC 6287 §6.3 names as usual.
    pub const DEFAULT: Self = Self {
        count: 1,
        unit: TimeUnit::Minutes,
    };

    /// Checks a length.
    ///
    /// # Errors
    /// [`SuiteError::TimeStep`] unless it is 1 to 59 seconds, 1 to 59 minutes or 1 to 48 hours.
    pub const fn new(count: u8, unit: TimeUnit) -> Result<Self, SuiteError> {
        match (count, unit) {
            (1..=59, TimeUnit::Seconds | TimeUnit::Minutes) | (1..=48, TimeUnit::Hours) => {
                Ok(Self { count, unit })
            }
            _ => Err(SuiteError::TimeStep),
        }
    }

    /// Seconds in a step: 1 to 172,800.
    #[must_use]
    pub fn secs(self) -> u32 {
        u32::from(self.count).saturating_mul(match self.unit {
            TimeUnit::Seconds => 1,
            TimeUnit::Minutes => 60,
            TimeUnit::Hours => 3600,
        })
    }

    /// The step that `now` falls into (`T` of RFC 6287 §5.1).
    #[must_use]
    pub fn at(self, now: UnixTime) -> u64 {
        let secs = NonZeroU64::new(self.secs().into()).unwrap_or(NonZeroU64::MIN);
        now.secs() / secs
    }
}

impl Suite {
    /// Bytes of the longest spelling.
    pub const MAX_LEN: usize = 46;

    /// The suite of a question alone, with responses of six digits.
    #[must_use]
    pub const fn new(algorithm: AlgorithmId, question: QuestionFormat) -> Self {
        Self {
            algorithm,
            response: ResponseLength::SIX,
            counter: false,
            question,
            pin: None,
            session: None,
            time_step: None,
        }
    }

    /// Reads a suite, such as `OCRA-1:HOTP-SHA1-6:QN08`.
    ///
    /// # Errors
    /// [`SuiteError`] names the first part that is wrong.
    pub fn parse(text: &str) -> Result<Self, SuiteError> {
        parse::parse(text)
    }

    /// The spelling.
    #[must_use]
    pub fn to_text(&self) -> SuiteText {
        let mut text = SuiteText {
            bytes: [0; Self::MAX_LEN],
            len: 0,
        };
        text.put(b"OCRA-1:HOTP-");
        text.put(self.algorithm.name().as_bytes());
        text.put(b"-");
        text.number(self.response.0.into(), 1);
        text.put(if self.counter { b":C-Q" } else { b":Q" });
        text.put(match self.question.alphabet() {
            Alphabet::Alphanumeric => b"A",
            Alphabet::Numeric => b"N",
            Alphabet::Hexadecimal => b"H",
        });
        text.number(self.question.max_len().into(), 2);
        if let Some(algorithm) = self.pin {
            text.put(b"-P");
            text.put(algorithm.name().as_bytes());
        }
        if let Some(length) = self.session {
            text.put(b"-S");
            text.number(length.0, 3);
        }
        if let Some(step) = self.time_step {
            text.put(b"-T");
            text.number(step.count.into(), 1);
            text.put(match step.unit {
                TimeUnit::Seconds => b"S",
                TimeUnit::Minutes => b"M",
                TimeUnit::Hours => b"H",
            });
        }
        text
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text().as_str())
    }
}

/// The spelling of a [`Suite`].
#[derive(Clone, Debug)]
pub struct SuiteText {
    bytes: [u8; Suite::MAX_LEN],
    /// At most [`Suite::MAX_LEN`].
    len: usize,
}

impl SuiteText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The text as ASCII bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// What does not fit is dropped: the longest suite fits, and the tests write it.
    fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(slot) = self.bytes.get_mut(self.len) {
                *slot = *byte;
                self.len = self.len.wrapping_add(1);
            }
        }
    }

    /// A number below a thousand, in `width` digits at least.
    fn number(&mut self, number: u16, width: usize) {
        let mut digits = [0; 3];
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            let [low, _] = (rest % 10).to_le_bytes();
            *digit = low.wrapping_add(b'0');
            rest /= 10;
        }
        let [hundreds, tens, ones] = digits;
        if width == 3 || hundreds != b'0' {
            self.put(&[hundreds]);
        }
        if width >= 2 || number >= 10 {
            self.put(&[tens]);
        }
        self.put(&[ones]);
    }
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "the suite is not one of OCRA-1",
            Self::CryptoFunction => "the suite's function is not HOTP with a hash of ours",
            Self::ResponseLength => "the suite's response is neither 0 nor 4 to 10 digits long",
            Self::Question => "the suite's question is not QA, QN or QH with 04 to 64 characters",
            Self::Pin => "the suite's PIN is not hashed by SHA1, SHA256 or SHA512",
            Self::Session => "the suite's session information is not 000 to 512 bytes long",
            Self::TimeStep => "the suite's time step is out of range",
            Self::Trailing => "the suite has an input that is unknown, repeated or out of order",
        })
    }
}

impl core::error::Error for SuiteError {}
