//! The home of the ring of pages: which one is written, which are free, and how room is made.
//!
//! A page is erased right before it is opened, so that every page is erased once a turn, and what
//! an erasure that was cut short left in it does not matter. One page is always free. Opening the
//! last but one is followed at once by copying everything that counts in the oldest page into it
//! and by erasing that page, which is then the free one. What counts in one page fits into
//! another, so this always succeeds; cut short, the copies are thrown away and it starts again.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::header::PageHeader;
use super::index::Entry;
use super::medium::Medium;
use super::record::record_len;
use super::{Vault, VaultError};
use crate::Random;

/// The address of no page.
pub(super) const NO_PAGE: usize = usize::MAX;

/// The newest page. On a blank medium it is the last one, which has no room, of sequence 0.
#[derive(Clone, Copy)]
pub(super) struct Newest {
    pub(super) page: usize,
    pub(super) sequence: u32,
    /// How much is left of it for records.
    pub(super) room: usize,
}

/// Records up to this length can always be updated, however full the vault is.
const SMALL: usize = record_len(64);

impl<F: MultiwriteNorFlash, const N: usize> Vault<F, N> {
    /// Takes room for a record out of the newest page: its address.
    pub(super) fn take(&mut self, len: usize) -> Result<usize, VaultError> {
        let end = self.newest.page.wrapping_add(Medium::<F>::PAGE_LEN);
        let at = end.wrapping_sub(self.newest.room);
        self.newest.room = self.newest.room.checked_sub(len).ok_or(VaultError::Full)?;
        Ok(at)
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
        let mut left = self.medium.pages().saturating_mul(2);
        while self.newest.room < len {
            left = left.checked_sub(1).ok_or(VaultError::Full)?;
            self.fill_up(random)?;
            if self.free_pages() < 2 {
                self.turn(random)?;
            } else {
                self.clean_next_but_one()?;
                self.open_next()?;
            }
        }
        Ok(())
    }

    /// Opens the page after the newest one, for which there is at least one free.
    pub(super) fn open_next(&mut self) -> Result<(), VaultError> {
        let page = self.medium.next(self.newest.page);
        let sequence = self.newest.sequence.checked_add(1);
        let sequence = sequence.ok_or(VaultError::Full)?;
        if self.erased != page {
            self.medium.erase(page)?;
        }
        self.erased = NO_PAGE;
        let oldest = self.oldest(sequence);
        let header = PageHeader { sequence, oldest };
        let written = header.encoded(self.medium.shape(), &self.sealer);
        self.medium.write(page, written.as_flattened())?;
        self.newest = Newest {
            page,
            sequence,
            room: Medium::<F>::PAYLOAD,
        };
        Ok(())
    }

    /// Sees to it that the page after the one that is opened next has no records. They would be
    /// taken for newer ones if by chance they were of the next sequence, which takes a medium with
    /// two damaged pages.
    fn clean_next_but_one(&mut self) -> Result<(), VaultError> {
        let page = self.medium.next(self.medium.next(self.newest.page));
        if self.sequence_of(page) >= self.oldest(self.newest.sequence) {
            return Ok(());
        }
        self.medium.clean(page)
    }

    /// How much of the medium records take whose pages have a sequence from `from` to `to`.
    pub(super) fn used(&self, from: u32, to: u32) -> usize {
        let mut used = 0_usize;
        for entry in self.index.entries() {
            let sequence = self.sequence_of(entry.at());
            if from <= sequence && sequence <= to {
                used = used.wrapping_add(entry.len());
            }
        }
        used
    }

    /// What records may take before a new one is refused.
    ///
    /// Of the pages besides the free one, one has room for another record of [`SMALL`] bytes as
    /// long as all of them together have more than that less a granule each. What is longer than
    /// that, or new, has to leave as much again.
    pub(super) fn limit(&self, len: usize) -> usize {
        let left = if len > SMALL { 2 * SMALL } else { SMALL };
        let each = Medium::<F>::PAYLOAD.saturating_sub(left);
        let pages = self.medium.pages().wrapping_sub(1);
        usize::try_from(pages)
            .unwrap_or(usize::MAX)
            .saturating_mul(each)
    }

    /// The sequence under which the page of an address was opened last, as the newest one tells;
    /// 0 if it never was.
    pub(super) fn sequence_of(&self, at: usize) -> u32 {
        let page = Medium::<F>::page_of(at);
        let back = Medium::<F>::pages_in(self.medium.back(self.newest.page, page));
        self.newest.sequence.saturating_sub(back)
    }

    /// The page that was opened under a sequence, which is not before the last turn.
    pub(super) fn page_under(&self, sequence: u32) -> usize {
        let back = self.newest.sequence.wrapping_sub(sequence);
        let back = usize::try_from(back).unwrap_or(usize::MAX);
        let by = back.saturating_mul(Medium::<F>::PAGE_LEN);
        self.medium.back(self.newest.page, by)
    }

    /// The lowest sequence whose page holds a record, if that is below this one.
    fn oldest(&self, below: u32) -> u32 {
        let mut oldest = below;
        for entry in self.index.entries() {
            oldest = oldest.min(self.sequence_of(entry.at()));
        }
        oldest
    }

    fn free_pages(&self) -> u32 {
        let sequence = self.newest.sequence;
        let beside_newest = self.medium.pages().wrapping_sub(1);
        beside_newest.wrapping_sub(sequence.wrapping_sub(self.oldest(sequence)))
    }

    fn can_make_room(&self, len: usize) -> bool {
        if self.newest.room >= len || self.free_pages() >= 2 {
            return true;
        }
        let mut sequence = self.oldest(self.newest.sequence);
        while Medium::<F>::PAYLOAD.wrapping_sub(self.used(sequence, sequence)) < len {
            if sequence == self.newest.sequence {
                return false;
            }
            sequence = sequence.wrapping_add(1);
        }
        true
    }

    /// The first record of the page of this sequence that is at most this long.
    fn first_of(&self, sequence: u32, at_most: usize) -> Option<Entry> {
        for entry in self.index.entries() {
            if entry.len() <= at_most && self.sequence_of(entry.at()) == sequence {
                return Some(*entry);
            }
        }
        None
    }

    /// Moves what fits from the oldest page into the rest of the newest one, which would stay
    /// empty otherwise.
    fn fill_up(&mut self, random: &mut impl Random) -> Result<(), VaultError> {
        while self.free_pages() < 2
            && let oldest = self.oldest(self.newest.sequence)
            && let Some(old) = self.first_of(oldest, self.newest.room)
        {
            self.copy_on(old, random)?;
            self.medium.kill(old)?;
        }
        Ok(())
    }

    /// Opens the free page, copies what counts in the oldest one into it and erases that.
    fn turn(&mut self, random: &mut impl Random) -> Result<(), VaultError> {
        let oldest = self.oldest(self.newest.sequence);
        self.open_next()?;
        while let Some(old) = self.first_of(oldest, usize::MAX) {
            self.copy_on(old, random)?;
        }
        let page = self.page_under(oldest);
        self.medium.erase(page)?;
        self.erased = page;
        Ok(())
    }
}
