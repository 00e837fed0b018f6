//! The home of the large figures that codes and times are shown in.
//!
//! They are drawn for this crate: strokes three pixels wide, so that a code can be read at arm's
//! length. Fonts of the same height carry letters that no code has.

/// Width of a figure.
pub(super) const WIDTH: i32 = 12;
/// Height of a figure.
pub(super) const HEIGHT: i32 = 22;
/// From one figure to the next.
pub(super) const ADVANCE: i32 = 14;
/// From a colon to the next figure.
pub(super) const COLON_ADVANCE: i32 = 7;
/// Stands where a figure is not shown yet, after `0` to `9` and `:`.
pub(super) const DASH: u8 = b';';

/// A row of a figure, its leftmost pixel in bit 15. Anything behind those above is blank.
pub(super) fn row(figure: u8, row: i32) -> u16 {
    let nth = i32::from(figure).wrapping_sub(0x30);
    let mut left = nth.wrapping_mul(HEIGHT).wrapping_add(row);
    for run in &RUNS {
        left = left.wrapping_sub(i32::from(run & 15));
        if left < 0 {
            return run & 0xfff0;
        }
    }
    0
}

/// Twelve pixels, and below them how many rows are like that.
const fn rows(pixels: u16, alike: u16) -> u16 {
    pixels << 4 | alike
}

/// From the top of the first figure to the end of the last one.
#[rustfmt::skip]
const RUNS: [u16; 133] = [
    // 0.
    rows(0b0011_1111_1100, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 14),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b0011_1111_1100, 1),
    // 1.
    rows(0b0000_0111_0000, 1),
    rows(0b0000_1111_0000, 1),
    rows(0b0001_1111_0000, 2),
    rows(0b0011_1111_0000, 1),
    rows(0b0001_1111_0000, 1),
    rows(0b0000_0111_0000, 13),
    rows(0b0011_1111_1110, 3),
    // 2.
    rows(0b0011_1111_1100, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 2),
    rows(0b0000_0000_0111, 4),
    rows(0b0000_0000_1110, 2),
    rows(0b0000_0001_1110, 1),
    rows(0b0000_0011_1100, 1),
    rows(0b0000_0111_1000, 1),
    rows(0b0000_1111_0000, 1),
    rows(0b0001_1110_0000, 1),
    rows(0b0011_1100_0000, 1),
    rows(0b0111_1000_0000, 1),
    rows(0b1111_1111_1111, 3),
    // 3.
    rows(0b0011_1111_1100, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 1),
    rows(0b0000_0000_0111, 3),
    rows(0b0000_0000_1111, 1),
    rows(0b0000_1111_1111, 1),
    rows(0b0000_1111_1110, 1),
    rows(0b0000_1111_1111, 1),
    rows(0b0000_0000_1111, 1),
    rows(0b0000_0000_0111, 4),
    rows(0b1110_0000_0111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b0011_1111_1100, 1),
    // 4.
    rows(0b0000_0001_1100, 1),
    rows(0b0000_0011_1100, 2),
    rows(0b0000_0111_1100, 2),
    rows(0b0000_1111_1100, 2),
    rows(0b0001_1111_1100, 1),
    rows(0b0001_1101_1100, 1),
    rows(0b0011_1101_1100, 1),
    rows(0b0011_1001_1100, 1),
    rows(0b0111_1001_1100, 1),
    rows(0b0111_0001_1100, 1),
    rows(0b1111_0001_1100, 1),
    rows(0b1111_1111_1111, 3),
    rows(0b0000_0001_1100, 5),
    // 5.
    rows(0b1111_1111_1111, 3),
    rows(0b1110_0000_0000, 5),
    rows(0b1111_1111_1100, 1),
    rows(0b1111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1110_0000_1111, 1),
    rows(0b0000_0000_0111, 5),
    rows(0b1110_0000_0111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b0011_1111_1100, 1),
    // 6.
    rows(0b0011_1111_1100, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 1),
    rows(0b1110_0000_0000, 4),
    rows(0b1111_1111_1100, 1),
    rows(0b1111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 5),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b0011_1111_1100, 1),
    // 7.
    rows(0b1111_1111_1111, 3),
    rows(0b0000_0000_0111, 2),
    rows(0b0000_0000_1110, 3),
    rows(0b0000_0001_1100, 3),
    rows(0b0000_0011_1000, 3),
    rows(0b0000_0111_0000, 3),
    rows(0b0000_1110_0000, 5),
    // 8.
    rows(0b0011_1111_1100, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 4),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 5),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b0011_1111_1100, 1),
    // 9.
    rows(0b0011_1111_1100, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1110_0000_0111, 5),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1111, 1),
    rows(0b0011_1111_1111, 1),
    rows(0b0000_0000_0111, 4),
    rows(0b1110_0000_0111, 1),
    rows(0b1111_0000_1111, 1),
    rows(0b1111_1111_1111, 1),
    rows(0b0111_1111_1110, 1),
    rows(0b0011_1111_1100, 1),
    // Two points, as between hours and minutes.
    rows(0b0000_0000_0000, 6),
    rows(0b0111_0000_0000, 3),
    rows(0b0000_0000_0000, 4),
    rows(0b0111_0000_0000, 3),
    rows(0b0000_0000_0000, 6),
    // What stands where a figure is not shown yet.
    rows(0b0000_0000_0000, 9),
    rows(0b0011_1111_1100, 3),
    rows(0b0000_0000_0000, 10),
];
