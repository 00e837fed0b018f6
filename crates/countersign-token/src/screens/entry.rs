//! The home of the PIN as it is entered.

use super::canvas::{Area, COLUMN, Ink, Op, Sink};
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
    pub(super) fn compose(&self, sink: &mut dyn Sink) {
        let note = match self.tries_left {
            Some(1) => Line::new().text("1 try"),
            Some(tries) => Line::new().number(u32::from(tries)).text(" tries"),
            None => Line::new(),
        };
        sink.title(self.title.as_bytes(), &note);
        sink.centred(12, self.message.as_bytes());
        let width = figures::ADVANCE.wrapping_mul(i32::from(self.most));
        let mut left = sink.width().wrapping_sub(width).max(0) / 2;
        for cell in 0..self.most {
            match cell.cmp(&self.entered) {
                core::cmp::Ordering::Less => {
                    let (left, rows) = (left.wrapping_add(2), symbols::DOT);
                    sink.put(Op::Symbol {
                        left,
                        top: 33,
                        rows,
                        ink: Ink::Lit,
                    });
                }
                core::cmp::Ordering::Equal => self.compose_chosen(sink, left),
                core::cmp::Ordering::Greater => underscore(sink, left),
            }
            left = left.wrapping_add(figures::ADVANCE);
        }
        sink.key(0, "SELECT", "OK");
        let right = sink
            .width()
            .wrapping_sub(COLUMN.wrapping_mul(8).wrapping_add(10));
        sink.key(right, "LEFT", "back");
    }

    /// The figure that is being chosen, between the keys that change it.
    fn compose_chosen(&self, sink: &mut dyn Sink, left: i32) {
        match self.figure {
            Some(figure) => {
                let figure = b'0'.wrapping_add(figure.min(9));
                sink.put(Op::Figure {
                    left,
                    top: 26,
                    figure,
                });
            }
            None => underscore(sink, left),
        }
        let middle = left.wrapping_add(2);
        let (up, down) = (symbols::UP, symbols::DOWN);
        sink.put(Op::Symbol {
            left: middle,
            top: 21,
            rows: up,
            ink: Ink::Lit,
        });
        sink.put(Op::Symbol {
            left: middle,
            top: 49,
            rows: down,
            ink: Ink::Lit,
        });
    }
}

/// A place for a figure.
fn underscore(sink: &mut dyn Sink, left: i32) {
    let left = left.wrapping_add(1);
    sink.fill(
        Area {
            left,
            top: 45,
            width: 10,
            height: 2,
        },
        Ink::Lit,
    );
}
