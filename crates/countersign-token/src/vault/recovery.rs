//! The home of finding the records on a medium, and of finishing what a loss of power cut short.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::geometry::{GRANULE, Geometry};
use super::header::{PAGE_HEADER_LEN, PageHeader};
use super::index::Entry;
use super::medium::Medium;
use super::ring::Newest;
use super::scan::{Found, Record};
use super::seal::Sealer;
use super::{Vault, VaultError};

/// How many headers with a right checksum and a wrong check are passed before giving up.
const STRANGERS: u8 = 8;

impl<F: MultiwriteNorFlash, const N: usize> Vault<F, N> {
    /// Builds the index anew from the medium and finishes what was not finished.
    pub(super) fn recover(&mut self) -> Result<(), VaultError> {
        self.index.clear();
        self.newest = None;
        self.erased = None;
        let Some((mut page, mut header)) = newest(&mut self.medium, &self.sealer)? else {
            return Ok(());
        };
        let geometry = self.medium.geometry();
        while is_full_turn(geometry, header) && !self.oldest_is_copied(page, header)? {
            // Everything in the newest page is a copy of something in the oldest.
            self.medium.erase(page)?;
            match newest(&mut self.medium, &self.sealer)? {
                Some((before, its)) => (page, header) = (before, its),
                None => return Ok(()),
            }
        }
        self.newest = Some(Newest {
            page,
            sequence: header.sequence,
            at: PAGE_HEADER_LEN,
        });
        let in_use = header
            .sequence
            .saturating_sub(header.oldest)
            .saturating_add(1);
        let in_use = u16::try_from(in_use).unwrap_or(u16::MAX);
        if self.read_pages(in_use)? {
            self.finish_pending(in_use)?;
            self.clear_remains(in_use)?;
        }
        self.clean_free_pages(in_use)
    }

    /// Erases pages that hold no records but remains of some. That is the page after the newest
    /// one, if its erasure was cut short, or any after everything was wiped.
    pub(super) fn clean_free_pages(&mut self, in_use: u16) -> Result<(), VaultError> {
        let geometry = self.medium.geometry();
        let Some(newest) = self.newest else {
            return Ok(());
        };
        let free = geometry.pages.saturating_sub(in_use);
        let mut page = newest.page;
        for _ in 0..free {
            page = geometry.next(page);
            if !self.medium.is_clean(page)? {
                self.medium.erase(page)?;
            }
            if in_use > 1 {
                break;
            }
        }
        Ok(())
    }

    /// Whether every record of the oldest page is in the newest one as well, where all pages are
    /// in use. Then nothing is lost with the oldest page. Otherwise the newest one holds nothing
    /// but copies: it is only written to by others once the oldest has been erased.
    fn oldest_is_copied(&mut self, newest: u16, header: PageHeader) -> Result<bool, VaultError> {
        let oldest = (self.medium.geometry().next(newest), header.oldest);
        let newest = (newest, header.sequence);
        let mut at = PAGE_HEADER_LEN;
        while let Some((found, end)) = self.medium.look(oldest, at)? {
            if let Found::Record(record) = found
                && !self.is_in(newest, record.head.key)?
            {
                return Ok(false);
            }
            at = end;
        }
        Ok(true)
    }

    fn is_in(&mut self, page: (u16, u32), key: u16) -> Result<bool, VaultError> {
        let mut at = PAGE_HEADER_LEN;
        while let Some((found, end)) = self.medium.look(page, at)? {
            if matches!(found, Found::Record(record) if record.head.key == key) {
                return Ok(true);
            }
            at = end;
        }
        Ok(false)
    }

    /// Puts every record into the index and finds the end of the newest page. Returns whether
    /// there is something to finish.
    fn read_pages(&mut self, in_use: u16) -> Result<bool, VaultError> {
        let mut unfinished = false;
        self.each_found(in_use, |vault, page, found, end| {
            match found {
                Found::Record(record) => unfinished |= vault.note(page, record)?,
                Found::Nothing { erased: true } => return Ok(()),
                Found::Nothing { erased: false } => (),
                Found::Junk => unfinished = true,
            }
            if let Some(newest) = vault.newest.as_mut().filter(|newest| newest.page == page) {
                newest.at = end;
            }
            Ok(())
        })?;
        Ok(unfinished)
    }

    /// Of two records of one key the later one counts, unless it is the only one damaged.
    fn note(&mut self, page: u16, record: Record) -> Result<bool, VaultError> {
        let key = record.head.key;
        let entry = Entry {
            key,
            place: self.medium.geometry().place(page, record.at),
            granules: u8::try_from(record.head.record_len().div_euclid(GRANULE))
                .map_err(|_| VaultError::Foreign)?,
            damaged: !record.sound,
        };
        let before = self.index.get(key);
        if before.is_none_or(|before| before.damaged || record.sound) {
            self.index.put(entry)?;
        }
        Ok(record.pending || before.is_some())
    }

    /// Makes records count whose writing lacked no more than that.
    fn finish_pending(&mut self, in_use: u16) -> Result<(), VaultError> {
        self.each_found(in_use, |vault, page, found, _| match found {
            Found::Record(record) if record.pending && vault.is_current(page, record) => {
                vault.medium.enliven(page, record.at)
            }
            _ => Ok(()),
        })
    }

    /// Clears all that does not count.
    fn clear_remains(&mut self, in_use: u16) -> Result<(), VaultError> {
        self.each_found(in_use, |vault, page, found, end| match found {
            Found::Record(record) if !vault.is_current(page, record) => {
                vault.medium.kill(page, record.at, record.head.record_len())
            }
            Found::Junk => vault
                .medium
                .zero(page, end.saturating_sub(GRANULE), GRANULE),
            _ => Ok(()),
        })
    }

    fn is_current(&self, page: u16, record: Record) -> bool {
        let place = self.medium.geometry().place(page, record.at);
        self.index
            .get(record.head.key)
            .is_some_and(|entry| entry.place == place)
    }

    /// Visits what the pages in use hold, oldest first.
    fn each_found(
        &mut self,
        in_use: u16,
        mut visit: impl FnMut(&mut Self, u16, Found, usize) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let geometry = self.medium.geometry();
        let Some(newest) = self.newest else {
            return Ok(());
        };
        let free = geometry.pages.saturating_sub(in_use);
        let mut page = newest.page;
        for step in 0..geometry.pages {
            page = geometry.next(page);
            if step < free {
                continue;
            }
            let Some(sequence) = self.sequence_of(page) else {
                continue;
            };
            let mut at = PAGE_HEADER_LEN;
            while let Some((found, end)) = self.medium.look((page, sequence), at)? {
                visit(self, page, found, end)?;
                at = end;
            }
        }
        Ok(())
    }
}

/// Whether all pages are in use, which is only so while the oldest one is copied.
fn is_full_turn(geometry: Geometry, header: PageHeader) -> bool {
    let apart = header.sequence.saturating_sub(header.oldest);
    apart >= geometry.pages.saturating_sub(1).into()
}

/// The newest page and its header; `None` if the medium is blank.
fn newest<F: MultiwriteNorFlash>(
    medium: &mut Medium<F>,
    sealer: &Sealer,
) -> Result<Option<(u16, PageHeader)>, VaultError> {
    let geometry = medium.geometry();
    let mut below = u64::MAX;
    for stranger in 0..STRANGERS {
        let mut found: Option<(u16, PageHeader, [u8; PAGE_HEADER_LEN])> = None;
        for page in 0..geometry.pages {
            let mut bytes = [0; PAGE_HEADER_LEN];
            medium.read(page, 0, &mut bytes)?;
            if let Some(header) = PageHeader::read(&bytes, geometry)
                && u64::from(header.sequence) < below
                && found.is_none_or(|(_, best, _)| best.sequence < header.sequence)
            {
                found = Some((page, header, bytes));
            }
        }
        let Some((page, header, bytes)) = found else {
            let strange = stranger > 0;
            return if strange {
                Err(VaultError::WrongKey)
            } else {
                blank(medium)
            };
        };
        if header.is_of(&bytes, geometry, sealer).is_ok() {
            return followed(medium, page, header).map(Some);
        }
        below = header.sequence.into();
    }
    Err(VaultError::WrongKey)
}

/// A page that follows the newest one and has a record under the sequence that is its turn was
/// opened as well, and its header was damaged since: it is the newest one in truth.
fn followed<F: MultiwriteNorFlash>(
    medium: &mut Medium<F>,
    page: u16,
    header: PageHeader,
) -> Result<(u16, PageHeader), VaultError> {
    let geometry = medium.geometry();
    let next = geometry.next(page);
    let sequence = header.sequence.saturating_add(1);
    if !holds_record(medium, next, sequence)? {
        return Ok((page, header));
    }
    let least = sequence.saturating_sub(geometry.pages.saturating_sub(1).into());
    let oldest = header.oldest.max(least);
    Ok((next, PageHeader { sequence, oldest }))
}

fn holds_record<F: MultiwriteNorFlash>(
    medium: &mut Medium<F>,
    page: u16,
    sequence: u32,
) -> Result<bool, VaultError> {
    let mut at = PAGE_HEADER_LEN;
    while let Some((found, end)) = medium.look((page, sequence), at)? {
        if matches!(found, Found::Record(_)) {
            return Ok(true);
        }
        at = end;
    }
    Ok(false)
}

/// A medium without a whole header is blank, and nothing else, if every byte is erased. The very
/// first header may be there in part.
fn blank<T, F: MultiwriteNorFlash>(medium: &mut Medium<F>) -> Result<Option<T>, VaultError> {
    let geometry = medium.geometry();
    for page in 0..geometry.pages {
        let from = if page == 0 { PAGE_HEADER_LEN } else { 0 };
        let erased = medium.run(page, from, |byte| byte == 0xFF)?;
        if erased != geometry.page_len().saturating_sub(from) {
            return Err(VaultError::Foreign);
        }
    }
    Ok(None)
}
