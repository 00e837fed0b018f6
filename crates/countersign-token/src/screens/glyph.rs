//! The home of the pictures that screens are put together from: characters of the small font,
//! large figures, and symbols.

use embedded_graphics::geometry::Point;
use embedded_graphics::image::GetPixel;
use embedded_graphics::mono_font::iso_8859_1::FONT_6X10;
use embedded_graphics::pixelcolor::BinaryColor;

use super::canvas::{COLUMN, ROW};
use super::{figures, symbols};

/// A small picture. The upper byte is its height, which says of which kind it is: a character, a
/// large figure, or else a symbol. The lower one is the place of it among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph(u16);

impl Glyph {
    /// Nothing. It is so of any size.
    pub(super) const BLANK: Self = Self::known(0);

    /// A character of the small font, by its position there; behind those a few more.
    pub(super) const fn known(position: u8) -> Self {
        Self(u16::from_be_bytes([CHARACTER, position]))
    }

    /// Eight pixels to the row, by the place of its first row among those of all symbols.
    pub(super) const fn symbol(height: u8, first: u8) -> Self {
        Self(u16::from_be_bytes([height, first]))
    }

    /// A large figure, as a character.
    pub(super) const fn figure(figure: u8) -> Self {
        Self(u16::from_be_bytes([FIGURE, figure]))
    }

    /// A number that no other has.
    pub(super) fn number(self) -> u32 {
        self.0.into()
    }

    pub(super) fn width(self) -> i32 {
        let [height, _] = self.0.to_be_bytes();
        match height {
            CHARACTER => COLUMN,
            FIGURE => figures::WIDTH,
            _ => 8,
        }
    }

    pub(super) fn height(self) -> i32 {
        let [height, _] = self.0.to_be_bytes();
        height.into()
    }

    /// One of its rows, the leftmost pixel in bit 15. It is dark beside what there is of it.
    pub(super) fn row(self, y: i32) -> u16 {
        let [height, nth] = self.0.to_be_bytes();
        match height {
            _ if y >= height.into() => 0,
            FIGURE => figures::row(nth, y),
            CHARACTER if nth < symbols::CHARACTERS => font_row(nth.into(), y),
            CHARACTER => symbols::character_row(nth, y),
            _ => symbols::row(nth.into(), y),
        }
    }
}

/// How high characters are.
const CHARACTER: u8 = 10;
/// How high large figures are.
const FIGURE: u8 = 22;

/// The row of a character of the small font.
fn font_row(position: i32, y: i32) -> u16 {
    let left = (position % FONT_COLUMNS).wrapping_mul(COLUMN);
    let top = (position / FONT_COLUMNS).wrapping_mul(ROW);
    let mut row = 0;
    for x in 0..COLUMN {
        let pixel = Point::new(left.wrapping_add(x), top.wrapping_add(y));
        let is_lit = FONT_6X10.image.pixel(pixel) == Some(BinaryColor::On);
        row = row << 1 | u16::from(is_lit);
    }
    row << 10
}

/// Characters in a row of the font's image.
const FONT_COLUMNS: i32 = 16;
