//! The home of the I2C bus, with the clock chip and the storage on it.

use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};

use static_cell::StaticCell;

use crate::registers::Block;

/// The bus. Drivers share it by reference: each transaction runs to its end before anything else
/// is done, and no interrupt uses it.
#[derive(Debug)]
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
const ADDRESS_REFUSED: u32 = 4;
const DATA_REFUSED: u32 = 8;
const ARBITRATION_LOST: u32 = 16;

const CONTROLLER: u32 = 0x10;
const RECEIVE: u32 = 1;

/// 100 kbit/s from 50 MHz: a bit has 20 periods of this many clocks.
const PERIOD: u32 = 50_000_000 / (20 * 100_000) - 1;

/// Longer than a byte takes on the wire, in reads of the status.
const PATIENCE: u32 = 100_000;

impl Bus {
    /// The bus of the board, which there is once.
    pub(crate) fn take() -> Option<&'static Self> {
        static BUS: StaticCell<Bus> = StaticCell::new();
        BUS.try_init_with(Self::new).map(|bus| &*bus)
    }

    fn new() -> Self {
        Block::I2c0.write(CONFIGURATION, CONTROLLER);
        Block::I2c0.write(TIMER_PERIOD, PERIOD);
        Self(())
    }
}

/// A transaction as the bus sees it: bytes one way and then the other.
///
/// The emulated controller takes no second start condition, so a change of direction is a stop and
/// a start. Both chips keep their address over it.
fn transact(address: u8, operations: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
    let mut rest = operations.iter_mut().peekable();
    let mut begins = true;
    while let Some(operation) = rest.next() {
        let ends = rest
            .peek()
            .is_none_or(|next| is_read(next) != is_read(operation));
        match operation {
            Operation::Read(bytes) => read(address, bytes, begins, ends)?,
            Operation::Write(bytes) => write(address, bytes, begins, ends)?,
        }
        begins = ends;
    }
    Ok(())
}

fn is_read(operation: &Operation<'_>) -> bool {
    matches!(operation, Operation::Read(_))
}

fn write(address: u8, bytes: &[u8], begins: bool, ends: bool) -> Result<(), ErrorKind> {
    if bytes.is_empty() {
        // The controller cannot send an address alone; whether somebody answers to it, a byte
        // that is read and dropped tells as well.
        return if begins && ends {
            read(address, &mut [0], true, true)
        } else {
            Ok(())
        };
    }
    Block::I2c0.write(ADDRESS, u32::from(address) << 1);
    let mut rest = bytes.iter().peekable();
    let mut start = if begins { START } else { 0 };
    while let Some(byte) = rest.next() {
        let stop = if ends && rest.peek().is_none() {
            STOP
        } else {
            0
        };
        Block::I2c0.write(DATA, u32::from(*byte));
        step(RUN | start | stop)?;
        start = 0;
    }
    Ok(())
}

fn read(address: u8, bytes: &mut [u8], begins: bool, ends: bool) -> Result<(), ErrorKind> {
    Block::I2c0.write(ADDRESS, u32::from(address) << 1 | RECEIVE);
    let mut rest = bytes.iter_mut().peekable();
    let mut start = if begins { START } else { 0 };
    while let Some(byte) = rest.next() {
        let last = ends && rest.peek().is_none();
        step(RUN | start | if last { STOP } else { ACKNOWLEDGE })?;
        let [low, ..] = Block::I2c0.read(DATA).to_le_bytes();
        *byte = low;
        start = 0;
    }
    Ok(())
}

/// Lets the controller do one byte, and frees the bus if that fails.
fn step(command: u32) -> Result<(), ErrorKind> {
    Block::I2c0.write(CONTROL, command);
    let status = settled()?;
    if status & ERROR == 0 {
        return Ok(());
    }
    if command & STOP == 0 {
        Block::I2c0.write(CONTROL, STOP);
        settled()?;
    }
    Err(if status & ARBITRATION_LOST != 0 {
        ErrorKind::ArbitrationLoss
    } else if status & ADDRESS_REFUSED != 0 {
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)
    } else if status & DATA_REFUSED != 0 {
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data)
    } else {
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown)
    })
}

fn settled() -> Result<u32, ErrorKind> {
    for _ in 0..PATIENCE {
        let status = Block::I2c0.read(CONTROL);
        if status & BUSY == 0 {
            return Ok(status);
        }
    }
    Err(ErrorKind::Bus)
}

impl ErrorType for &Bus {
    type Error = ErrorKind;
}

impl I2c for &Bus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        transact(address, operations)
    }
}
