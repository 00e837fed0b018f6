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
    /// The processor's own timer among its other registers.
    Processor = 0xe000_e000,
}

/// One register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Register(u32);

impl Block {
    /// The register at an offset into the block, a multiple of 4 below 4096.
    #[inline]
    pub(crate) const fn at(self, offset: u32) -> Register {
        Register(self as u32 + (offset & 0xffc))
    }

    /// Reads the register at such an offset.
    #[inline]
    pub(crate) fn read(self, offset: u32) -> u32 {
        self.at(offset).read()
    }

    /// Writes the register at such an offset.
    #[inline]
    pub(crate) fn write(self, offset: u32, value: u32) {
        self.at(offset).write(value);
    }
}

impl Register {
    /// Reads it.
    #[inline]
    pub(crate) fn read(self) -> u32 {
        // SAFETY: every register of these blocks can be read at any time, and what the reading
        // does (taking a byte out of a queue) stays within the device.
        unsafe { self.pointer().read_volatile() }
    }

    /// Writes it.
    #[inline]
    pub(crate) fn write(self, value: u32) {
        // SAFETY: no block listed here touches memory, whatever it is told.
        unsafe { self.pointer().write_volatile(value) }
    }

    #[inline]
    fn pointer(self) -> *mut u32 {
        ptr::with_exposed_provenance_mut(self.0 as usize)
    }
}

/// Writes registers, one after the other. A device is set up by a table: one entry takes eight
/// bytes, and the instructions that write one take more.
#[inline(never)]
pub(crate) fn set_up(settings: &[(Register, u32)]) {
    for (register, value) in settings {
        register.write(*value);
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
/// the token uses is polled, and the timer's is an exception of the processor. So the table ends
/// after the first, and code begins where the other 43 would be.
#[used]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".vector_table.interrupts")]
static __INTERRUPTS: [usize; 1] = [0];
