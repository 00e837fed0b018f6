//! The home of SHA-1's compression function (FIPS 180-4 §6.1.2) for small flash: four short loops
//! of twenty rounds, where that of the `sha1` crate is unrolled.

use zeroize::optimization_barrier;

use super::keyed::{INNER_PAD, OUTER_PAD};
use super::sealed::BlockHash;
use super::{Sha1, halves};

/// Takes a block of bytes into the state.
pub(super) fn compress(state: &mut [u32; 5], block: &[u8; 64]) {
    let mut schedule = [0; 16];
    let (chunks, _) = block.as_chunks();
    for (word, chunk) in schedule.iter_mut().zip(chunks) {
        *word = u32::from_be_bytes(*chunk);
    }
    compress_words(state, &mut schedule);
}

/// The states that follow the inner and the outer block of a key of at most 64 bytes.
pub(super) fn key_states(key: &[u8]) -> ([u32; 5], [u32; 5]) {
    (
        state_after_pad(key, INNER_PAD),
        state_after_pad(key, OUTER_PAD),
    )
}

fn state_after_pad(key: &[u8], pad: u8) -> [u32; 5] {
    let mut schedule = [u32::from_be_bytes([pad; 4]); 16];
    let mut bytes = key.iter();
    for word in &mut schedule {
        // Four rotations bring each byte to its place, and the pad to where it was.
        for _ in 0..4 {
            *word = word.rotate_left(8) ^ u32::from(bytes.next().copied().unwrap_or(0));
        }
    }
    let mut state = Sha1::START;
    compress_words(&mut state, &mut schedule);
    schedule = [0; 16];
    optimization_barrier(&schedule);
    state
}

/// Ends an inner hash, which follows the inner key block, with a counter.
pub(super) fn end_with_counter(inner: &mut [u32; 5], counter: u64) {
    let (high, low) = halves(counter);
    end(inner, &[high, low], 8 * (64 + 8));
}

/// Ends an outer hash, which follows the outer key block, with the digest of the inner.
pub(super) fn end_with_digest(outer: &mut [u32; 5], inner: &[u32; 5]) {
    end(outer, inner, 8 * (64 + 20));
}

/// Takes in a message and its padding (FIPS 180-4 §5.1.1). In words, there is nothing to be put
/// together from bytes.
fn end(state: &mut [u32; 5], message: &[u32], bits: u32) {
    let mut schedule = [0; 16];
    let words = message.iter().chain(&[0x8000_0000]);
    for (slot, word) in schedule.iter_mut().zip(words) {
        *slot = *word;
    }
    if let Some(length) = schedule.last_mut() {
        *length = bits;
    }
    compress_words(state, &mut schedule);
}

#[inline(never)]
fn compress_words(state: &mut [u32; 5], schedule: &mut [u32; 16]) {
    let mut working = *state;
    let choose = |b, c, d| d ^ (b & (c ^ d));
    let parity = |b, c, d| b ^ c ^ d;
    let majority = |b, c, d| (b & c) | (d & (b | c));
    twenty_rounds(&mut working, schedule, 0, 0x5a82_7999, choose);
    twenty_rounds(&mut working, schedule, 20, 0x6ed9_eba1, parity);
    twenty_rounds(&mut working, schedule, 40, 0x8f1b_bcdc, majority);
    twenty_rounds(&mut working, schedule, 60, 0xca62_c1d6, parity);
    for (word, sum) in state.iter_mut().zip(working) {
        *word = word.wrapping_add(sum);
    }
}

#[expect(clippy::many_single_char_names, reason = "the names of FIPS 180-4")]
#[expect(
    clippy::inline_always,
    reason = "a call takes more stack than a copy takes flash"
)]
#[inline(always)]
fn twenty_rounds(
    working: &mut [u32; 5],
    schedule: &mut [u32; 16],
    first: usize,
    constant: u32,
    mix: impl Fn(u32, u32, u32) -> u32,
) {
    let [mut a, mut b, mut c, mut d, mut e] = *working;
    for round in first..first.wrapping_add(20) {
        let next = a
            .rotate_left(5)
            .wrapping_add(mix(b, c, d))
            .wrapping_add(e)
            .wrapping_add(constant)
            .wrapping_add(scheduled(schedule, round));
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    *working = [a, b, c, d, e];
}

/// The word of a round. The schedule keeps the last sixteen, in a ring: each round leaves the word
/// of sixteen rounds later in the place of its own.
#[expect(clippy::inline_always, reason = "a call costs as much as it does")]
#[inline(always)]
fn scheduled(schedule: &mut [u32; 16], round: usize) -> u32 {
    let at =
        |schedule: &[u32; 16], place: usize| schedule.get(place % 16).copied().unwrap_or_default();
    let word = at(schedule, round);
    let later = word
        ^ at(schedule, round.wrapping_add(2))
        ^ at(schedule, round.wrapping_add(8))
        ^ at(schedule, round.wrapping_add(13));
    if let Some(slot) = schedule.get_mut(round % 16) {
        *slot = later.rotate_left(1);
    }
    word
}
