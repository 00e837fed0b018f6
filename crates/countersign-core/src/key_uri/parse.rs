//! The home of reading a key URI: its parts, in the order in which they are taken apart.

use super::{KeyUri, KeyUriError, MovingFactor, UriText, checked_account, checked_issuer};
use crate::{AlgorithmId, Digits, Period, SharedSecret};

/// Reads a whole URI.
pub(super) fn key_uri(uri: &str) -> Result<KeyUri<'_>, KeyUriError> {
    if uri.len() > KeyUri::MAX_LEN {
        return Err(KeyUriError::TooLong);
    }
    if !uri.bytes().all(may_stand_in_uri) {
        return Err(KeyUriError::Encoding);
    }
    let rest = strip_prefix_ignore_case(uri, "otpauth://").ok_or(KeyUriError::Scheme)?;
    let (kind, rest) = split_once(rest, b'/').ok_or(KeyUriError::Type)?;
    let (label, query) = split_once(rest, b'?').unwrap_or((rest, ""));
    let is_counter = match kind {
        _ if kind.eq_ignore_ascii_case("totp") => false,
        _ if kind.eq_ignore_ascii_case("hotp") => true,
        _ => return Err(KeyUriError::Type),
    };

    let (prefix, account) = split_label(label)?;
    let parameters = Parameters::read(query)?;
    let issuer = match (prefix, parameters.issuer()?) {
        (Some(prefix), Some(parameter)) if prefix != parameter => {
            return Err(KeyUriError::IssuerMismatch);
        }
        (prefix, parameter) => parameter.or(prefix),
    };
    Ok(KeyUri {
        issuer,
        account,
        secret: parameters.secret()?,
        algorithm: parameters.algorithm()?,
        digits: parameters.digits()?,
        factor: if is_counter {
            MovingFactor::Counter(parameters.counter()?)
        } else {
            MovingFactor::Time(parameters.period()?)
        },
    })
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

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The issuer, if the label has one, and the account.
fn split_label(label: &str) -> Result<(Option<UriText<'_>>, UriText<'_>), KeyUriError> {
    let separated = split_once(label, b':').or_else(|| split_once_encoded_colon(label));
    let (issuer, mut account) = match separated {
        Some((issuer, account)) => (Some(checked_issuer(decoded(issuer)?)?), account),
        None => (None, label),
    };
    while let Some(rest) = account.strip_prefix("%20") {
        account = rest;
    }
    Ok((issuer, checked_account(decoded(account)?)?))
}

/// What stands before and after the first `separator`, an ASCII character. The library's search is
/// not used, here and below: it links code that can panic.
fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.split_at_checked(1)?.1))
}

/// What stands before and after the first `%3A`.
fn split_once_encoded_colon(label: &str) -> Option<(&str, &str)> {
    let escapes = label.bytes().enumerate().filter(|(_, byte)| *byte == b'%');
    escapes.map(|(at, _)| at).find_map(|at| {
        let (before, rest) = label.split_at_checked(at)?;
        Some((before, strip_prefix_ignore_case(rest, "%3A")?))
    })
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
}

impl<'a> Parameters<'a> {
    /// Sorts the parameters. One that occurs twice is refused: two readers could each take
    /// another one for the right one.
    fn read(query: &'a str) -> Result<Self, KeyUriError> {
        let mut parameters = Self::default();
        let mut rest = Some(query);
        while let Some(parameters_left) = rest {
            let (parameter, after) = match split_once(parameters_left, b'&') {
                Some((parameter, after)) => (parameter, Some(after)),
                None => (parameters_left, None),
            };
            rest = after;
            let (name, value) = split_once(parameter, b'=').unwrap_or((parameter, ""));
            let Some(slot) = parameters.slot(name) else {
                continue;
            };
            if slot.replace(value).is_some() {
                return Err(KeyUriError::Duplicate);
            }
        }
        Ok(parameters)
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        [
            ("secret", &mut self.secret),
            ("issuer", &mut self.issuer),
            ("algorithm", &mut self.algorithm),
            ("digits", &mut self.digits),
            ("period", &mut self.period),
            ("counter", &mut self.counter),
        ]
        .into_iter()
        .find_map(|(known, slot)| known.eq_ignore_ascii_case(name).then_some(slot))
    }

    fn issuer(&self) -> Result<Option<UriText<'a>>, KeyUriError> {
        self.issuer
            .map(|value| checked_issuer(decoded(value)?))
            .transpose()
    }

    fn secret(&self) -> Result<SharedSecret, KeyUriError> {
        let value = decoded(self.secret.ok_or(KeyUriError::SecretMissing)?)?;
        SharedSecret::from_base32_bytes(value.bytes()).map_err(KeyUriError::Secret)
    }

    fn algorithm(&self) -> Result<AlgorithmId, KeyUriError> {
        let Some(value) = self.algorithm else {
            return Ok(AlgorithmId::Sha1);
        };
        AlgorithmId::ALL
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(value))
            .ok_or(KeyUriError::Algorithm)
    }

    fn digits(&self) -> Result<Digits, KeyUriError> {
        let Some(value) = self.digits else {
            return Ok(Digits::SIX);
        };
        number(value)
            .and_then(|digits| Digits::new(digits.try_into().ok()?).ok())
            .ok_or(KeyUriError::Digits)
    }

    fn period(&self) -> Result<Period, KeyUriError> {
        let Some(value) = self.period else {
            return Ok(Period::DEFAULT);
        };
        number(value)
            .and_then(|secs| Period::from_secs(secs.try_into().ok()?).ok())
            .ok_or(KeyUriError::Period)
    }

    fn counter(&self) -> Result<u64, KeyUriError> {
        number(self.counter.ok_or(KeyUriError::CounterMissing)?).ok_or(KeyUriError::Counter)
    }
}

/// A number of decimal digits only; the library's parser would take a sign as well.
fn number(text: &str) -> Option<u64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn decoded(text: &str) -> Result<UriText<'_>, KeyUriError> {
    UriText::encoded(text).ok_or(KeyUriError::Encoding)
}
