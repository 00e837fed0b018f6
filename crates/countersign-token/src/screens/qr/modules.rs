//! The home of the modules of a QR code: which are the same in every code of a version, and
//! where the others are.

use zeroize::Zeroize;

use super::codewords::Codewords;
use super::mask::{Mask, corrected};
use super::version::{LARGEST, Version};

/// Modules by row, eight to the byte, the leftmost in the lowest bit.
pub(super) struct Modules {
    side: i32,
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
        *self = Self::blank();
        self.side = side;
        let format = mask.format();
        let mut nth = 0;
        let mut right = side.wrapping_sub(1);
        while right >= 0 {
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

    pub(super) fn side(&self) -> i32 {
        self.side
    }

    /// Whether a module is dark. Whatever is beside the code is light.
    #[inline(never)]
    pub(super) fn is_dark(&self, x: i32, y: i32) -> bool {
        let (y, byte) = (usize::try_from(y), usize::try_from(x >> 3));
        let (Ok(y), Ok(byte)) = (y, byte) else {
            return false;
        };
        let row = self.rows.get(y).and_then(|row| row.get(byte));
        row.is_some_and(|row| row & bit(x) != 0)
    }

    fn darken(&mut self, x: i32, y: i32) {
        if let (Ok(y), Ok(byte)) = (usize::try_from(y), usize::try_from(x >> 3))
            && let Some(byte) = self.rows.get_mut(y).and_then(|row| row.get_mut(byte))
        {
            *byte |= bit(x);
        }
    }
}

/// The bit of a module in its byte.
fn bit(x: i32) -> u8 {
    1_u8.wrapping_shl((x & 7).unsigned_abs())
}

impl Drop for Modules {
    fn drop(&mut self) {
        self.rows.zeroize();
    }
}

/// Whether a module is dark that holds no codeword; `None` if it holds one.
#[inline(never)]
fn fixed(version: &Version, format: u32, x: i32, y: i32) -> Option<bool> {
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
        return Some(x.wrapping_add(y) % 2 == 0);
    }
    if let Some(distance) = alignment(version, x, y) {
        return Some(distance != 1);
    }
    if let Some(bit) = format_bit(side, x, y) {
        // One module beside the format is always dark.
        return Some(bit < 0 || format.wrapping_shr(bit.unsigned_abs()) & 1 == 1);
    }
    let along = x.max(y).wrapping_sub(side.wrapping_sub(11));
    let across = x.min(y);
    if version.number >= 7 && (0..3).contains(&along) && across < 6 {
        let bit = across.wrapping_mul(3).wrapping_add(along).unsigned_abs();
        let version = corrected(version.number.into(), 12, 0x1f25);
        return Some(version.wrapping_shr(bit) & 1 == 1);
    }
    None
}

/// How far a module is from the middle of the alignment pattern that it belongs to, if it does.
fn alignment(version: &Version, x: i32, y: i32) -> Option<i32> {
    if version.number < 2 {
        return None;
    }
    let last = version.side().wrapping_sub(7);
    let middle = if version.number < 7 {
        last
    } else {
        last.wrapping_add(6) / 2
    };
    let centers = [6, middle, last];
    let near = |at: i32| {
        centers
            .into_iter()
            .find(|center| at.wrapping_sub(*center).wrapping_abs() <= 2)
    };
    let (center_x, center_y) = (near(x)?, near(y)?);
    // Three corners have another pattern.
    let is_corner = center_x.min(center_y) == 6 && [6, last].contains(&center_x.max(center_y));
    (!is_corner).then(|| distance(x, y, center_x, center_y))
}

/// Which bit of the format a module of its two copies holds; -1 for the one beside them that is
/// always dark.
fn format_bit(side: i32, x: i32, y: i32) -> Option<i32> {
    Some(match (x, y) {
        (8, 0..=5) => y,
        (8, 7) => 6,
        (8, 8) => 7,
        (7, 8) => 8,
        (0..=5, 8) => 14_i32.wrapping_sub(x),
        (_, 8) if x >= side.wrapping_sub(8) => side.wrapping_sub(1).wrapping_sub(x),
        (8, _) if y == side.wrapping_sub(8) => -1,
        (8, _) if y > side.wrapping_sub(8) => y.wrapping_sub(side).wrapping_add(15),
        _ => return None,
    })
}

/// The larger of the distances along both axes.
fn distance(x: i32, y: i32, center_x: i32, center_y: i32) -> i32 {
    let along_x = x.wrapping_sub(center_x).wrapping_abs();
    along_x.max(y.wrapping_sub(center_y).wrapping_abs())
}
