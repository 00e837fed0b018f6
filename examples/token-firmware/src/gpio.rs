//! The home of pins: outputs and inputs of the ports that this board uses.

use core::convert::Infallible;

use embedded_hal::digital::{ErrorType, InputPin, OutputPin};

use crate::registers::{Block, Register};

/// A pin that is read.
#[derive(Debug)]
pub struct Input(Register);

/// A pin that is driven.
#[derive(Debug)]
pub struct Output(Register);

pub(crate) const DIRECTION: u32 = 0x400;
pub(crate) const ALTERNATE: u32 = 0x420;
pub(crate) const OPEN_DRAIN: u32 = 0x50c;
pub(crate) const PULL_UP: u32 = 0x510;
pub(crate) const DIGITAL: u32 = 0x51c;

impl Input {
    /// Pin `number` of `port`, which has to be set up as one.
    pub(crate) const fn of(port: Block, number: u8) -> Self {
        Self(data(port, number))
    }
}

impl Output {
    /// Pin `number` of `port`, which has to be set up as one. After a reset it is low.
    pub(crate) const fn of(port: Block, number: u8) -> Self {
        Self(data(port, number))
    }
}

/// A port has its data register once for each set of pins, and it is that of one pin: no other is
/// touched by writing it, and none is seen by reading it.
const fn data(port: Block, number: u8) -> Register {
    port.at(1 << 2 << (number & 7))
}

const ALL: u32 = 0xff;

impl ErrorType for Input {
    type Error = Infallible;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(self.0.read() != 0)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        Ok(self.0.read() == 0)
    }
}

impl ErrorType for Output {
    type Error = Infallible;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.0.write(0);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.0.write(ALL);
        Ok(())
    }
}
