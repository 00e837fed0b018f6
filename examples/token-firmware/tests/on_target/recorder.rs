//! The home of a display's wires that keep what is sent over them.

use core::cell::Cell;
use core::convert::Infallible;

use embedded_hal::digital::{self, OutputPin};
use embedded_hal::spi::{self, SpiBus};

/// What was sent.
pub(crate) struct Log {
    first: Cell<[u8; 8]>,
    sent: Cell<usize>,
}

impl Log {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self {
            first: Cell::new([0; 8]),
            sent: Cell::new(0),
        }
    }

    /// Forgets it.
    pub(crate) fn clear(&self) {
        self.sent.set(0);
    }

    /// The first eight bytes.
    pub(crate) fn first(&self) -> [u8; 8] {
        self.first.get()
    }

    /// How many bytes there were.
    pub(crate) fn sent(&self) -> usize {
        self.sent.get()
    }
}

/// A serial interface that keeps what is sent.
pub(crate) struct Wire<'a>(pub(crate) &'a Log);

/// A pin that is not looked at.
pub(crate) struct Pin<'a>(pub(crate) &'a Log);

impl spi::ErrorType for Wire<'_> {
    type Error = Infallible;
}

impl SpiBus for Wire<'_> {
    fn read(&mut self, _words: &mut [u8]) -> Result<(), Infallible> {
        Ok(())
    }

    fn write(&mut self, words: &[u8]) -> Result<(), Infallible> {
        let mut first = self.0.first.get();
        for byte in words {
            if let Some(place) = first.get_mut(self.0.sent.get()) {
                *place = *byte;
            }
            self.0.sent.set(self.0.sent.get() + 1);
        }
        self.0.first.set(first);
        Ok(())
    }

    fn transfer(&mut self, _read: &mut [u8], write: &[u8]) -> Result<(), Infallible> {
        self.write(write)
    }

    fn transfer_in_place(&mut self, words: &mut [u8]) -> Result<(), Infallible> {
        self.write(words)
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl digital::ErrorType for Pin<'_> {
    type Error = Infallible;
}

impl OutputPin for Pin<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
