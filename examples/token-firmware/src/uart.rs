//! The home of the serial line to the host.

use crate::registers::{Block, Register, set_up};

/// The line: 115,200 baud, eight bits.
///
/// It is polled, and its queues stay off: turning them on drops what has arrived by then, and the
/// host speaks as soon as it is connected. The emulated line waits while nobody reads; a chip's
/// would need its handshake pins.
#[derive(Debug)]
pub struct Uart(());

const DATA: u32 = 0x00;
const FLAGS: u32 = 0x18;
const DIVISOR_WHOLE: u32 = 0x24;
const DIVISOR_FRACTION: u32 = 0x28;
const LINE: u32 = 0x2c;
const CONTROL: u32 = 0x30;

const EIGHT_BITS: u32 = 0x60;
const ENABLE_BOTH_WAYS: u32 = 0x301;

const SETTINGS: [(Register, u32); 4] = [
    // 50 MHz / (16 * 115,200) = 27 + 8 / 64.
    (Block::Uart0.at(DIVISOR_WHOLE), 27),
    (Block::Uart0.at(DIVISOR_FRACTION), 8),
    (Block::Uart0.at(LINE), EIGHT_BITS),
    (Block::Uart0.at(CONTROL), ENABLE_BOTH_WAYS),
];

const NOTHING_RECEIVED: u32 = 0x10;
const CANNOT_SEND: u32 = 0x20;

impl Uart {
    pub(crate) fn new() -> Self {
        set_up(&SETTINGS);
        Self(())
    }

    /// The next byte that has arrived, if any.
    pub fn read(&mut self) -> Option<u8> {
        if Block::Uart0.read(FLAGS) & NOTHING_RECEIVED != 0 {
            return None;
        }
        let [low, ..] = Block::Uart0.read(DATA).to_le_bytes();
        Some(low)
    }

    /// Sends a byte, waiting until the line takes it.
    pub fn write(&mut self, byte: u8) {
        while Block::Uart0.read(FLAGS) & CANNOT_SEND != 0 {}
        Block::Uart0.write(DATA, u32::from(byte));
    }
}
