//! The home of finding the records on a medium, and of finishing what a loss of power cut short.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::header::{PAGE_HEADER_LEN, PageHeader, Written};
use super::index::Entry;
use super::medium::{GRANULE, Medium};
use super::ring::{NO_PAGE, Newest};
use super::scan::{Found, Scan};
use super::{Vault, VaultError};

impl<F: MultiwriteNorFlash, const N: usize> Vault<F, N> {
    /// Builds the index anew from the medium and finishes what was not finished.
    pub(super) fn recover(&mut self) -> Result<(), VaultError> {
        self.index.clear();
        self.erased = NO_PAGE;
        let oldest = loop {
            let oldest = self.find_newest()?;
            // All pages are in use only while the oldest one is copied.
            let all_in_use = self.pages_before(oldest) >= self.medium.pages().wrapping_sub(1);
            if !all_in_use || self.is_copied(oldest)? {
                break oldest;
            }
            // Everything in the newest page is a copy of something in the oldest.
            self.medium.erase(self.newest.page)?;
        };
        if self.newest.sequence == 0 {
            return Ok(());
        }
        let mut sequence = oldest;
        while sequence != self.newest.sequence {
            self.read_page(sequence)?;
            sequence = sequence.wrapping_add(1);
        }
        self.read_page(sequence)?;
        self.clean_free_pages(oldest)
    }

    /// Erases pages that hold no records but remains of some. That is the page after the newest
    /// one, if its erasure was cut short, or any after everything was wiped.
    pub(super) fn clean_free_pages(&mut self, oldest: u32) -> Result<(), VaultError> {
        let in_use = self.pages_before(oldest);
        let mut page = self.newest.page;
        for _ in in_use..self.medium.pages().wrapping_sub(1) {
            page = self.medium.next(page);
            self.medium.clean(page)?;
            if in_use > 0 {
                break;
            }
        }
        Ok(())
    }

    /// How many pages were opened from this sequence on, besides the newest one.
    fn pages_before(&self, oldest: u32) -> u32 {
        self.newest.sequence.wrapping_sub(oldest)
    }

    /// Whether every record of the oldest page is in the newest one as well, where all pages are
    /// in use. Then nothing is lost with the oldest page. Otherwise the newest one holds nothing
    /// but copies: it is only written to by others once the oldest has been erased.
    fn is_copied(&mut self, oldest: u32) -> Result<bool, VaultError> {
        let Newest { page, sequence, .. } = self.newest;
        let mut scan = Scan::of::<F>(self.page_under(oldest), oldest);
        while scan.next(&mut self.medium)? {
            if scan.is_record() && !self.medium.holds(page, sequence, Some(scan.entry.key))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Puts the records of a page into the index, makes those count whose writing lacked no more
    /// than that, and clears all that does not count. Pages are read in the order of their
    /// sequences: the end of the last one is what is found in the end.
    fn read_page(&mut self, sequence: u32) -> Result<(), VaultError> {
        let mut scan = Scan::of::<F>(self.page_under(sequence), sequence);
        self.newest.room = Medium::<F>::PAYLOAD;
        while scan.next(&mut self.medium)? {
            match scan.found {
                Found::Live => self.note(scan.entry, false)?,
                Found::Pending => self.note(scan.entry, true)?,
                Found::Erased => continue,
                Found::Cleared => {}
                Found::Junk => {
                    let junk = scan.at.wrapping_sub(GRANULE);
                    self.medium.zero(junk, GRANULE)?;
                }
            }
            self.newest.room = scan.end.wrapping_sub(scan.at);
        }
        Ok(())
    }

    /// Of two records of one key the later one counts, unless it is the only one damaged. The
    /// other goes once that is sure to count.
    fn note(&mut self, entry: Entry, pending: bool) -> Result<(), VaultError> {
        let before = self.index.get(entry.key);
        if before.is_some_and(|before| entry.damaged && !before.damaged) {
            return self.medium.kill(entry);
        }
        self.index.put(entry)?;
        if pending {
            self.medium.enliven(entry)?;
        }
        before.map_or(Ok(()), |before| self.medium.kill(before))
    }

    /// Finds the newest page, or that the medium is blank, and returns the sequence of the oldest
    /// page in use.
    fn find_newest(&mut self) -> Result<u32, VaultError> {
        self.newest = self.medium.unopened();
        let shape = self.medium.shape();
        let mut oldest = 0;
        let mut is_strange = false;
        let mut page = 0;
        while page < self.medium.len() {
            let mut written = Written::default();
            self.medium.read(page, written.as_flattened_mut())?;
            if let Some(header) = PageHeader::read(&written, shape)
                && header.sequence > self.newest.sequence
            {
                if header.encoded(shape, &self.sealer) == written {
                    (self.newest.page, self.newest.sequence) = (page, header.sequence);
                    oldest = header.oldest;
                } else {
                    is_strange = true;
                }
            }
            page = page.wrapping_add(Medium::<F>::PAGE_LEN);
        }
        if self.newest.sequence > 0 {
            self.follow(oldest)
        } else if is_strange {
            Err(VaultError::WrongKey)
        } else {
            self.blank()
        }
    }

    /// A page that follows the newest one and has a record under the sequence that is its turn was
    /// opened as well, and its header was damaged since: it is the newest one in truth.
    fn follow(&mut self, oldest: u32) -> Result<u32, VaultError> {
        let page = self.medium.next(self.newest.page);
        let sequence = self.newest.sequence.saturating_add(1);
        if !self.medium.holds(page, sequence, None)? {
            return Ok(oldest);
        }
        (self.newest.page, self.newest.sequence) = (page, sequence);
        let turn = self.medium.pages().wrapping_sub(1);
        Ok(oldest.max(sequence.saturating_sub(turn)))
    }

    /// A medium without a whole header is blank, and nothing else, if every byte is erased. The
    /// very first header may be there in part.
    fn blank(&mut self) -> Result<u32, VaultError> {
        let len = self.medium.len();
        let erased = self.medium.run(PAGE_HEADER_LEN, len, [0xFF; 2])?;
        if erased.wrapping_add(PAGE_HEADER_LEN) == len {
            Ok(0)
        } else {
            Err(VaultError::Foreign)
        }
    }
}
