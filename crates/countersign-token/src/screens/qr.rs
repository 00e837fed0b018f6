//! The home of QR codes that fit the display (ISO/IEC 18004): text as bytes, at the lowest level
//! of error correction, in versions 1 to 11.
//!
//! It is written for a device that has a few kilobytes: nothing in it can panic, a code takes
//! half a kilobyte while it is drawn, and is wiped after that.

mod codewords;
mod mask;
mod modules;

use super::canvas::Area;
use codewords::Codewords;
use mask::{Mask, penalty};
use modules::Modules;

/// A version, 1 to 11, which says how large a code is.
#[derive(Clone, Copy)]
struct Version(u8);

impl Version {
    /// The smallest one that holds `bytes` of text.
    fn holding(bytes: usize) -> Option<Self> {
        let mut versions = (1..=11).map(Self);
        versions.find(|version| bytes <= version.capacity())
    }

    /// Bytes of text that it holds.
    fn capacity(self) -> usize {
        // A mode of four bits, a count, and a terminator of four bits.
        self.data_len()
            .saturating_sub(if self.has_long_count() { 3 } else { 2 })
    }

    /// Whether text is counted in sixteen bits, not in eight.
    fn has_long_count(self) -> bool {
        self.0 >= 10
    }

    /// Modules to a side.
    fn side(self) -> i32 {
        i32::from(self.0).saturating_mul(4).saturating_add(17)
    }

    /// Codewords of text: all of them but those of error correction.
    fn data_len(self) -> usize {
        let correction = self.blocks().saturating_mul(self.correction_len());
        self.total_len().saturating_sub(correction)
    }

    /// All codewords.
    fn total_len(self) -> usize {
        self.of(&[26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404])
    }

    /// Codewords of error correction of each block.
    fn correction_len(self) -> usize {
        self.of(&[7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20])
    }

    /// Blocks that the codewords are in.
    fn blocks(self) -> usize {
        self.of(&[1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4])
    }

    /// The value of this version in a table (ISO/IEC 18004, table 9).
    fn of(self, table: &'static [u16; 11]) -> usize {
        let place = usize::from(self.0).saturating_sub(1);
        table.get(place).copied().unwrap_or(0).into()
    }
}

/// A code that is about to be drawn.
pub(super) struct Code(Modules);

/// Whether there is a code for `text`.
pub(super) fn fits(text: &[u8]) -> bool {
    Version::holding(text.len()).is_some()
}

/// Encodes `text`, if a code of it fits, lets `show` draw it, and wipes what it was drawn from.
pub(super) fn encoded(text: &[u8], show: impl FnOnce(&Code)) {
    let Some(version) = Version::holding(text.len()) else {
        return;
    };
    let mut bits = Modules::blank(version);
    Codewords::of(version, text).place(&mut bits);
    let mut code = Code(Modules::blank(version));
    let best = Mask::all().min_by_key(|mask| {
        code.0.draw(version, &bits, *mask);
        penalty(&code.0)
    });
    if let Some(mask) = best {
        code.0.draw(version, &bits, mask);
        show(&code);
    }
    code.0.wipe();
    bits.wipe();
}

impl Code {
    /// Whether a pixel of `area` is lit: all but the dark modules are, and these are as large
    /// as fits.
    pub(super) fn is_lit(&self, area: Area, x: i32, y: i32) -> bool {
        let side = self.0.side().max(1);
        let room = area.width.min(area.height);
        // The light margin is part of a code; one module of it is the least that is drawn.
        let scale = room.checked_div(side.saturating_add(2)).unwrap_or(1).max(1);
        let drawn = side.saturating_mul(scale);
        let place = |at: i32, length: i32| {
            let from = at.saturating_sub(length.saturating_sub(drawn) / 2);
            from.checked_div_euclid(scale).unwrap_or(-1)
        };
        !self.0.is_dark(place(x, area.width), place(y, area.height))
    }
}
