//! The home of the watchdog: a token that hangs starts anew.

use crate::registers::Block;

/// The watchdog timer, running.
#[derive(Debug)]
pub struct Watchdog(());

const LOAD: u32 = 0x000;
const CONTROL: u32 = 0x008;
const CLEAR: u32 = 0x00c;
const LOCK: u32 = 0xc00;

const UNLOCK: u32 = 0x1acc_e551;
const INTERRUPT_AND_RESET: u32 = 3;

/// The first expiry raises an interrupt that nobody takes, the second one resets: 20 s in all.
const CLOCKS: u32 = 10 * 50_000_000;

impl Watchdog {
    pub(crate) fn start() -> Self {
        wind(CONTROL, INTERRUPT_AND_RESET);
        Self(())
    }

    /// Says that all is well.
    pub fn feed(&mut self) {
        wind(CLEAR, 0);
    }
}

/// Lets it count from the start, and writes one of its registers.
fn wind(register: u32, value: u32) {
    Block::Watchdog.write(LOCK, UNLOCK);
    Block::Watchdog.write(LOAD, CLOCKS);
    Block::Watchdog.write(register, value);
    Block::Watchdog.write(LOCK, 0);
}
