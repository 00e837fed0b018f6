//! The home of QR codes that fit the display (ISO/IEC 18004): text as bytes, at the lowest level
//! of error correction, in versions 1 to 11.
//!
//! It is written for a device that has a few kilobytes: nothing in it can panic, a code takes
//! a kilobyte while it is drawn, and is wiped after that.

mod codewords;
mod mask;
mod modules;
mod version;

use super::canvas::{Area, Ink};
use codewords::Codewords;
use mask::{Mask, penalty};
use modules::Modules;
use version::Version;

/// Encodes `text`, if a code of it fits, lets `show` draw each dark module where it belongs in the
/// middle of `area`, as large as fits, and wipes what it was drawn from. What is beside the dark
/// modules is drawn before them; it is dark as well if no code fits.
#[inline(never)]
pub(super) fn encoded(text: &[u8], area: &Area, mut show: impl FnMut(&Area, Ink)) {
    let version = Version::holding(text.len());
    let ground = if version.is_some() {
        Ink::Lit
    } else {
        Ink::Dark
    };
    show(area, ground);
    let Some(version) = version else {
        return;
    };
    let codewords = Codewords::of(version, text);
    let mut code = Modules::blank();
    let mut best = Mask::FIRST;
    let mut fewest = usize::MAX;
    for mask in const { &Mask::ALL } {
        code.draw(&codewords, *mask);
        let points = penalty(&code);
        if points < fewest {
            (fewest, best) = (points, *mask);
        }
    }
    code.draw(&codewords, best);

    let side = i32::try_from(version.side()).unwrap_or(0);
    let room = area.width.min(area.height);
    // The light margin is part of a code; one module of it is the least that is drawn.
    let scale = room.checked_div(side.wrapping_add(2)).unwrap_or(1).max(1);
    let drawn = side.wrapping_mul(scale);
    let middle = |from: i32, length: i32| from.wrapping_add(length.wrapping_sub(drawn) / 2);
    let mut module = Area::new(0, middle(area.top, area.height), scale, scale);
    for y in 0..version.side() {
        module.left = middle(area.left, area.width);
        for x in 0..version.side() {
            if code.is_dark(x, y) {
                show(&module, Ink::Dark);
            }
            module.left = module.right();
        }
        module.top = module.bottom();
    }
}
