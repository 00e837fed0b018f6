//! The home of the chip's flash: a part of it as a storage medium, written by its controller.
//!
//! The nRF51822 has pages of 1 KiB. A word may be written twice between erasures, each time by
//! turning ones into zeros, which is what the token's vault does and no more. While the controller
//! works, the processor stands still.

use core::ptr;

use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use crate::register::Register;

/// A range of whole pages of the flash, which no program lies in.
pub(crate) struct Flash {
    start: usize,
    length: usize,
}

/// Where the device key lies: one page.
pub(crate) const KEY_PAGE: Flash = Flash {
    start: 0x0003_7c00,
    length: PAGE,
};
/// Where the vault lies: the last 32 KiB.
pub(crate) const STORAGE: Flash = Flash {
    start: 0x0003_8000,
    length: 32 * PAGE,
};

/// What the medium was asked for is none of its bytes, or not whole words or pages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FlashError {
    OutOfBounds,
    NotAligned,
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            Self::NotAligned => NorFlashErrorKind::NotAligned,
        }
    }
}

impl Flash {
    /// Whether nothing was ever written to it since it was erased.
    pub(crate) fn is_blank(&self) -> bool {
        (0..self.length / WORD).all(|index| self.word(index).read() == u32::MAX)
    }

    /// The word `index` of the range; within it.
    fn word(&self, index: usize) -> Register {
        // SAFETY: flash beyond the program, which only this file writes. Reading a word there has
        // no effect, and writing one without the controller's leave has none either.
        unsafe { Register::at(self.start).nth(index) }
    }

    fn check(&self, offset: u32, length: usize, unit: usize) -> Result<usize, FlashError> {
        let offset = offset as usize;
        match offset.checked_add(length) {
            Some(end) if end <= self.length => {}
            _ => return Err(FlashError::OutOfBounds),
        }
        if !offset.is_multiple_of(unit) || !length.is_multiple_of(unit) {
            return Err(FlashError::NotAligned);
        }
        Ok(offset)
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let offset = self.check(offset, bytes.len(), 1)?;
        let start = ptr::with_exposed_provenance::<u8>(self.start + offset);
        for (index, byte) in bytes.iter_mut().enumerate() {
            // SAFETY: within the range, which is flash.
            *byte = unsafe { start.add(index).read_volatile() };
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.length
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let length = to.checked_sub(from).ok_or(FlashError::OutOfBounds)?;
        let start = self.check(from, length as usize, PAGE)?;
        for page in 0..length as usize / PAGE {
            CONFIG.write(MAY_ERASE);
            ERASE_PAGE.write((self.start + start + page * PAGE) as u32);
            finish();
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let start = self.check(offset, bytes.len(), WORD)? / WORD;
        let (words, _) = bytes.as_chunks::<WORD>();
        for (index, word) in words.iter().enumerate() {
            CONFIG.write(MAY_WRITE);
            self.word(start + index).write(u32::from_le_bytes(*word));
            finish();
        }
        Ok(())
    }
}

impl MultiwriteNorFlash for Flash {}

/// Waits for the controller and takes the leave to write back.
fn finish() {
    while READY.read() == 0 {}
    CONFIG.write(READ_ONLY);
}

const WORD: usize = 4;
const PAGE: usize = 1024;
const READ_ONLY: u32 = 0;
const MAY_WRITE: u32 = 1;
const MAY_ERASE: u32 = 2;
// SAFETY: registers of the flash controller.
const READY: Register = unsafe { Register::at(0x4001_e400) };
// SAFETY: as above.
const CONFIG: Register = unsafe { Register::at(0x4001_e504) };
// SAFETY: as above; what it erases is within a range that holds no program.
const ERASE_PAGE: Register = unsafe { Register::at(0x4001_e508) };
