//! The home of the ring of pages: which one is written, which are free, and how room is made.
//!
//! A page is erased right before it is opened, so that every page is erased once a turn, and what
//! an erasure that was cut short left in it does not matter. One page is always free. Opening the
//! last but one is followed at once by copying everything that counts in the oldest page into it
//! and by erasing that page, which is then the free one. What counts in one page fits into
//! another, so this always succeeds; cut short, the copies are thrown away and it starts again.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::header::{PAGE_HEADER_LEN, PageHeader};
use super::index::Entry;
use super::record::record_len;
use super::{Vault, VaultError};
use crate::Random;

/// The newest page.
#[derive(Clone, Copy)]
pub(super) struct Newest {
    pub(super) page: u16,
    pub(super) sequence: u32,
    /// Where the next record goes.
    pub(super) at: usize,
}

/// Records up to this length can always be updated, however full the vault is.
const SMALL: usize = record_len(64);

impl<F: MultiwriteNorFlash, const N: usize> Vault<F, N> {
    /// Takes room for a record out of the newest page: page, offset, sequence.
    pub(super) fn take(&mut self, len: usize) -> Result<(u16, usize, u32), VaultError> {
        if self.room() < len {
            return Err(VaultError::Full);
        }
        let newest = self.newest.as_mut().ok_or(VaultError::Full)?;
        let at = newest.at;
        newest.at = at.saturating_add(len);
        Ok((newest.page, at, newest.sequence))
    }

    /// Sees to it that the newest page has room for a record of this length. If that cannot be
    /// done, nothing is written.
    pub(super) fn make_room(
        &mut self,
        len: usize,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        if !self.can_make_room(len) {
            return Err(VaultError::Full);
        }
        let turns = self.medium.geometry().pages.saturating_mul(2);
        for _ in 0..=turns {
            if self.room() >= len {
                return Ok(());
            }
            if self.free_pages() < 2 {
                self.fill_up(random)?;
            }
            if self.free_pages() < 2 {
                self.turn(random)?;
            } else {
                self.clean_next_but_one()?;
                self.open_next()?;
            }
        }
        Err(VaultError::Full)
    }

    /// Opens the page after the newest one, for which there is at least one free.
    pub(super) fn open_next(&mut self) -> Result<(), VaultError> {
        let geometry = self.medium.geometry();
        let (page, sequence) = match self.newest {
            Some(newest) => (geometry.next(newest.page), newest.sequence.checked_add(1)),
            None => (0, Some(1)),
        };
        let sequence = sequence.ok_or(VaultError::Full)?;
        let oldest = self.oldest().unwrap_or(sequence);
        if self.erased != Some(page) {
            self.medium.erase(page)?;
        }
        self.erased = None;
        let header = PageHeader { sequence, oldest }.encoded(geometry, &self.sealer);
        self.medium.write(page, 0, &header)?;
        self.newest = Some(Newest {
            page,
            sequence,
            at: PAGE_HEADER_LEN,
        });
        Ok(())
    }

    /// Sees to it that the page after the one that is opened next has no records. They would be
    /// taken for newer ones if by chance they were of the next sequence, which takes a medium with
    /// two damaged pages.
    fn clean_next_but_one(&mut self) -> Result<(), VaultError> {
        let geometry = self.medium.geometry();
        let Some(newest) = self.newest else {
            return Ok(());
        };
        let page = geometry.next(geometry.next(newest.page));
        if self.is_in_use(page) || self.medium.is_clean(page)? {
            return Ok(());
        }
        self.medium.erase(page)
    }

    /// How much of the medium records take.
    pub(super) fn used(&self) -> usize {
        self.index
            .entries()
            .iter()
            .fold(0, |sum, entry| sum.saturating_add(entry.len()))
    }

    /// What records may take before a new one is refused.
    ///
    /// Of the pages besides the free one, one has room for another record of [`SMALL`] bytes as
    /// long as all of them together have more than that less a granule each. What is longer than
    /// that, or new, has to leave as much again.
    pub(super) fn limit(&self, len: usize) -> usize {
        let left = if len > SMALL { 2 * SMALL } else { SMALL };
        let geometry = self.medium.geometry();
        let each = geometry.payload().saturating_sub(left);
        usize::from(geometry.pages.saturating_sub(1)).saturating_mul(each)
    }

    /// The sequence under which a page was opened last, as the newest one tells.
    pub(super) fn sequence_of(&self, page: u16) -> Option<u32> {
        let newest = self.newest?;
        let back = self.medium.geometry().steps_back(newest.page, page);
        newest.sequence.checked_sub(back.into())
    }

    fn room(&self) -> usize {
        self.newest.map_or(0, |newest| {
            self.medium.geometry().page_len().saturating_sub(newest.at)
        })
    }

    /// The lowest sequence whose page holds a record.
    fn oldest(&self) -> Option<u32> {
        self.index
            .entries()
            .iter()
            .filter_map(|entry| self.sequence_of(self.page_of(*entry)))
            .min()
    }

    fn page_of(&self, entry: Entry) -> u16 {
        self.medium.geometry().position(entry.place).0
    }

    fn free_pages(&self) -> u32 {
        let pages = u32::from(self.medium.geometry().pages);
        let Some(newest) = self.newest else {
            return pages;
        };
        let oldest = self.oldest().unwrap_or(newest.sequence);
        let in_use = newest.sequence.saturating_sub(oldest).saturating_add(1);
        pages.saturating_sub(in_use)
    }

    fn can_make_room(&self, len: usize) -> bool {
        let payload = self.medium.geometry().payload();
        if self.room() >= len || (self.free_pages() >= 2 && len <= payload) {
            return true;
        }
        (0..self.medium.geometry().pages)
            .filter(|page| self.is_in_use(*page))
            .any(|page| payload.saturating_sub(self.used_of(page)) >= len)
    }

    fn is_in_use(&self, page: u16) -> bool {
        let Some(newest) = self.newest else {
            return false;
        };
        let oldest = self.oldest().unwrap_or(newest.sequence);
        self.sequence_of(page)
            .is_some_and(|sequence| sequence >= oldest)
    }

    fn used_of(&self, page: u16) -> usize {
        self.index
            .entries()
            .iter()
            .filter(|entry| self.page_of(**entry) == page)
            .fold(0, |sum, entry| sum.saturating_add(entry.len()))
    }

    /// The first record of the oldest page that is at most this long.
    fn of_oldest(&self, at_most: usize) -> Option<Entry> {
        let oldest = self.oldest();
        let entries = self.index.entries().iter().copied();
        entries
            .filter(|entry| entry.len() <= at_most)
            .find(|entry| self.sequence_of(self.page_of(*entry)) == oldest)
    }

    /// Moves what fits from the oldest page into the rest of the newest one, which would stay
    /// empty otherwise.
    fn fill_up(&mut self, random: &mut impl Random) -> Result<(), VaultError> {
        while self.free_pages() < 2
            && let Some(old) = self.of_oldest(self.room())
        {
            let moved = self.copy_on(old, random)?;
            self.index.put(moved)?;
            self.kill(old)?;
        }
        Ok(())
    }

    /// Opens the free page, copies what counts in the oldest one into it and erases that.
    fn turn(&mut self, random: &mut impl Random) -> Result<(), VaultError> {
        self.open_next()?;
        let Some(newest) = self.newest else {
            return Ok(());
        };
        let oldest = self.medium.geometry().next(newest.page);
        while let Some(old) = self.entry_in(oldest) {
            let copied = self.copy_on(old, random)?;
            self.index.put(copied)?;
        }
        self.medium.erase(oldest)?;
        self.erased = Some(oldest);
        Ok(())
    }

    fn entry_in(&self, page: u16) -> Option<Entry> {
        self.index
            .entries()
            .iter()
            .copied()
            .find(|entry| self.page_of(*entry) == page)
    }

    pub(super) fn kill(&mut self, entry: Entry) -> Result<(), VaultError> {
        let (page, at) = self.medium.geometry().position(entry.place);
        self.medium.kill(page, at, entry.len())
    }
}
