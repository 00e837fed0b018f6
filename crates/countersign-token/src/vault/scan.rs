//! The home of looking at what a page holds, trusting nothing of it.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::VaultError;
use super::checks;
use super::geometry::GRANULE;
use super::medium::Medium;
use super::record::{CRC_LEN, HEAD_LEN, Head, LIVE, OVERHEAD, STATE_LEN, State};
use super::seal::{PIECE, TAG_LEN};
use super::write::next_piece;

/// A record that counts, or will once its writing is finished.
#[derive(Clone, Copy)]
pub(super) struct Record {
    pub(super) at: usize,
    pub(super) head: Head,
    pub(super) pending: bool,
    /// Whether the checksum is right.
    pub(super) sound: bool,
}

/// What is at some place of a page.
pub(super) enum Found {
    Record(Record),
    /// Zeros or erased bytes.
    Nothing {
        erased: bool,
    },
    /// Remains of something that was not finished, or whose head is damaged.
    Junk,
}

impl<F: MultiwriteNorFlash> Medium<F> {
    /// What is at this granule, and where the next thing starts; `None` at the end of the page.
    ///
    /// The length of a record is believed if the head's checksum is right and either the record
    /// is live or its own checksum is. Everything else is passed granule by granule, so what is
    /// damaged hides nothing that follows it.
    pub(super) fn look(
        &mut self,
        (page, sequence): (u16, u32),
        at: usize,
    ) -> Result<Option<(Found, usize)>, VaultError> {
        let left = self.geometry().page_len().saturating_sub(at);
        if left < GRANULE {
            return Ok(None);
        }
        if left >= OVERHEAD
            && let Some(record) = self.record_at((page, sequence), at, left)?
        {
            let end = at.saturating_add(record.head.record_len());
            return Ok(Some((Found::Record(record), end)));
        }
        for byte in [0x00, 0xFF] {
            let run = self.run(page, at, |found| found == byte)? & !(GRANULE - 1);
            if run > 0 {
                let nothing = Found::Nothing {
                    erased: byte == 0xFF,
                };
                return Ok(Some((nothing, at.saturating_add(run))));
            }
        }
        Ok(Some((Found::Junk, at.saturating_add(GRANULE))))
    }

    fn record_at(
        &mut self,
        (page, sequence): (u16, u32),
        at: usize,
        left: usize,
    ) -> Result<Option<Record>, VaultError> {
        let mut bytes = [0; HEAD_LEN];
        self.read(page, at, &mut bytes)?;
        let Some((state, head)) = Head::read(&bytes, sequence) else {
            return Ok(None);
        };
        if head.record_len() > left {
            return Ok(None);
        }
        let pending = state == State::Pending;
        let sound = self.has_right_crc((page, sequence), at, head)?;
        Ok((sound || !pending).then_some(Record {
            at,
            head,
            pending,
            sound,
        }))
    }

    fn has_right_crc(
        &mut self,
        (page, sequence): (u16, u32),
        at: usize,
        head: Head,
    ) -> Result<bool, VaultError> {
        let at = at.saturating_add(STATE_LEN);
        let len = usize::from(head.body_len).saturating_add(HEAD_LEN - STATE_LEN + TAG_LEN);
        let mut digest = checks::crc32_in(sequence);
        let mut buffer = [0; PIECE];
        let mut done = 0_usize;
        while let Some(piece) = next_piece(&mut buffer, len, done) {
            self.read(page, at.saturating_add(done), piece)?;
            digest.update(piece);
            done = done.saturating_add(piece.len());
        }
        let mut crc = [0; CRC_LEN];
        self.read_anywhere(page, at.saturating_add(len), &mut crc)?;
        Ok(u32::from_be_bytes(crc) == digest.finalize())
    }

    /// Clears a record: first its state, from when on it is dead, then all the rest of it.
    pub(super) fn kill(&mut self, page: u16, at: usize, len: usize) -> Result<(), VaultError> {
        self.zero(page, at, STATE_LEN)?;
        let rest = len.saturating_sub(STATE_LEN);
        self.zero(page, at.saturating_add(STATE_LEN), rest)
    }

    /// Makes a record that is wholly written count.
    pub(super) fn enliven(&mut self, page: u16, at: usize) -> Result<(), VaultError> {
        self.write(page, at, &LIVE)
    }

    /// Whether a page that holds no records has no remains of any.
    pub(super) fn is_clean(&mut self, page: u16) -> Result<bool, VaultError> {
        let from = super::header::PAGE_HEADER_LEN;
        let run = self.run(page, from, |byte| matches!(byte, 0x00 | 0xFF))?;
        Ok(run == self.geometry().payload())
    }
}
