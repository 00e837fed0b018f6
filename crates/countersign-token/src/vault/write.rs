//! The home of writing records and of opening them: new ones, and those that move on when their
//! page is needed.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroizing;

use super::fields::{Writer, copy};
use super::geometry::{GRANULE, whole_granules};
use super::index::Entry;
use super::medium::Medium;
use super::record::{CRC_LEN, HEAD_LEN, Head, STATE_LEN, record_len};
use super::seal::{PIECE, SALT_LEN, Sealer, Spot, Stream, TAG_LEN};
use super::{Vault, VaultError, checks};
use crate::Random;

/// Where a new record's body comes from.
enum Source<'a> {
    Memory(&'a [u8]),
    /// A record on the medium: page and offset of its next piece, and what opens it.
    Medium(u16, usize, Stream<'a>),
}

/// A record that was found where the index says.
struct Sealed {
    page: u16,
    /// Where its body is.
    at: usize,
    len: usize,
    spot: Spot,
}

impl<F: MultiwriteNorFlash, const N: usize> Vault<F, N> {
    /// Writes a record into the newest page, which has room for it.
    pub(super) fn append(
        &mut self,
        key: u16,
        body: &[u8],
        random: &mut impl Random,
    ) -> Result<Entry, VaultError> {
        let (page, head, spot) = self.begin(key, body.len(), random)?;
        write_record(
            &mut self.medium,
            &self.sealer,
            page,
            head,
            spot,
            Source::Memory(body),
        )
    }

    /// Writes a record again into the newest page, which has room for it. The old one stays. Of
    /// one that does not open, only that is written.
    pub(super) fn copy_on(
        &mut self,
        entry: Entry,
        random: &mut impl Random,
    ) -> Result<Entry, VaultError> {
        let old = match self.authentic(entry) {
            Err(VaultError::Damaged) => return self.mark_on(entry),
            found => found?,
        };
        let (page, head, spot) = self.begin(entry.key, old.len, random)?;
        let source = Source::Medium(old.page, old.at, self.sealer.stream(old.spot));
        write_record(&mut self.medium, &self.sealer, page, head, spot, source)
    }

    /// Opens a record into `to` and returns the length of its body.
    pub(super) fn open(&mut self, entry: Entry, to: &mut [u8]) -> Result<usize, VaultError> {
        let found = self.find(entry)?;
        let body = to.get_mut(..found.len).ok_or(VaultError::BufferTooShort)?;
        self.medium.read(found.page, found.at, body)?;
        let tag = self.tag_of(&found)?;
        let mut tagging = self.sealer.tagging(found.spot, entry.key);
        tagging.add(body);
        let authentic = tagging.verify(tag);
        // Whatever its checksum: the tag decides.
        self.index.put(Entry {
            damaged: authentic.is_err(),
            ..entry
        })?;
        if authentic.is_err() {
            body.fill(0);
            return Err(VaultError::Damaged);
        }
        let mut stream = self.sealer.stream(found.spot);
        for piece in body.chunks_mut(PIECE) {
            stream.apply(piece);
        }
        Ok(found.len)
    }

    /// Takes room for a record with a body of this length.
    fn begin(
        &mut self,
        key: u16,
        len: usize,
        random: &mut impl Random,
    ) -> Result<(u16, Head, Spot), VaultError> {
        let body_len = u16::try_from(len).map_err(|_| VaultError::TooLong)?;
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt);
        let (page, at, sequence) = self.take(record_len(len))?;
        let place = self.medium.geometry().place(page, at);
        Ok((
            page,
            Head {
                key,
                body_len,
                salt,
            },
            Spot {
                sequence,
                place,
                salt,
            },
        ))
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
        let place = self.medium.geometry().place(page, at);
        Ok(Entry {
            damaged: true,
            ..entry(old.key, place, len)
        })
    }

    /// A record whose tag is right.
    fn authentic(&mut self, entry: Entry) -> Result<Sealed, VaultError> {
        let found = self.find(entry)?;
        let tag = self.tag_of(&found)?;
        let mut tagging = self.sealer.tagging(found.spot, entry.key);
        let mut buffer = [0; PIECE];
        let mut done = 0_usize;
        while let Some(piece) = next_piece(&mut buffer, found.len, done) {
            self.medium
                .read(found.page, found.at.saturating_add(done), piece)?;
            tagging.add(piece);
            done = done.saturating_add(piece.len());
        }
        tagging.verify(tag).map(|()| found)
    }

    fn find(&mut self, entry: Entry) -> Result<Sealed, VaultError> {
        let (page, at) = self.medium.geometry().position(entry.place);
        let sequence = self.sequence_of(page).ok_or(VaultError::Damaged)?;
        let mut bytes = [0; HEAD_LEN];
        self.medium.read(page, at, &mut bytes)?;
        let (_, head) = Head::read(&bytes, sequence).ok_or(VaultError::Damaged)?;
        if head.key != entry.key || head.record_len() != entry.len() {
            return Err(VaultError::Damaged);
        }
        let spot = Spot {
            sequence,
            place: entry.place,
            salt: head.salt,
        };
        let len = head.body_len.into();
        Ok(Sealed {
            page,
            at: at.saturating_add(HEAD_LEN),
            len,
            spot,
        })
    }

    fn tag_of(&mut self, found: &Sealed) -> Result<[u8; TAG_LEN], VaultError> {
        let mut tag = [0; TAG_LEN];
        self.medium
            .read_anywhere(found.page, found.at.saturating_add(found.len), &mut tag)?;
        Ok(tag)
    }
}

/// Seals a record for its spot and writes it there.
fn write_record<F: MultiwriteNorFlash>(
    medium: &mut Medium<F>,
    sealer: &Sealer,
    page: u16,
    head: Head,
    spot: Spot,
    mut source: Source<'_>,
) -> Result<Entry, VaultError> {
    let (_, start) = medium.geometry().position(spot.place);
    let head_bytes = head.encoded(spot.sequence);
    let mut crc = checks::crc32_in(spot.sequence);
    crc.update(&head_bytes);
    let mut at = start.saturating_add(STATE_LEN);
    medium.write(page, at, &head_bytes)?;
    at = start.saturating_add(HEAD_LEN);

    let mut tagging = sealer.tagging(spot, head.key);
    let mut stream = sealer.stream(spot);
    let len = usize::from(head.body_len);
    // What is sealed of it, then tag and checksum: written by whole pieces, then what is left.
    let mut buffer = Zeroizing::new([0; PIECE + TAG_LEN + CRC_LEN + GRANULE]);
    let mut done = 0_usize;
    loop {
        let piece = next_piece(&mut *buffer, len, done).unwrap_or_default();
        source.read(medium, done, piece)?;
        stream.apply(piece);
        tagging.add(piece);
        crc.update(piece);
        let piece_len = piece.len();
        if piece_len < PIECE {
            let mut out = Writer::at(&mut *buffer, piece_len);
            let tag = tagging.tag();
            crc.update(&tag);
            out.bytes(&tag);
            out.bytes(&crc.finalize().to_be_bytes());
            out.zeros_to(whole_granules(piece_len.saturating_add(TAG_LEN + CRC_LEN)));
            medium.write(page, at, out.written())?;
            break;
        }
        medium.write(page, at, piece)?;
        at = at.saturating_add(PIECE);
        done = done.saturating_add(PIECE);
    }
    medium.enliven(page, start)?;
    Ok(entry(head.key, spot.place, head.record_len()))
}

impl Source<'_> {
    /// The piece of the body that begins at `done`, plain.
    fn read<F: MultiwriteNorFlash>(
        &mut self,
        medium: &mut Medium<F>,
        done: usize,
        piece: &mut [u8],
    ) -> Result<(), VaultError> {
        match self {
            Self::Memory(body) => {
                copy(piece, body.get(done..).unwrap_or_default());
                Ok(())
            }
            Self::Medium(page, at, stream) => {
                medium.read(*page, at.saturating_add(done), piece)?;
                stream.apply(piece);
                Ok(())
            }
        }
    }
}

/// Room in a buffer for the next piece of a body of which so much is done; `None` after the end.
pub(super) fn next_piece(buffer: &mut [u8], len: usize, done: usize) -> Option<&mut [u8]> {
    let left = len.saturating_sub(done).min(PIECE);
    buffer.get_mut(..left).filter(|piece| !piece.is_empty())
}

fn entry(key: u16, place: u16, len: usize) -> Entry {
    let granules = u8::try_from(len.div_ceil(GRANULE)).unwrap_or(u8::MAX);
    Entry {
        key,
        place,
        granules,
        damaged: false,
    }
}
