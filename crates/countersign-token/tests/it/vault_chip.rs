//! Flash as the vault is tested on: it refuses what a real one cannot do, counts, and loses power
//! at any word that is written and at any page that is erased.

use countersign_token::Random;
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase,
    check_read, check_write,
};

/// Repeatable randomness (`SplitMix64`).
#[derive(Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        (self.next() >> 56) as u8
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.byte()).collect()
    }
}

impl Random for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.byte();
        }
    }
}

/// How power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Between two operations.
    Clean,
    /// In the middle of one: of a word any of the bits to be cleared are, of a page any part is
    /// erased.
    Torn,
}

/// A medium that can lose power.
pub(crate) trait Chip: MultiwriteNorFlash + Sized {
    /// A chip with these contents that has power.
    fn with_image(image: &[u8]) -> Self;
    fn image(&self) -> &[u8];
    /// How many operations were carried out since it was made.
    fn operations(&self) -> usize;
    /// Loses power when this many operations were carried out.
    fn cut_after(&mut self, operations: usize, cut: Cut, dice: Dice);
    fn is_dead(&self) -> bool;
}

/// NOR flash with pages of `PAGE` bytes and words of `WORD`.
pub(crate) struct NorChip<const PAGE: usize, const WORD: usize = 4> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) erased: Vec<u32>,
    operations: usize,
    cut: Option<(usize, Cut, Dice)>,
    dead: bool,
}

impl<const PAGE: usize, const WORD: usize> NorChip<PAGE, WORD> {
    pub(crate) fn blank(pages: usize) -> Self {
        Self::with_image(&vec![0xFF; pages * PAGE])
    }

    /// Counts an operation; `Err` if there is no power for it, `Some` if it is torn.
    fn operate(&mut self) -> Result<Option<Dice>, NorFlashErrorKind> {
        if self.dead {
            return Err(NorFlashErrorKind::Other);
        }
        match &self.cut {
            Some((after, cut, dice)) if *after == self.operations => {
                self.dead = true;
                match cut {
                    Cut::Clean => Err(NorFlashErrorKind::Other),
                    Cut::Torn => Ok(Some(dice.clone())),
                }
            }
            _ => {
                self.operations += 1;
                Ok(None)
            }
        }
    }
}

impl<const PAGE: usize, const WORD: usize> Chip for NorChip<PAGE, WORD> {
    fn with_image(image: &[u8]) -> Self {
        Self {
            bytes: image.to_vec(),
            erased: vec![0; image.len() / PAGE],
            operations: 0,
            cut: None,
            dead: false,
        }
    }

    fn image(&self) -> &[u8] {
        &self.bytes
    }

    fn operations(&self) -> usize {
        self.operations
    }

    fn cut_after(&mut self, operations: usize, cut: Cut, dice: Dice) {
        self.cut = Some((operations, cut, dice));
    }

    fn is_dead(&self) -> bool {
        self.dead
    }
}

impl<const PAGE: usize, const WORD: usize> ErrorType for NorChip<PAGE, WORD> {
    type Error = NorFlashErrorKind;
}

impl<const PAGE: usize, const WORD: usize> ReadNorFlash for NorChip<PAGE, WORD> {
    const READ_SIZE: usize = WORD;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        if self.dead {
            return Err(NorFlashErrorKind::Other);
        }
        check_read(self, offset, bytes.len())?;
        bytes.copy_from_slice(&self.bytes[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const PAGE: usize, const WORD: usize> NorFlash for NorChip<PAGE, WORD> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        check_erase(self, from, to)?;
        for page in from as usize / PAGE..to as usize / PAGE {
            let torn = self.operate()?;
            let bytes = &mut self.bytes[page * PAGE..][..PAGE];
            self.erased[page] += 1;
            let Some(mut dice) = torn else {
                bytes.fill(0xFF);
                continue;
            };
            match dice.below(3) {
                0 => bytes[..dice.below(PAGE)].fill(0xFF),
                1 => bytes[dice.below(PAGE)..].fill(0xFF),
                _ => bytes.iter_mut().for_each(|byte| *byte |= dice.byte()),
            }
            return Err(NorFlashErrorKind::Other);
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        check_write(self, offset, bytes.len())?;
        for (at, word) in bytes.chunks(WORD).enumerate() {
            let torn = self.operate()?;
            let at = offset as usize + at * WORD;
            let old = &mut self.bytes[at..at + WORD];
            assert!(
                old.iter().zip(word).all(|(old, new)| old & new == *new),
                "a bit was to be set at {at}: {old:02X?} -> {word:02X?}"
            );
            let Some(mut dice) = torn else {
                old.copy_from_slice(word);
                continue;
            };
            for (old, new) in old.iter_mut().zip(word) {
                *old = new | (*old & dice.byte());
            }
            return Err(NorFlashErrorKind::Other);
        }
        Ok(())
    }
}

impl<const PAGE: usize, const WORD: usize> MultiwriteNorFlash for NorChip<PAGE, WORD> {}
