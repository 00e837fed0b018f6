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

use super::crc::{crc32, crc32_in};
use super::medium::{GRANULE, whole_granules};
use super::seal::{SALT_LEN, TAG_LEN};

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
    whole_granules(body.wrapping_add(OVERHEAD))
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
        let [k0, k1] = self.key.to_be_bytes();
        let [l0, l1] = self.body_len.to_be_bytes();
        let [s0, s1, s2, s3, s4, s5] = self.salt;
        let mut bytes = [k0, k1, l0, l1, s0, s1, s2, s3, s4, s5, 0, 0];
        let check = head_check(&bytes, sequence);
        let [.., c0, c1] = &mut bytes;
        [*c0, *c1] = check;
        bytes
    }

    /// Reads the bytes after the state, whatever they are.
    pub(super) fn read(bytes: &[u8; HEAD_LEN - STATE_LEN]) -> Self {
        let [k0, k1, l0, l1, salt @ .., _, _] = *bytes;
        Self {
            key: u16::from_be_bytes([k0, k1]),
            body_len: u16::from_be_bytes([l0, l1]),
            salt,
        }
    }

    /// Whether these are the bytes of a head in a page of this sequence.
    pub(super) fn is_whole(bytes: &[u8; HEAD_LEN - STATE_LEN], sequence: u32) -> bool {
        let [.., c0, c1] = *bytes;
        head_check(bytes, sequence) == [c0, c1]
    }

    /// Length of the whole record on the medium, in bytes.
    pub(super) fn record_len(self) -> usize {
        record_len(self.body_len.into())
    }
}

/// The lower half of the checksum of all but the last two bytes.
fn head_check(bytes: &[u8; HEAD_LEN - STATE_LEN], sequence: u32) -> [u8; 2] {
    let [fields @ .., _, _] = bytes;
    let [_, _, c0, c1] = crc32(crc32_in(sequence), fields).to_be_bytes();
    [c0, c1]
}
