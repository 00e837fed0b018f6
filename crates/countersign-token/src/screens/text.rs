//! The home of text on the display: which picture a byte of a name has, and where a name is cut.

/// What stands in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A character of the font, by its position there.
    Known(u16),
    /// A character that the font lacks, or bytes that are no UTF-8.
    Missing,
    /// Something was cut here.
    Ellipsis,
}

impl Glyph {
    pub(super) const POINT: Self = Self::Known(0x2e - 0x20);
    pub(super) const COLON: Self = Self::Known(0x3a - 0x20);
}

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
        if let 0x20..=0x7e = lead {
            return Some(Glyph::Known(u16::from(lead.wrapping_sub(0x20))));
        }
        let follows = self.0.as_slice().first().copied();
        self.skip_continuations();
        let latin = match (lead, follows) {
            (0xc2, Some(second @ 0xa0..=0xbf)) => Some(second.wrapping_sub(0xa0)),
            (0xc3, Some(second @ 0x80..=0xbf)) => Some(second.wrapping_sub(0x60)),
            _ => None,
        };
        Some(latin.map_or(Glyph::Missing, |nth| {
            Glyph::Known(LATIN.saturating_add(u16::from(nth)))
        }))
    }
}

/// Where those of Latin-1 begin in the font.
const LATIN: u16 = 96;

/// How many columns `text` needs.
#[inline(never)]
pub(super) fn columns(text: &[u8]) -> i32 {
    Glyphs::of(text).fold(0, |count: i32, _| count.saturating_add(1))
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

/// What is drawn where `text` has at most `columns`: all of it, or its start and an ellipsis.
pub(super) fn fitted(text: &[u8], columns: i32) -> impl Iterator<Item = Glyph> {
    let fits = after(text, columns).is_empty();
    let shown = if fits {
        columns
    } else {
        columns.saturating_sub(1)
    };
    let shown = usize::try_from(shown).unwrap_or(0);
    let mark = (!fits && columns > 0).then_some(Glyph::Ellipsis);
    Glyphs::of(text).take(shown).chain(mark)
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
    pub(super) const fn new() -> Self {
        Self(heapless::Vec::new())
    }

    #[inline(never)]
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            // A longer line is cut at the edge of the display anyway.
            let _ = self.0.push(byte);
        }
        self
    }

    /// A number in as few figures as it has.
    pub(super) fn number(&mut self, number: u32) -> &mut Self {
        self.figures(number, 1)
    }

    /// A number in at least `width` figures, with zeros before it.
    #[inline(never)]
    pub(super) fn figures(&mut self, number: u32, width: u32) -> &mut Self {
        let mut unit: u32 = 1_000_000_000;
        let mut after = 10;
        while unit > 0 {
            let rest = number.checked_div(unit).unwrap_or(0);
            if rest > 0 || after <= width {
                let figure = u8::try_from(rest % 10).unwrap_or(0);
                let _ = self.0.push(b'0'.wrapping_add(figure));
            }
            unit /= 10;
            after = after.wrapping_sub(1);
        }
        self
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}
