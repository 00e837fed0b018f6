//! The home of looking at what a page holds, trusting nothing of it.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::VaultError;
use super::crc::{crc32, crc32_in};
use super::header::PAGE_HEADER_LEN;
use super::index::{Entry, place};
use super::medium::{GRANULE, Medium};
use super::record::{CRC_LEN, HEAD_LEN, Head, LIVE, OVERHEAD, STATE_LEN, State};
use super::seal::{PIECE, TAG_LEN};

/// Looks at what a page holds, one after the other.
pub(super) struct Scan {
    sequence: u32,
    /// Where the next thing starts.
    pub(super) at: usize,
    /// Where the page ends.
    pub(super) end: usize,
    /// What was found last.
    pub(super) found: Found,
    /// The record, if it was one.
    pub(super) entry: Entry,
}

/// What is at some place of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A record that counts.
    Live,
    /// A record that will count once its writing is finished.
    Pending,
    Erased,
    Cleared,
    /// A granule of something that was not finished, or whose head is damaged.
    Junk,
}

impl Scan {
    /// Of a page of this sequence.
    pub(super) fn of<F: MultiwriteNorFlash>(page: usize, sequence: u32) -> Self {
        Self {
            sequence,
            at: page.wrapping_add(PAGE_HEADER_LEN),
            end: page.wrapping_add(Medium::<F>::PAGE_LEN),
            found: Found::Erased,
            entry: Entry::NONE,
        }
    }

    /// Goes on to what is next; `false` at the end of the page.
    ///
    /// The length of a record is believed if the head's checksum is right and either the record
    /// is live or its own checksum is. Everything else is passed granule by granule, so what is
    /// damaged hides nothing that follows it.
    pub(super) fn next<F: MultiwriteNorFlash>(
        &mut self,
        medium: &mut Medium<F>,
    ) -> Result<bool, VaultError> {
        if self.at >= self.end {
            return Ok(false);
        }
        let mut len = self.record(medium)?;
        if len == 0 {
            self.found = Found::Erased;
            len = medium.run(self.at, self.end, [0xFF; 2])? & !(GRANULE - 1);
        }
        if len == 0 {
            self.found = Found::Cleared;
            len = medium.run(self.at, self.end, [0x00; 2])? & !(GRANULE - 1);
        }
        if len == 0 {
            self.found = Found::Junk;
            len = GRANULE;
        }
        self.at = self.at.wrapping_add(len);
        Ok(true)
    }

    pub(super) fn is_record(&self) -> bool {
        matches!(self.found, Found::Live | Found::Pending)
    }

    /// The length of the record that is next, or 0.
    fn record<F: MultiwriteNorFlash>(
        &mut self,
        medium: &mut Medium<F>,
    ) -> Result<usize, VaultError> {
        let left = self.end.wrapping_sub(self.at);
        if left < OVERHEAD {
            return Ok(0);
        }
        let mut bytes = [0; HEAD_LEN];
        medium.read(self.at, &mut bytes)?;
        let [s0, s1, s2, s3, written @ ..] = bytes;
        let head = Head::read(&written);
        let len = head.record_len();
        let state = State::of([s0, s1, s2, s3]);
        if state == State::Dead || len > left || !Head::is_whole(&written, self.sequence) {
            return Ok(0);
        }
        let damaged = !self.has_right_crc(medium, head)?;
        self.found = match state {
            State::Live => Found::Live,
            _ if damaged => return Ok(0),
            _ => Found::Pending,
        };
        self.entry = Entry {
            key: head.key,
            place: place(self.at),
            granules: u8::try_from(len.div_euclid(GRANULE)).map_err(|_| VaultError::Foreign)?,
            damaged,
        };
        Ok(len)
    }

    fn has_right_crc<F: MultiwriteNorFlash>(
        &self,
        medium: &mut Medium<F>,
        head: Head,
    ) -> Result<bool, VaultError> {
        let mut at = self.at.wrapping_add(STATE_LEN);
        let len = usize::from(head.body_len).wrapping_add(HEAD_LEN - STATE_LEN + TAG_LEN);
        let end = at.wrapping_add(len);
        let mut crc = crc32_in(self.sequence);
        let mut buffer = [0; PIECE];
        while at < end {
            let len = end.wrapping_sub(at).min(PIECE);
            let piece = buffer.get_mut(..len).unwrap_or_default();
            medium.read(at, piece)?;
            crc = crc32(crc, piece);
            at = at.wrapping_add(len);
        }
        let mut written = [0; CRC_LEN];
        medium.read(end, &mut written)?;
        Ok(u32::from_be_bytes(written) == crc)
    }
}

impl<F: MultiwriteNorFlash> Medium<F> {
    /// Whether a page of this sequence holds a record, of this key if one is given.
    pub(super) fn holds(
        &mut self,
        page: usize,
        sequence: u32,
        key: Option<u16>,
    ) -> Result<bool, VaultError> {
        let mut scan = Scan::of::<F>(page, sequence);
        while scan.next(self)? {
            if scan.is_record() && key.is_none_or(|key| key == scan.entry.key) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Clears a record: first its state, from when on it is dead, then all of it.
    pub(super) fn kill(&mut self, entry: Entry) -> Result<(), VaultError> {
        self.zero(entry.at(), STATE_LEN)?;
        self.zero(entry.at(), entry.len())
    }

    /// Makes a record that is wholly written count.
    pub(super) fn enliven(&mut self, entry: Entry) -> Result<(), VaultError> {
        self.write(entry.at(), &LIVE)
    }

    /// Erases a page that holds no records if there are remains of any.
    pub(super) fn clean(&mut self, page: usize) -> Result<(), VaultError> {
        let from = page.wrapping_add(PAGE_HEADER_LEN);
        let end = page.wrapping_add(Self::PAGE_LEN);
        if self.run(from, end, [0x00, 0xFF])? == Self::PAYLOAD {
            return Ok(());
        }
        self.erase(page)
    }
}
