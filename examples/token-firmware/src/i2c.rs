//! The home of the I2C bus, with the clock chip and the storage on it.

use core::mem;

use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};

use crate::registers::{Block, Register, set_up};

/// The bus. Drivers have a copy each: every transaction runs to its end before anything else is
/// done, and no interrupt uses it.
#[derive(Clone, Copy, Debug)]
pub struct Bus(());

const ADDRESS: u32 = 0x00;
const CONTROL: u32 = 0x04;
const DATA: u32 = 0x08;
const TIMER_PERIOD: u32 = 0x0c;
const CONFIGURATION: u32 = 0x20;

const RUN: u32 = 1;
const START: u32 = 2;
const STOP: u32 = 4;
const ACKNOWLEDGE: u32 = 8;

const BUSY: u32 = 1;
const ERROR: u32 = 2;

const CONTROLLER: u32 = 0x10;
const RECEIVE: u32 = 1;

/// 100 kbit/s from 50 MHz: a bit has 20 periods of this many clocks.
const PERIOD: u32 = 50_000_000 / (20 * 100_000) - 1;

/// Longer than a byte takes on the wire, in reads of the status.
const PATIENCE: u32 = 100_000;

const SETTINGS: [(Register, u32); 2] = [
    (Block::I2c0.at(CONFIGURATION), CONTROLLER),
    (Block::I2c0.at(TIMER_PERIOD), PERIOD),
];

impl Bus {
    /// The bus of the board.
    pub(crate) fn new() -> Self {
        set_up(&SETTINGS);
        Self(())
    }
}

/// A transaction as the bus sees it: bytes one way and then the other.
///
/// The emulated controller takes no second start condition, so a change of direction is a stop and
/// a start. Both chips keep their address over it.
fn transact(address: u8, mut operations: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
    let mut start = START;
    while let [operation, rest @ ..] = mem::take(&mut operations) {
        let ends = rest
            .first()
            .is_none_or(|next| is_read(next) != is_read(operation));
        let mut direction = if is_read(operation) { RECEIVE } else { 0 };
        let mut len = match operation {
            Operation::Read(bytes) => bytes.len(),
            Operation::Write(bytes) => bytes.len(),
        };
        if len == 0 && ends && start != 0 {
            // The controller cannot send an address alone; whether somebody answers to it, a byte
            // that is read and dropped tells as well.
            (direction, len) = (RECEIVE, 1);
        }
        Block::I2c0.write(ADDRESS, u32::from(address) << 1 | direction);
        for at in 0..len {
            let last = ends && at + 1 == len;
            let command = RUN | start | if last { STOP } else { ACKNOWLEDGE };
            start = 0;
            match operation {
                Operation::Read(bytes) => {
                    step(command)?;
                    if let Some(place) = bytes.get_mut(at) {
                        [*place, ..] = Block::I2c0.read(DATA).to_le_bytes();
                    }
                }
                Operation::Write(bytes) => {
                    let byte = bytes.get(at).copied().unwrap_or_default();
                    Block::I2c0.write(DATA, byte.into());
                    step(command)?;
                }
            }
        }
        if ends {
            start = START;
        }
        operations = rest;
    }
    Ok(())
}

fn is_read(operation: &Operation<'_>) -> bool {
    matches!(operation, Operation::Read(_))
}

/// Lets the controller do one byte, and frees the bus if that fails.
fn step(command: u32) -> Result<(), ErrorKind> {
    let status = settled(command);
    if status & (BUSY | ERROR) == 0 {
        return Ok(());
    }
    if command & STOP == 0 {
        settled(STOP);
    }
    Err(if status & BUSY == 0 {
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown)
    } else {
        ErrorKind::Bus
    })
}

/// The status after a command; busy if that never ended.
fn settled(command: u32) -> u32 {
    Block::I2c0.write(CONTROL, command);
    let mut status = BUSY;
    for _ in 0..PATIENCE {
        status = Block::I2c0.read(CONTROL);
        if status & BUSY == 0 {
            break;
        }
    }
    status
}

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        transact(address, operations)
    }
}
