//! Flash in memory that refuses what a real one cannot do.

use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase,
    check_read, check_write,
};

/// Length of a page in bytes.
pub(super) const PAGE: usize = 512;

/// A chip of whole pages.
pub(super) struct Chip {
    pub(super) bytes: Vec<u8>,
    /// How many words were written and pages erased.
    pub(super) operations: usize,
}

impl Chip {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            operations: 0,
        }
    }
}

impl ErrorType for Chip {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Chip {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, to: &mut [u8]) -> Result<(), Self::Error> {
        check_read(self, offset, to.len())?;
        let at = usize::try_from(offset).expect("an address");
        to.copy_from_slice(&self.bytes[at..at + to.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Chip {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        check_erase(self, from, to)?;
        let range = usize::try_from(from).expect("an address")..usize::try_from(to).expect("one");
        self.operations += range.len() / PAGE;
        self.bytes[range].fill(0xFF);
        Ok(())
    }

    fn write(&mut self, offset: u32, from: &[u8]) -> Result<(), Self::Error> {
        check_write(self, offset, from.len())?;
        let at = usize::try_from(offset).expect("an address");
        self.operations += from.len() / 4;
        for (old, new) in self.bytes[at..at + from.len()].iter_mut().zip(from) {
            assert_eq!(*old & new, *new, "a bit was to be set");
            *old = *new;
        }
        Ok(())
    }
}

impl MultiwriteNorFlash for Chip {}
