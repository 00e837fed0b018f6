//! The home of reading and writing the medium in its own words.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::VaultError;
use super::fields::copy;
use super::geometry::{GRANULE, Geometry, whole_granules};

/// A medium and how it is divided.
pub(super) struct Medium<F> {
    flash: F,
    geometry: Geometry,
}

impl<F: MultiwriteNorFlash> Medium<F> {
    pub(super) fn new(flash: F) -> Result<Self, VaultError> {
        let geometry = Geometry::of(&flash)?;
        Ok(Self { flash, geometry })
    }

    pub(super) const fn geometry(&self) -> Geometry {
        self.geometry
    }

    pub(super) const fn flash(&self) -> &F {
        &self.flash
    }

    pub(super) fn into_flash(self) -> F {
        self.flash
    }

    /// Reads from a multiple of a granule on, any number of bytes.
    pub(super) fn read(&mut self, page: u16, at: usize, to: &mut [u8]) -> Result<(), VaultError> {
        let whole = if F::READ_SIZE == 1 {
            to.len()
        } else {
            to.len() & !(GRANULE - 1)
        };
        let Some((words, rest)) = to.split_at_mut_checked(whole) else {
            return Err(VaultError::Medium);
        };
        let address = self.geometry.address(page, at);
        if !words.is_empty() {
            self.flash
                .read(address, words)
                .map_err(|_| VaultError::Medium)?;
        }
        if !rest.is_empty() {
            let address = self.geometry.address(page, at.saturating_add(whole));
            let mut word = [0; GRANULE];
            self.flash
                .read(address, &mut word)
                .map_err(|_| VaultError::Medium)?;
            copy(rest, &word);
        }
        Ok(())
    }

    /// Reads a tag or a checksum, which may begin at any byte.
    pub(super) fn read_anywhere(
        &mut self,
        page: u16,
        at: usize,
        to: &mut [u8],
    ) -> Result<(), VaultError> {
        let start = at & !(GRANULE - 1);
        let before = at.saturating_sub(start);
        let mut granules = [0; 16 + GRANULE];
        let len = whole_granules(before.saturating_add(to.len()));
        let read = granules.get_mut(..len).ok_or(VaultError::Medium)?;
        self.read(page, start, read)?;
        copy(to, read.get(before..).unwrap_or_default());
        Ok(())
    }

    /// Writes whole granules.
    pub(super) fn write(&mut self, page: u16, at: usize, bytes: &[u8]) -> Result<(), VaultError> {
        let address = self.geometry.address(page, at);
        self.flash
            .write(address, bytes)
            .map_err(|_| VaultError::Medium)
    }

    /// Writes zeros over whole granules.
    pub(super) fn zero(&mut self, page: u16, at: usize, len: usize) -> Result<(), VaultError> {
        const ZEROS: [u8; 32] = [0; 32];
        let mut at = at;
        let mut left = len;
        while left > 0 {
            let piece = ZEROS.get(..left).unwrap_or(&ZEROS);
            self.write(page, at, piece)?;
            at = at.saturating_add(piece.len());
            left = left.saturating_sub(piece.len());
        }
        Ok(())
    }

    pub(super) fn erase(&mut self, page: u16) -> Result<(), VaultError> {
        let from = self.geometry.address(page, 0);
        let to = self.geometry.address(page, self.geometry.page_len());
        self.flash.erase(from, to).map_err(|_| VaultError::Medium)
    }

    /// How many bytes from here on, up to the end of the page, satisfy `like`.
    pub(super) fn run(
        &mut self,
        page: u16,
        at: usize,
        like: impl Fn(u8) -> bool,
    ) -> Result<usize, VaultError> {
        let mut buffer = [0; 64];
        let mut at = at;
        let mut found = 0_usize;
        loop {
            let left = self.geometry.page_len().saturating_sub(at);
            let Some(piece) = buffer
                .get_mut(..left.min(64))
                .filter(|piece| !piece.is_empty())
            else {
                return Ok(found);
            };
            self.read(page, at, piece)?;
            let alike = piece.iter().take_while(|byte| like(**byte)).count();
            found = found.saturating_add(alike);
            if alike < piece.len() {
                return Ok(found);
            }
            at = at.saturating_add(alike);
        }
    }
}
