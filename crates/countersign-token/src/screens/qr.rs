//! The home of QR codes that fit the display (ISO/IEC 18004): text as bytes, at the lowest level
//! of error correction, in versions 1 to 11.
//!
//! It is written for a device that has a few kilobytes: nothing in it can panic, a code takes
//! a kilobyte while it is drawn, and is wiped after that.

mod codewords;
mod mask;
mod modules;
mod version;

use super::canvas::Area;
use codewords::Codewords;
use mask::{Mask, penalty};
use modules::Modules;
use version::Version;

/// A code that is about to be drawn.
pub(super) struct Code(Modules);

/// Encodes `text` and lets `show` draw it, and wipes what it was drawn from. Answers whether there
/// is a code for it.
pub(super) fn encoded(text: &[u8], show: impl FnOnce(&Code)) -> bool {
    let Some(version) = Version::holding(text.len()) else {
        return false;
    };
    let codewords = Codewords::of(version, text);
    let mut code = Code(Modules::blank());
    let mut best = Mask::FIRST;
    let mut fewest = u32::MAX;
    for mask in Mask::ALL {
        code.0.draw(&codewords, mask);
        let points = penalty(&code.0);
        if points < fewest {
            (fewest, best) = (points, mask);
        }
    }
    code.0.draw(&codewords, best);
    show(&code);
    true
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
