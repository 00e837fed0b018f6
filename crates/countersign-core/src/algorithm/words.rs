//! The home of SHA-1's blocks in words, for small processors: keys, counters and digests are put
//! together a word at a time, by short loops that no copying or clearing routine is linked for.

use core::hint::black_box;

use zeroize::optimization_barrier;

#[cfg(not(feature = "small-sha1"))]
use super::compress_sha1;
use super::keyed::{INNER_PAD, OUTER_PAD};
use super::sealed::BlockHash;
#[cfg(feature = "small-sha1")]
use super::small_sha1::compress_words;
use super::{Sha1, halves};

/// A word as the compression function takes it in.
#[cfg(feature = "small-sha1")]
type Word = u32;
#[cfg(not(feature = "small-sha1"))]
type Word = [u8; 4];

/// The states that follow the inner and the outer block of a key of at most 64 bytes.
///
/// Made where they are kept: the `sha1` crate's compression takes all the stack that there is to
/// spare.
#[cfg(not(feature = "small-sha1"))]
pub(super) fn key_states(key: &[u8]) -> ([u32; 5], [u32; 5]) {
    let mut states = (Sha1::START, Sha1::START);
    take_in_key(&mut states.0, key, INNER_PAD);
    take_in_key(&mut states.1, key, OUTER_PAD);
    states
}

/// The states that follow the inner and the outer block of a key of at most 64 bytes.
#[cfg(feature = "small-sha1")]
pub(super) fn key_states(key: &[u8]) -> ([u32; 5], [u32; 5]) {
    (
        state_after_pad(key, INNER_PAD),
        state_after_pad(key, OUTER_PAD),
    )
}

#[cfg(feature = "small-sha1")]
fn state_after_pad(key: &[u8], pad: u8) -> [u32; 5] {
    let mut state = Sha1::START;
    take_in_key(&mut state, key, pad);
    state
}

/// Takes in the block of a key (RFC 2104 §2).
fn take_in_key(state: &mut [u32; 5], key: &[u8], pad: u8) {
    let pad = u32::from_be_bytes([pad; 4]);
    let mut block = [word(pad); 16];
    let (words, rest) = key.as_chunks();
    for (slot, bytes) in block.iter_mut().zip(words) {
        *slot = word(pad ^ u32::from_be_bytes(*bytes));
    }
    // Of a secret that is kept in whole words there is no rest, and none of this is linked.
    if let Some(slot) = block.get_mut(words.len()).filter(|_| !rest.is_empty()) {
        let mut bytes = [0; 4];
        for (to, from) in bytes.iter_mut().zip(rest) {
            *to = *from;
        }
        *slot = word(pad ^ u32::from_be_bytes(bytes));
    }
    compress(state, &mut block);
    // A word at a time, where the compiler cannot make a call of it.
    for word in &mut block {
        *word = Word::default();
        optimization_barrier(word);
    }
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

/// Takes in a message of whole words and its padding (FIPS 180-4 §5.1.1).
fn end(state: &mut [u32; 5], message: &[u32], bits: u32) {
    // A zero that the compiler does not know, or it would clear the block by a call.
    let mut block = [word(black_box(0)); 16];
    for (slot, value) in block.iter_mut().zip(message) {
        *slot = word(*value);
    }
    if let Some(end) = block.get_mut(message.len()) {
        *end = word(END);
    }
    if let Some(length) = block.last_mut() {
        *length = word(bits);
    }
    compress(state, &mut block);
}

#[cfg(feature = "small-sha1")]
fn compress(state: &mut [u32; 5], block: &mut [Word; 16]) {
    compress_words(state, block);
}

#[cfg(not(feature = "small-sha1"))]
fn compress(state: &mut [u32; 5], block: &mut [Word; 16]) {
    // Sixteen words are a block.
    if let Some(bytes) = block.as_flattened().first_chunk() {
        compress_sha1(state, bytes);
    }
}

#[cfg(feature = "small-sha1")]
const fn word(value: u32) -> Word {
    value
}

#[cfg(not(feature = "small-sha1"))]
const fn word(value: u32) -> Word {
    value.to_be_bytes()
}

/// The bit that follows a message.
const END: u32 = 0x8000_0000;
