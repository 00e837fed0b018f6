//! The home of reading a key URI: its parts, in the order in which they are taken apart.

use super::leniency::Leniency;
use super::names::{Spelling, split_once, strip_prefix_ignore_case};
use super::{Deviation, KeyUri, KeyUriError, MovingFactor, Tolerated};
use crate::{AlgorithmId, Digits, Period, SharedSecret, StrengthVerdict};

/// Reads a whole URI.
pub(super) fn key_uri<const LENIENT: bool>(
    uri: &str,
) -> Result<(KeyUri<'_>, Tolerated), KeyUriError> {
    let mut leniency = Leniency::<LENIENT>::default();
    let uri = leniency.characters(uri)?;
    let rest = strip_prefix_ignore_case(uri, "otpauth://").ok_or(KeyUriError::Scheme)?;
    leniency.note_case(uri.strip_prefix("otpauth://").is_some());
    let (frame, query) = split_once(rest, b'?').unwrap_or((rest, ""));
    let (kind, label) = split_once(frame, b'/').unwrap_or((frame, ""));
    let is_counter = leniency.is_counter(kind)?;
    if kind.len() == frame.len() {
        leniency.tolerate(Deviation::NoAccount, KeyUriError::Type)?;
    }

    let parameters = leniency.parameters(query)?;
    if parameters.encoder.is_some_and(|name| !name.is_empty()) {
        return Err(KeyUriError::Encoder);
    }
    let (issuer, account) = leniency.names(label, parameters.issuer, Spelling::Encoded)?;
    let uri = KeyUri {
        issuer,
        account,
        secret: leniency.secret(parameters.secret)?,
        algorithm: leniency.algorithm(parameters.algorithm)?,
        digits: leniency.digits(parameters.digits)?,
        factor: if is_counter {
            leniency.note_unused(parameters.period);
            MovingFactor::Counter(leniency.counter(parameters.counter)?)
        } else {
            leniency.note_unused(parameters.counter);
            MovingFactor::Time(period(parameters.period)?)
        },
    };
    Ok((uri, leniency.tolerated()))
}

/// The values of the parameters that mean something, as they stand in the URI.
#[derive(Default)]
struct Parameters<'a> {
    secret: Option<&'a str>,
    issuer: Option<&'a str>,
    algorithm: Option<&'a str>,
    digits: Option<&'a str>,
    period: Option<&'a str>,
    counter: Option<&'a str>,
    encoder: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    /// Where the value goes of a parameter with this name, in any case; and its name.
    fn slot(&mut self, name: &str) -> Option<(&'static str, &mut Option<&'a str>)> {
        [
            ("secret", &mut self.secret),
            ("issuer", &mut self.issuer),
            ("algorithm", &mut self.algorithm),
            ("digits", &mut self.digits),
            ("period", &mut self.period),
            ("counter", &mut self.counter),
            ("encoder", &mut self.encoder),
        ]
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

impl<const LENIENT: bool> Leniency<LENIENT> {
    /// Checks length and characters; gives the URI without white space around it.
    fn characters<'a>(&mut self, uri: &'a str) -> Result<&'a str, KeyUriError> {
        let trimmed = if LENIENT { uri.trim_ascii() } else { uri };
        if trimmed.len() != uri.len() {
            self.note(Deviation::SurroundingSpace);
        }
        if trimmed.len() > KeyUri::MAX_LEN {
            return Err(KeyUriError::TooLong);
        }
        if trimmed.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(KeyUriError::Encoding);
        }
        if !trimmed.bytes().all(may_stand_in_uri) {
            self.tolerate(Deviation::Unencoded, KeyUriError::Encoding)?;
        }
        Ok(trimmed)
    }

    fn is_counter(&mut self, kind: &str) -> Result<bool, KeyUriError> {
        self.note_case(matches!(kind, "totp" | "hotp"));
        match kind {
            _ if kind.eq_ignore_ascii_case("totp") => Ok(false),
            _ if kind.eq_ignore_ascii_case("hotp") => Ok(true),
            _ if kind.eq_ignore_ascii_case("steam") => Err(KeyUriError::Encoder),
            _ => Err(KeyUriError::Type),
        }
    }

    /// Sorts the parameters. One that occurs with two values is refused: two readers could each
    /// take another one for the right one.
    fn parameters<'a>(&mut self, query: &'a str) -> Result<Parameters<'a>, KeyUriError> {
        let mut parameters = Parameters::default();
        let mut rest = Some(query);
        while let Some(parameters_left) = rest {
            let (parameter, after) = match split_once(parameters_left, b'&') {
                Some((parameter, after)) => (parameter, Some(after)),
                None => (parameters_left, None),
            };
            rest = after;
            let (name, value) = split_once(parameter, b'=').unwrap_or((parameter, ""));
            let Some((known, slot)) = parameters.slot(name) else {
                self.note(Deviation::UnusedParameter);
                continue;
            };
            self.note_case(known == name);
            if LENIENT && value.is_empty() && known != "secret" {
                self.note(Deviation::Empty);
                continue;
            }
            match slot.replace(value) {
                Some(other) if LENIENT && other == value => self.note(Deviation::Duplicate),
                Some(_) => return Err(KeyUriError::Duplicate),
                None => {}
            }
        }
        Ok(parameters)
    }

    fn secret(&mut self, value: Option<&str>) -> Result<SharedSecret, KeyUriError> {
        let text = self.form_text(value.ok_or(KeyUriError::SecretMissing)?)?;
        if !LENIENT {
            return SharedSecret::from_base32_bytes(text.bytes()).map_err(KeyUriError::Secret);
        }
        let (secret, strength) =
            SharedSecret::import_weak_base32_bytes(text.bytes()).map_err(KeyUriError::Secret)?;
        if strength.verdict() == StrengthVerdict::Weak {
            self.note(Deviation::WeakSecret);
        }
        let mut symbols = text.bytes();
        if !symbols.all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7')) {
            self.note(Deviation::SecretSpelling);
        }
        Ok(secret)
    }

    fn algorithm(&mut self, value: Option<&str>) -> Result<AlgorithmId, KeyUriError> {
        let Some(value) = value else {
            return Ok(AlgorithmId::Sha1);
        };
        let named = AlgorithmId::ALL
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(value));
        if let Some(algorithm) = named {
            self.note_case(algorithm.name() == value);
            return Ok(algorithm);
        }
        if !LENIENT {
            return Err(KeyUriError::Algorithm);
        }
        let algorithm = by_another_name(self.text(value)?.bytes()).ok_or(KeyUriError::Algorithm)?;
        self.note(Deviation::AlgorithmName);
        Ok(algorithm)
    }

    fn digits(&mut self, value: Option<&str>) -> Result<Digits, KeyUriError> {
        let Some(value) = value else {
            return Ok(Digits::SIX);
        };
        let digits = number(value)
            .and_then(|digits| Digits::new(digits.try_into().ok()?).ok())
            .ok_or(KeyUriError::Digits)?;
        if !matches!(digits, Digits::SIX | Digits::EIGHT) {
            self.note(Deviation::UnusualDigits);
        }
        Ok(digits)
    }

    fn counter(&mut self, value: Option<&str>) -> Result<u64, KeyUriError> {
        let Some(value) = value else {
            self.tolerate(Deviation::NoCounter, KeyUriError::CounterMissing)?;
            return Ok(0);
        };
        number(value).ok_or(KeyUriError::Counter)
    }

    fn note_case(&mut self, is_exact: bool) {
        if !is_exact {
            self.note(Deviation::Case);
        }
    }

    fn note_unused(&mut self, value: Option<&str>) {
        if value.is_some() {
            self.note(Deviation::UnusedParameter);
        }
    }
}

fn period(value: Option<&str>) -> Result<Period, KeyUriError> {
    let Some(value) = value else {
        return Ok(Period::DEFAULT);
    };
    number(value)
        .and_then(|secs| Period::from_secs(secs.try_into().ok()?).ok())
        .ok_or(KeyUriError::Period)
}

/// Visible ASCII without the characters that RFC 3986 leaves no place for, and without `#`: a key
/// URI has no fragment, so one is an account or issuer that was not encoded.
fn may_stand_in_uri(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(
            byte,
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#'
        )
}

/// The algorithm that programming languages and standards write in their own way: `SHA-1`,
/// `HmacSHA256`, `HMAC_SHA512`, and even the name of a variant, `Algorithm.sha1`.
fn by_another_name(name: impl Iterator<Item = u8>) -> Option<AlgorithmId> {
    let mut letters = [0_u8; 24];
    let mut slots = letters.iter_mut();
    for byte in name.filter(|byte| !matches!(byte, b'-' | b'_' | b'.' | b' ' | b'/')) {
        *slots.next()? = byte.to_ascii_uppercase();
    }
    let left = slots.len();
    let (name, _) = letters.split_at_checked(letters.len().checked_sub(left)?)?;
    let name = name.strip_prefix(b"ALGORITHM").unwrap_or(name);
    let name = name.strip_prefix(b"HMAC").unwrap_or(name);
    AlgorithmId::ALL
        .into_iter()
        .find(|algorithm| algorithm.name().as_bytes() == name)
}

/// A number of decimal digits only; the library's parser would take a sign as well.
fn number(text: &str) -> Option<u64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
