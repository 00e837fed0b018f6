//! The home of text on the display: which picture a byte of a name has, and where a name is cut.

use super::glyph::Glyph;
use super::symbols;

/// The columns of `text`, as UTF-8: a character that the font lacks is one column, whatever its
/// bytes, and so is a run of bytes that is no character. Nothing is dropped, so that two names
/// never look alike because something in them is invisible.
#[derive(Clone)]
pub(super) struct Glyphs<'a>(core::slice::Iter<'a, u8>);

impl<'a> Glyphs<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self(text.iter())
    }

    /// The bytes that were not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0.as_slice()
    }

    fn skip_continuations(&mut self) {
        while let [0x80..=0xbf, ..] = self.0.as_slice() {
            self.0.next();
        }
    }
}

impl Iterator for Glyphs<'_> {
    type Item = Glyph;

    fn next(&mut self) -> Option<Glyph> {
        let lead = *self.0.next()?;
        match lead {
            b'.' => return Some(symbols::POINT),
            b':' => return Some(symbols::COLON),
            0x20..=0x7e => return Some(Glyph::known(lead.wrapping_sub(0x20))),
            _ => {}
        }
        let follows = self.0.as_slice().first().copied().unwrap_or(0);
        self.skip_continuations();
        // The font has the upper half of Latin-1 after ASCII.
        Some(match (lead, follows) {
            (0xc2, 0xa0..=0xbf) => Glyph::known(follows.wrapping_sub(0x40)),
            (0xc3, 0x80..=0xbf) => Glyph::known(follows),
            _ => symbols::MISSING,
        })
    }
}

/// How many columns `text` needs.
#[inline(never)]
pub(super) fn columns(text: &[u8]) -> i32 {
    Glyphs::of(text).fold(0, |count: i32, _| count.wrapping_add(1))
}

/// What is left of `text` after its first `columns`.
#[inline(never)]
pub(super) fn after(text: &[u8], columns: i32) -> &[u8] {
    let mut glyphs = Glyphs::of(text);
    for _ in 0..columns {
        glyphs.next();
    }
    glyphs.rest()
}

/// The issuer of an account, if its name has one before a colon, and the rest.
pub(crate) fn parts(name: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut label = name.iter();
    let issuer_len = label.by_ref().take_while(|byte| **byte != b':').count();
    match name.get(..issuer_len) {
        Some(issuer) if !issuer.is_empty() && !label.as_slice().is_empty() => {
            (Some(issuer), label.as_slice())
        }
        _ => (None, name),
    }
}

/// The name of an account up to the colon after its issuer, and the rest.
pub(super) fn after_issuer(name: &[u8]) -> (&[u8], &[u8]) {
    let (issuer, label) = parts(name);
    if issuer.is_none() {
        return (&[], name);
    }
    let start = name.len().saturating_sub(label.len());
    name.split_at_checked(start).unwrap_or((&[], name))
}

/// A few words and figures, put together without the machinery of `core::fmt`.
pub(super) struct Line(heapless::Vec<u8, LINE>);

/// Longer ones are cut: a display of 128 pixels shows 21 columns.
const LINE: usize = 32;

impl Line {
    /// The words with numbers in them: a `#` stands for the next one in as few figures as it has,
    /// a `@` for the next one in two or more.
    #[inline(never)]
    pub(super) fn of(words: &str, numbers: &[u32]) -> Self {
        let mut line = Self(heapless::Vec::new());
        let mut numbers = numbers.iter();
        for byte in words.bytes() {
            let width = match byte {
                b'#' => 1,
                b'@' => 2,
                _ => {
                    line.push(byte);
                    continue;
                }
            };
            line.number(numbers.next().copied().unwrap_or(0), width);
        }
        line
    }

    fn number(&mut self, number: u32, width: u32) {
        let mut unit: u32 = 1_000_000_000;
        let mut after = 10;
        while unit > 0 {
            let rest = number.checked_div(unit).unwrap_or(0);
            if rest > 0 || after <= width {
                let figure = u8::try_from(rest % 10).unwrap_or(0);
                self.push(b'0'.wrapping_add(figure));
            }
            unit /= 10;
            after = after.wrapping_sub(1);
        }
    }

    fn push(&mut self, byte: u8) {
        // A longer line is cut at the edge of the display anyway.
        let _ = self.0.push(byte);
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}
