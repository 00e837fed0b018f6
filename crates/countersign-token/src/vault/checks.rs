//! The home of the checksums that tell a torn write from a whole one. They are no protection
//! against anybody: that is the seal's.

use crc::{CRC_16_IBM_3740, CRC_32_ISO_HDLC, Crc, Digest, NoTable, Table};

static CRC_16: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_IBM_3740);
static CRC_32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// CRC-16 (IBM-3740) of what is in a page of this sequence. Neither zeros nor erased bytes have
/// themselves as checksum.
pub(super) fn crc16(sequence: u32, bytes: &[u8]) -> u16 {
    let mut digest = CRC_16.digest();
    digest.update(&sequence.to_be_bytes());
    digest.update(bytes);
    digest.finalize()
}

/// CRC-32 (ISO-HDLC) of a page's header.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    CRC_32.checksum(bytes)
}

/// CRC-32 (ISO-HDLC) of what is in a page of this sequence, piece by piece.
pub(super) fn crc32_in(sequence: u32) -> Digest<'static, u32, Table<1>> {
    let mut digest = CRC_32.digest();
    digest.update(&sequence.to_be_bytes());
    digest
}
