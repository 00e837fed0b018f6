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

/// What can be drawn. Each covers its whole area, so the same operations draw the same picture
/// over any other.
#[derive(Clone, Copy)]
pub(super) enum Op<'a> {
    /// One ink all over.
    Fill { area: Area, ink: Ink },
    /// Characters of the small font, as many as fit into the area.
    Text {
        area: Area,
        text: &'a [u8],
        ink: Ink,
    },
    /// A large figure: `0` to `9` or `-`.
    Figure { left: i32, top: i32, figure: u8 },
    /// A symbol of eight pixels to the row, the leftmost in the highest bit.
    Symbol {
        left: i32,
        top: i32,
        rows: &'static [u8],
        ink: Ink,
    },
    /// A QR code of this text, as large as fits, in the middle of the area.
    Qr { area: Area, text: &'a str },
}

impl Op<'_> {
    pub(super) fn area(&self) -> Area {
        match *self {
            Self::Fill { area, .. } | Self::Text { area, .. } | Self::Qr { area, .. } => area,
            Self::Figure { left, top, .. } => Area {
                left,
                top,
                width: figures::WIDTH,
                height: figures::HEIGHT,
            },
            Self::Symbol {
                left, top, rows, ..
            } => Area {
                left,
                top,
                width: 8,
                height: i32::try_from(rows.len()).unwrap_or(0),
            },
        }
    }
}

/// Where operations go. The screens are composed once for all displays: behind `dyn`, so that
/// their code is there once.
pub(super) trait Sink {
    /// Width and height of the display.
    fn size(&self) -> (i32, i32);

    fn put(&mut self, op: Op<'_>);
}

/// Width of a character of the small font.
pub(super) const COLUMN: i32 = 6;
/// Height of a character of the small font.
pub(super) const ROW: i32 = 10;
/// Height of the bar with the title.
pub(super) const TITLE: i32 = 11;

/// Words of the small font.
impl dyn Sink + '_ {
    pub(super) fn width(&self) -> i32 {
        self.size().0
    }

    pub(super) fn height(&self) -> i32 {
        self.size().1
    }

    pub(super) fn fill(&mut self, area: Area, ink: Ink) {
        self.put(Op::Fill { area, ink });
    }

    /// Text from `left` on, cut with an ellipsis at `right`.
    pub(super) fn text(&mut self, left: i32, right: i32, top: i32, text: &[u8], ink: Ink) {
        let area = Area {
            left,
            top,
            width: right.wrapping_sub(left),
            height: ROW,
        };
        self.put(Op::Text { area, text, ink });
    }

    /// Text in the middle of the display, in lit ink.
    pub(super) fn centred(&mut self, top: i32, text: &[u8]) {
        let width = text::columns(text).wrapping_mul(COLUMN).min(self.width());
        let left = self.width().wrapping_sub(width) / 2;
        self.text(left, self.width(), top, text, Ink::Lit);
    }

    /// A bar with the title to the left and `note` to the right of it.
    pub(super) fn title(&mut self, title: &[u8], note: &Line) {
        let width = self.width();
        let area = Area {
            left: 0,
            top: 0,
            width,
            height: TITLE,
        };
        self.fill(area, Ink::Lit);
        let edge = width.wrapping_sub(2);
        let note_width = text::columns(note.as_bytes()).wrapping_mul(COLUMN);
        let note_left = edge.wrapping_sub(note_width);
        self.text(note_left, edge, 1, note.as_bytes(), Ink::Dark);
        self.text(2, note_left.min(edge), 1, title, Ink::Dark);
    }

    /// A bar of which `part` of `whole` is lit, in a frame.
    pub(super) fn gauge(&mut self, area: Area, part: u32, whole: u32) {
        self.fill(area, Ink::Lit);
        let inside = Area {
            left: area.left.wrapping_add(1),
            top: area.top.wrapping_add(1),
            width: area.width.wrapping_sub(2),
            height: area.height.wrapping_sub(2),
        };
        let room = u64::try_from(inside.width.wrapping_sub(2)).unwrap_or(0);
        let length = u64::from(part)
            .wrapping_mul(room)
            .checked_div(u64::from(whole))
            .unwrap_or(0);
        // Something is not shown as nothing, nor is more than everything.
        let length = length.max(u64::from(part > 0)).min(room);
        let length = i32::try_from(length).unwrap_or(0);
        self.fill(inside, Ink::Dark);
        let bar = Area {
            left: inside.left.wrapping_add(1),
            top: inside.top.wrapping_add(1),
            width: length,
            height: inside.height.wrapping_sub(2),
        };
        self.fill(bar, Ink::Lit);
    }

    /// Large figures from `left` on.
    pub(super) fn figures(&mut self, left: i32, top: i32, figures: &[u8]) -> i32 {
        let mut left = left;
        for figure in figures {
            self.put(Op::Figure {
                left,
                top,
                figure: *figure,
            });
            left = left.wrapping_add(figures::ADVANCE);
        }
        left
    }

    /// A key by its name and what it does, in the last rows of the display.
    pub(super) fn key(&mut self, left: i32, name: &str, does: &str) {
        let top = self.height().wrapping_sub(ROW);
        let width = text::columns(name.as_bytes()).wrapping_mul(COLUMN);
        let cap = Area {
            left,
            top,
            width: width.wrapping_add(4),
            height: ROW,
        };
        self.cap(cap);
        let inside = left.wrapping_add(2);
        let right = inside.wrapping_add(width);
        self.text(inside, right, top, name.as_bytes(), Ink::Dark);
        let words = right.wrapping_add(5);
        self.text(words, self.width(), top, does.as_bytes(), Ink::Lit);
    }

    /// The cap of a key: a lit block without its corners.
    fn cap(&mut self, area: Area) {
        self.fill(area, Ink::Lit);
        let right = area.left.wrapping_add(area.width).wrapping_sub(1);
        let bottom = area.top.wrapping_add(area.height).wrapping_sub(1);
        for (left, top) in [
            (area.left, area.top),
            (right, area.top),
            (area.left, bottom),
            (right, bottom),
        ] {
            let corner = Area {
                left,
                top,
                width: 1,
                height: 1,
            };
            self.fill(corner, Ink::Dark);
        }
    }
}
