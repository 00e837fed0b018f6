//! The home of QR codes that fit the display.

use qrcodegen_no_heap::{QrCode, QrCodeEcc, Version};
use zeroize::Zeroize;

use super::canvas::Area;

/// Version 11 has 61 modules: the largest that 64 rows can show.
const LARGEST: Version = Version::new(11);

/// What one buffer holds.
const BUFFER: usize = LARGEST.buffer_len();

/// A code that is about to be drawn.
pub(super) struct Modules<'a>(QrCode<'a>);

/// Encodes `text`, lets `show` draw it, and wipes what it was drawn from.
pub(super) fn encoded(text: &str, show: impl FnOnce(&Modules<'_>)) {
    let mut scratch = [0; BUFFER];
    let mut out = [0; BUFFER];
    let code = QrCode::encode_text(
        text,
        &mut scratch,
        &mut out,
        QrCodeEcc::Low,
        Version::MIN,
        LARGEST,
        None,
        true,
    );
    if let Ok(code) = code {
        show(&Modules(code));
    }
    scratch.zeroize();
    out.zeroize();
}

impl Modules<'_> {
    /// Whether a pixel of `area` is lit: all but the dark modules are, and these are as large
    /// as fits.
    pub(super) fn is_lit(&self, area: Area, x: i32, y: i32) -> bool {
        let modules = self.0.size().max(1);
        let room = area.width.min(area.height);
        // The light margin is part of a code; one module of it is the least that is drawn.
        let scale = room
            .checked_div(modules.saturating_add(2))
            .unwrap_or(1)
            .max(1);
        let side = modules.saturating_mul(scale);
        let place = |at: i32, length: i32| {
            let from = at.saturating_sub(length.saturating_sub(side) / 2);
            from.checked_div_euclid(scale).unwrap_or(-1)
        };
        !self
            .0
            .get_module(place(x, area.width), place(y, area.height))
    }
}
