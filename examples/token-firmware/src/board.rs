//! The home of the board, a Stellaris LM3S6965 evaluation kit: which pin is what, and how the chip
//! is set up.

use cortex_m::peripheral::Peripherals;

use crate::gpio::{Input, Output, give_to_peripheral};
use crate::i2c::Bus;
use crate::oled::Oled;
use crate::registers::{Block, provisioned};
use crate::spi::Spi;
use crate::uart::Uart;
use crate::uptime::Timer;
use crate::watchdog::Watchdog;

/// The display of this board.
pub type Display = Oled<Spi, Output, Output>;

/// Everything on the board that the token uses.
#[derive(Debug)]
pub struct Board {
    /// The line to the host.
    pub uart: Uart,
    /// The bus with the clock chip at 0x68 and the storage at 0x50.
    pub bus: &'static Bus,
    /// The display.
    pub display: Display,
    /// The five keys: up, down, left, right, select. They read low while pressed.
    pub keys: [Input; 5],
    /// The time since reset.
    pub timer: Timer,
    /// The watchdog, running.
    pub watchdog: Watchdog,
}

impl Board {
    /// Sets the chip up. There is one board: the second call gives nothing.
    #[must_use]
    pub fn take() -> Option<Self> {
        let processor = Peripherals::take()?;
        set_clock();
        Block::SystemControl.modify(GATES_0, |gates| gates | 1 << 3);
        Block::SystemControl.modify(GATES_1, |gates| gates | 1 << 0 | 1 << 4 | 1 << 12);
        Block::SystemControl.modify(GATES_2, |gates| gates | 0x3f);
        give_to_peripheral(Block::PortA, 0b11_0111);
        give_to_peripheral(Block::PortB, 0b1100);
        Block::PortB.modify(OPEN_DRAIN, |pins| pins | 0b1000);
        let key = |port, number| Input::pulled_up(port, number);
        Some(Self {
            uart: Uart::new(),
            bus: Bus::take()?,
            display: Oled::new(
                Spi::new(),
                Output::low(Block::PortC, 7),
                Output::low(Block::PortD, 0),
            ),
            keys: [
                key(Block::PortE, 0),
                key(Block::PortE, 1),
                key(Block::PortE, 2),
                key(Block::PortE, 3),
                key(Block::PortF, 1),
            ],
            timer: Timer::start(processor.SYST),
            watchdog: Watchdog::start(),
        })
    }
}

const RAW_INTERRUPTS: u32 = 0x050;
const CLOCKS: u32 = 0x060;
const GATES_0: u32 = 0x100;
const GATES_1: u32 = 0x104;
const GATES_2: u32 = 0x108;
const OPEN_DRAIN: u32 = 0x50c;

const PLL_OFF: u32 = 1 << 13;
const BYPASS: u32 = 1 << 11;
const PLL_LOCKED: u32 = 1 << 6;
/// An 8 MHz crystal at the main oscillator; 200 MHz divided by four.
const FIFTY_MHZ: u32 = 3 << 23 | 1 << 22 | 0xe << 6;

/// 50 MHz from the crystal.
fn set_clock() {
    Block::SystemControl.write(CLOCKS, FIFTY_MHZ | BYPASS | PLL_OFF);
    Block::SystemControl.write(CLOCKS, FIFTY_MHZ | BYPASS);
    for _ in 0..100_000 {
        if Block::SystemControl.read(RAW_INTERRUPTS) & PLL_LOCKED != 0 {
            break;
        }
    }
    Block::SystemControl.write(CLOCKS, FIFTY_MHZ);
}

/// What was written into this token when it was made: two secrets of 32 bytes.
pub struct Provision {
    /// The key that seals the storage.
    pub device_key: [u8; 32],
    /// Where the random bit generator starts.
    pub seed: [u8; 32],
}

impl Provision {
    /// Reads it; nothing if the page was never written.
    #[must_use]
    pub fn read() -> Option<Self> {
        let words = || (0..WORDS).map(provisioned);
        if words().all(|word| word == 0) || words().all(|word| word == u32::MAX) {
            return None;
        }
        Some(Self {
            device_key: secret(0),
            seed: secret(WORDS / 2),
        })
    }
}

/// Words of both secrets.
const WORDS: u32 = 16;

fn secret(first: u32) -> [u8; 32] {
    let mut secret = [0; 32];
    let (places, _) = secret.as_chunks_mut();
    for (place, word) in places.iter_mut().zip(first..) {
        *place = provisioned(word).to_le_bytes();
    }
    secret
}
