//! The home of the checksums that tell a torn write from a whole one. They are no protection
//! against anybody: that is the seal's.

use crc::{CRC_16_IBM_3740, CRC_32_ISO_HDLC, Crc, Digest, NoTable, Table};

static CRC_16: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_IBM_3740);
static CRC_32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// CRC-16 (IBM-3740). Neither zeros nor erased bytes have themselves as checksum.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    CRC_16.checksum(bytes)
}

/// CRC-32 (ISO-HDLC).
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    CRC_32.checksum(bytes)
}

/// A CRC-32 of pieces.
pub(super) fn crc32_of_pieces() -> Digest<'static, u32, Table<1>> {
    CRC_32.digest()
}
