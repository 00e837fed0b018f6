//! The home of the hashing: the tags of several counters side by side, in registers throughout.
//!
//! A lane is one counter's hash. A vector of four words has the first in its highest part, which
//! is how the SHA instructions want both state and message.

use core::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_extract_epi32, _mm_or_si128, _mm_set_epi32, _mm_setzero_si128,
    _mm_sha1msg1_epu32, _mm_sha1msg2_epu32, _mm_sha1nexte_epu32, _mm_sha1rnds4_epu32,
    _mm_xor_si128,
};

/// HMAC-SHA-1 (RFC 2104) of the counters `first`, `first` + 1, …, from the two hash states of a
/// key.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
#[cfg_attr(target_feature = "avx", target_feature(enable = "avx"))]
pub(crate) fn tags<const N: usize>(inner: [u32; 5], outer: [u32; 5], first: u64) -> [[u32; 5]; N] {
    clear_upper_halves();
    let zero = _mm_setzero_si128();
    let mut counter = first;
    let mut messages = [(zero, zero); N];
    for (words, _) in &mut messages {
        let [high, low] = halves(counter);
        *words = vector(high, low, END, 0);
        counter = counter.wrapping_add(1);
    }
    // The inner hash of the counters, then the outer hash of what that gives.
    for (state, length) in [(inner, 8), (outer, 20)] {
        let mut schedule = [[zero; 4]; N];
        let bits = vector(0, 0, 0, (64 + length) * 8);
        for (words, (first, second)) in schedule.iter_mut().zip(messages) {
            *words = [first, second, zero, bits];
        }
        messages = compress(state, schedule);
        for (_, e) in &mut messages {
            *e = _mm_or_si128(*e, vector(0, END, 0, 0));
        }
    }
    let mut tags = [[0; 5]; N];
    for (tag, (abcd, e)) in tags.iter_mut().zip(messages) {
        *tag = [
            _mm_extract_epi32::<3>(abcd).cast_unsigned(),
            _mm_extract_epi32::<2>(abcd).cast_unsigned(),
            _mm_extract_epi32::<1>(abcd).cast_unsigned(),
            _mm_extract_epi32::<0>(abcd).cast_unsigned(),
            _mm_extract_epi32::<3>(e).cast_unsigned(),
        ];
    }
    tags
}

/// The end of a message (FIPS 180-4 §5.1): a one bit.
const END: u32 = 1 << 31;

/// The compression function of SHA-1 (FIPS 180-4 §6.1.2) from one state on, with another block in
/// each lane. Gives the first four words and, with zeros behind it, the fifth.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
#[inline]
#[expect(clippy::many_single_char_names, reason = "the names of FIPS 180-4")]
fn compress<const N: usize>(
    [a, b, c, d, e]: [u32; 5],
    mut schedule: [[__m128i; 4]; N],
) -> [(__m128i, __m128i); N] {
    let abcd = vector(a, b, c, d);
    let e_alone = vector(e, 0, 0, 0);
    // The instruction turns `a` of four rounds ago into `e`; this is what it makes our `e` of.
    let before = vector(e.rotate_right(30), 0, 0, 0);
    let mut rounds = [Rounds { now: abcd, before }; N];

    four_rounds::<0, 0, N>(&mut rounds, &mut schedule);
    four_rounds::<0, 1, N>(&mut rounds, &mut schedule);
    four_rounds::<0, 2, N>(&mut rounds, &mut schedule);
    four_rounds::<0, 3, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<0, 0, N>(&mut rounds, &mut schedule);

    scheduled_rounds::<1, 1, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<1, 2, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<1, 3, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<1, 0, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<1, 1, N>(&mut rounds, &mut schedule);

    scheduled_rounds::<2, 2, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<2, 3, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<2, 0, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<2, 1, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<2, 2, N>(&mut rounds, &mut schedule);

    scheduled_rounds::<3, 3, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<3, 0, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<3, 1, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<3, 2, N>(&mut rounds, &mut schedule);
    scheduled_rounds::<3, 3, N>(&mut rounds, &mut schedule);

    let mut sums = [(abcd, e_alone); N];
    for ((abcd, e), lane) in sums.iter_mut().zip(rounds) {
        *abcd = _mm_add_epi32(*abcd, lane.now);
        *e = _mm_sha1nexte_epu32(lane.before, *e);
    }
    sums
}

/// Where a lane is: its first four words now, and four rounds before.
#[derive(Clone, Copy)]
struct Rounds {
    now: __m128i,
    before: __m128i,
}

/// Four rounds of every lane with the function `F` and the words at `AT`.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
#[inline]
fn four_rounds<const F: i32, const AT: usize, const N: usize>(
    rounds: &mut [Rounds; N],
    schedule: &mut [[__m128i; 4]; N],
) {
    for (lane, words) in rounds.iter_mut().zip(schedule) {
        let e = _mm_sha1nexte_epu32(lane.before, words[AT]);
        *lane = Rounds {
            now: _mm_sha1rnds4_epu32::<F>(lane.now, e),
            before: lane.now,
        };
    }
}

/// The same after replacing the words at `AT`, the oldest, by the next ones.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
#[inline]
fn scheduled_rounds<const F: i32, const AT: usize, const N: usize>(
    rounds: &mut [Rounds; N],
    schedule: &mut [[__m128i; 4]; N],
) {
    for words in schedule.iter_mut() {
        let mixed = _mm_sha1msg1_epu32(words[AT], words[(AT + 1) % 4]);
        let mixed = _mm_xor_si128(mixed, words[(AT + 2) % 4]);
        words[AT] = _mm_sha1msg2_epu32(mixed, words[(AT + 3) % 4]);
    }
    four_rounds::<F, AT, N>(rounds, schedule);
}

#[target_feature(enable = "sse2")]
#[inline]
fn vector(first: u32, second: u32, third: u32, fourth: u32) -> __m128i {
    _mm_set_epi32(
        first.cast_signed(),
        second.cast_signed(),
        third.cast_signed(),
        fourth.cast_signed(),
    )
}

const fn halves(counter: u64) -> [u32; 2] {
    let [h0, h1, h2, h3, l0, l1, l2, l3] = counter.to_be_bytes();
    [
        u32::from_be_bytes([h0, h1, h2, h3]),
        u32::from_be_bytes([l0, l1, l2, l3]),
    ]
}

/// Marks the upper halves of the registers as unused, where the compiler may have used them: see
/// the crate's documentation.
#[cfg_attr(target_feature = "avx", target_feature(enable = "avx"))]
#[inline]
fn clear_upper_halves() {
    #[cfg(target_feature = "avx")]
    core::arch::x86_64::_mm256_zeroupper();
}
