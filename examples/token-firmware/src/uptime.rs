//! The home of the time since reset, by the processor's own timer.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m_rt::exception;
use embedded_hal::delay::DelayNs;

use crate::registers::{Block, Register, set_up};

/// Counts milliseconds from reset, in an interrupt.
#[derive(Debug)]
pub struct Timer(());

/// What the processor runs at.
pub const CLOCKS_PER_MILLISECOND: u32 = 50_000;

const CONTROL: u32 = 0x10;
const RELOAD: u32 = 0x14;
const CURRENT: u32 = 0x18;

/// It counts the processor's clocks.
const CLOCK_SOURCE: u32 = 1 << 2;
/// Enabled, with its exception.
const RUN: u32 = CLOCK_SOURCE | 1 << 1 | 1;

const SETTINGS: [(Register, u32); 4] = [
    // Which clock comes first: the other one is not there.
    (Block::Processor.at(CONTROL), CLOCK_SOURCE),
    (Block::Processor.at(RELOAD), CLOCKS_PER_MILLISECOND - 1),
    (Block::Processor.at(CURRENT), 0),
    (Block::Processor.at(CONTROL), RUN),
];

static LOW: AtomicU32 = AtomicU32::new(0);
static HIGH: AtomicU32 = AtomicU32::new(0);

impl Timer {
    pub(crate) fn start() -> Self {
        set_up(&SETTINGS);
        // It stands at the end of a millisecond until its first clock takes it to the start of one.
        while SYST::get_current() == 0 {}
        Self(())
    }

    /// Milliseconds since reset.
    #[must_use]
    pub fn millis(&self) -> u64 {
        millis()
    }

    /// Clocks since reset, modulo 2^32: what two moments less than a minute apart are told by.
    #[must_use]
    pub fn clocks(&self) -> u32 {
        loop {
            let millis = LOW.load(Ordering::Relaxed);
            let left = SYST::get_current();
            if LOW.load(Ordering::Relaxed) == millis {
                let within = (CLOCKS_PER_MILLISECOND - 1).wrapping_sub(left);
                return millis
                    .wrapping_mul(CLOCKS_PER_MILLISECOND)
                    .wrapping_add(within);
            }
        }
    }
}

/// Milliseconds since reset, 0 before the timer runs.
pub(crate) fn millis() -> u64 {
    loop {
        let high = HIGH.load(Ordering::Relaxed);
        let low = LOW.load(Ordering::Relaxed);
        if HIGH.load(Ordering::Relaxed) == high {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

impl DelayNs for Timer {
    fn delay_ns(&mut self, nanoseconds: u32) {
        // 20 ns a clock, rounded up.
        let clocks = nanoseconds / 20 + 1;
        let start = self.clocks();
        while self.clocks().wrapping_sub(start) < clocks {}
    }
}

#[exception]
fn SysTick() {
    let low = LOW.load(Ordering::Relaxed).wrapping_add(1);
    if low == 0 {
        HIGH.store(
            HIGH.load(Ordering::Relaxed).wrapping_add(1),
            Ordering::Relaxed,
        );
    }
    LOW.store(low, Ordering::Relaxed);
}
