//! The home of a code's digits side by side in registers of 64 bits: checked, written and read
//! eight at a time, in the same few instructions whatever they are.

use super::{CAPACITY, Digits};

/// The text with zero bytes behind it, if it consists of digits. It has as many bytes as `digits`
/// says.
#[inline]
pub(super) fn checked(text: &[u8], digits: Digits) -> Option<[u8; CAPACITY]> {
    // Between them they have every byte, some of them both.
    let (first, rest) = text.split_first_chunk()?;
    let next = u64::from(u16::from_le_bytes(*rest.first_chunk()?));
    let head = u64::from(u32::from_le_bytes(*first)) | (next << 32);
    let tail = u64::from(u32::from_le_bytes(*text.last_chunk()?));
    let (head_values, tail_values) = (head ^ (ZEROS >> 16), tail ^ (ZEROS >> 32));
    // Sets the highest bit of each byte that is above nine and had it clear.
    let above_nine = |values: u64| values.wrapping_add(0x7676_7676_7676_7676) | values;
    if (above_nine(head_values) | above_nine(tail_values)) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    // The tail begins 16 to 48 bits up, and what is pushed out of the word is in the next.
    let place = u32::from(digits.get()).wrapping_sub(4).wrapping_mul(8) & 63;
    let low = head | (tail << place);
    Some(text_of(low, tail >> (64_u32.wrapping_sub(place) & 63)))
}

/// The last digits of a number, with zero bytes behind them.
#[inline]
pub(super) fn written(number: u32, digits: Digits) -> [u8; CAPACITY] {
    let number = u64::from(number);
    // Each step splits every lane in two, by a reciprocal that is exact for what a lane can have:
    // the quotient stays in place, and the rest goes above it.
    let upper = (number >> 8).wrapping_mul(0x055e_63b9) >> 45;
    let lower = number.wrapping_sub(upper.wrapping_mul(100_000_000));
    let fours = lower.wrapping_mul(109_951_163) >> 40;
    let fours = (lower << 32).wrapping_sub(fours.wrapping_mul((10_000 << 32) - 1));
    let twos = (fours.wrapping_mul(5243) >> 19) & 0x0000_007f_0000_007f;
    let twos = (fours << 16).wrapping_sub(twos.wrapping_mul((100 << 16) - 1));
    let eight = split_twos(twos) | ZEROS;
    let two = split_twos(upper) | (ZEROS >> 48);
    // Ten characters, of which those in front are pushed out that the code has not.
    let (low, high) = ((eight << 16) | two, eight >> 48);
    let out = left_out(digits);
    let low = (low >> out) | ((high << 1) << (63_u32.wrapping_sub(out) & 63));
    text_of(low, high >> out)
}

/// The number that the digits write.
#[inline]
pub(super) fn number(text: &[u8; CAPACITY], digits: Digits) -> u64 {
    let low = text.first_chunk().copied().map_or(0, u64::from_le_bytes);
    let high = text.last_chunk().copied().map_or(0, u16::from_le_bytes);
    // Zero bytes come in front of the first digit. Each counts as much as the digit zero.
    let out = left_out(digits);
    let moved = low << out;
    let high = (u64::from(high) << out) | ((low >> 1) >> (63_u32.wrapping_sub(out) & 63));
    let (two, eight) = (moved & 0xffff, (moved >> 16) | (high << 48));
    // Each step joins two lanes in one, which is the lower of them.
    let twos = joined_ones(eight);
    let fours = twos.wrapping_mul(100).wrapping_add(twos >> 16) & 0x0000_ffff_0000_ffff;
    let lower = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    joined_ones(two)
        .wrapping_mul(100_000_000)
        .wrapping_add(lower)
}

/// Splits lanes of two digits.
fn split_twos(twos: u64) -> u64 {
    let tens = (twos.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    (twos << 8).wrapping_sub(tens.wrapping_mul((10 << 8) - 1))
}

/// Makes lanes of two digits of the characters of one each.
fn joined_ones(text: u64) -> u64 {
    let ones = text & 0x0f0f_0f0f_0f0f_0f0f;
    ones.wrapping_mul(10).wrapping_add(ones >> 8) & 0x00ff_00ff_00ff_00ff
}

/// How many bits of ten characters the digits in front take that a code of fewer has not.
fn left_out(digits: Digits) -> u32 {
    let missing = Digits::MAX.get().wrapping_sub(digits.get());
    // Thirty-two at most, of which the compiler is told.
    u32::from(missing).wrapping_mul(8) & 63
}

/// The first eight bytes, and the two after them.
fn text_of(low: u64, high: u64) -> [u8; CAPACITY] {
    let mut text = [0; CAPACITY];
    if let Some(slot) = text.first_chunk_mut() {
        *slot = low.to_le_bytes();
    }
    if let (Some(slot), [first, second, ..]) = (text.last_chunk_mut(), high.to_le_bytes()) {
        *slot = [first, second];
    }
    text
}

/// Eight times the character zero.
const ZEROS: u64 = 0x3030_3030_3030_3030;
