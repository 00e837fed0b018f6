//! The home of the checksum that tells a torn write from a whole one. It is no protection against
//! anybody: that is the seal's.

/// CRC-32 (ISO-HDLC) of some bytes, after others that have this one. Of nothing it is 0.
pub(super) fn crc32(before: u32, bytes: &[u8]) -> u32 {
    let mut crc = !before;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let mask = 0_u32.wrapping_sub(crc & 1);
            crc = crc >> 1 ^ mask & 0xEDB8_8320;
        }
    }
    !crc
}

/// That of a page's sequence: what is in the page follows.
pub(super) fn crc32_in(sequence: u32) -> u32 {
    crc32(0, &sequence.to_be_bytes())
}
