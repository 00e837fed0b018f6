//! The home of writing records and of opening them: new ones, and those that move on when their
//! page is needed.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroizing;

use super::crc::{crc32, crc32_in};
use super::index::{Entry, place};
use super::medium::{GRANULE, Medium, whole_granules};
use super::record::{CRC_LEN, HEAD_LEN, Head, STATE_LEN, record_len};
use super::seal::{PIECE, SALT_LEN, Seal, Spot, TAG_LEN};
use super::{Vault, VaultError};
use crate::Random;
use crate::bytes::copy;

/// A record that was found where the index says.
struct Sealed {
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
    ) -> Result<(), VaultError> {
        self.store(key, body, None, random)
    }

    /// Writes a record again into the newest page, which has room for it. The old one stays. Of
    /// one that does not open the copy does not open either: it is reported until the record is
    /// replaced or removed.
    pub(super) fn copy_on(
        &mut self,
        entry: Entry,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        let old = match self.find(entry) {
            // Its head is lost. What stands there is no tag of nothing.
            Err(VaultError::Damaged) => Sealed {
                at: entry.at(),
                len: 0,
                spot: Spot {
                    sequence: 0,
                    place: entry.place,
                    salt: [0; SALT_LEN],
                },
            },
            found => found?,
        };
        self.store(entry.key, &[], Some(&old), random)
    }

    /// Opens a record into `to` and returns the length of its body.
    pub(super) fn open(&mut self, entry: Entry, to: &mut [u8]) -> Result<usize, VaultError> {
        let found = self.find(entry)?;
        let body = to.get_mut(..found.len).ok_or(VaultError::BufferTooShort)?;
        self.medium.read(found.at, body)?;
        let mut seal = self.sealer.at(found.spot, &entry.key.to_be_bytes());
        seal.take_in(body);
        let damaged = !has_tag(
            &mut self.medium,
            found.at.wrapping_add(found.len),
            &mut seal,
        )?;
        if damaged != entry.damaged {
            self.index.put(Entry { damaged, ..entry })?;
        }
        if damaged {
            body.fill(0);
            return Err(VaultError::Damaged);
        }
        for piece in body.chunks_mut(PIECE) {
            seal.turn(piece);
        }
        Ok(found.len)
    }

    /// Seals a record for its place and writes it there: this body, or that of an old one.
    fn store(
        &mut self,
        key: u16,
        body: &[u8],
        old: Option<&Sealed>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        let len = old.map_or(body.len(), |old| old.len);
        let [low, high, ..] = len.to_le_bytes();
        let body_len = u16::from_le_bytes([low, high]);
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt);
        let record_len = record_len(len);
        let start = self.take(record_len)?;
        let spot = Spot {
            sequence: self.newest.sequence,
            place: place(start),
            salt,
        };
        let head = Head {
            key,
            body_len,
            salt,
        };
        let head = head.encoded(spot.sequence);
        self.medium.write(start.wrapping_add(STATE_LEN), &head)?;
        let crc = crc32(crc32_in(spot.sequence), &head);
        let damaged = self.write_body(key, spot, crc, body, old)?;
        let [granules, ..] = record_len.div_euclid(GRANULE).to_le_bytes();
        let entry = Entry {
            key,
            place: spot.place,
            granules,
            damaged,
        };
        self.medium.enliven(entry)?;
        self.index.put(entry)
    }

    /// Writes what follows the head of a record, whose checksum so far is `crc`. Returns whether an
    /// old one did not open.
    fn write_body(
        &mut self,
        key: u16,
        spot: Spot,
        mut crc: u32,
        body: &[u8],
        old: Option<&Sealed>,
    ) -> Result<bool, VaultError> {
        let len = old.map_or(body.len(), |old| old.len);
        let mut opening = old.map(|old| (old.at, self.sealer.at(old.spot, &key.to_be_bytes())));
        let mut sealing = self.sealer.at(spot, &key.to_be_bytes());
        // What is sealed of it, then tag and checksum: written by whole pieces, then what is left.
        let mut buffer = Zeroizing::new([0; PIECE + TAG_LEN + CRC_LEN + GRANULE]);
        let mut at = usize::from(spot.place)
            .wrapping_mul(GRANULE)
            .wrapping_add(HEAD_LEN);
        let mut done = 0_usize;
        loop {
            let piece_len = len.wrapping_sub(done).min(PIECE);
            let (piece, rest) = buffer
                .split_at_mut_checked(piece_len)
                .ok_or(VaultError::TooLong)?;
            if let Some((from, opening)) = &mut opening {
                self.medium.read(from.wrapping_add(done), piece)?;
                opening.take_in(piece);
                opening.turn(piece);
            } else {
                copy(piece, body.get(done..).unwrap_or_default());
            }
            sealing.turn(piece);
            sealing.take_in(piece);
            crc = crc32(crc, piece);
            if piece_len == PIECE {
                self.medium.write(at, piece)?;
                at = at.wrapping_add(PIECE);
                done = done.wrapping_add(PIECE);
                continue;
            }
            rest.fill(0);
            let mut damaged = false;
            if let Some((from, opening)) = &mut opening {
                damaged = !has_tag(&mut self.medium, from.wrapping_add(len), opening)?;
            }
            if !damaged && let Some((tag, rest)) = rest.split_first_chunk_mut() {
                *tag = sealing.tag();
                crc = crc32(crc, tag);
                copy(rest, &crc.to_be_bytes());
            }
            let end = whole_granules(piece_len.wrapping_add(TAG_LEN + CRC_LEN));
            let rest = buffer.get(..end).ok_or(VaultError::TooLong)?;
            self.medium.write(at, rest)?;
            return Ok(damaged);
        }
    }

    fn find(&mut self, entry: Entry) -> Result<Sealed, VaultError> {
        let sequence = self.sequence_of(entry.at());
        let mut bytes = [0; HEAD_LEN - STATE_LEN];
        let at = entry.at().wrapping_add(STATE_LEN);
        self.medium.read(at, &mut bytes)?;
        // Whatever its checksum: the tag decides.
        let head = Head::read(&bytes);
        if head.key != entry.key || head.record_len() != entry.len() {
            return Err(VaultError::Damaged);
        }
        Ok(Sealed {
            at: entry.at().wrapping_add(HEAD_LEN),
            len: head.body_len.into(),
            spot: Spot {
                sequence,
                place: entry.place,
                salt: head.salt,
            },
        })
    }
}

/// Whether the tag at this address is that of what was taken in.
fn has_tag<F: MultiwriteNorFlash>(
    medium: &mut Medium<F>,
    at: usize,
    seal: &mut Seal<'_>,
) -> Result<bool, VaultError> {
    let mut tag = [0; TAG_LEN];
    medium.read(at, &mut tag)?;
    Ok(seal.has_tag(&tag))
}
