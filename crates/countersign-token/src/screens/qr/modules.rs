//! The home of the modules of a QR code: which are the same in every code of a version, and
//! where the others are.

use zeroize::Zeroize;

use super::Version;
use super::mask::Mask;

/// Modules by row, the leftmost in the lowest bit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Modules {
    side: i32,
    rows: [u64; LARGEST],
}

/// Version 11 has 61 modules to a side.
const LARGEST: usize = 61;

impl Modules {
    /// A code of this version without anything.
    pub(super) fn blank(version: Version) -> Self {
        Self {
            side: version.side(),
            rows: [0; LARGEST],
        }
    }

    /// Becomes the whole code of these codewords.
    pub(super) fn draw(&mut self, version: Version, codewords: &Self, mask: Mask) {
        for (row, y) in self.rows.iter_mut().zip(0..self.side) {
            *row = 0;
            for x in (0..self.side).rev() {
                let is_dark = match fixed(version, x, y) {
                    Some(Fixed::Dark) => true,
                    Some(Fixed::Light) => false,
                    Some(Fixed::Format(bit)) => mask.format() >> bit & 1 == 1,
                    Some(Fixed::Version(bit)) => version_bits(version) >> bit & 1 == 1,
                    None => codewords.is_dark(x, y) != mask.inverts(x, y),
                };
                *row = *row << 1 | u64::from(is_dark);
            }
        }
    }

    pub(super) fn side(&self) -> i32 {
        self.side
    }

    /// Whether a module is dark. Whatever is beside the code is light.
    pub(super) fn is_dark(&self, x: i32, y: i32) -> bool {
        let row = usize::try_from(y).ok().and_then(|y| self.rows.get(y));
        let shifted = u32::try_from(x).ok().and_then(|x| row?.checked_shr(x));
        shifted.unwrap_or(0) & 1 == 1
    }

    /// Makes a module dark.
    pub(super) fn darken(&mut self, (x, y): (i32, i32)) {
        let row = usize::try_from(y).ok().and_then(|y| self.rows.get_mut(y));
        let bit = u32::try_from(x).ok().and_then(|x| 1_u64.checked_shl(x));
        if let (Some(row), Some(bit)) = (row, bit) {
            *row |= bit;
        }
    }

    pub(super) fn wipe(&mut self) {
        self.rows.zeroize();
    }
}

/// A module that holds no codeword.
#[derive(Clone, Copy)]
enum Fixed {
    Dark,
    Light,
    /// A bit of the format.
    Format(u32),
    /// A bit of the version.
    Version(u32),
}

impl Fixed {
    fn dark(is_dark: bool) -> Self {
        if is_dark { Self::Dark } else { Self::Light }
    }
}

/// What is at a place that holds no codeword; `None` if it holds one.
fn fixed(version: Version, x: i32, y: i32) -> Option<Fixed> {
    let side = version.side();
    let far = side.wrapping_sub(4);
    for (center_x, center_y) in [(3, 3), (far, 3), (3, far)] {
        let distance = distance(x, y, center_x, center_y);
        if distance <= 4 {
            return Some(Fixed::dark(distance != 2 && distance != 4));
        }
    }
    if x == 6 || y == 6 {
        // Patterns of alignment continue these lines.
        return Some(Fixed::dark(x.wrapping_add(y) % 2 == 0));
    }
    if let Some(distance) = alignment(version, x, y) {
        return Some(Fixed::dark(distance != 1));
    }
    if let Some(bit) = format_bit(side, x, y) {
        return Some(bit);
    }
    if version.0 >= 7 {
        let from = side.wrapping_sub(11);
        let (along, across) = (x.max(y).wrapping_sub(from), x.min(y));
        if (0..3).contains(&along) && across < 6 {
            let bit = across.wrapping_mul(3).wrapping_add(along);
            return Some(Fixed::Version(bit.unsigned_abs()));
        }
    }
    None
}

/// How far a module is from the middle of the alignment pattern that it belongs to, if it does.
fn alignment(version: Version, x: i32, y: i32) -> Option<i32> {
    if version.0 < 2 {
        return None;
    }
    let last = version.side().wrapping_sub(7);
    let middle = if version.0 < 7 {
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

/// The two copies of the format, and the module beside one that is always dark.
fn format_bit(side: i32, x: i32, y: i32) -> Option<Fixed> {
    let bit = match (x, y) {
        (8, 0..=5) => y,
        (8, 7) => 6,
        (8, 8) => 7,
        (7, 8) => 8,
        (0..=5, 8) => 14_i32.wrapping_sub(x),
        (_, 8) if x >= side.wrapping_sub(8) => side.wrapping_sub(1).wrapping_sub(x),
        (8, _) if y == side.wrapping_sub(8) => return Some(Fixed::Dark),
        (8, _) if y > side.wrapping_sub(8) => y.wrapping_sub(side).wrapping_add(15),
        _ => return None,
    };
    Some(Fixed::Format(bit.unsigned_abs()))
}

/// The version in six bits, and twelve of a Golay code that corrects them.
fn version_bits(version: Version) -> u32 {
    let number = u32::from(version.0);
    let remainder = (0..12).fold(number, |remainder: u32, _| {
        let carries = remainder >> 11 == 1;
        remainder << 1 ^ if carries { 0x1f25 } else { 0 }
    });
    number << 12 | remainder
}

/// The larger of the distances along both axes.
fn distance(x: i32, y: i32, center_x: i32, center_y: i32) -> i32 {
    let along_x = x.wrapping_sub(center_x).wrapping_abs();
    along_x.max(y.wrapping_sub(center_y).wrapping_abs())
}

/// The modules that hold codewords, in the order of these: in pairs of columns from the right,
/// up and down in turn, around the column that holds none.
pub(super) fn places(version: Version) -> impl Iterator<Item = (i32, i32)> {
    let side = version.side();
    let pairs = (0..side / 2).map(move |pair| {
        let right = side.wrapping_sub(1).wrapping_sub(pair.wrapping_mul(2));
        let right = if right <= 6 {
            right.wrapping_sub(1)
        } else {
            right
        };
        (right, pair % 2 == 0)
    });
    let modules = pairs.flat_map(move |(right, upwards)| {
        (0..side.wrapping_mul(2)).map(move |nth| {
            let row = nth / 2;
            let y = if upwards {
                side.wrapping_sub(1).wrapping_sub(row)
            } else {
                row
            };
            let x = right.wrapping_sub(nth % 2);
            (x, y)
        })
    });
    modules.filter(move |(x, y)| fixed(version, *x, *y).is_none())
}
