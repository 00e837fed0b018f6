//! The home of the hash functions and of the keyed HMAC state (RFC 2104) built on them: the only
//! file that names the hash crates.
//!
//! A key costs two compressions once, when [`Keyed`] is made. Each code of that key then costs
//! two more, where HMAC from the bare key would cost four. The algorithm is a type parameter, so
//! that a program which only speaks SHA-1 links only SHA-1.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use sealed::BlockHash;

/// A hash that HMAC and one-time passwords may be built on (RFC 6238 §1.2).
///
/// Sealed: [`Sha1`], [`Sha256`] and [`Sha512`] are all there are.
pub trait Algorithm: BlockHash + Copy + fmt::Debug + Send + Sync + 'static {
    /// Which of the three it is, as a value.
    const ID: AlgorithmId;
    /// Bytes in a tag: 20, 32 or 64. Also the length of secret that RFC 6238 §5.1 asks for.
    const OUTPUT_LEN: usize;
    /// The name that key URIs use: `SHA1`, `SHA256` or `SHA512`.
    const NAME: &'static str = Self::ID.name();
}

/// SHA-1 (FIPS 180-4): what nearly every authenticator app computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sha1;

/// SHA-256 (FIPS 180-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sha256;

/// SHA-512 (FIPS 180-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sha512;

/// An algorithm as a value, where a type parameter cannot go: in stored records and key URIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlgorithmId {
    /// [`Sha1`], stored as 1.
    Sha1,
    /// [`Sha256`], stored as 2.
    Sha256,
    /// [`Sha512`], stored as 3.
    Sha512,
}

impl AlgorithmId {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The name that key URIs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The byte that stands for the algorithm in stored forms.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        match self {
            Self::Sha1 => 1,
            Self::Sha256 => 2,
            Self::Sha512 => 3,
        }
    }

    /// The algorithm that a stored byte stands for, if any.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Sha1),
            2 => Some(Self::Sha256),
            3 => Some(Self::Sha512),
            _ => None,
        }
    }
}

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
            let keyed = Self::from_key_block(hashed.as_ref());
            hashed.as_mut().zeroize();
            return keyed;
        }
        Self::from_key_block(key)
    }

    /// The tag of the concatenation of `parts`, which may have any length.
    pub fn mac(&self, parts: &[&[u8]]) -> Tag<A> {
        let inner = absorb::<A>(self.inner.clone(), A::BLOCK_BYTES, parts);
        Tag(A::output(&self.close(&inner)))
    }

    /// What the dynamic truncation of RFC 4226 §5.3 reads of the tag of a counter: the first
    /// twenty bytes as five big-endian words, and the low byte that holds the offset.
    pub(crate) fn mac_counter(&self, counter: u64) -> ([u32; 5], u8) {
        let mut inner = self.inner.clone();
        let message = counter.to_be_bytes();
        finish::<A>(&mut inner, &message, A::BLOCK_BYTES.wrapping_add(8));
        A::truncation_input(&self.close(&inner))
    }

    /// The outer hash over the inner one.
    fn close(&self, inner: &A::State) -> A::State {
        let mut outer = self.outer.clone();
        let digest = A::output(inner);
        finish::<A>(
            &mut outer,
            digest.as_ref(),
            A::BLOCK_BYTES.wrapping_add(A::OUTPUT_BYTES),
        );
        outer
    }

    fn from_key_block(key: &[u8]) -> Self {
        let mut block = A::ZERO_BLOCK;
        for (slot, byte) in block.as_mut().iter_mut().zip(key) {
            *slot = *byte;
        }
        let keyed = Self {
            inner: state_after_pad::<A>(&mut block, INNER_PAD),
            outer: state_after_pad::<A>(&mut block, INNER_PAD ^ OUTER_PAD),
        };
        block.as_mut().zeroize();
        keyed
    }
}

impl<A: Algorithm> Drop for Keyed<A> {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
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

/// Mixes `pad` into the key block and gives the state that follows it.
fn state_after_pad<A: BlockHash>(block: &mut A::Block, pad: u8) -> A::State {
    for byte in block.as_mut() {
        *byte ^= pad;
    }
    let mut state = A::START;
    A::compress(&mut state, block);
    state
}

/// Hashes `parts` on from a state that has already taken in `before` bytes, all whole blocks.
fn absorb<A: BlockHash>(mut state: A::State, before: u64, parts: &[&[u8]]) -> A::State {
    let mut block = A::ZERO_BLOCK;
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
    block.as_mut().zeroize();
    state
}

/// Takes in the last, incomplete block of a message of `total` bytes with the padding of
/// FIPS 180-4 §5.1: a one bit, zeros, and the length in bits.
///
/// The block is not wiped: it holds a counter, a part of a message or an inner digest, none of
/// which gives the key away, and wiping would cost as much as a third of the compression.
#[inline]
fn finish<A: BlockHash>(state: &mut A::State, tail: &[u8], total: u64) {
    let mut block = A::ZERO_BLOCK;
    for (slot, byte) in block.as_mut().iter_mut().zip(tail.iter().chain(&[0x80])) {
        *slot = *byte;
    }
    if tail.len() >= A::LENGTH_OFFSET {
        A::compress(state, &block);
        block = A::ZERO_BLOCK;
    }
    if let Some(length) = block.as_mut().last_chunk_mut() {
        *length = total.wrapping_mul(8).to_be_bytes();
    }
    A::compress(state, &block);
}

const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5c;

/// What the three hashes have in common below the padding, out of reach of other crates.
mod sealed {
    use zeroize::Zeroize;

    pub trait BlockHash {
        type State: Clone + Zeroize + Send + Sync;
        type Block: AsRef<[u8]> + AsMut<[u8]>;
        type Output: AsRef<[u8]> + AsMut<[u8]> + Send + Sync;
        const START: Self::State;
        const ZERO_BLOCK: Self::Block;
        const BLOCK_LEN: usize;
        const BLOCK_BYTES: u64;
        const OUTPUT_BYTES: u64;
        /// Where the length field begins in the last block.
        const LENGTH_OFFSET: usize;
        fn compress(state: &mut Self::State, block: &Self::Block);
        fn output(state: &Self::State) -> Self::Output;
        /// The first twenty bytes of the output as words, and its last byte.
        fn truncation_input(state: &Self::State) -> ([u32; 5], u8);
    }
}

macro_rules! block_hash {
    ($name:ident, $word:ty, $words:literal, block $block:literal, output $output:literal,
     length at $length:literal, $compress:path, $start:expr, $truncation_input:expr) => {
        impl BlockHash for $name {
            type State = [$word; $words];
            type Block = [u8; $block];
            type Output = [u8; $output];
            const START: Self::State = $start;
            const ZERO_BLOCK: Self::Block = [0; $block];
            const BLOCK_LEN: usize = $block;
            const BLOCK_BYTES: u64 = $block;
            const OUTPUT_BYTES: u64 = $output;
            const LENGTH_OFFSET: usize = $length;

            #[inline]
            fn compress(state: &mut Self::State, block: &Self::Block) {
                $compress(state, core::slice::from_ref(block));
            }

            #[inline]
            fn output(state: &Self::State) -> Self::Output {
                let mut output = [0; $output];
                let (chunks, _) = output.as_chunks_mut();
                for (chunk, word) in chunks.iter_mut().zip(state) {
                    *chunk = word.to_be_bytes();
                }
                output
            }

            #[inline]
            fn truncation_input(state: &Self::State) -> ([u32; 5], u8) {
                $truncation_input(*state)
            }
        }

        impl Algorithm for $name {
            const ID: AlgorithmId = AlgorithmId::$name;
            const OUTPUT_LEN: usize = $output;
        }
    };
}

block_hash!(
    Sha1, u32, 5, block 64, output 20, length at 56, sha1::block_api::compress,
    [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0],
    |[a, b, c, d, e]: [u32; 5]| ([a, b, c, d, e], low_byte(e.into()))
);

block_hash!(
    Sha256, u32, 8, block 64, output 32, length at 56, sha2::block_api::compress256,
    [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ],
    |[a, b, c, d, e, _, _, h]: [u32; 8]| ([a, b, c, d, e], low_byte(h.into()))
);

block_hash!(
    Sha512, u64, 8, block 128, output 64, length at 112, sha2::block_api::compress512,
    [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ],
    |[first, second, third, _, _, _, _, last]: [u64; 8]| {
        let ((w0, w1), (w2, w3), (w4, _)) = (halves(first), halves(second), halves(third));
        ([w0, w1, w2, w3, w4], low_byte(last))
    }
);

/// The high and the low 32 bits.
const fn halves(word: u64) -> (u32, u32) {
    let [.., h4, h5, h6, h7] = word.to_be_bytes();
    let [h0, h1, h2, h3, ..] = word.to_be_bytes();
    (
        u32::from_be_bytes([h0, h1, h2, h3]),
        u32::from_be_bytes([h4, h5, h6, h7]),
    )
}

const fn low_byte(word: u64) -> u8 {
    let [low, ..] = word.to_le_bytes();
    low
}
