//! The home of randomness: the chip's noise source, watched for failure.

use countersign_token::Random;

use crate::halt::{Halt, halt};
use crate::health::Health;
use crate::register::Register;

/// The random number generator, with its own correction of bias.
pub(crate) struct Rng {
    health: Health,
}

impl Rng {
    /// Starts the generator and has it pass the tests on a first run of bytes, which are not used.
    pub(crate) fn start() -> Self {
        CONFIG.write(CORRECT_BIAS);
        VALUE_READY.write(0);
        START.write(1);
        let mut rng = Self {
            health: Health::new(),
        };
        for _ in 0..Health::START_UP_BYTES {
            rng.byte();
        }
        rng
    }

    /// The next byte. A source that has failed gives none: the lock stops.
    fn byte(&mut self) -> u8 {
        while VALUE_READY.read() == 0 {}
        VALUE_READY.write(0);
        let [byte, ..] = VALUE.read().to_le_bytes();
        if self.health.takes(byte) {
            return byte;
        }
        halt(Halt::Random)
    }
}

impl Random for Rng {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = self.byte());
    }
}

const CORRECT_BIAS: u32 = 1;
// SAFETY: registers of the RNG.
const START: Register = unsafe { Register::at(0x4000_d000) };
// SAFETY: as above.
const VALUE_READY: Register = unsafe { Register::at(0x4000_d100) };
// SAFETY: as above.
const CONFIG: Register = unsafe { Register::at(0x4000_d504) };
// SAFETY: as above.
const VALUE: Register = unsafe { Register::at(0x4000_d508) };
