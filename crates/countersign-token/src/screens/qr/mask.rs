//! The home of the masks of a QR code, of which one keeps it free of what misleads a reader.

use super::modules::Modules;

/// One of eight patterns in which modules are inverted.
#[derive(Clone, Copy)]
pub(super) struct Mask(u8);

impl Mask {
    pub(super) const FIRST: Self = Self(0);
    pub(super) const ALL: [Self; 8] = [
        Self::FIRST,
        Self(1),
        Self(2),
        Self(3),
        Self(4),
        Self(5),
        Self(6),
        Self(7),
    ];

    /// Whether it inverts a module (ISO/IEC 18004, table 10).
    pub(super) fn inverts(self, x: usize, y: usize) -> bool {
        let sum = x.wrapping_add(y);
        let product = x.wrapping_mul(y);
        let zero = match self.0 {
            0 => sum % 2,
            1 => y % 2,
            2 => x % 3,
            3 => sum % 3,
            4 => (x / 3).wrapping_add(y / 2) % 2,
            5 => (product % 2).wrapping_add(product % 3),
            6 => (product % 2).wrapping_add(product % 3) % 2,
            _ => (sum % 2).wrapping_add(product % 3) % 2,
        };
        zero == 0
    }

    /// The level of error correction and the mask in five bits, ten that correct them, and a
    /// pattern over all so that they are never all light.
    pub(super) fn format(self) -> u32 {
        let format = LOW << 3 | u32::from(self.0);
        corrected(format, 10, 0x537) ^ 0x5412
    }
}

/// The lowest level of error correction.
const LOW: u32 = 1;

/// Some bits, and behind them as many as correct them, by a generator of one bit more.
#[inline(never)]
pub(super) fn corrected(bits: u32, correction: u32, generator: u32) -> u32 {
    let highest = 1_u32.wrapping_shl(correction);
    let mut remainder = bits;
    for _ in 0..correction {
        remainder <<= 1;
        if remainder & highest != 0 {
            remainder ^= generator;
        }
    }
    bits.wrapping_mul(highest) | remainder
}

/// The points against a code (ISO/IEC 18004, section 7.8.3).
pub(super) fn penalty(modules: &Modules) -> usize {
    let side = modules.side();
    let mut points: usize = 0;
    let mut dark: usize = 0;
    for line in 0..side {
        for is_column in [false, true] {
            points = points.wrapping_add(along(modules, line, is_column));
        }
    }
    for y in 0..side {
        for x in 0..side {
            let here = modules.is_dark(x, y);
            dark = dark.wrapping_add(here.into());
            let (next, below) = (x.wrapping_add(1), y.wrapping_add(1));
            if next < side
                && below < side
                && modules.is_dark(next, y) == here
                && modules.is_dark(x, below) == here
                && modules.is_dark(next, below) == here
            {
                points = points.wrapping_add(3);
            }
        }
    }
    points.wrapping_add(imbalance(dark, side))
}

/// The points against one line: for runs, and for what resembles the pattern in the corners with
/// light before or after it. What comes after the line is light.
fn along(modules: &Modules, line: usize, is_column: bool) -> usize {
    let side = modules.side();
    let mut points: usize = 0;
    let mut last: u32 = 0;
    let mut run: u32 = 0;
    for at in 0..side.wrapping_add(4) {
        let (x, y) = if is_column { (line, at) } else { (at, line) };
        let dark = u32::from(modules.is_dark(x, y));
        run = if dark == last & 1 { run } else { 0 }.wrapping_add(1);
        last = (last << 1 | dark) & 0x7ff;
        if matches!(last, 0b101_1101_0000 | 0b000_0101_1101) {
            points = points.wrapping_add(40);
        }
        if at < side {
            points = points.wrapping_add(match run {
                5 => 3,
                6.. => 1,
                _ => 0,
            });
        }
    }
    points
}

/// Ten points for each whole five hundredths by which the dark modules are not half of all.
fn imbalance(dark: usize, side: usize) -> usize {
    let all = side.wrapping_mul(side);
    let off = dark.wrapping_mul(20).abs_diff(all.wrapping_mul(10));
    off.checked_div(all).unwrap_or(0).wrapping_mul(10)
}
