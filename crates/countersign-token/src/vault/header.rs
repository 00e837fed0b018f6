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

use super::geometry::Geometry;
use super::seal::Sealer;
use super::{VaultError, checks, fields};

/// Length of a page's header in bytes.
pub(super) const PAGE_HEADER_LEN: usize = 24;

const FORMAT: u8 = 1;

/// What the newest page says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct PageHeader {
    pub(super) sequence: u32,
    pub(super) oldest: u32,
}

impl PageHeader {
    pub(super) fn encoded(self, geometry: Geometry, sealer: &Sealer) -> [u8; PAGE_HEADER_LEN] {
        let plain = self.plain(geometry);
        let mut bytes = [0; PAGE_HEADER_LEN];
        let mut out = fields::Writer::new(&mut bytes);
        out.bytes(&plain);
        out.bytes(&self.check(geometry, sealer, &plain));
        let crc = checks::crc32(out.written());
        out.bytes(&crc.to_be_bytes());
        bytes
    }

    /// A header that is whole and of this geometry, whoever wrote it.
    pub(super) fn read(bytes: &[u8; PAGE_HEADER_LEN], geometry: Geometry) -> Option<Self> {
        let (checked, crc) = bytes.split_last_chunk::<4>()?;
        if checks::crc32(checked).to_be_bytes() != *crc {
            return None;
        }
        let mut from = fields::Reader::new(checked);
        let [format, page_log2] = from.array()?;
        let pages = u16::from_be_bytes(from.array()?);
        let header = Self {
            sequence: u32::from_be_bytes(from.array()?),
            oldest: u32::from_be_bytes(from.array()?),
        };
        let ours = format == FORMAT && Geometry { page_log2, pages } == geometry;
        // There is a page for every sequence from the oldest to this one.
        let apart = header.sequence.checked_sub(header.oldest)?;
        (ours && header.oldest > 0 && apart < pages.into()).then_some(header)
    }

    /// Whether the device key of `sealer` wrote this header.
    pub(super) fn is_of(
        self,
        bytes: &[u8; PAGE_HEADER_LEN],
        geometry: Geometry,
        sealer: &Sealer,
    ) -> Result<(), VaultError> {
        if *bytes == self.encoded(geometry, sealer) {
            Ok(())
        } else {
            Err(VaultError::WrongKey)
        }
    }

    fn plain(self, geometry: Geometry) -> [u8; 12] {
        let mut plain = [0; 12];
        let mut out = fields::Writer::new(&mut plain);
        out.bytes(&[FORMAT, geometry.page_log2]);
        out.bytes(&geometry.pages.to_be_bytes());
        out.bytes(&self.sequence.to_be_bytes());
        out.bytes(&self.oldest.to_be_bytes());
        plain
    }

    fn check(self, geometry: Geometry, sealer: &Sealer, plain: &[u8; 12]) -> [u8; 8] {
        let mut rest = [0; 6];
        let mut out = fields::Writer::new(&mut rest);
        out.bytes(&self.oldest.to_be_bytes());
        out.bytes(&geometry.pages.to_be_bytes());
        sealer.check(self.sequence, rest, plain)
    }
}
