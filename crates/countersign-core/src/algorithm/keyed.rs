//! The home of the keyed HMAC state (RFC 2104) and of the tags it makes.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, optimization_barrier};

use super::engine::Midstates;
use super::sealed::BlockHash;
use super::{Algorithm, Engine, Truncatable};
use crate::{Code, Digits, SharedSecret};

/// An HMAC key, ready to use: the two hash states that follow the inner and the outer key block.
///
/// Neither state gives the key back, but whoever has both can make every tag of that key, so they
/// are as secret as it is: wiped on drop, never shown, never stored.
#[derive(Clone)]
pub struct Keyed<A: Algorithm> {
    inner: A::State,
    outer: A::State,
}

impl<A: Algorithm> Keyed<A> {
    /// Prepares `key`, which may have any length. A key longer than the hash's block (64 bytes, or
    /// 128 for SHA-512) is hashed first (RFC 2104 §2).
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        if key.len() > A::BLOCK_LEN {
            let mut hashed = A::output(&absorb::<A>(A::START, 0, &[key]));
            let keyed = Self::from_short(hashed.as_ref());
            hashed.as_mut().zeroize();
            return keyed;
        }
        Self::from_short(key)
    }

    /// Prepares a shared secret. Its length is not looked at: RFC 2104 §2 fills a key up with zeros
    /// just as it is kept.
    #[inline]
    pub(crate) fn of(secret: &SharedSecret) -> Self {
        let (inner, outer) = A::key_states(secret.padded());
        Self { inner, outer }
    }

    /// The tag of the concatenation of `parts`, which may have any length.
    pub fn mac(&self, parts: &[&[u8]]) -> Tag<A> {
        let inner = absorb::<A>(self.inner.clone(), A::BLOCK_BYTES, parts);
        Tag(A::output(&self.close(&inner)))
    }

    /// Computes the tags of `count` counters from `first` on by `engine`, and hands what dynamic
    /// truncation reads of each to `visit`, in ascending order. Counters beyond `u64::MAX` go on
    /// at zero.
    pub fn each_counter<E: Engine<A>>(
        &self,
        engine: &E,
        first: u64,
        count: u8,
        visit: impl FnMut(u64, Truncatable),
    ) {
        engine.each_counter(&self.midstates(), first, count, visit);
    }

    /// The code of one counter, by `engine` (RFC 4226 §5.3).
    pub(crate) fn code<E: Engine<A>>(&self, engine: &E, counter: u64, digits: Digits) -> Code {
        let mut truncated = 0;
        self.each_counter(engine, counter, 1, |_, tag| truncated = tag.truncate());
        Code::from_number(truncated, digits)
    }

    /// The outer hash over the inner one.
    fn close(&self, inner: &A::State) -> A::State {
        let mut outer = self.outer.clone();
        A::absorb_digest(&mut outer, inner);
        outer
    }

    fn midstates(&self) -> Midstates<'_, A> {
        Midstates::new(&self.inner, &self.outer)
    }

    /// From a key that is no longer than a block.
    fn from_short(key: &[u8]) -> Self {
        let (inner, outer) = A::key_states(key);
        Self { inner, outer }
    }
}

impl<A: Algorithm> Drop for Keyed<A> {
    fn drop(&mut self) {
        // At once, where `zeroize` would write word by word.
        (self.inner, self.outer) = (A::START, A::START);
        optimization_barrier(&self.inner);
        optimization_barrier(&self.outer);
    }
}

impl<A: Algorithm> fmt::Debug for Keyed<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyed<{}>(..)", A::NAME)
    }
}

/// The HMAC of a message: wiped on drop, compared without early exit, never shown.
#[must_use]
pub struct Tag<A: Algorithm>(A::Output);

impl<A: Algorithm> Tag<A> {
    /// The plain hash of a message that is as secret as a tag, and handled like one: a PIN of OCRA.
    pub(crate) fn hash(message: &[u8]) -> Self {
        Self(A::output(&absorb::<A>(A::START, 0, &[message])))
    }

    /// All [`Algorithm::OUTPUT_LEN`] bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// Whether `expected` is this very tag, in a time that depends on its length only. A shorter
    /// or longer text is not equal.
    #[must_use]
    pub fn ct_eq(&self, expected: &[u8]) -> bool {
        self.as_bytes().ct_eq(expected).into()
    }

    /// The leftmost `N` bytes (RFC 2104 §5), for where a whole tag takes too much room.
    ///
    /// `N` is at least 16; a shorter or an overlong cut does not compile.
    #[must_use]
    pub fn truncated<const N: usize>(&self) -> [u8; N] {
        const {
            assert!(
                N >= 16 && N <= A::OUTPUT_LEN,
                "a cut keeps 16 bytes at least"
            );
        };
        let mut cut = [0; N];
        for (slot, byte) in cut.iter_mut().zip(self.as_bytes()) {
            *slot = *byte;
        }
        cut
    }

    /// Whether `expected` is what [`Tag::truncated`] gives, in a time that depends on `N` only.
    #[must_use]
    pub fn ct_eq_truncated<const N: usize>(&self, expected: &[u8; N]) -> bool {
        let mut cut = self.truncated::<N>();
        let equal = cut.ct_eq(expected).into();
        cut.zeroize();
        equal
    }
}

impl<A: Algorithm> Drop for Tag<A> {
    fn drop(&mut self) {
        self.0.as_mut().zeroize();
    }
}

impl<A: Algorithm> fmt::Debug for Tag<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(..)")
    }
}

/// [`BlockHash::key_states`] by way of the key's block.
#[inline]
pub(super) fn key_states<A: BlockHash>(key: &[u8]) -> (A::State, A::State) {
    let mut block = A::filled(0);
    for (slot, byte) in block.as_mut().iter_mut().zip(key) {
        *slot = *byte;
    }
    let inner = state_after_pad::<A>(&mut block, INNER_PAD);
    let outer = state_after_pad::<A>(&mut block, INNER_PAD ^ OUTER_PAD);
    wipe::<A>(&mut block);
    (inner, outer)
}

/// Mixes `pad` into the block of a key and gives the state that follows it (RFC 2104 §2).
fn state_after_pad<A: BlockHash>(block: &mut A::Block, pad: u8) -> A::State {
    for byte in block.as_mut() {
        *byte ^= pad;
    }
    let mut state = A::START;
    A::compress(&mut state, block);
    state
}

/// Overwrites a block that held part of a key or of a message. One store of many bytes at a time,
/// where [`Zeroize`] makes one of each.
fn wipe<A: BlockHash>(block: &mut A::Block) {
    *block = A::filled(0);
    optimization_barrier(block);
}

/// Hashes `parts` on from a state that has already taken in `before` bytes, all whole blocks.
fn absorb<A: BlockHash>(mut state: A::State, before: u64, parts: &[&[u8]]) -> A::State {
    let mut block = A::filled(0);
    let mut filled: usize = 0;
    let mut total = before;
    for byte in parts.iter().copied().flatten() {
        if let Some(slot) = block.as_mut().get_mut(filled) {
            *slot = *byte;
        }
        filled = filled.wrapping_add(1);
        total = total.wrapping_add(1);
        if filled == A::BLOCK_LEN {
            A::compress(&mut state, &block);
            filled = 0;
        }
    }
    finish::<A>(
        &mut state,
        block.as_ref().get(..filled).unwrap_or_default(),
        total,
    );
    wipe::<A>(&mut block);
    state
}

/// Takes in the last, incomplete block of a message of `total` bytes with the padding of
/// FIPS 180-4 §5.1: a one bit, zeros, and the length in bits.
fn finish<A: BlockHash>(state: &mut A::State, tail: &[u8], total: u64) {
    let mut block = A::filled(0);
    for (slot, byte) in block.as_mut().iter_mut().zip(tail.iter().chain(&[0x80])) {
        *slot = *byte;
    }
    if tail.len() >= A::LENGTH_OFFSET {
        A::compress(state, &block);
        block = A::filled(0);
    }
    if let Some(length) = block.as_mut().last_chunk_mut() {
        *length = total.wrapping_mul(8).to_be_bytes();
    }
    A::compress(state, &block);
    wipe::<A>(&mut block);
}

pub(super) const INNER_PAD: u8 = 0x36;
pub(super) const OUTER_PAD: u8 = 0x5c;
