//! The home of the board, a Stellaris LM3S6965 evaluation kit: which pin is what, and how the chip
//! is set up.

use crate::gpio::{ALTERNATE, DIGITAL, DIRECTION, Input, OPEN_DRAIN, Output, PULL_UP};
use crate::i2c::Bus;
use crate::memory::Memory;
use crate::oled::Oled;
use crate::registers::{Block, Register, provisioned, set_up};
use crate::spi::Spi;
use crate::uart::Uart;
use crate::uptime::Timer;
use crate::watchdog::Watchdog;

/// The display of this board.
pub type Display = Oled<Spi, Output, Output>;

/// Everything on the board that the token uses.
pub struct Board {
    /// The line to the host.
    pub uart: Uart,
    /// The bus with the clock chip at 0x68 and the storage at 0x50.
    pub bus: Bus,
    /// The display.
    pub display: Display,
    /// The five keys: up, down, left, right, select. They read low while pressed.
    pub keys: [Input; 5],
    /// The time since reset.
    pub timer: Timer,
    /// The watchdog, running.
    pub watchdog: Watchdog,
    /// The memory for what is too large for the stack.
    pub memory: &'static mut Memory,
}

impl Board {
    /// Sets the chip up. There is one board: the second call gives nothing.
    #[must_use]
    pub fn take() -> Option<Self> {
        let memory = Memory::take()?;
        set_clock();
        set_up(&SETTINGS);
        Some(Self {
            uart: Uart::new(),
            bus: Bus::new(),
            display: Oled::new(
                Spi::new(),
                Output::of(Block::PortC, 7),
                Output::of(Block::PortD, 0),
            ),
            keys: [
                Input::of(Block::PortE, 0),
                Input::of(Block::PortE, 1),
                Input::of(Block::PortE, 2),
                Input::of(Block::PortE, 3),
                Input::of(Block::PortF, 1),
            ],
            timer: Timer::start(),
            watchdog: Watchdog::start(),
            memory,
        })
    }
}

const RAW_INTERRUPTS: u32 = 0x050;
const CLOCKS: u32 = 0x060;
const GATES_0: u32 = 0x100;
const GATES_1: u32 = 0x104;
const GATES_2: u32 = 0x108;

/// The pins that a debugger is connected to, as a reset leaves them, on ports B and C.
const DEBUGGER_B: u32 = 0x80;
const DEBUGGER_C: u32 = 0x0f;

/// What the devices get their clocks by, and the pins: serial line and display on A, the bus on B,
/// the display's data and select on C and D, the keys on E and F.
const SETTINGS: [(Register, u32); 16] = [
    (Block::SystemControl.at(GATES_0), 1 << 3),
    (Block::SystemControl.at(GATES_1), 1 << 0 | 1 << 4 | 1 << 12),
    (Block::SystemControl.at(GATES_2), 0x3f),
    (Block::PortA.at(ALTERNATE), 0b11_0111),
    (Block::PortA.at(DIGITAL), 0b11_0111),
    (Block::PortB.at(ALTERNATE), DEBUGGER_B | 0b1100),
    (Block::PortB.at(DIGITAL), DEBUGGER_B | 0b1100),
    (Block::PortB.at(OPEN_DRAIN), 0b1000),
    (Block::PortC.at(DIRECTION), 1 << 7),
    (Block::PortC.at(DIGITAL), DEBUGGER_C | 1 << 7),
    (Block::PortD.at(DIRECTION), 1 << 0),
    (Block::PortD.at(DIGITAL), 1 << 0),
    (Block::PortE.at(PULL_UP), 0b1111),
    (Block::PortE.at(DIGITAL), 0b1111),
    (Block::PortF.at(PULL_UP), 1 << 1),
    (Block::PortF.at(DIGITAL), 1 << 1),
];

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
        let mut secrets = [[0; 32]; 2];
        let (mut some, mut all) = (0, u32::MAX);
        let (places, _) = secrets.as_flattened_mut().as_chunks_mut();
        for (place, number) in places.iter_mut().zip(0..) {
            let word = provisioned(number);
            *place = word.to_le_bytes();
            some |= word;
            all &= word;
        }
        let [device_key, seed] = secrets;
        (some != 0 && all != u32::MAX).then_some(Self { device_key, seed })
    }
}
