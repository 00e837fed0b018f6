//! The home of writing records: new ones, and those that move on when their page is needed.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroizing;

use super::fields::{self, copy};
use super::index::Entry;
use super::record::{CRC_LEN, HEAD_LEN, Head, OVERHEAD, STATE_LEN, record_len};
use super::seal::{SALT_LEN, Spot, TAG_LEN};
use super::{Vault, VaultError, checks};
use crate::Random;

/// Where the body is in a draft, which is a record without its state.
const BODY_AT: usize = HEAD_LEN - STATE_LEN;

/// A draft for bodies of up to 156 bytes, and one for all. Records of a token are short, and its
/// stack need not hold more; a separate function for each sees to that.
const SHORT: usize = 192 - STATE_LEN;
const LONG: usize = 255 * 4 - STATE_LEN;

impl<F: MultiwriteNorFlash, const N: usize> Vault<F, N> {
    /// Writes a record into the newest page, which has room for it.
    pub(super) fn append(
        &mut self,
        key: u16,
        body: &[u8],
        random: &mut impl Random,
    ) -> Result<Entry, VaultError> {
        if record_len(body.len()) <= SHORT + STATE_LEN {
            self.append_draft::<SHORT>(key, body, random)
        } else {
            self.append_draft::<LONG>(key, body, random)
        }
    }

    /// Writes a record again into the newest page, which has room for it. The old one stays. Of
    /// one that does not open, only that is written.
    pub(super) fn copy_on(
        &mut self,
        entry: Entry,
        random: &mut impl Random,
    ) -> Result<Entry, VaultError> {
        if !entry.damaged {
            let copied = if entry.len() <= SHORT + STATE_LEN {
                self.copy_draft::<SHORT>(entry, random)
            } else {
                self.copy_draft::<LONG>(entry, random)
            };
            if copied != Err(VaultError::Damaged) {
                return copied;
            }
        }
        self.mark_on(entry)
    }

    #[inline(never)]
    fn append_draft<const B: usize>(
        &mut self,
        key: u16,
        body: &[u8],
        random: &mut impl Random,
    ) -> Result<Entry, VaultError> {
        let mut draft = Zeroizing::new([0; B]);
        let to = draft.get_mut(BODY_AT..).unwrap_or_default();
        copy(to, body);
        self.finish(key, body.len(), &mut *draft, random)
    }

    #[inline(never)]
    fn copy_draft<const B: usize>(
        &mut self,
        entry: Entry,
        random: &mut impl Random,
    ) -> Result<Entry, VaultError> {
        let mut draft = Zeroizing::new([0; B]);
        let to = draft.get_mut(BODY_AT..).unwrap_or_default();
        let len = self.open(entry, to)?;
        self.finish(entry.key, len, &mut *draft, random)
    }

    /// Seals the draft where it is, for the place it is written to, and writes it.
    fn finish(
        &mut self,
        key: u16,
        body: usize,
        draft: &mut [u8],
        random: &mut impl Random,
    ) -> Result<Entry, VaultError> {
        let len = record_len(body);
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt);
        let (page, at, sequence) = self.take(len)?;
        let spot = Spot {
            sequence,
            place: self.medium.geometry().place(page, at),
            salt,
        };
        let draft = draft
            .get_mut(..len.saturating_sub(STATE_LEN))
            .ok_or(VaultError::TooLong)?;
        self.seal_draft(key, body, draft, spot)?;
        self.medium
            .write(page, at.saturating_add(STATE_LEN), draft)?;
        self.medium.enliven(page, at)?;
        entry(key, spot.place, len, false)
    }

    fn seal_draft(
        &self,
        key: u16,
        body: usize,
        draft: &mut [u8],
        spot: Spot,
    ) -> Result<(), VaultError> {
        let body_len = u16::try_from(body).map_err(|_| VaultError::TooLong)?;
        let head = Head {
            key,
            body_len,
            salt: spot.salt,
        };
        let (to, rest) = draft
            .split_at_mut_checked(BODY_AT)
            .ok_or(VaultError::TooLong)?;
        copy(to, &head.encoded(spot.sequence));
        let (sealed, _) = rest.split_at_mut_checked(body).ok_or(VaultError::TooLong)?;
        let tag = self.sealer.seal(spot, key, sealed)?;
        let mut out = fields::Writer::at(draft, BODY_AT.saturating_add(body));
        out.bytes(&tag);
        let mut digest = checks::crc32_in(spot.sequence);
        digest.update(out.written());
        let crc = digest.finalize();
        out.bytes(&crc.to_be_bytes());
        out.zeros();
        Ok(())
    }

    /// Writes that there was a record, damaged: its key with a body that does not open, which is
    /// reported until the record is replaced or removed.
    fn mark_on(&mut self, old: Entry) -> Result<Entry, VaultError> {
        let len = record_len(0);
        let (page, at, sequence) = self.take(len)?;
        let head = Head {
            key: old.key,
            body_len: 0,
            salt: [0; SALT_LEN],
        };
        let body_at = at.saturating_add(HEAD_LEN);
        self.medium
            .write(page, at.saturating_add(STATE_LEN), &head.encoded(sequence))?;
        self.medium
            .zero(page, body_at, len.saturating_sub(HEAD_LEN))?;
        self.medium.enliven(page, at)?;
        entry(old.key, self.medium.geometry().place(page, at), len, true)
    }

    /// Opens a record into `to` and returns the length of its body. What does not open is wiped
    /// from it.
    pub(super) fn open(&mut self, entry: Entry, to: &mut [u8]) -> Result<usize, VaultError> {
        let geometry = self.medium.geometry();
        let (page, at) = geometry.position(entry.place);
        let sequence = self.sequence_of(page).ok_or(VaultError::Damaged)?;
        let mut bytes = [0; HEAD_LEN];
        self.medium.read(page, at, &mut bytes)?;
        let (_, head) = Head::read(&bytes, sequence).ok_or(VaultError::Damaged)?;
        if head.key != entry.key || head.record_len() != entry.len() {
            return Err(VaultError::Damaged);
        }
        let len = usize::from(head.body_len);
        let body = to.get_mut(..len).ok_or(VaultError::BufferTooShort)?;
        let at = at.saturating_add(HEAD_LEN);
        self.medium.read(page, at, body)?;
        let mut tag = [0; TAG_LEN];
        self.read_tag(page, at.saturating_add(len), &mut tag)?;
        let spot = Spot {
            sequence,
            place: entry.place,
            salt: head.salt,
        };
        let opened = self.sealer.open(spot, entry.key, body, tag);
        if opened.is_err() {
            body.fill(0);
            self.index.mark_damaged(entry.key);
        }
        opened.map(|()| len)
    }

    /// Reads a tag, which need not be at a multiple of a granule.
    fn read_tag(
        &mut self,
        page: u16,
        at: usize,
        tag: &mut [u8; TAG_LEN],
    ) -> Result<(), VaultError> {
        let mut at = at;
        for piece in tag.chunks_mut(4) {
            self.medium.read_anywhere(page, at, piece)?;
            at = at.saturating_add(piece.len());
        }
        Ok(())
    }
}

fn entry(key: u16, place: u16, len: usize, damaged: bool) -> Result<Entry, VaultError> {
    let granules = u8::try_from(len.div_ceil(4)).map_err(|_| VaultError::TooLong)?;
    Ok(Entry {
        key,
        place,
        granules,
        damaged,
    })
}

const _: () = assert!(OVERHEAD == BODY_AT + STATE_LEN + TAG_LEN + CRC_LEN);
