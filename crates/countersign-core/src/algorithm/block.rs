//! The home of the last block of a message: its padding (FIPS 180-4 §5.1), and how to write it so
//! that it is read fast.

/// What follows a message in its last block, where the message has `length` bytes: a one bit,
/// zeros, and how many bits were hashed in all. Where the message is, zeros.
pub(super) const fn padding<const BLOCK: usize>(length: usize, bits: u16) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let (_, rest) = block.split_at_mut(length);
    if let [end, .., high, low] = rest {
        *end = 0x80;
        [*high, *low] = bits.to_be_bytes();
    }
    block
}

/// The block of a message that is shorter than a block, and its padding.
///
/// The compiler is not to know the padding. If it does, it writes the block in pieces of eight
/// bytes and fewer. The compression function reads it in pieces of sixteen, and a processor that
/// has to put one of those together from several stores waits until they have reached the cache:
/// longer than half of the compression itself takes.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[inline]
pub(super) fn padded<const BLOCK: usize>(
    padding: &'static [u8; BLOCK],
    message: &[u8],
) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    for (slot, byte) in block.iter_mut().zip(message) {
        *slot = *byte;
    }
    for (slot, byte) in block.iter_mut().zip(core::hint::black_box(padding)) {
        *slot ^= *byte;
    }
    block
}

/// The block of a message that is shorter than a block, and its padding.
///
/// Small processors read it word by word, so the fewest instructions are best.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline]
pub(super) fn padded<const BLOCK: usize>(
    padding: &'static [u8; BLOCK],
    message: &[u8],
) -> [u8; BLOCK] {
    let mut block = *padding;
    for (slot, byte) in block.iter_mut().zip(message) {
        *slot = *byte;
    }
    block
}
