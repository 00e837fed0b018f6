//! The home of the masks of a QR code, of which one keeps it free of what misleads a reader.

use super::modules::Modules;

/// One of eight patterns in which modules are inverted.
#[derive(Clone, Copy)]
pub(super) struct Mask(u8);

impl Mask {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..8).map(Self)
    }

    /// Whether it inverts a module (ISO/IEC 18004, table 10).
    pub(super) fn inverts(self, x: i32, y: i32) -> bool {
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
        let remainder = (0..10).fold(format, |remainder: u32, _| {
            let carries = remainder >> 9 == 1;
            remainder << 1 ^ if carries { 0x537 } else { 0 }
        });
        (format << 10 | remainder) ^ 0x5412
    }
}

/// The lowest level of error correction.
const LOW: u32 = 1;

/// The points against a code (ISO/IEC 18004, section 7.8.3).
pub(super) fn penalty(modules: &Modules) -> u32 {
    let side = modules.side();
    let mut points: u32 = 0;
    let mut dark: u32 = 0;
    for line in 0..side {
        let mut row = Line::new();
        let mut column = Line::new();
        for at in 0..side {
            let here = modules.is_dark(at, line);
            row.take(here, &mut points);
            column.take(modules.is_dark(line, at), &mut points);
            dark = dark.saturating_add(u32::from(here));
            let (next, below) = (at.saturating_add(1), line.saturating_add(1));
            let is_block = next < side
                && below < side
                && [(next, line), (at, below), (next, below)]
                    .into_iter()
                    .all(|(x, y)| modules.is_dark(x, y) == here);
            if is_block {
                points = points.saturating_add(3);
            }
        }
        row.end(&mut points);
        column.end(&mut points);
    }
    points.saturating_add(imbalance(dark, side))
}

/// Ten points for each whole five hundredths by which the dark modules are not half of all.
fn imbalance(dark: u32, side: i32) -> u32 {
    let all = side.unsigned_abs().saturating_mul(side.unsigned_abs());
    let off = dark.saturating_mul(20).abs_diff(all.saturating_mul(10));
    off.checked_div(all).unwrap_or(0).saturating_mul(10)
}

/// Modules along a line, of which the last eleven are kept.
struct Line {
    last: u16,
    run: u32,
}

impl Line {
    fn new() -> Self {
        Self { last: 0, run: 0 }
    }

    fn take(&mut self, dark: bool, points: &mut u32) {
        if self.run > 0 && dark == (self.last & 1 == 1) {
            self.run = self.run.saturating_add(1);
        } else {
            self.run = 1;
        }
        let against_run = match self.run {
            5 => 3,
            6.. => 1,
            _ => 0,
        };
        self.shift(dark, points);
        *points = points.saturating_add(against_run);
    }

    /// What comes after the line is light.
    fn end(&mut self, points: &mut u32) {
        for _ in 0..4 {
            self.shift(false, points);
        }
    }

    /// Looks for what resembles the pattern in the corners, with light before or after it.
    fn shift(&mut self, dark: bool, points: &mut u32) {
        self.last = (self.last << 1 | u16::from(dark)) & 0x7ff;
        if matches!(self.last, 0b101_1101_0000 | 0b000_0101_1101) {
            *points = points.saturating_add(40);
        }
    }
}
