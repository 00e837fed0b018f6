//! The home of doing nothing: the processor stops until a byte comes or the time is up.
//!
//! Interrupts wake it and are never taken: the main loop looks what there is.

use core::arch::asm;

use crate::register::Register;
use crate::{clock, uart};

/// Has the line and the timer wake the processor.
pub(crate) fn prepare() {
    // SAFETY: masks interrupts, of which nothing here relies on any.
    unsafe { asm!("cpsid i", options(nomem, nostack, preserves_flags)) };
    ENABLE.write(SOURCES);
}

/// Sleeps until the line or the timer has something. What came since the last call wakes it at
/// once.
pub(crate) fn until_something_happens() {
    // SAFETY: stops the processor until an interrupt is pending.
    unsafe { asm!("wfi", options(nomem, nostack, preserves_flags)) };
    CLEAR_PENDING.write(SOURCES);
}

const SOURCES: u32 = (1 << uart::INTERRUPT) | (1 << clock::INTERRUPT);
// SAFETY: registers of the interrupt controller of every Cortex-M.
const ENABLE: Register = unsafe { Register::at(0xe000_e100) };
// SAFETY: as above.
const CLEAR_PENDING: Register = unsafe { Register::at(0xe000_e280) };
