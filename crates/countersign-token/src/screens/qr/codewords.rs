//! The home of the codewords of a QR code: the text, what corrects its errors, and their order.

use zeroize::Zeroize;

use super::Version;
use super::modules::{Modules, places};

/// The codewords of a code. The text among them is read where it is.
pub(super) struct Codewords<'a> {
    version: Version,
    text: &'a [u8],
    /// Those of error correction, block after block.
    correction: [u8; CORRECTION_LEN],
}

/// Codewords of error correction at most: four blocks of 20 in version 11.
const CORRECTION_LEN: usize = 80;
/// Of one block at most.
const BLOCK_CORRECTION_LEN: usize = 30;

type Polynomial = [u8; BLOCK_CORRECTION_LEN];

impl<'a> Codewords<'a> {
    pub(super) fn of(version: Version, text: &'a [u8]) -> Self {
        let mut codewords = Self {
            version,
            text,
            correction: [0; CORRECTION_LEN],
        };
        let degree = version.correction_len();
        let divisor = divisor(degree);
        for block in 0..version.blocks() {
            let (from, length) = codewords.block(block);
            let mut remainder: Polynomial = [0; BLOCK_CORRECTION_LEN];
            for place in (from..).take(length) {
                let factor = codewords.data(place) ^ remainder[0];
                let mut shifted = 0;
                let terms = remainder.iter_mut().zip(&divisor).take(degree);
                for (term, divisor) in terms.rev() {
                    shifted = core::mem::replace(term, shifted ^ product(*divisor, factor));
                }
            }
            let place = block.saturating_mul(degree);
            let slots = codewords.correction.iter_mut().skip(place);
            for (slot, term) in slots.zip(remainder).take(degree) {
                *slot = term;
            }
        }
        codewords
    }

    /// Puts them into the modules of a code, in the order of the standard: the first codeword of
    /// each block, the second of each, and so on.
    pub(super) fn place(&self, modules: &mut Modules) {
        let total = self.version.total_len();
        let mut places = places(self.version);
        for nth in 0..total {
            let codeword = self.interleaved(nth);
            for bit in (0..8).rev() {
                let Some(place) = places.next() else { return };
                if codeword >> bit & 1 == 1 {
                    modules.darken(place);
                }
            }
        }
    }

    fn interleaved(&self, nth: usize) -> u8 {
        let blocks = self.version.blocks();
        let data_len = self.version.data_len();
        let Some(nth) = nth.checked_sub(data_len) else {
            return self.interleaved_data(nth, blocks);
        };
        let row = nth.checked_div(blocks).unwrap_or(0);
        let block = nth.checked_rem(blocks).unwrap_or(0);
        let place = block.saturating_mul(self.version.correction_len());
        let found = self.correction.get(place.saturating_add(row));
        found.copied().unwrap_or(0)
    }

    fn interleaved_data(&self, nth: usize, blocks: usize) -> u8 {
        let row = nth.checked_div(blocks).unwrap_or(0);
        let column = nth.checked_rem(blocks).unwrap_or(0);
        // The last row is of the long blocks alone, and these come last.
        let (_, shortest) = self.block(0);
        let block = if row < shortest {
            column
        } else {
            column.saturating_add(self.short_blocks())
        };
        self.data(self.block(block).0.saturating_add(row))
    }

    /// Where the text of a block begins, and how many codewords of it there are.
    fn block(&self, block: usize) -> (usize, usize) {
        let length = self.version.data_len();
        let short = length.checked_div(self.version.blocks()).unwrap_or(0);
        let long_before = block.saturating_sub(self.short_blocks());
        let from = block.saturating_mul(short).saturating_add(long_before);
        let is_long = block >= self.short_blocks();
        (from, short.saturating_add(usize::from(is_long)))
    }

    /// How many blocks are one codeword shorter than the others.
    fn short_blocks(&self) -> usize {
        let blocks = self.version.blocks();
        let long = self.version.data_len().checked_rem(blocks).unwrap_or(0);
        blocks.saturating_sub(long)
    }

    /// A codeword of text: two of its half bytes, or of what fills it up.
    fn data(&self, place: usize) -> u8 {
        let first = place.saturating_mul(2);
        if let (Some(high), Some(low)) = (self.half(first), self.half(first.saturating_add(1))) {
            return high << 4 | low;
        }
        let header = if self.version.has_long_count() { 3 } else { 2 };
        let used = self.text.len().saturating_add(header);
        let is_odd = place.saturating_sub(used) % 2 == 1;
        if is_odd { 0x11 } else { 0xec }
    }

    /// Half bytes: the mode, the count of bytes, these, and a terminator.
    fn half(&self, place: usize) -> Option<u8> {
        let count = u16::try_from(self.text.len()).unwrap_or(0);
        let digits = if self.version.has_long_count() { 4 } else { 2 };
        let Some(place) = place.checked_sub(1) else {
            return Some(BYTES);
        };
        let Some(place) = place.checked_sub(digits) else {
            let after = u32::try_from(digits.saturating_sub(place)).unwrap_or(1);
            let shift = after.saturating_sub(1).saturating_mul(4);
            let [_, low] = count.checked_shr(shift).unwrap_or(0).to_be_bytes();
            return Some(low & 15);
        };
        match self.text.get(place / 2) {
            Some(byte) if place % 2 == 0 => Some(byte >> 4),
            Some(byte) => Some(byte & 15),
            None if place == self.text.len().saturating_mul(2) => Some(TERMINATOR),
            None => None,
        }
    }
}

/// The mode in which text is bytes.
const BYTES: u8 = 4;
/// No further text.
const TERMINATOR: u8 = 0;

/// The generator polynomial of this degree, without its leading term, the highest first.
fn divisor(degree: usize) -> Polynomial {
    let mut divisor: Polynomial = [0; BLOCK_CORRECTION_LEN];
    if let Some(last) = divisor.iter_mut().take(degree).next_back() {
        *last = 1;
    }
    let mut root = 1;
    for _ in 0..degree {
        let mut next = 0;
        for term in divisor.iter_mut().take(degree).rev() {
            let old = *term;
            *term = product(old, root) ^ next;
            next = old;
        }
        root = product(root, 2);
    }
    divisor
}

/// In the field of 256 elements that is reduced by x^8 + x^4 + x^3 + x^2 + 1.
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

impl Drop for Codewords<'_> {
    fn drop(&mut self) {
        self.correction.zeroize();
    }
}
