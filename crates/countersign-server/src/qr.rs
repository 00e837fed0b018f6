//! QR codes in a terminal: two modules to a character, by half blocks.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};
use zeroize::Zeroizing;

/// Which colour the terminal's text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// Light text on dark ground.
    Dark,
    /// Dark text on light ground.
    Light,
}

/// Draws the text as a QR code (ISO/IEC 18004) with the quiet zone of four modules; every line
/// ends in a line break. `None` if the text is longer than a QR code holds.
pub(crate) fn draw(text: &str, screen: Screen) -> Option<Zeroizing<String>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let end = code.size() + QUIET_ZONE;
    // What the terminal paints is the light module on a dark ground, the dark one on a light.
    let painted = |x, y| code.get_module(x, y) == (screen == Screen::Light);
    let mut drawn = Zeroizing::new(String::new());
    for y in (-QUIET_ZONE..end).step_by(2) {
        for x in -QUIET_ZONE..end {
            // Beyond the last row there is no ground of ours to paint.
            let lower = if y + 1 < end {
                painted(x, y + 1)
            } else {
                false
            };
            drawn.push(match (painted(x, y), lower) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        let _ = writeln!(drawn);
    }
    Some(drawn)
}

/// Modules of light ground that a reader needs on every side.
const QUIET_ZONE: i32 = 4;
