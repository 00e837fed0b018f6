//! The home of reading and writing the chip's registers.

use core::ptr;

/// A register of 32 bits, by its address.
#[derive(Clone, Copy)]
pub(crate) struct Register(usize);

impl Register {
    /// # Safety
    /// `address` is that of a register of the nRF51822 (its reference manual, version 3) which may
    /// be read and written in any order without making memory unsound.
    pub(crate) const unsafe fn at(address: usize) -> Self {
        Self(address)
    }

    /// The register `index` words further, of a row of them.
    ///
    /// # Safety
    /// As [`Register::at`].
    pub(crate) const unsafe fn nth(self, index: usize) -> Self {
        Self(self.0 + 4 * index)
    }

    pub(crate) fn read(self) -> u32 {
        // SAFETY: whoever made it answers for the address.
        unsafe { ptr::with_exposed_provenance::<u32>(self.0).read_volatile() }
    }

    pub(crate) fn write(self, value: u32) {
        // SAFETY: whoever made it answers for the address.
        unsafe { ptr::with_exposed_provenance_mut::<u32>(self.0).write_volatile(value) }
    }
}
