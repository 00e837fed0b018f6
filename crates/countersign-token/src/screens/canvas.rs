//! The home of what a screen is made of: a few operations, which are first hashed to find out
//! what changed, and then drawn where something did.

use super::figures;
use super::glyph::Glyph;
use super::text::{self, Line};

/// Lit, or dark as the display is without power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Lit,
    Dark,
}

impl Ink {
    /// That in which pictures leave what they do not draw.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Lit => Self::Dark,
            Self::Dark => Self::Lit,
        }
    }
}

/// Pixels from the left upper corner of the display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Area {
    pub(super) const fn new(left: i32, top: i32, width: i32, height: i32) -> Self {
        Self {
            left,
            top,
            width,
            height,
        }
    }

    pub(super) const fn right(self) -> i32 {
        self.left.wrapping_add(self.width)
    }

    pub(super) const fn bottom(self) -> i32 {
        self.top.wrapping_add(self.height)
    }
}

/// Something that is drawn. It covers its whole area, so the same operations draw the same
/// picture over any other.
pub(super) struct Op<'a> {
    pub(super) area: Area,
    pub(super) what: What<'a>,
    pub(super) ink: Ink,
}

/// What can be drawn.
pub(super) enum What<'a> {
    /// One picture, in the upper left corner of the area.
    Glyph(Glyph),
    /// Characters of the small font, as many as fit into the area.
    Text(&'a [u8]),
    /// A QR code of this text, as large as fits, in the middle of the area.
    Qr(&'a [u8]),
}

/// Where operations go.
pub(super) trait Sink {
    fn put(&mut self, op: &Op<'_>);
}

/// What screens are composed on. The sink is behind `dyn`, so that the code of the screens is
/// there once for all displays; and what they are made of is not inlined into each of them.
pub(super) struct Canvas<'s> {
    pub(super) width: i32,
    pub(super) height: i32,
    /// In which everything is drawn.
    pub(super) ink: Ink,
    /// Where text ends.
    pub(super) edge: i32,
    sink: &'s mut dyn Sink,
}

/// Width of a character of the small font.
pub(super) const COLUMN: i32 = 6;
/// Height of a character of the small font.
pub(super) const ROW: i32 = 10;
/// Height of the bar with the title.
pub(super) const TITLE: i32 = 11;

impl<'s> Canvas<'s> {
    pub(super) fn new((width, height): (i32, i32), sink: &'s mut dyn Sink) -> Self {
        Self {
            width,
            height,
            ink: Ink::Lit,
            edge: width,
            sink,
        }
    }

    /// Draws something in an area.
    pub(super) fn put(&mut self, area: Area, what: What<'_>, ink: Ink) {
        self.sink.put(&Op { area, what, ink });
    }

    #[inline(never)]
    pub(super) fn fill(&mut self, left: i32, top: i32, width: i32, height: i32) {
        let area = Area::new(left, top, width, height);
        self.put(area, What::Glyph(Glyph::BLANK), self.ink.other());
    }

    #[inline(never)]
    pub(super) fn glyph(&mut self, left: i32, top: i32, glyph: Glyph) {
        let area = Area::new(left, top, glyph.width(), glyph.height());
        self.put(area, What::Glyph(glyph), self.ink);
    }

    /// Text from `left` to the edge, where it is cut with an ellipsis.
    #[inline(never)]
    pub(super) fn text(&mut self, left: i32, top: i32, text: &[u8]) {
        let area = Area::new(left, top, self.edge.wrapping_sub(left), ROW);
        self.put(area, What::Text(text), self.ink);
    }

    /// Text in the middle of the display.
    #[inline(never)]
    pub(super) fn centred(&mut self, top: i32, text: &[u8]) {
        let spare = self.width.wrapping_sub(text_width(text));
        self.text(spare.max(0) / 2, top, text);
    }

    /// A bar with the title to the left and `note` to the right of it.
    #[inline(never)]
    pub(super) fn title(&mut self, title: &[u8], note: &[u8]) {
        self.fill(0, 0, self.width, TITLE);
        let left = self.width.wrapping_sub(2).wrapping_sub(text_width(note));
        self.ink = Ink::Dark;
        self.text(left, 1, note);
        self.edge = left;
        self.text(2, 1, title);
        self.ink = Ink::Lit;
        self.edge = self.width;
    }

    /// Lines of text, of which the first is the title and the others begin at `top`, a step from
    /// each other; the first two of them at `left`. Answers where the next one would be.
    #[inline(never)]
    pub(super) fn page(&mut self, words: &str, left: i32, mut top: i32, step: i32) -> i32 {
        let mut lines = words.as_bytes().split(|byte| *byte == b'\n');
        self.title(lines.next().unwrap_or_default(), &[]);
        for line in lines {
            self.text(if top < 38 { left } else { 1 }, top, line);
            top = top.wrapping_add(step);
        }
        top
    }

    /// A bar of which `part` of `whole` is lit, in a frame.
    #[inline(never)]
    pub(super) fn gauge(&mut self, top: i32, width: i32, part: u32, whole: u32) {
        self.fill(2, top, width, 7);
        self.ink = Ink::Dark;
        self.fill(3, top.wrapping_add(1), width.wrapping_sub(2), 5);
        self.ink = Ink::Lit;
        let room = width.wrapping_sub(4).max(0);
        // Something is not shown as nothing, nor is more than everything.
        let length = scaled(part, room, whole).max(i32::from(part > 0)).min(room);
        self.fill(4, top.wrapping_add(2), length, 3);
    }

    /// A bar that gets shorter, and the seconds that are left beside it.
    #[inline(never)]
    pub(super) fn countdown(&mut self, top: i32, left_secs: u32, whole_secs: u32) {
        let words = Line::of("#s", &[left_secs]);
        let edge = self.width.wrapping_sub(1);
        let left = edge.wrapping_sub(text_width(words.as_bytes()));
        self.text(left, top, words.as_bytes());
        let width = edge.wrapping_sub(COLUMN.wrapping_mul(4).wrapping_add(5));
        self.gauge(top.wrapping_add(1), width, left_secs, whole_secs);
    }

    /// Large figures from `left` on; answers where the next one would be.
    #[inline(never)]
    pub(super) fn figures(&mut self, mut left: i32, top: i32, figures: &[u8]) -> i32 {
        for figure in figures {
            self.glyph(left, top, Glyph::figure(*figure));
            left = left.wrapping_add(match figure {
                b':' => figures::COLON_ADVANCE,
                _ => figures::ADVANCE,
            });
        }
        left
    }

    /// A key by its name and what it does, in the last rows of the display.
    #[inline(never)]
    pub(super) fn key(&mut self, left: i32, name: &str, does: &str) {
        let top = self.height.wrapping_sub(ROW);
        let width = text_width(name.as_bytes());
        // A cap has no corners.
        let below = top.wrapping_add(1);
        self.fill(left, below, width.wrapping_add(4), ROW.wrapping_sub(2));
        self.fill(left.wrapping_add(1), top, width.wrapping_add(2), ROW);
        let left = left.wrapping_add(2);
        self.ink = Ink::Dark;
        self.edge = left.wrapping_add(width);
        self.text(left, top, name.as_bytes());
        let left = self.edge.wrapping_add(5);
        self.ink = Ink::Lit;
        self.edge = self.width;
        self.text(left, top, does.as_bytes());
    }

    /// The key that goes back, which is at the right edge, and Select.
    #[inline(never)]
    pub(super) fn keys(&mut self, select: &str, left: &str) {
        self.key(0, "SELECT", select);
        // A cap of four letters, and a little room between the two.
        let width = text_width(left.as_bytes()).wrapping_add(COLUMN.wrapping_mul(4));
        let from = self.width.wrapping_sub(width).wrapping_sub(10);
        self.key(from, "LEFT", left);
    }
}

fn text_width(text: &[u8]) -> i32 {
    text::columns(text).wrapping_mul(COLUMN)
}

/// `part` of `whole` in a room of this length, at most all of it. Numbers that are too large to
/// be multiplied lose figures that no display shows.
#[inline(never)]
pub(super) fn scaled(part: u32, room: i32, mut whole: u32) -> i32 {
    let mut part = part.min(whole);
    let room = u32::try_from(room).unwrap_or(0);
    let product = loop {
        if let Some(product) = part.checked_mul(room) {
            break product;
        }
        part /= 2;
        whole /= 2;
    };
    let scaled = product.checked_div(whole).unwrap_or(0);
    i32::try_from(scaled).unwrap_or(i32::MAX)
}
