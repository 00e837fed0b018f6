//! The home of the medium: how it is divided, and reading and writing it in its own words.

use embedded_storage::nor_flash::{MultiwriteNorFlash, NorFlash};

use super::VaultError;
use super::header::{PAGE_HEADER_LEN, PageHeader};
use super::ring::Newest;
use crate::bytes::copy;

/// Records start and end at multiples of this many bytes, which is the longest word of a medium.
pub(super) const GRANULE: usize = 4;

/// Places are numbered by granules in 16 bits.
const MAX_LEN: usize = 0x1_0000 * GRANULE;

/// One page is always free, one is being written, and one more has to hold something.
const MIN_PAGES: usize = 3;

/// A medium, and how much of it is whole pages. A page is known by the address of its first byte.
pub(super) struct Medium<F> {
    flash: F,
    len: usize,
}

impl<F: NorFlash> Medium<F> {
    /// Length of a page in bytes.
    pub(super) const PAGE_LEN: usize = F::ERASE_SIZE;
    /// The same as a power of two: 9 to 12.
    const PAGE_LOG2: u8 = F::ERASE_SIZE.trailing_zeros().to_le_bytes()[0];
    /// How many bytes of a page are for records.
    pub(super) const PAYLOAD: usize = F::ERASE_SIZE.saturating_sub(PAGE_HEADER_LEN);

    pub(super) fn new(flash: F) -> Result<Self, VaultError> {
        let page = F::ERASE_SIZE;
        let whole_words = matches!(F::WRITE_SIZE, 1 | 2 | 4) && matches!(F::READ_SIZE, 1 | 2 | 4);
        if !whole_words || !page.is_power_of_two() || !(512..=4096).contains(&page) {
            return Err(VaultError::Geometry);
        }
        let len = flash.capacity();
        if len < page.saturating_mul(MIN_PAGES) || len > MAX_LEN {
            return Err(VaultError::Geometry);
        }
        let len = len & !page.wrapping_sub(1);
        Ok(Self { flash, len })
    }

    /// Length of all pages in bytes.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// What is the newest page where none was opened yet: the one before the first.
    pub(super) fn unopened(&self) -> Newest {
        Newest {
            page: self.back(0, Self::PAGE_LEN),
            sequence: 0,
            room: 0,
        }
    }

    /// What the header of every page begins with.
    pub(super) fn shape(&self) -> [u8; 4] {
        PageHeader::shape(Self::PAGE_LOG2, self.pages())
    }

    pub(super) fn pages(&self) -> u32 {
        Self::pages_in(self.len)
    }

    /// How many pages so many bytes are.
    pub(super) fn pages_in(len: usize) -> u32 {
        u32::try_from(len >> u32::from(Self::PAGE_LOG2)).unwrap_or(u32::MAX)
    }

    /// The page of an address.
    pub(super) const fn page_of(at: usize) -> usize {
        at & !F::ERASE_SIZE.wrapping_sub(1)
    }

    /// The page after this one in the ring.
    pub(super) fn next(&self, page: usize) -> usize {
        let next = page.wrapping_add(Self::PAGE_LEN);
        if next < self.len { next } else { 0 }
    }

    /// So many bytes back in the ring, at most once around.
    pub(super) const fn back(&self, from: usize, by: usize) -> usize {
        match from.checked_sub(by) {
            Some(to) => to,
            None => from.wrapping_add(self.len).wrapping_sub(by),
        }
    }

    pub(super) const fn flash(&self) -> &F {
        &self.flash
    }

    pub(super) fn into_flash(self) -> F {
        self.flash
    }
}

impl<F: MultiwriteNorFlash> Medium<F> {
    /// Reads from any byte on any number of bytes.
    pub(super) fn read(&mut self, at: usize, to: &mut [u8]) -> Result<(), VaultError> {
        if F::READ_SIZE == 1 {
            return said(self.flash.read(offset(at), to));
        }
        let mut at = at;
        let mut rest = to;
        while !rest.is_empty() {
            let mut granule = [0; GRANULE];
            let within = at & (GRANULE - 1);
            let start = at.wrapping_sub(within);
            said(self.flash.read(offset(start), &mut granule))?;
            let found = granule.get(within..).unwrap_or_default();
            let len = found.len().min(rest.len());
            let (now, later) = rest.split_at_mut_checked(len).unwrap_or_default();
            copy(now, found);
            at = at.wrapping_add(len);
            rest = later;
        }
        Ok(())
    }

    /// Writes whole granules.
    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), VaultError> {
        said(self.flash.write(offset(at), bytes))
    }

    /// Writes zeros over whole granules.
    pub(super) fn zero(&mut self, at: usize, len: usize) -> Result<(), VaultError> {
        const ZEROS: [u8; 32] = [0; 32];
        let mut at = at;
        let end = at.wrapping_add(len);
        while at < end {
            let piece = ZEROS.get(..end.wrapping_sub(at)).unwrap_or(&ZEROS);
            self.write(at, piece)?;
            at = at.wrapping_add(piece.len());
        }
        Ok(())
    }

    pub(super) fn erase(&mut self, page: usize) -> Result<(), VaultError> {
        let end = page.wrapping_add(Self::PAGE_LEN);
        said(self.flash.erase(offset(page), offset(end)))
    }

    /// How many bytes from here on, up to `end`, are one of these two.
    pub(super) fn run(
        &mut self,
        at: usize,
        end: usize,
        [one, other]: [u8; 2],
    ) -> Result<usize, VaultError> {
        let mut buffer = [0; 64];
        let mut found = 0_usize;
        loop {
            let from = at.wrapping_add(found);
            let len = end.wrapping_sub(from).min(64);
            let piece = buffer.get_mut(..len).unwrap_or_default();
            self.read(from, piece)?;
            for byte in &*piece {
                if *byte != one && *byte != other {
                    return Ok(found);
                }
                found = found.wrapping_add(1);
            }
            if piece.is_empty() {
                return Ok(found);
            }
        }
    }
}

/// The next multiple of a granule.
pub(super) const fn whole_granules(len: usize) -> usize {
    len.wrapping_add(GRANULE - 1) & !(GRANULE - 1)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn said<E>(result: Result<(), E>) -> Result<(), VaultError> {
    result.map_err(|_| VaultError::Medium)
}
