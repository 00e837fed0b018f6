//! The home of a PIN that is being entered, figure by figure.

use zeroize::Zeroize;

use crate::{Button, Pin};

/// The figures so far, and the one that is being chosen. Wiped on drop.
pub(super) struct Typed {
    digits: [u8; Pin::MAX_LEN],
    entered: u8,
    figure: Option<u8>,
}

/// What a key did to the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// It changed them, or nothing.
    Took,
    /// It went back from where nothing was entered.
    Left,
    /// It ended the entry.
    Ended,
}

impl Typed {
    pub(super) const fn new() -> Self {
        Self {
            digits: [0; Pin::MAX_LEN],
            entered: 0,
            figure: None,
        }
    }

    pub(super) fn press(&mut self, button: Button) -> Stroke {
        match button {
            Button::Up => self.step(1),
            Button::Down => self.step(9),
            Button::Right => self.accept(),
            Button::Left if self.figure.is_some() => self.figure = None,
            Button::Left if self.entered == 0 => return Stroke::Left,
            Button::Left => self.take_back(),
            Button::Select => {
                self.accept();
                return Stroke::Ended;
            }
        }
        Stroke::Took
    }

    /// How many figures were entered.
    pub(super) fn entered(&self) -> u8 {
        self.entered
    }

    /// The one that is being chosen, 0 to 9.
    pub(super) fn figure(&self) -> Option<u8> {
        self.figure
    }

    /// The PIN, if that is one. Nothing is entered any more then or otherwise.
    pub(super) fn take(&mut self) -> Option<Pin> {
        let pin = Pin::from_digits(self.digits.get(..self.entered.into())?).ok();
        self.wipe();
        pin
    }

    /// Goes on by `by` from the figure that is being chosen. The first one up is 0, down is 9.
    fn step(&mut self, by: u8) {
        if usize::from(self.entered) < Pin::MAX_LEN {
            let from = self.figure.unwrap_or(if by == 1 { 9 } else { 0 });
            self.figure = Some(from.wrapping_add(by) % 10);
        }
    }

    fn accept(&mut self) {
        let Some(figure) = self.figure.take() else {
            return;
        };
        if let Some(slot) = self.digits.get_mut(usize::from(self.entered)) {
            *slot = b'0'.wrapping_add(figure);
            self.entered = self.entered.wrapping_add(1);
        }
    }

    fn take_back(&mut self) {
        self.entered = self.entered.wrapping_sub(1);
        if let Some(slot) = self.digits.get_mut(usize::from(self.entered)) {
            slot.zeroize();
        }
    }

    /// Forgets them.
    #[inline(never)]
    pub(super) fn wipe(&mut self) {
        self.digits.zeroize();
        self.entered = 0;
        self.figure.zeroize();
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.wipe();
    }
}
