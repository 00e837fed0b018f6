//! The home of the page header: which pages of the medium hold records, and in which order they
//! were opened.
//!
//! | offset | length | field |
//! |---|---|---|
//! | 0 | 1 | format, 1 |
//! | 1 | 1 | length of a page as a power of two, 9 to 12 |
//! | 2 | 2 | number of pages |
//! | 4 | 4 | sequence: how many pages were opened up to this one, from 1 |
//! | 8 | 4 | oldest: the lowest sequence whose page may hold records |
//! | 12 | 8 | check: first half of the tag of ChaCha20-Poly1305 over the above |
//! | 20 | 4 | CRC-32 (ISO-HDLC) of the above |
//!
//! Numbers are big-endian. Pages are opened in the order of their addresses, round and round, so
//! a sequence tells its page. Every page from the oldest to the newest is read; its own header is
//! only looked at in the newest one, which is the one of the highest sequence. The check tells a
//! vault of this device key from others before anything is changed. Its nonce is sequence,
//! `FFFF` where a record has its place, oldest, number of pages: all that differs between two
//! headers, so no nonce has two messages.
//!
//! A header that is damaged takes no records with it: the pages in between are known by the
//! headers of others, and a newest one by its records. Only while one page alone is in use is
//! everything lost with its header.

use super::crc::crc32;
use super::seal::{NO_PLACE, Sealer, Spot};

/// Length of a page's header in bytes.
pub(super) const PAGE_HEADER_LEN: usize = 24;

const FORMAT: u8 = 1;

/// A page's header as it is written, by words.
pub(super) type Written = [[u8; 4]; 6];

/// What the header of a page says.
#[derive(Clone, Copy)]
pub(super) struct PageHeader {
    pub(super) sequence: u32,
    pub(super) oldest: u32,
}

impl PageHeader {
    /// How it is written to a medium of this shape.
    pub(super) fn encoded(self, shape: [u8; 4], sealer: &Sealer) -> Written {
        let [_, _, p0, p1] = shape;
        let sequence = self.sequence.to_be_bytes();
        let oldest = self.oldest.to_be_bytes();
        let [o0, o1, o2, o3] = oldest;
        let spot = Spot {
            sequence: self.sequence,
            place: NO_PLACE,
            salt: [o0, o1, o2, o3, p0, p1],
        };
        // A header has no secret: all of it is associated data.
        let plain = [shape, sequence, oldest];
        let [a0, a1, a2, a3, b0, b1, b2, b3, ..] = sealer.at(spot, plain.as_flattened()).tag();
        let (a, b) = ([a0, a1, a2, a3], [b0, b1, b2, b3]);
        let mut written = [shape, sequence, oldest, a, b, [0; 4]];
        let [checked @ .., _] = &written;
        let check = crc32(0, checked.as_flattened());
        let [.., crc] = &mut written;
        *crc = check.to_be_bytes();
        written
    }

    /// A header that is whole and of a medium of this shape, whoever wrote it.
    pub(super) fn read(written: &Written, shape: [u8; 4]) -> Option<Self> {
        let [checked @ .., crc] = written;
        let [its_shape, sequence, oldest, ..] = *checked;
        let header = Self {
            sequence: u32::from_be_bytes(sequence),
            oldest: u32::from_be_bytes(oldest),
        };
        // There is a page for every sequence from the oldest to this one.
        let apart = header.sequence.checked_sub(header.oldest)?;
        let [_, _, p0, p1] = shape;
        let pages = u16::from_be_bytes([p0, p1]);
        let is_whole = crc32(0, checked.as_flattened()).to_be_bytes() == *crc;
        let is_ours = is_whole && its_shape == shape;
        (is_ours && header.oldest > 0 && apart < pages.into()).then_some(header)
    }

    /// What every header of a medium begins with: format, length of a page as a power of two, and
    /// how many there are.
    pub(super) const fn shape(page_log2: u8, pages: u32) -> [u8; 4] {
        let [.., p0, p1] = pages.to_be_bytes();
        [FORMAT, page_log2, p0, p1]
    }
}
