//! The home of the checksum that tells a torn write from a whole one. It is no protection against
//! anybody: that is the seal's.

use crc::{CRC_32_ISO_HDLC, Crc, Digest, NoTable};

static CRC_32: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// CRC-32 (ISO-HDLC) of a page's header.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    CRC_32.checksum(bytes)
}

/// CRC-32 (ISO-HDLC) of what is in a page of this sequence, piece by piece.
pub(super) fn crc32_in(sequence: u32) -> Digest<'static, u32, NoTable> {
    let mut digest = CRC_32.digest();
    digest.update(&sequence.to_be_bytes());
    digest
}
