//! The home of where things are on the medium: pages, and places of records within them.

use embedded_storage::nor_flash::NorFlash;

use super::VaultError;
use super::header::PAGE_HEADER_LEN;

/// Records start and end at multiples of this many bytes, which is the longest word of a medium.
pub(super) const GRANULE: usize = 4;

/// Places are numbered by granules in 16 bits.
const MAX_LEN: usize = 0x1_0000 * GRANULE;

/// One page is always free, one is being written, and one more has to hold something.
const MIN_PAGES: usize = 3;

/// How the medium is divided.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Geometry {
    /// Length of a page in bytes, as a power of two: 9 to 12.
    pub(super) page_log2: u8,
    pub(super) pages: u16,
}

impl Geometry {
    pub(super) fn of<F: NorFlash>(flash: &F) -> Result<Self, VaultError> {
        let page = F::ERASE_SIZE;
        let whole_words = matches!(F::WRITE_SIZE, 1 | 2 | 4) && matches!(F::READ_SIZE, 1 | 2 | 4);
        if !whole_words || !page.is_power_of_two() || !(512..=4096).contains(&page) {
            return Err(VaultError::Geometry);
        }
        let len = flash.capacity();
        let pages = len.checked_div(page).unwrap_or(0);
        if pages < MIN_PAGES || len > MAX_LEN {
            return Err(VaultError::Geometry);
        }
        Ok(Self {
            page_log2: u8::try_from(page.trailing_zeros()).map_err(|_| VaultError::Geometry)?,
            pages: u16::try_from(pages).map_err(|_| VaultError::Geometry)?,
        })
    }

    /// Length of a page in bytes.
    pub(super) fn page_len(self) -> usize {
        1_usize.checked_shl(self.page_log2.into()).unwrap_or(0)
    }

    /// How many bytes of a page are for records.
    pub(super) fn payload(self) -> usize {
        self.page_len().saturating_sub(PAGE_HEADER_LEN)
    }

    /// The address of a byte of a page.
    pub(super) fn address(self, page: u16, at: usize) -> u32 {
        let within = u32::try_from(at).unwrap_or(u32::MAX);
        u32::from(page)
            .checked_shl(self.page_log2.into())
            .unwrap_or(u32::MAX)
            .saturating_add(within)
    }

    /// The number of a granule on the whole medium.
    pub(super) fn place(self, page: u16, at: usize) -> u16 {
        // A medium is at most 2^16 granules long.
        u16::try_from(self.address(page, at) >> GRANULE.trailing_zeros()).unwrap_or(u16::MAX)
    }

    /// The page of a place, and the byte within it.
    pub(super) fn position(self, place: u16) -> (u16, usize) {
        let address = u32::from(place) << GRANULE.trailing_zeros();
        let page = address.checked_shr(self.page_log2.into()).unwrap_or(0);
        let within = address.saturating_sub(page.checked_shl(self.page_log2.into()).unwrap_or(0));
        (
            u16::try_from(page).unwrap_or(u16::MAX),
            usize::try_from(within).unwrap_or(usize::MAX),
        )
    }

    /// The page after this one in the ring.
    pub(super) fn next(self, page: u16) -> u16 {
        let next = page.saturating_add(1);
        if next < self.pages { next } else { 0 }
    }

    /// How many steps back in the ring it is from one page to another.
    pub(super) fn steps_back(self, from: u16, to: u16) -> u16 {
        match from.checked_sub(to) {
            Some(steps) => steps,
            None => self.pages.saturating_sub(to).saturating_add(from),
        }
    }
}

/// The next multiple of a granule.
pub(super) const fn whole_granules(len: usize) -> usize {
    len.saturating_add(GRANULE - 1) & !(GRANULE - 1)
}
