//! The home of reading a suite's spelling.

use super::{ResponseLength, SessionLength, Suite, SuiteError, TimeStep, TimeUnit};
use crate::AlgorithmId;
use crate::ocra::question::{Alphabet, QuestionFormat};

pub(super) fn parse(text: &str) -> Result<Suite, SuiteError> {
    let mut from = Cursor(text.as_bytes());
    from.expect(b"OCRA-1:").ok_or(SuiteError::Version)?;
    let wrong = SuiteError::CryptoFunction;
    from.expect(b"HOTP-").ok_or(wrong)?;
    let algorithm = from.algorithm().ok_or(wrong)?;
    let response = response_length(&mut from).ok_or(SuiteError::ResponseLength)?;
    let counter = from.expect(b"C-").is_some();
    let suite = Suite {
        algorithm,
        response,
        counter,
        question: question_format(&mut from).ok_or(SuiteError::Question)?,
        pin: match from.expect(b"-P") {
            Some(()) => Some(from.algorithm().ok_or(SuiteError::Pin)?),
            None => None,
        },
        session: match from.expect(b"-S") {
            Some(()) => Some(session_length(&mut from).ok_or(SuiteError::Session)?),
            None => None,
        },
        time_step: match from.expect(b"-T") {
            Some(()) => Some(time_step(&mut from).ok_or(SuiteError::TimeStep)?),
            None => None,
        },
    };
    if from.0.is_empty() {
        Ok(suite)
    } else {
        Err(SuiteError::Trailing)
    }
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Takes these bytes, if they are next.
    fn expect(&mut self, bytes: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(bytes)?;
        Some(())
    }

    fn algorithm(&mut self) -> Option<AlgorithmId> {
        AlgorithmId::ALL
            .into_iter()
            .find(|algorithm| self.expect(algorithm.name().as_bytes()).is_some())
    }

    /// Takes the digits that are next: their value, and how many there are.
    fn number(&mut self) -> (u16, u8) {
        let (mut value, mut count) = (0_u16, 0_u8);
        while let [digit @ b'0'..=b'9', rest @ ..] = self.0 {
            let digit = digit.wrapping_sub(b'0');
            value = value.saturating_mul(10).saturating_add(digit.into());
            count = count.saturating_add(1);
            self.0 = rest;
        }
        (value, count)
    }
}

fn response_length(from: &mut Cursor<'_>) -> Option<ResponseLength> {
    from.expect(b"-")?;
    let length = match from.number() {
        (0, 1) => ResponseLength::FULL,
        (digits @ 4..=9, 1) | (digits @ 10, 2) => {
            ResponseLength::digits(u8::try_from(digits).ok()?).ok()?
        }
        _ => return None,
    };
    from.expect(b":")?;
    Some(length)
}

fn question_format(from: &mut Cursor<'_>) -> Option<QuestionFormat> {
    from.expect(b"Q")?;
    let alphabet = if from.expect(b"A").is_some() {
        Alphabet::Alphanumeric
    } else if from.expect(b"N").is_some() {
        Alphabet::Numeric
    } else {
        from.expect(b"H")?;
        Alphabet::Hexadecimal
    };
    let (max_len, 2) = from.number() else {
        return None;
    };
    QuestionFormat::new(alphabet, u8::try_from(max_len).ok()?).ok()
}

fn session_length(from: &mut Cursor<'_>) -> Option<SessionLength> {
    let (bytes, 3) = from.number() else {
        return None;
    };
    SessionLength::bytes(bytes).ok()
}

fn time_step(from: &mut Cursor<'_>) -> Option<TimeStep> {
    let ((count @ 1..=9, 1) | (count @ 10..=59, 2)) = from.number() else {
        return None;
    };
    let unit = if from.expect(b"S").is_some() {
        TimeUnit::Seconds
    } else if from.expect(b"M").is_some() {
        TimeUnit::Minutes
    } else {
        from.expect(b"H")?;
        TimeUnit::Hours
    };
    TimeStep::new(u8::try_from(count).ok()?, unit).ok()
}
