//! The home of the last block of a message: its padding (FIPS 180-4 §5.1), and how to write it so
//! that it is read fast.

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use core::hint::black_box;

/// What the last block of a message is made of besides the message.
#[derive(Clone, Copy)]
pub(super) struct Padding<const BLOCK: usize> {
    block: [u8; BLOCK],
    /// Which bits of four lanes are those of a first word, and which those of a second.
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    lanes: [[u32; 4]; 2],
}

impl<const BLOCK: usize> Padding<BLOCK> {
    /// What follows a message of `length` bytes, where `bits` were hashed in all: a one bit,
    /// zeros, and how many bits. Where the message is, zeros.
    pub(super) const fn of(length: usize, bits: u16) -> Self {
        let mut block = [0; BLOCK];
        let (_, rest) = block.split_at_mut(length);
        if let [end, .., high, low] = rest {
            *end = 0x80;
            [*high, *low] = bits.to_be_bytes();
        }
        Self {
            block,
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
            lanes: [[u32::MAX, 0, 0, 0], [0, u32::MAX, 0, 0]],
        }
    }
}

/// The block of a message that is shorter than a block, and its padding. Of the message's length,
/// what is over sixteens is 0, 4 or 8 bytes.
///
/// The compression function reads the block in pieces of sixteen bytes, and a processor that has
/// to put one of those together from several stores waits until they have reached the cache:
/// longer than half of the compression itself takes. So each piece is made in a register and
/// written at once. The compiler does that where four lanes are made in the same way of things
/// that it does not know.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[inline]
pub(super) fn padded<const BLOCK: usize>(
    padding: &'static Padding<BLOCK>,
    message: &[u8],
) -> [u8; BLOCK] {
    let Padding { mut block, lanes } = *black_box(padding);
    let (pieces, _) = block.as_chunks_mut::<16>();
    let (whole, rest) = message.as_chunks::<16>();
    let mut pieces = pieces.iter_mut();
    for (whole, piece) in whole.iter().zip(pieces.by_ref()) {
        *piece = *whole;
    }
    let (words, _) = rest.as_chunks::<4>();
    let word = |at| words.get(at).copied().map_or(0, u32::from_ne_bytes);
    let (first, second) = (word(0), word(1));
    let [of_first, of_second] = &lanes;
    if let Some(piece) = pieces.next().filter(|_| !words.is_empty()) {
        let (lanes, _) = piece.as_chunks_mut::<4>();
        for ((lane, first_bits), second_bits) in lanes.iter_mut().zip(of_first).zip(of_second) {
            let padding = u32::from_ne_bytes(*lane);
            *lane = (padding | (first & first_bits) | (second & second_bits)).to_ne_bytes();
        }
    }
    block
}

/// The block of a message that is shorter than a block, and its padding.
///
/// Small processors read it word by word, so the fewest instructions are best.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline]
pub(super) fn padded<const BLOCK: usize>(
    padding: &'static Padding<BLOCK>,
    message: &[u8],
) -> [u8; BLOCK] {
    let mut block = padding.block;
    for (slot, byte) in block.iter_mut().zip(message) {
        *slot = *byte;
    }
    block
}
