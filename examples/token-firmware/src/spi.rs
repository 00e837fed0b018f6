//! The home of the synchronous serial interface, with the display on it.

use core::convert::Infallible;

use embedded_hal::spi::{ErrorType, SpiBus};

use crate::registers::{Block, Register, set_up};

/// The interface, eight bits at a time.
#[derive(Debug)]
pub struct Spi(());

const CONTROL_0: u32 = 0x00;
const CONTROL_1: u32 = 0x04;
const DATA: u32 = 0x08;
const STATUS: u32 = 0x0c;
const PRESCALE: u32 = 0x10;

const EIGHT_BITS: u32 = 7;
const ENABLE: u32 = 2;
/// 50 MHz down to 10 MHz, which is what the display takes.
const DIVISOR: u32 = 6;

const SETTINGS: [(Register, u32); 3] = [
    (Block::Ssi0.at(PRESCALE), DIVISOR),
    (Block::Ssi0.at(CONTROL_0), EIGHT_BITS),
    (Block::Ssi0.at(CONTROL_1), ENABLE),
];

const RECEIVED: u32 = 4;

impl Spi {
    pub(crate) fn new() -> Self {
        set_up(&SETTINGS);
        Self(())
    }
}

/// Sends a byte and takes the one that came back for it. The receiving queue is thereby always
/// emptied: a full one would stop the sender.
fn exchange(byte: u8) -> u8 {
    Block::Ssi0.write(DATA, u32::from(byte));
    while Block::Ssi0.read(STATUS) & RECEIVED == 0 {}
    let [low, ..] = Block::Ssi0.read(DATA).to_le_bytes();
    low
}

impl ErrorType for Spi {
    type Error = Infallible;
}

impl SpiBus for Spi {
    fn read(&mut self, words: &mut [u8]) -> Result<(), Infallible> {
        for word in words {
            *word = exchange(0);
        }
        Ok(())
    }

    fn write(&mut self, words: &[u8]) -> Result<(), Infallible> {
        for word in words {
            exchange(*word);
        }
        Ok(())
    }

    fn transfer(&mut self, read: &mut [u8], write: &[u8]) -> Result<(), Infallible> {
        let longest = read.len().max(write.len());
        let sent = write.iter().copied().chain(core::iter::repeat(0));
        let mut places = read.iter_mut();
        for byte in sent.take(longest) {
            let received = exchange(byte);
            if let Some(place) = places.next() {
                *place = received;
            }
        }
        Ok(())
    }

    fn transfer_in_place(&mut self, words: &mut [u8]) -> Result<(), Infallible> {
        for word in words {
            *word = exchange(*word);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
