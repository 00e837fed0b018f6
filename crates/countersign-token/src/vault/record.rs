//! The home of what one record is on the medium.
//!
//! | offset | length | field |
//! |---|---|---|
//! | 0 | 4 | state |
//! | 4 | 2 | key: space in the upper 4 bits, number in the lower 12 |
//! | 6 | 2 | L: length of the body |
//! | 8 | 6 | salt |
//! | 14 | 2 | lower half of a CRC-32 (ISO-HDLC), of the page's sequence and bytes 4 to 14 |
//! | 16 | L | the sealed body |
//! | 16 + L | 16 | tag |
//! | 32 + L | 4 | CRC-32 of the page's sequence and bytes 4 to 32 + L |
//! | 36 + L | 0 to 3 | zeros, to a multiple of 4 |
//!
//! Numbers are big-endian. The page's sequence is in the checksums so that what a half-finished
//! erasure leaves of a page is nothing under the sequence that the page has by its place.
//!
//! The state is written last and changes twice, each time by clearing bits:
//!
//! | state | meaning |
//! |---|---|
//! | `FFFFFFFF` | being written |
//! | `5A5A5A5A` | live |
//! | `00000000` | dead; the rest of the record is zeros, or about to be |
//!
//! A write that power cut short leaves bits between two of these. If one of the bits that a live
//! record has set is cleared, the record was about to die and is dead. Otherwise it was about to
//! live, and does if its CRC-32 is right.

use super::geometry::{GRANULE, whole_granules};
use super::seal::{SALT_LEN, TAG_LEN};
use super::{checks, fields};

/// Length of what stands before the body, in bytes.
pub(super) const HEAD_LEN: usize = 16;
/// Length of the state, which is written apart from the rest.
pub(super) const STATE_LEN: usize = 4;
/// Length of the checksum at the end.
pub(super) const CRC_LEN: usize = 4;
/// What a record takes besides its body and the zeros after it.
pub(super) const OVERHEAD: usize = HEAD_LEN + TAG_LEN + CRC_LEN;

/// The longest record in bytes: the index counts its granules in a byte.
const MAX_RECORD_LEN: usize = 255 * GRANULE;

/// The state of a record that counts.
pub(super) const LIVE: [u8; STATE_LEN] = [0x5A; STATE_LEN];

/// Length on the medium, in bytes, of a record whose body has this length.
pub(super) const fn record_len(body: usize) -> usize {
    whole_granules(body.saturating_add(OVERHEAD))
}

/// The longest body in bytes where a page has this much room.
pub(super) fn max_body(payload: usize) -> usize {
    payload.min(MAX_RECORD_LEN).saturating_sub(OVERHEAD)
}

/// What became of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Its writing was not finished.
    Pending,
    Live,
    Dead,
}

impl State {
    pub(super) fn of(bytes: [u8; STATE_LEN]) -> Self {
        let (found, live) = (u32::from_be_bytes(bytes), u32::from_be_bytes(LIVE));
        if found == live {
            Self::Live
        } else if found & live == live {
            Self::Pending
        } else {
            Self::Dead
        }
    }
}

/// What stands before the body, without the state.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) key: u16,
    pub(super) body_len: u16,
    pub(super) salt: [u8; SALT_LEN],
}

impl Head {
    pub(super) fn encoded(self, sequence: u32) -> [u8; HEAD_LEN - STATE_LEN] {
        let mut bytes = [0; HEAD_LEN - STATE_LEN];
        let mut out = fields::Writer::new(&mut bytes);
        out.bytes(&self.key.to_be_bytes());
        out.bytes(&self.body_len.to_be_bytes());
        out.bytes(&self.salt);
        let mut crc = checks::crc32_in(sequence);
        crc.update(out.written());
        let [_, _, lower @ ..] = crc.finalize().to_be_bytes();
        out.bytes(&lower);
        bytes
    }

    /// Reads the bytes from the state on; `None` if they are no head in a page of this sequence, or
    /// that of a dead record.
    pub(super) fn read(bytes: &[u8; HEAD_LEN], sequence: u32) -> Option<(State, Self)> {
        let mut from = fields::Reader::new(bytes);
        let state = State::of(from.array()?);
        if state == State::Dead {
            return None;
        }
        let head = Self {
            key: u16::from_be_bytes(from.array()?),
            body_len: u16::from_be_bytes(from.array()?),
            salt: from.array()?,
        };
        let (_, written) = bytes.split_last_chunk::<{ HEAD_LEN - STATE_LEN }>()?;
        (*written == head.encoded(sequence)).then_some((state, head))
    }

    /// Length of the whole record on the medium, in bytes.
    pub(super) fn record_len(self) -> usize {
        record_len(self.body_len.into())
    }
}
