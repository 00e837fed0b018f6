//! The home of finding out how deep the stack went: it is painted, and the paint that is left is
//! counted.
#![allow(
    unsafe_code,
    reason = "memory below the stack pointer belongs to nobody, and no type says so"
)]

use core::ptr;

const PAINT: u32 = 0x5eed_c0de;

/// Bytes that are left as they are below the caller's frame: for the painter's own, and for what
/// an interrupt pushes meanwhile.
const MARGIN: usize = 256;

unsafe extern "C" {
    static _stack_start: u32;
    static __sheap: u32;
}

/// Paints the stack below the caller, down to the end of the variables.
#[inline(never)]
pub fn paint() {
    let here = cortex_m::register::msp::read() as usize - MARGIN;
    let mut address = (&raw const __sheap).addr();
    while address < here {
        // SAFETY: this lies between the end of the variables and the stack in use.
        unsafe { ptr::with_exposed_provenance_mut::<u32>(address).write_volatile(PAINT) };
        address += 4;
    }
}

/// Bytes of the stack, from its top, that were written to since [`paint`] or are in use.
#[inline(never)]
#[must_use]
pub fn depth() -> usize {
    let mut address = (&raw const __sheap).addr();
    let top = (&raw const _stack_start).addr();
    while address < top {
        // SAFETY: the memory is there, and reading it has no effect.
        let word = unsafe { ptr::with_exposed_provenance::<u32>(address).read_volatile() };
        if word != PAINT {
            break;
        }
        address += 4;
    }
    top - address
}
