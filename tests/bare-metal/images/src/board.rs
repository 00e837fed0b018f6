//! The home of what every Cortex-M does at reset, and of its tick counter.

use core::arch::asm;
use core::panic::PanicInfo;
use core::ptr;

use crate::semihosting;

/// The first words of flash: the stack's top, where to begin, and where faults go.
#[repr(C)]
struct Vectors {
    stack_top: *const u32,
    reset: extern "C" fn() -> !,
    faults: [extern "C" fn() -> !; 14],
}

// SAFETY: the pointer is an address that the linker made up; nobody reads or writes through it.
unsafe impl Sync for Vectors {}

#[used]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".vectors")]
static VECTORS: Vectors = Vectors {
    stack_top: &raw const stack_top,
    reset,
    faults: [fault; 14],
};

unsafe extern "C" {
    static stack_top: u32;
    static data_image: u32;
    static mut data_start: u32;
    static data_end: u32;
    static mut bss_start: u32;
    static bss_end: u32;
    fn image_main();
}

/// Prepares memory as a program expects it, runs the image and ends the emulation.
#[unsafe(no_mangle)]
extern "C" fn reset() -> ! {
    enable_floating_point();
    // SAFETY: the linker script bounds both ranges by these symbols, whole words each, and nothing
    // else has run yet. `image_main` is what `image!` declares.
    unsafe {
        let (mut from, mut to) = (&raw const data_image, &raw mut data_start);
        while to.cast_const() < &raw const data_end {
            to.write_volatile(from.read_volatile());
            (from, to) = (from.add(1), to.add(1));
        }
        let mut to = &raw mut bss_start;
        while to.cast_const() < &raw const bss_end {
            to.write_volatile(0);
            to = to.add(1);
        }
        start_ticks();
        image_main();
    }
    semihosting::exit(semihosting::DONE)
}

extern "C" fn fault() -> ! {
    semihosting::exit(semihosting::FAULT)
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn countersign_core_must_not_panic() -> !;
    }
    countersign_core_must_not_panic()
}

/// Coprocessor access control: a compiler for hard floats may use the unit's registers at will.
#[cfg(target_abi = "eabihf")]
fn enable_floating_point() {
    const CPACR: *mut u32 = ptr::without_provenance_mut(0xe000_ed88);
    // SAFETY: an architected register of every core that has the unit.
    unsafe { CPACR.write_volatile(0xf << 20) };
}

#[cfg(not(target_abi = "eabihf"))]
const fn enable_floating_point() {}

const CONTROL: *mut u32 = ptr::without_provenance_mut(0xe000_e010);
const RELOAD: *mut u32 = ptr::without_provenance_mut(0xe000_e014);
const CURRENT: *mut u32 = ptr::without_provenance_mut(0xe000_e018);

/// Lets the system timer run down from its 24 bits, again and again, without interrupts.
fn start_ticks() {
    // SAFETY: registers of the timer that every Cortex-M in question has, used here alone.
    unsafe {
        RELOAD.write_volatile(TICKS);
        CURRENT.write_volatile(0);
        CONTROL.write_volatile(0b101);
    }
}

/// What the timer stands at: it counts down, modulo [`TICKS`] + 1.
pub(crate) fn ticks() -> u32 {
    // SAFETY: reading the timer has no effect that is used.
    unsafe { CURRENT.read_volatile() }
}

/// The timer's highest value.
pub(crate) const TICKS: u32 = 0x00ff_ffff;

/// The stack pointer.
#[inline(always)]
pub(crate) fn stack_pointer() -> *mut u32 {
    let pointer: *mut u32;
    // SAFETY: copies a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// Spends exactly `2 * rounds` instructions, and a handful around them.
#[inline(never)]
pub(crate) fn spin(rounds: u32) {
    // SAFETY: counts a register down.
    unsafe {
        asm!("2:", "subs {0}, #1", "bne 2b", inout(reg) rounds => _, options(nomem, nostack));
    }
}
