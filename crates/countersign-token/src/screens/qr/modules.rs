//! The home of the modules of a QR code: which are the same in every code of a version, and
//! where the others are.

use zeroize::Zeroize;

use super::codewords::Codewords;
use super::mask::{Mask, corrected};
use super::version::{LARGEST, Version};

/// Modules by row, eight to the byte, the leftmost in the lowest bit.
pub(super) struct Modules {
    side: usize,
    rows: [[u8; LARGEST.div_ceil(8)]; LARGEST],
}

impl Modules {
    /// Nothing yet.
    pub(super) fn blank() -> Self {
        Self {
            side: 0,
            rows: [[0; LARGEST.div_ceil(8)]; LARGEST],
        }
    }

    /// Becomes the whole code of these codewords. They are in pairs of columns from the right, up
    /// and down in turn, around the column that holds none.
    pub(super) fn draw(&mut self, codewords: &Codewords, mask: Mask) {
        let side = codewords.version.side();
        self.rows.zeroize();
        self.side = side;
        let format = mask.format();
        let mut nth = 0;
        let mut right = side.wrapping_sub(1);
        while right < side {
            let columns = if right == 6 { 1 } else { 2 };
            for row in 0..side {
                let is_upwards = right.wrapping_add(1) & 2 == 0;
                let y = if is_upwards {
                    side.wrapping_sub(1).wrapping_sub(row)
                } else {
                    row
                };
                for column in 0..columns {
                    let x = right.wrapping_sub(column);
                    let is_dark = fixed(codewords.version, format, x, y).unwrap_or_else(|| {
                        let bit = codewords.bit(nth);
                        nth = nth.wrapping_add(1);
                        bit != mask.inverts(x, y)
                    });
                    if is_dark {
                        self.darken(x, y);
                    }
                }
            }
            right = right.wrapping_sub(columns);
        }
    }

    pub(super) fn side(&self) -> usize {
        self.side
    }

    /// Whether a module is dark. Whatever is beside the code is light.
    #[inline(never)]
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        let byte = self.rows.get(y).and_then(|row| row.get(x / 8));
        byte.is_some_and(|byte| byte & bit(x) != 0)
    }

    fn darken(&mut self, x: usize, y: usize) {
        let row = self.rows.get_mut(y);
        if let Some(byte) = row.and_then(|row| row.get_mut(x / 8)) {
            *byte |= bit(x);
        }
    }
}

/// The bit of a module in its byte.
fn bit(x: usize) -> u8 {
    1 << (x % 8)
}

impl Drop for Modules {
    fn drop(&mut self) {
        self.rows.zeroize();
    }
}

/// Whether a module is dark that holds no codeword; `None` if it holds one.
#[inline(never)]
fn fixed(version: &Version, format: u32, x: usize, y: usize) -> Option<bool> {
    let side = version.side();
    let far = side.wrapping_sub(4);
    for (center_x, center_y) in [(3, 3), (far, 3), (3, far)] {
        let distance = distance(x, y, center_x, center_y);
        if distance <= 4 {
            return Some(distance != 2 && distance != 4);
        }
    }
    if x == 6 || y == 6 {
        // Patterns of alignment continue these lines.
        return Some(x.wrapping_add(y).is_multiple_of(2));
    }
    if let Some(distance) = alignment(version, x, y) {
        return Some(distance != 1);
    }
    if let Some(bit) = format_bit(side, x, y) {
        // Beside one of its copies is a module that is always dark.
        return Some((x, y) == (8, far.wrapping_sub(4)) || format >> (bit % 16) & 1 == 1);
    }
    let along = x.max(y).wrapping_sub(side.wrapping_sub(11));
    let across = x.min(y);
    if version.number >= 7 && along < 3 && across < 6 {
        let bit = across.wrapping_mul(3).wrapping_add(along);
        let version = corrected(version.number.into(), 12, 0x1f25);
        return Some(version >> (bit % 32) & 1 == 1);
    }
    None
}

/// How far a module is from the middle of the alignment pattern that it belongs to, if it does.
fn alignment(version: &Version, x: usize, y: usize) -> Option<usize> {
    if version.number < 2 {
        return None;
    }
    let last = version.side().wrapping_sub(7);
    let middle = if version.number < 7 {
        last
    } else {
        last.wrapping_add(6) / 2
    };
    let near = |at: usize| {
        let mut centers = [6, middle, last].into_iter();
        centers.find(|center| at.abs_diff(*center) <= 2)
    };
    let (center_x, center_y) = (near(x)?, near(y)?);
    // Three corners have another pattern.
    let is_middle = center_x.max(center_y) == middle && middle != last;
    let is_corner = center_x.min(center_y) == 6 && !is_middle;
    (!is_corner).then(|| distance(x, y, center_x, center_y))
}

/// Which bit of the format a module holds, in one of its two copies: up one line, or left along
/// another.
fn format_bit(side: usize, x: usize, y: usize) -> Option<usize> {
    let at = match (x, y) {
        (8, _) => y,
        (_, 8) => x,
        _ => return None,
    };
    let bit = if at <= 8 {
        at.wrapping_sub((at > 6).into())
    } else {
        at.wrapping_add(15).wrapping_sub(side)
    };
    if at > 8 && !(7..15).contains(&bit) {
        return None;
    }
    Some(if x == 8 {
        bit
    } else {
        14_usize.wrapping_sub(bit)
    })
}

/// The larger of the distances along both axes.
fn distance(x: usize, y: usize, center_x: usize, center_y: usize) -> usize {
    x.abs_diff(center_x).max(y.abs_diff(center_y))
}
