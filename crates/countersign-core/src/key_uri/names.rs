//! The home of the two names in a key URI, issuer and account: taken out of the label, checked.

use super::leniency::{Leniency, has_plus_for_space};
use super::{Deviation, KeyUri, KeyUriError, UriText};

/// Checks an issuer that is to be written.
pub(super) fn checked_issuer(text: UriText<'_>) -> Result<UriText<'_>, KeyUriError> {
    Leniency::<false>::default().checked(text, Name::Issuer)
}

/// Checks an account that is to be written.
pub(super) fn checked_account(text: UriText<'_>) -> Result<UriText<'_>, KeyUriError> {
    Leniency::<false>::default().checked(text, Name::Account)
}

#[derive(Clone, Copy)]
enum Name {
    Issuer,
    Account,
}

/// How the texts that names are taken from are spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As a URI spells them.
    Encoded,
    /// As they are.
    Plain,
}

impl<const LENIENT: bool> Leniency<LENIENT> {
    /// The issuer, if there is one, and the account, of a label and an `issuer` parameter.
    pub(crate) fn names<'a>(
        &mut self,
        label: &'a str,
        parameter: Option<&'a str>,
        spelling: Spelling,
    ) -> Result<(Option<UriText<'a>>, UriText<'a>), KeyUriError> {
        let parameter = match parameter {
            Some(text) => self.name(text, spelling, Name::Issuer)?,
            None => None,
        };
        let (prefix, mut account) = match split_label(label, spelling) {
            Some(first) if LENIENT => {
                let named = parameter.and_then(|issuer| split_after(label, spelling, issuer));
                let (prefix, account) = named.unwrap_or(first);
                (Some(prefix), account)
            }
            Some((prefix, account)) => (Some(prefix), account),
            None => (None, label),
        };
        let prefix = match prefix {
            Some(text) => self.name(text, spelling, Name::Issuer)?,
            None => None,
        };
        let issuer = match (prefix, parameter) {
            (Some(prefix), Some(parameter)) if prefix != parameter => {
                self.tolerate(Deviation::IssuersDiffer, KeyUriError::IssuerMismatch)?;
                Some(parameter)
            }
            (prefix, parameter) => parameter.or(prefix),
        };
        while let Some(rest) = without_leading_space(account, spelling) {
            account = rest;
        }
        let account = self.name(account, spelling, Name::Account)?;
        let stand_in = issuer.unwrap_or(UriText::plain(KeyUri::UNNAMED));
        Ok((issuer, account.unwrap_or(stand_in)))
    }

    /// One name; none if it is empty, where that is put up with.
    fn name<'a>(
        &mut self,
        source: &'a str,
        spelling: Spelling,
        name: Name,
    ) -> Result<Option<UriText<'a>>, KeyUriError> {
        let mut source = source;
        if LENIENT {
            while let Some(rest) = without_leading_space(source, spelling)
                .or_else(|| without_trailing_space(source, spelling))
            {
                self.note(Deviation::SpacesAroundName);
                source = rest;
            }
            if source.is_empty() {
                self.note(match name {
                    Name::Issuer => Deviation::Empty,
                    Name::Account => Deviation::NoAccount,
                });
                return Ok(None);
            }
        }
        let text = match (spelling, name) {
            (Spelling::Plain, _) => UriText::plain(source),
            (Spelling::Encoded, Name::Issuer) => self.form_text(source)?,
            // A plus is common in mail addresses.
            (Spelling::Encoded, Name::Account) => self.text(source)?,
        };
        self.checked(text, name).map(Some)
    }

    /// Checks a name. The format gives a colon no other use than to separate, and drops spaces
    /// after it; a control character has no place in a name that an app shows.
    fn checked<'a>(&mut self, text: UriText<'a>, name: Name) -> Result<UriText<'a>, KeyUriError> {
        let (max_len, error) = match name {
            Name::Issuer => (KeyUri::ISSUER_MAX_LEN, KeyUriError::Issuer),
            Name::Account => (KeyUri::ACCOUNT_MAX_LEN, KeyUriError::Account),
        };
        let (first, last) = (text.chars().next(), text.chars().last());
        if first.is_none_or(|char| char == ' ')
            || last == Some(' ')
            || text.bytes().count() > max_len
            || text.chars().any(char::is_control)
        {
            return Err(error);
        }
        if text.chars().any(|char| char == ':') {
            self.tolerate(Deviation::Colon, error)?;
        }
        Ok(text)
    }
}

/// What stands before and after the first `separator`, an ASCII character. The library's search is
/// not used, here and below: it links code that can panic.
pub(crate) fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.split_at_checked(1)?.1))
}

/// What is left of a text that begins so, whatever the case.
pub(crate) fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Splits a label at its first colon; only one that has none, at its first `%3A`.
fn split_label(label: &str, spelling: Spelling) -> Option<(&str, &str)> {
    split_once(label, b':').or_else(|| match spelling {
        Spelling::Encoded => splits(label, spelling).next(),
        Spelling::Plain => None,
    })
}

/// Splits a label after the issuer that the parameter names, which may have colons itself.
fn split_after<'a>(
    label: &'a str,
    spelling: Spelling,
    issuer: UriText<'_>,
) -> Option<(&'a str, &'a str)> {
    splits(label, spelling).find(|(prefix, _)| match spelling {
        Spelling::Plain => UriText::plain(prefix) == issuer,
        Spelling::Encoded => UriText::encoded(prefix).is_some_and(|text| {
            text == issuer || has_plus_for_space(prefix) && text.with_plus_as_space() == issuer
        }),
    })
}

/// What stands before and after each colon of either spelling.
fn splits(label: &str, spelling: Spelling) -> impl Iterator<Item = (&str, &str)> {
    let colons = label.bytes().enumerate();
    colons.filter_map(move |(at, byte)| {
        let (before, rest) = match byte {
            b':' | b'%' => label.split_at_checked(at)?,
            _ => return None,
        };
        let after = match spelling {
            _ if byte == b':' => rest.split_at_checked(1)?.1,
            Spelling::Encoded => strip_prefix_ignore_case(rest, "%3A")?,
            Spelling::Plain => return None,
        };
        Some((before, after))
    })
}

/// A raw space is only found in a lenient reading; the strict one has refused the whole URI.
fn without_leading_space(source: &str, spelling: Spelling) -> Option<&str> {
    source.strip_prefix(' ').or_else(|| match spelling {
        Spelling::Encoded => source.strip_prefix("%20"),
        Spelling::Plain => None,
    })
}

fn without_trailing_space(source: &str, spelling: Spelling) -> Option<&str> {
    source.strip_suffix(' ').or_else(|| match spelling {
        Spelling::Encoded => source.strip_suffix("%20"),
        Spelling::Plain => None,
    })
}
