//! The home of the two modes of reading: one refuses what deviates from the format, one puts up
//! with it and remembers.

use super::percent::has_lone_percent;
use super::{Deviation, KeyUriError, Tolerated, UriText};

/// A reading in progress. The mode is a constant, so a program that only reads strictly links
/// nothing of the other one.
#[derive(Default)]
pub(crate) struct Leniency<const LENIENT: bool> {
    tolerated: Tolerated,
}

impl<const LENIENT: bool> Leniency<LENIENT> {
    /// What was put up with so far.
    pub(crate) const fn tolerated(&self) -> Tolerated {
        self.tolerated
    }

    /// Remembers a deviation that is read in either mode.
    pub(crate) const fn note(&mut self, deviation: Deviation) {
        if LENIENT {
            self.tolerated = self.tolerated.with(deviation);
        }
    }

    /// Remembers a deviation, or refuses it in the strict mode.
    pub(crate) const fn tolerate(
        &mut self,
        deviation: Deviation,
        error: KeyUriError,
    ) -> Result<(), KeyUriError> {
        self.note(deviation);
        if LENIENT { Ok(()) } else { Err(error) }
    }

    /// A percent-encoded text, in which a plus is a plus.
    pub(super) fn text<'a>(&mut self, source: &'a str) -> Result<UriText<'a>, KeyUriError> {
        if has_lone_percent(source) {
            self.tolerate(Deviation::Unencoded, KeyUriError::Encoding)?;
        }
        UriText::encoded(source).ok_or(KeyUriError::Encoding)
    }

    /// A percent-encoded text, in which a plus may have been meant as a space.
    pub(super) fn form_text<'a>(&mut self, source: &'a str) -> Result<UriText<'a>, KeyUriError> {
        let text = self.text(source)?;
        if !LENIENT || !has_plus_for_space(source) {
            return Ok(text);
        }
        self.note(Deviation::PlusAsSpace);
        Ok(text.with_plus_as_space())
    }
}

/// Whether a plus is a space: one between other characters, of a text that has no other space.
/// Whoever writes `%20` writes a plus for a plus.
pub(super) fn has_plus_for_space(source: &str) -> bool {
    let bytes = source.as_bytes();
    bytes.contains(&b'+')
        && bytes.first() != Some(&b'+')
        && bytes.last() != Some(&b'+')
        && !bytes.contains(&b' ')
        && !bytes.windows(3).any(|three| three == b"%20")
}
