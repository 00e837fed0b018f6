//! The home of the symbols: eight pixels to the row, the leftmost in the highest bit.

use super::glyph::Glyph;

/// The key that goes up.
pub(super) const UP: Glyph = Glyph::symbol(4, 0);
/// The key that goes down.
pub(super) const DOWN: Glyph = Glyph::symbol(4, 4);
/// A figure that was entered.
pub(super) const DOT: Glyph = Glyph::symbol(8, 8);
/// A padlock: its left half.
pub(super) const PADLOCK_LEFT: Glyph = Glyph::symbol(16, 16);
/// Its right half.
pub(super) const PADLOCK_RIGHT: Glyph = Glyph::symbol(16, 32);

/// How many characters the small font has. Behind them are those below.
pub(super) const CHARACTERS: u8 = 192;
/// In place of a character that the small font lacks, or of bytes that are no UTF-8.
pub(super) const MISSING: Glyph = Glyph::known(192);
/// Where something was cut.
pub(super) const ELLIPSIS: Glyph = Glyph::known(193);
/// The small font draws points as diamonds, which in names are taken for signs.
pub(super) const POINT: Glyph = Glyph::known(194);
/// Two of them.
pub(super) const COLON: Glyph = Glyph::known(195);

/// The row of the symbol that begins with the row `first`, its leftmost pixel in bit 15.
pub(super) fn row(first: i32, row: i32) -> u16 {
    let nth = usize::try_from(first.wrapping_add(row));
    let found = nth.ok().and_then(|nth| ROWS.get(nth));
    u16::from(found.copied().unwrap_or(0)) << 8
}

/// The row of a character that the small font does not have.
pub(super) fn character_row(nth: u8, y: i32) -> u16 {
    let nth = i32::from(nth.wrapping_sub(CHARACTERS));
    row(nth.wrapping_mul(10).wrapping_add(48), y)
}

/// Symbol after symbol.
#[rustfmt::skip]
const ROWS: [u8; 88] = [
    0b0001_1000,
    0b0011_1100,
    0b0111_1110,
    0b1111_1111,

    0b1111_1111,
    0b0111_1110,
    0b0011_1100,
    0b0001_1000,

    0b0011_1100,
    0b0111_1110,
    0b1111_1111,
    0b1111_1111,
    0b1111_1111,
    0b1111_1111,
    0b0111_1110,
    0b0011_1100,

    0b0000_0111,
    0b0000_1111,
    0b0001_1000,
    0b0001_1000,
    0b0001_1000,
    0b0001_1000,
    0b0111_1111,
    0b0111_1111,
    0b0111_1110,
    0b0111_1110,
    0b0111_1111,
    0b0111_1111,
    0b0111_1111,
    0b0111_1111,
    0b0011_1111,
    0b0000_0000,

    0b1110_0000,
    0b1111_0000,
    0b0001_1000,
    0b0001_1000,
    0b0001_1000,
    0b0001_1000,
    0b1111_1110,
    0b1111_1110,
    0b0111_1110,
    0b0111_1110,
    0b0111_1110,
    0b1111_1110,
    0b1111_1110,
    0b1111_1110,
    0b1111_1100,
    0b0000_0000,

    0b0000_0000,
    0b1111_1000,
    0b1000_1000,
    0b1000_1000,
    0b1000_1000,
    0b1000_1000,
    0b1000_1000,
    0b1111_1000,
    0b0000_0000,
    0b0000_0000,

    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b1010_1000,
    0b0000_0000,
    0b0000_0000,

    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0000_0000,
    0b0011_0000,
    0b0011_0000,
    0b0000_0000,
    0b0000_0000,

    0b0000_0000,
    0b0000_0000,
    0b0011_0000,
    0b0011_0000,
    0b0000_0000,
    0b0000_0000,
    0b0011_0000,
    0b0011_0000,
    0b0000_0000,
    0b0000_0000,
];
