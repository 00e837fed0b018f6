//! The home of the PIN as it is entered.

use super::canvas::Canvas;
use super::glyph::Glyph;
use super::text::Line;
use super::{figures, symbols};

/// A PIN as it is entered: only the figure that is being chosen is legible.
#[derive(Clone, Copy)]
pub struct PinEntry {
    /// What the PIN is for.
    pub title: &'static str,
    /// Figures that were entered before the one that is being chosen.
    pub entered: u8,
    /// The figure that is being chosen, 0 to 9; `None` while there is none.
    pub figure: Option<u8>,
    /// Figures that a PIN may have.
    pub most: u8,
    /// How often the PIN may still be wrong; `None` where none is compared.
    pub tries_left: Option<u8>,
    /// A word on what was entered before, or on what to do.
    pub message: &'static str,
}

impl PinEntry {
    pub(super) fn compose(&self, canvas: &mut Canvas<'_>) {
        let words = match self.tries_left {
            None => "",
            Some(1) => "# try",
            Some(_) => "# tries",
        };
        let note = Line::of(words, &[self.tries_left.unwrap_or(0).into()]);
        canvas.title(self.title.as_bytes(), note.as_bytes());
        canvas.centred(12, self.message.as_bytes());
        let width = figures::ADVANCE.wrapping_mul(i32::from(self.most));
        let mut left = canvas.width.wrapping_sub(width).max(0) / 2;
        for cell in 0..self.most {
            let (middle, is_chosen) = (left.wrapping_add(2), cell == self.entered);
            if is_chosen {
                canvas.glyph(middle, 21, symbols::UP);
                canvas.glyph(middle, 49, symbols::DOWN);
            }
            match self.figure {
                _ if cell < self.entered => canvas.glyph(middle, 33, symbols::DOT),
                Some(figure) if is_chosen => {
                    let figure = Glyph::figure(b'0'.wrapping_add(figure.min(9)));
                    canvas.glyph(left, 26, figure);
                }
                _ => canvas.fill(left.wrapping_add(1), 45, 10, 2),
            }
            left = left.wrapping_add(figures::ADVANCE);
        }
        canvas.keys("OK", "back");
    }
}
