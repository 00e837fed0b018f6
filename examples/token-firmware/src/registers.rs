//! The home of the processor's view of the chip: its blocks of registers, and the only `unsafe`
//! of the firmware.
#![allow(
    unsafe_code,
    reason = "devices are reached through addresses that the data sheet promises"
)]

use core::ptr;

/// A block of the LM3S6965's registers, with its base address (data sheet, "Memory Map").
///
/// None of these can reach memory by itself (the chip has no DMA), so that whatever is written to
/// one has no effect on what a program can see but through reading a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Block {
    /// The watchdog timer.
    Watchdog = 0x4000_0000,
    /// General-purpose inputs and outputs, ports by their letters.
    PortA = 0x4000_4000,
    /// Port B.
    PortB = 0x4000_5000,
    /// Port C.
    PortC = 0x4000_6000,
    /// Port D.
    PortD = 0x4000_7000,
    /// The synchronous serial interface, to the display.
    Ssi0 = 0x4000_8000,
    /// The asynchronous serial interface, to the host.
    Uart0 = 0x4000_c000,
    /// The I2C controller, to clock and storage.
    I2c0 = 0x4002_0000,
    /// Port E.
    PortE = 0x4002_4000,
    /// Port F.
    PortF = 0x4002_5000,
    /// Clocks and power.
    SystemControl = 0x400f_e000,
}

impl Block {
    /// Reads the register at an offset into the block, a multiple of 4 below 4096.
    #[inline]
    pub(crate) fn read(self, offset: u32) -> u32 {
        // SAFETY: every register of these blocks can be read at any time, and what the reading
        // does (taking a byte out of a queue) stays within the device.
        unsafe { self.pointer(offset).read_volatile() }
    }

    /// Writes the register at an offset into the block, a multiple of 4 below 4096.
    #[inline]
    pub(crate) fn write(self, offset: u32, value: u32) {
        // SAFETY: no block listed here touches memory, whatever it is told.
        unsafe { self.pointer(offset).write_volatile(value) }
    }

    /// Reads, changes and writes a register.
    #[inline]
    pub(crate) fn modify(self, offset: u32, change: impl FnOnce(u32) -> u32) {
        self.write(offset, change(self.read(offset)));
    }

    #[inline]
    fn pointer(self, offset: u32) -> *mut u32 {
        let address = self as usize + (offset as usize & 0xffc);
        ptr::with_exposed_provenance_mut(address)
    }
}

/// Reads a word of the page that is written when a token is made, at the end of the flash; its
/// places are counted in words.
pub(crate) fn provisioned(place: u32) -> u32 {
    let address = PROVISIONED + (place as usize * 4) % PROVISIONED_LEN;
    let word = ptr::with_exposed_provenance::<u32>(address);
    // SAFETY: the page lies in flash, which is there and readable, and outside of what the linker
    // places (memory.x).
    unsafe { word.read_volatile() }
}

const PROVISIONED: usize = 0x0003_fc00;
const PROVISIONED_LEN: usize = 1024;

/// What each interrupt of the chip would do (data sheet, "Interrupts"). None is ever enabled: what
/// the token uses is polled, and the timer's is an exception of the processor.
#[used]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".vector_table.interrupts")]
static __INTERRUPTS: [usize; INTERRUPTS] = [0; INTERRUPTS];

/// Up to the hibernation module's.
const INTERRUPTS: usize = 44;
