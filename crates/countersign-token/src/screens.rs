//! The home of what the display shows: plain views of a token's state, and how they are drawn.
//!
//! A [`Screen`] holds what it shows by reference and knows nothing of a token, so a device can
//! draw one of its own. Any `DrawTarget` of one bit a pixel will do; the layout is made for
//! 128 x 64 and gives larger displays more text. [`Painter`] draws only rows that changed.

mod canvas;
mod entry;
mod figures;
mod glyph;
mod list;
mod notice;
mod paint;
mod prompt;
mod qr;
mod readout;
mod symbols;
mod text;

pub use entry::PinEntry;
pub use list::List;
pub use notice::Notice;
pub use paint::{Painter, Rows, draw};
pub use prompt::{Prompt, Question};
pub use readout::{AccountCode, ClockFace, Shown, Storage};

pub(crate) use text::parts as name_parts;

use canvas::{Area, Canvas, Ink, What};

/// What the display shows.
#[derive(Clone, Copy)]
pub enum Screen<'a> {
    /// Nothing: all dark.
    Blank,
    /// Lines of which one is chosen: accounts, or a menu.
    List(List<'a>),
    /// An account with its code.
    Code(AccountCode<'a>),
    /// A question to the person who holds the token.
    Prompt(Prompt<'a>),
    /// A PIN as it is entered.
    PinEntry(PinEntry),
    /// The time, and since when it is known.
    Clock(ClockFace),
    /// How full the token is.
    Storage(Storage),
    /// A QR code of this text, alone on the display. One that does not fit is blank.
    Qr(&'a [u8]),
    /// Something to read.
    Notice(Notice),
}

/// Draws `screen` by operations that leave nothing of the one before.
fn compose(screen: &Screen<'_>, canvas: &mut Canvas<'_>) {
    if let Screen::Qr(text) = screen {
        let area = Area::new(0, 0, canvas.width, canvas.height);
        return canvas.put(area, What::Qr(text), Ink::Lit);
    }
    canvas.ink = Ink::Dark;
    canvas.fill(0, 0, canvas.width, canvas.height);
    canvas.ink = Ink::Lit;
    match screen {
        Screen::Blank | Screen::Qr(_) => {}
        Screen::List(list) => list.compose(canvas),
        Screen::Code(code) => code.compose(canvas),
        Screen::Prompt(prompt) => prompt.compose(canvas),
        Screen::PinEntry(entry) => entry.compose(canvas),
        Screen::Clock(clock) => clock.compose(canvas),
        Screen::Storage(storage) => storage.compose(canvas),
        Screen::Notice(notice) => notice.compose(canvas),
    }
}
