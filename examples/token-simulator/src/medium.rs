//! The home of the storage chip: a file that behaves as NOR flash does.
//!
//! A write can only clear bits, an erase sets a page to ones. Both have reached the file when they
//! return, so that nothing of it is lost with the process.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashErrorKind, ReadNorFlash,
};

use crate::say;

/// What the chip holds, in bytes.
pub(crate) const CAPACITY: usize = 32 * 1024;

/// Flash memory in a file.
#[derive(Debug)]
pub(crate) struct Medium {
    file: File,
}

impl Medium {
    /// Opens the chip, or makes a blank one.
    ///
    /// # Errors
    /// If the file cannot be opened or made, or is not as long as the chip.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if !path.exists() {
            let blank = path.with_extension("new");
            std::fs::write(&blank, vec![ERASED; CAPACITY])?;
            File::open(&blank)?.sync_all()?;
            std::fs::rename(&blank, path)?;
        }
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let length = file.metadata()?.len();
        if usize::try_from(length) != Ok(CAPACITY) {
            let text = format!("{length} bytes long, a token's storage has {CAPACITY}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        Ok(Self { file })
    }

    /// What waits for the disk.
    ///
    /// # Errors
    /// If the system has no more handles.
    pub(crate) fn syncer(&self) -> io::Result<Syncer> {
        Ok(Syncer(self.file.try_clone()?))
    }

    fn place(&self, offset: u32, length: usize, unit: usize) -> Result<u64, NorFlashErrorKind> {
        let start = usize::try_from(offset).map_err(|_| OUT_OF_BOUNDS)?;
        let end = start.checked_add(length).ok_or(OUT_OF_BOUNDS)?;
        if end > self.capacity() {
            return Err(OUT_OF_BOUNDS);
        }
        if !start.is_multiple_of(unit) || !length.is_multiple_of(unit) {
            return Err(NorFlashErrorKind::NotAligned);
        }
        Ok(u64::from(offset))
    }
}

/// Waits for the disk, while the token has the medium.
#[derive(Debug)]
pub(crate) struct Syncer(File);

impl Syncer {
    /// Returns once the host's disk has every write of before.
    ///
    /// # Errors
    /// If the disk fails.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

impl ErrorType for Medium {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Medium {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let place = self.place(offset, bytes.len(), Self::READ_SIZE)?;
        self.file
            .read_exact_at(bytes, place)
            .map_err(|error| broken(&error))
    }

    fn capacity(&self) -> usize {
        CAPACITY
    }
}

impl NorFlash for Medium {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 1024;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        let length = to.checked_sub(from).ok_or(OUT_OF_BOUNDS)?;
        let length = usize::try_from(length).map_err(|_| OUT_OF_BOUNDS)?;
        let place = self.place(from, length, Self::ERASE_SIZE)?;
        self.file
            .write_all_at(&vec![ERASED; length], place)
            .map_err(|error| broken(&error))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        let place = self.place(offset, bytes.len(), Self::WRITE_SIZE)?;
        let mut cells = vec![0; bytes.len()];
        self.read(offset, &mut cells)?;
        for (cell, byte) in cells.iter_mut().zip(bytes) {
            *cell &= byte;
        }
        self.file
            .write_all_at(&cells, place)
            .map_err(|error| broken(&error))
    }
}

impl MultiwriteNorFlash for Medium {}

/// The token can only say that its memory failed; why, is for whoever runs the simulator.
fn broken(error: &io::Error) -> NorFlashErrorKind {
    say(&format!("the file of the storage: {error}"));
    NorFlashErrorKind::Other
}

const ERASED: u8 = 0xFF;
const OUT_OF_BOUNDS: NorFlashErrorKind = NorFlashErrorKind::OutOfBounds;

#[cfg(test)]
mod tests {
    use embedded_storage::nor_flash::{NorFlash, NorFlashErrorKind, ReadNorFlash};

    use super::{CAPACITY, Medium};

    fn blank() -> (tempfile::TempDir, Medium) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let medium = Medium::open(&folder.path().join("storage.bin")).expect("a new chip");
        (folder, medium)
    }

    #[track_caller]
    fn holds(medium: &mut Medium, offset: u32, expected: [u8; 4]) {
        let mut bytes = [0; 4];
        medium.read(offset, &mut bytes).expect("it is in bounds");
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_write_only_clears_bits_and_an_erase_sets_them() {
        let (_folder, mut medium) = blank();
        holds(&mut medium, 2048, [0xFF; 4]);
        medium.write(2048, &[0xF0, 0xFF, 0x0F, 0]).expect("written");
        medium.write(2048, &[0xFF, 0x3C, 0xF0, 1]).expect("written");
        holds(&mut medium, 2048, [0xF0, 0x3C, 0, 0]);
        medium.erase(2048, 3072).expect("erased");
        holds(&mut medium, 2048, [0xFF; 4]);
    }

    #[test]
    fn what_was_written_is_in_the_file() {
        let (folder, mut medium) = blank();
        medium.write(0, &[1, 2, 3, 4]).expect("written");
        let mut again = Medium::open(&folder.path().join("storage.bin")).expect("the same chip");
        holds(&mut again, 0, [1, 2, 3, 4]);
    }

    #[test]
    fn places_that_the_chip_has_not_are_refused() {
        let (_folder, mut medium) = blank();
        let end = u32::try_from(CAPACITY).expect("it is small");
        let out = Err(NorFlashErrorKind::OutOfBounds);
        let askew = Err(NorFlashErrorKind::NotAligned);
        assert_eq!(medium.write(end, &[0; 4]), out);
        assert_eq!(medium.read(end, &mut [0]), out);
        assert_eq!(medium.erase(1024, 0), out);
        assert_eq!(medium.write(2, &[0; 4]), askew);
        assert_eq!(medium.write(0, &[0; 3]), askew);
        assert_eq!(medium.erase(0, 512), askew);
    }

    #[test]
    fn a_file_of_another_length_is_no_chip() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("storage.bin");
        std::fs::write(&path, [0xFF; 100]).expect("the folder is ours");
        let error = Medium::open(&path).expect_err("it is too short");
        assert!(error.to_string().contains("100 bytes"), "{error}");
    }
}
