//! The home of pins: outputs and inputs of the four ports that this board uses.

use core::convert::Infallible;

use embedded_hal::digital::{ErrorType, InputPin, OutputPin};

use crate::registers::Block;

/// A pin that is read.
#[derive(Debug)]
pub struct Input(Pin);

/// A pin that is driven.
#[derive(Debug)]
pub struct Output(Pin);

/// A port and the one bit of it.
#[derive(Debug)]
struct Pin {
    port: Block,
    mask: u32,
}

const DIRECTION: u32 = 0x400;
const ALTERNATE: u32 = 0x420;
const PULL_UP: u32 = 0x510;
const DIGITAL: u32 = 0x51c;

impl Input {
    /// Pin `number` of `port`, held high unless something pulls it low.
    pub(crate) fn pulled_up(port: Block, number: u8) -> Self {
        let pin = Pin::new(port, number);
        port.modify(DIRECTION, |pins| pins & !pin.mask);
        port.modify(PULL_UP, |pins| pins | pin.mask);
        port.modify(DIGITAL, |pins| pins | pin.mask);
        Self(pin)
    }
}

impl Output {
    /// Pin `number` of `port`, low at first.
    pub(crate) fn low(port: Block, number: u8) -> Self {
        let pin = Pin::new(port, number);
        port.modify(ALTERNATE, |pins| pins & !pin.mask);
        port.modify(DIRECTION, |pins| pins | pin.mask);
        port.modify(DIGITAL, |pins| pins | pin.mask);
        pin.drive(false);
        Self(pin)
    }
}

impl Pin {
    fn new(port: Block, number: u8) -> Self {
        Self {
            port,
            mask: 1 << (number & 7),
        }
    }

    /// The data register once for each set of bits: no other pin is touched.
    fn data(&self) -> u32 {
        self.mask << 2
    }

    fn drive(&self, high: bool) {
        self.port
            .write(self.data(), if high { self.mask } else { 0 });
    }
}

/// Gives pins of a port to the serial interface behind it.
pub(crate) fn give_to_peripheral(port: Block, mask: u32) {
    port.modify(ALTERNATE, |pins| pins | mask);
    port.modify(DIGITAL, |pins| pins | mask);
}

impl ErrorType for Input {
    type Error = Infallible;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(self.0.port.read(self.0.data()) != 0)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        self.is_high().map(|high| !high)
    }
}

impl ErrorType for Output {
    type Error = Infallible;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.0.drive(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.0.drive(true);
        Ok(())
    }
}
