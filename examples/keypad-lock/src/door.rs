//! The home of the door's output: a pin that drives a relay.

use core::convert::Infallible;

use embedded_hal::digital::{ErrorType, OutputPin};

use crate::register::Register;

/// P0.03, pin 0 on the micro:bit's edge. High opens.
pub(crate) struct DoorPin(());

impl DoorPin {
    /// Makes it an output, low.
    pub(crate) fn start() -> Self {
        OUT_CLEAR.write(DOOR);
        DIRECTION_SET.write(DOOR);
        Self(())
    }

    /// Shuts the door, whoever has the pin: for when nothing else can be relied on.
    pub(crate) fn shut() {
        OUT_CLEAR.write(DOOR);
    }

    /// Whether the output is high, read back from the chip.
    pub(crate) fn is_high() -> bool {
        OUT.read() & DOOR != 0
    }
}

impl ErrorType for DoorPin {
    type Error = Infallible;
}

impl OutputPin for DoorPin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        OUT_CLEAR.write(DOOR);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        OUT_SET.write(DOOR);
        Ok(())
    }
}

const DOOR: u32 = 1 << 3;
// SAFETY: registers of the GPIO port.
const OUT: Register = unsafe { Register::at(0x5000_0504) };
// SAFETY: as above.
const OUT_SET: Register = unsafe { Register::at(0x5000_0508) };
// SAFETY: as above.
const OUT_CLEAR: Register = unsafe { Register::at(0x5000_050c) };
// SAFETY: as above.
const DIRECTION_SET: Register = unsafe { Register::at(0x5000_0518) };
