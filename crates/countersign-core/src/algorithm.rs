//! The home of the hash functions: what HMAC needs of each, and the only file that names the hash
//! crates. Beneath it are the keyed state and the engines that compute from it.
//!
//! A key costs two compressions once, when [`Keyed`] is made. Each code of that key then costs
//! two more, where HMAC from the bare key would cost four. The algorithm is a type parameter, so
//! that a program which only speaks SHA-1 links only SHA-1.

use core::fmt;
use core::slice::from_ref;

use block::{Padding, padded};
use sealed::BlockHash;

mod block;
mod engine;
mod keyed;
#[cfg(feature = "small-sha1")]
mod small_sha1;
#[cfg(any(
    feature = "small-sha1",
    not(any(target_arch = "x86_64", target_arch = "aarch64"))
))]
mod words;

pub use engine::{Engine, Midstates, Portable, Truncatable};
pub use keyed::{Keyed, Tag};

#[cfg(feature = "small-sha1")]
use small_sha1::compress as compress_sha1;
#[cfg(any(
    feature = "small-sha1",
    not(any(target_arch = "x86_64", target_arch = "aarch64"))
))]
use words::{
    end_with_counter as sha1_counter, end_with_digest as sha1_digest, key_states as sha1_key,
};

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

/// What the three hashes have in common below the padding, out of reach of other crates.
mod sealed {
    use zeroize::Zeroize;

    use super::Truncatable;

    pub trait BlockHash {
        type State: Clone + Zeroize + Send + Sync;
        type Block: AsRef<[u8]> + AsMut<[u8]>;
        type Output: AsRef<[u8]> + AsMut<[u8]> + Send + Sync;
        const START: Self::State;
        const BLOCK_LEN: usize;
        const BLOCK_BYTES: u64;
        /// Where the length field begins in the last block.
        const LENGTH_OFFSET: usize;
        /// A block of one and the same byte.
        fn filled(byte: u8) -> Self::Block;
        fn compress(state: &mut Self::State, block: &Self::Block);
        fn output(state: &Self::State) -> Self::Output;
        /// The states that follow the inner and the outer block of a key, which is no longer than
        /// a block itself (RFC 2104 §2).
        fn key_states(key: &[u8]) -> (Self::State, Self::State);
        /// Ends an inner hash, which follows the inner key block, with a counter's eight bytes.
        fn absorb_counter(inner: &mut Self::State, counter: u64);
        /// Ends an outer hash, which follows the outer key block, with the digest of the inner.
        fn absorb_digest(outer: &mut Self::State, inner: &Self::State);
        fn truncatable(state: &Self::State) -> Truncatable;
    }
}

/// A function that ends a hash, of one block so far, with a message of so many bytes.
macro_rules! end {
    ($name:ident, block $block:literal, message $length:literal) => {
        |state: &mut _, message: &[u8]| {
            const PADDING: Padding<$block> = Padding::of($length, ($block + $length) * 8);
            $name::compress(state, &padded(&PADDING, message));
        }
    };
}

macro_rules! block_hash {
    ($name:ident, $word:ty, $words:literal, block $block:literal, output $output:literal,
     length at $length:literal, compress $compress:expr, key $key:expr,
     counter $counter:expr, digest $digest:expr, start $start:expr,
     truncatable $truncatable:expr) => {
        impl BlockHash for $name {
            type State = [$word; $words];
            type Block = [u8; $block];
            type Output = [u8; $output];
            const START: Self::State = $start;
            const BLOCK_LEN: usize = $block;
            const BLOCK_BYTES: u64 = $block;
            const LENGTH_OFFSET: usize = $length;

            #[inline]
            fn filled(byte: u8) -> Self::Block {
                [byte; $block]
            }

            #[inline]
            fn compress(state: &mut Self::State, block: &Self::Block) {
                $compress(state, block);
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
            fn key_states(key: &[u8]) -> (Self::State, Self::State) {
                $key(key)
            }

            #[inline]
            fn absorb_counter(inner: &mut Self::State, counter: u64) {
                $counter(inner, counter);
            }

            #[inline]
            fn absorb_digest(outer: &mut Self::State, inner: &Self::State) {
                $digest(outer, inner);
            }

            #[inline]
            fn truncatable(state: &Self::State) -> Truncatable {
                $truncatable(*state)
            }
        }

        impl Algorithm for $name {
            const ID: AlgorithmId = AlgorithmId::$name;
            const OUTPUT_LEN: usize = $output;
        }
    };
}

block_hash!(
    Sha1, u32, 5, block 64, output 20, length at 56, compress compress_sha1,
    key sha1_key, counter sha1_counter, digest sha1_digest,
    start [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0],
    truncatable |[a, b, c, d, e]: [u32; 5]| Truncatable::new([a, b, c, d, e], low_byte(e.into()))
);

block_hash!(
    Sha256, u32, 8, block 64, output 32, length at 56,
    compress |state, block| sha2::block_api::compress256(state, from_ref(block)),
    key keyed::key_states::<Sha256>,
    counter |inner, counter: u64| {
        end!(Sha256, block 64, message 8)(inner, &counter.to_be_bytes());
    },
    digest |outer, inner| end!(Sha256, block 64, message 32)(outer, &Sha256::output(inner)),
    start [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ],
    truncatable |[a, b, c, d, e, _, _, h]: [u32; 8]| {
        Truncatable::new([a, b, c, d, e], low_byte(h.into()))
    }
);

block_hash!(
    Sha512, u64, 8, block 128, output 64, length at 112,
    compress |state, block| sha2::block_api::compress512(state, from_ref(block)),
    key keyed::key_states::<Sha512>,
    counter |inner, counter: u64| {
        end!(Sha512, block 128, message 8)(inner, &counter.to_be_bytes());
    },
    digest |outer, inner| end!(Sha512, block 128, message 64)(outer, &Sha512::output(inner)),
    start [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ],
    truncatable |[first, second, third, _, _, _, _, last]: [u64; 8]| {
        let ((w0, w1), (w2, w3), (w4, _)) = (halves(first), halves(second), halves(third));
        Truncatable::new([w0, w1, w2, w3, w4], low_byte(last))
    }
);

#[cfg(not(feature = "small-sha1"))]
#[inline]
fn compress_sha1(state: &mut [u32; 5], block: &[u8; 64]) {
    sha1::block_api::compress(state, from_ref(block));
}

#[cfg(all(
    not(feature = "small-sha1"),
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
#[inline]
fn sha1_key(key: &[u8]) -> ([u32; 5], [u32; 5]) {
    keyed::key_states::<Sha1>(key)
}

#[cfg(all(
    not(feature = "small-sha1"),
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
#[inline]
fn sha1_counter(inner: &mut [u32; 5], counter: u64) {
    end!(Sha1, block 64, message 8)(inner, &counter.to_be_bytes());
}

#[cfg(all(
    not(feature = "small-sha1"),
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
#[inline]
fn sha1_digest(outer: &mut [u32; 5], inner: &[u32; 5]) {
    end!(Sha1, block 64, message 20)(outer, &Sha1::output(inner));
}

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
