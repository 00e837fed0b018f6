//! The home of what a screen is made of: a few operations, which are first hashed to find out
//! what changed, and then drawn where something did.

use super::figures;
use super::text::{self, Line};

/// Lit, or dark as the display is without power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Lit,
    Dark,
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

    /// The area without one pixel at each edge.
    const fn inside(self) -> Self {
        Self {
            left: self.left.wrapping_add(1),
            top: self.top.wrapping_add(1),
            width: self.width.wrapping_sub(2),
            height: self.height.wrapping_sub(2),
        }
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
    /// The ink all over.
    Fill,
    /// Characters of the small font, as many as fit into the area.
    Text(&'a [u8]),
    /// A large figure: `0` to `9` or `-`.
    Figure(u8),
    /// A symbol of eight pixels to the row, the leftmost in the highest bit.
    Symbol(&'static [u8]),
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
    pub(super) sink: &'s mut dyn Sink,
}

/// Width of a character of the small font.
pub(super) const COLUMN: i32 = 6;
/// Height of a character of the small font.
pub(super) const ROW: i32 = 10;
/// Height of the bar with the title.
pub(super) const TITLE: i32 = 11;

impl Canvas<'_> {
    #[inline(never)]
    pub(super) fn fill(&mut self, area: Area, ink: Ink) {
        let what = What::Fill;
        self.sink.put(&Op { area, what, ink });
    }

    #[inline(never)]
    pub(super) fn symbol(&mut self, left: i32, top: i32, rows: &'static [u8], ink: Ink) {
        let height = i32::try_from(rows.len()).unwrap_or(0);
        let area = Area::new(left, top, 8, height);
        let what = What::Symbol(rows);
        self.sink.put(&Op { area, what, ink });
    }

    /// Text that is cut with an ellipsis at the end of the area.
    #[inline(never)]
    pub(super) fn boxed(&mut self, area: Area, text: &[u8], ink: Ink) {
        let what = What::Text(text);
        self.sink.put(&Op { area, what, ink });
    }

    /// Text from `left` to the edge of the display.
    #[inline(never)]
    pub(super) fn text(&mut self, left: i32, top: i32, text: &[u8]) {
        let width = self.width.wrapping_sub(left);
        self.boxed(Area::new(left, top, width, ROW), text, Ink::Lit);
    }

    /// Text in the middle of the display.
    #[inline(never)]
    pub(super) fn centred(&mut self, top: i32, text: &[u8]) {
        let width = text_width(text).min(self.width);
        self.text(self.width.wrapping_sub(width) / 2, top, text);
    }

    /// A bar with the title to the left and `note` to the right of it.
    #[inline(never)]
    pub(super) fn title(&mut self, title: &[u8], note: &[u8]) {
        self.fill(Area::new(0, 0, self.width, TITLE), Ink::Lit);
        let edge = self.width.wrapping_sub(2);
        let note_width = text_width(note);
        let note_left = edge.wrapping_sub(note_width);
        self.boxed(Area::new(note_left, 1, note_width, ROW), note, Ink::Dark);
        let room = note_left.wrapping_sub(2);
        self.boxed(Area::new(2, 1, room, ROW), title, Ink::Dark);
    }

    /// A bar of which `part` of `whole` is lit, in a frame.
    #[inline(never)]
    pub(super) fn gauge(&mut self, area: Area, part: u32, whole: u32) {
        self.fill(area, Ink::Lit);
        let mut bar = area.inside();
        self.fill(bar, Ink::Dark);
        bar = bar.inside();
        let room = u32::try_from(bar.width).unwrap_or(0);
        let length = scaled(part, room, whole);
        // Something is not shown as nothing, nor is more than everything.
        let length = length.max(u32::from(part > 0)).min(room);
        bar.width = i32::try_from(length).unwrap_or(0);
        self.fill(bar, Ink::Lit);
    }

    /// A bar that gets shorter, and the seconds that are left beside it.
    #[inline(never)]
    pub(super) fn countdown(&mut self, top: i32, left_secs: u32, whole_secs: u32) {
        let mut words = Line::new();
        words.number(left_secs).text("s");
        let width = text_width(words.as_bytes());
        let edge = self.width.wrapping_sub(1);
        let text = Area::new(edge.wrapping_sub(width), top, width, ROW);
        self.boxed(text, words.as_bytes(), Ink::Lit);
        let width = edge.wrapping_sub(COLUMN.wrapping_mul(4).wrapping_add(5));
        let bar = Area::new(2, top.wrapping_add(1), width, 7);
        self.gauge(bar, left_secs, whole_secs);
    }

    /// Large figures from `left` on; answers where the next one would be.
    #[inline(never)]
    pub(super) fn figures(&mut self, mut left: i32, top: i32, figures: &[u8]) -> i32 {
        for figure in figures {
            let area = Area::new(left, top, figures::WIDTH, figures::HEIGHT);
            let (what, ink) = (What::Figure(*figure), Ink::Lit);
            self.sink.put(&Op { area, what, ink });
            left = left.wrapping_add(figures::ADVANCE);
        }
        left
    }

    /// A key by its name and what it does, in the last rows of the display.
    #[inline(never)]
    pub(super) fn key(&mut self, left: i32, name: &str, does: &str) {
        let top = self.height.wrapping_sub(ROW);
        let width = text_width(name.as_bytes());
        let cap = Area::new(left, top, width.wrapping_add(4), ROW);
        self.fill(cap, Ink::Lit);
        // A cap has no corners.
        for left in [cap.left, cap.right().wrapping_sub(1)] {
            for top in [cap.top, cap.bottom().wrapping_sub(1)] {
                self.fill(Area::new(left, top, 1, 1), Ink::Dark);
            }
        }
        let inside = Area::new(left.wrapping_add(2), top, width, ROW);
        self.boxed(inside, name.as_bytes(), Ink::Dark);
        self.text(inside.right().wrapping_add(5), top, does.as_bytes());
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

/// `part` of `whole` in a room of this length.
pub(super) fn scaled(part: u32, room: u32, whole: u32) -> u32 {
    let part = u64::from(part).wrapping_mul(room.into());
    let scaled = part.checked_div(whole.into()).unwrap_or(0);
    u32::try_from(scaled).unwrap_or(u32::MAX)
}
