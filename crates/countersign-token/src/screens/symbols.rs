//! The home of the small symbols: eight pixels to the row, the leftmost in the highest bit.

/// The key that goes up.
pub(super) const UP: &[u8] = &[0b0001_1000, 0b0011_1100, 0b0111_1110, 0b1111_1111];

/// The key that goes down.
pub(super) const DOWN: &[u8] = &[0b1111_1111, 0b0111_1110, 0b0011_1100, 0b0001_1000];

/// A figure that was entered.
pub(super) const DOT: &[u8] = &[
    0b0011_1100,
    0b0111_1110,
    0b1111_1111,
    0b1111_1111,
    0b1111_1111,
    0b1111_1111,
    0b0111_1110,
    0b0011_1100,
];

/// Two points, as between hours and minutes, in the height of a figure.
pub(super) const COLON: &[u8] = &[
    0,
    0,
    0,
    0,
    0,
    0,
    0b0111_0000,
    0b0111_0000,
    0b0111_0000,
    0,
    0,
    0,
    0,
    0b0111_0000,
    0b0111_0000,
    0b0111_0000,
    0,
    0,
    0,
    0,
    0,
    0,
];

/// A padlock, sixteen rows high: its left half and its right one.
pub(super) const PADLOCK: [&[u8]; 2] = [
    &[
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
    ],
    &[
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
    ],
];
