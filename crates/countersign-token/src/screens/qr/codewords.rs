//! The home of the codewords of a QR code: the text, what corrects its errors, and their order.

use zeroize::Zeroize;

use super::version::{MOST_CODEWORDS, MOST_CORRECTION, Version};

/// The codewords of a code, in the order in which they are drawn: the first of each block, the
/// second of each, and so on, and then those of error correction likewise.
pub(super) struct Codewords {
    pub(super) version: &'static Version,
    bytes: [u8; MOST_CODEWORDS],
}

type Polynomial = [u8; MOST_CORRECTION];

impl Codewords {
    pub(super) fn of(version: &'static Version, text: &[u8]) -> Self {
        let mut codewords = Self {
            version,
            bytes: [0; MOST_CODEWORDS],
        };
        let blocks = version.blocks();
        let data_len = version.data_len();
        let shortest = data_len.checked_div(blocks).unwrap_or(0);
        // The last blocks are one codeword longer than the others.
        let short_blocks = blocks.wrapping_sub(data_len.checked_rem(blocks).unwrap_or(0));
        let divisor = divisor(version.correction_len());
        let mut remainder: Polynomial = [0; MOST_CORRECTION];
        let mut nth = 0;
        let mut before = BYTES;
        for block in 0..blocks {
            let is_long = block >= short_blocks;
            for row in 0..shortest.wrapping_add(is_long.into()) {
                let codeword = data(version, text, nth, &mut before);
                nth = nth.wrapping_add(1);
                let mut place = row.wrapping_mul(blocks).wrapping_add(block);
                if row == shortest {
                    place = place.wrapping_sub(short_blocks);
                }
                codewords.put(place, codeword);
                divide(&mut remainder, &divisor, codeword);
            }
            // Those beyond the degree are zeros, and behind all others.
            let mut place = data_len.wrapping_add(block);
            for codeword in &remainder {
                codewords.put(place, *codeword);
                place = place.wrapping_add(blocks);
            }
            remainder.zeroize();
        }
        codewords
    }

    fn put(&mut self, place: usize, codeword: u8) {
        if let Some(byte) = self.bytes.get_mut(place) {
            *byte = codeword;
        }
    }

    /// A bit of them; what is left of a code after the last one is light.
    pub(super) fn bit(&self, nth: usize) -> bool {
        let byte = self.bytes.get(nth / 8).copied().unwrap_or(0);
        byte << (nth % 8) & 0x80 != 0
    }
}

impl Drop for Codewords {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// Text is bytes: a mode of four bits, which shifts all that follows by half a byte.
const BYTES: u8 = 4;

/// A codeword of text: the mode, the count of bytes, these, a terminator of four zeros, and then
/// what fills a code up. They are asked for in their order, and of each the byte that ended in it
/// is kept.
fn data(version: &Version, text: &[u8], nth: usize, before: &mut u8) -> u8 {
    let [high, low] = u16::try_from(text.len()).unwrap_or(0).to_be_bytes();
    let count_len = version.count_len();
    let counted = count_len.wrapping_add(text.len());
    if nth > counted {
        let is_odd = nth.wrapping_sub(counted) % 2 == 1;
        return if is_odd { 0xec } else { 0x11 };
    }
    let byte = match nth.checked_sub(count_len) {
        Some(place) => text.get(place).copied().unwrap_or(0),
        None if nth.wrapping_add(1) == count_len => low,
        None => high,
    };
    let before = core::mem::replace(before, byte);
    before << 4 | byte >> 4
}

/// Takes one more codeword into the remainder of the division by `divisor`.
fn divide(remainder: &mut Polynomial, divisor: &Polynomial, codeword: u8) {
    let factor = remainder[0] ^ codeword;
    let mut shifted = 0;
    for (term, divisor) in remainder.iter_mut().zip(divisor).rev() {
        shifted = core::mem::replace(term, shifted ^ product(*divisor, factor));
    }
}

/// The generator polynomial of this degree without its leading term, the highest first, and zeros
/// behind it.
fn divisor(degree: usize) -> Polynomial {
    let mut divisor: Polynomial = [0; MOST_CORRECTION];
    if let Some(last) = divisor.get_mut(degree.wrapping_sub(1)) {
        *last = 1;
    }
    let mut root = 1;
    for _ in 0..degree {
        let mut next = 0;
        for term in divisor.iter_mut().rev() {
            let old = *term;
            *term = product(old, root) ^ next;
            next = old;
        }
        root = product(root, 2);
    }
    divisor
}

/// In the field of 256 elements that is reduced by x^8 + x^4 + x^3 + x^2 + 1.
#[inline(never)]
fn product(left: u8, right: u8) -> u8 {
    let mut product = 0;
    for bit in (0..8).rev() {
        let carries = product >> 7 == 1;
        product = product << 1 ^ if carries { 0x1d } else { 0 };
        if right >> bit & 1 == 1 {
            product ^= left;
        }
    }
    product
}
