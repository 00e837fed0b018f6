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
        Block::Watchdog.write(LOCK, UNLOCK);
        Block::Watchdog.write(LOAD, CLOCKS);
        Block::Watchdog.write(CONTROL, INTERRUPT_AND_RESET);
        Block::Watchdog.write(LOCK, 0);
        Self(())
    }

    /// Says that all is well.
    pub fn feed(&mut self) {
        Block::Watchdog.write(LOCK, UNLOCK);
        Block::Watchdog.write(LOAD, CLOCKS);
        Block::Watchdog.write(CLEAR, 0);
        Block::Watchdog.write(LOCK, 0);
    }
}
