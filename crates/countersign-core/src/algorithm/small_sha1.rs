//! The home of SHA-1's compression function (FIPS 180-4 §6.1.2) for small flash: two short loops
//! of twenty rounds, each run twice, where that of the `sha1` crate is unrolled.

use core::hint::black_box;

/// Takes a block of bytes into the state.
pub(super) fn compress(state: &mut [u32; 5], block: &[u8; 64]) {
    let mut schedule = [0; 16];
    let (chunks, _) = block.as_chunks();
    for (word, chunk) in schedule.iter_mut().zip(chunks) {
        *word = u32::from_be_bytes(*chunk);
    }
    compress_words(state, &mut schedule);
}

/// Takes a block of words into the state, and leaves others in its place.
#[expect(clippy::many_single_char_names, reason = "the names of FIPS 180-4")]
#[inline(never)]
pub(super) fn compress_words(state: &mut [u32; 5], schedule: &mut [u32; 16]) {
    let mut working = *state;
    let mut round = 0;
    for (all, one, other) in &CONSTANTS {
        twenty_rounds(&mut working, schedule, &mut round, *one, |b, c, d| {
            (b & (c ^ d)) ^ ((c | *all) & d)
        });
        twenty_rounds(&mut working, schedule, &mut round, *other, |b, c, d| {
            b ^ c ^ d
        });
    }
    // Read again, rather than kept on the stack meanwhile.
    let ([a, b, c, d, e], [f, g, h, i, j]) = (*black_box(&*state), working);
    *state = [
        a.wrapping_add(f),
        b.wrapping_add(g),
        c.wrapping_add(h),
        d.wrapping_add(i),
        e.wrapping_add(j),
    ];
}

/// Whether a compiler that optimises for speed may write out five rounds, after which the values
/// are in their places again: a firmware with a kilobyte to spare gets its codes in three quarters
/// of the time.
const UNROLLED: bool = cfg!(countersign_small_sha1 = "unrolled");

#[expect(
    clippy::inline_always,
    reason = "a call takes more stack than a copy takes flash"
)]
#[inline(always)]
fn twenty_rounds(
    working: &mut [u32; 5],
    schedule: &mut [u32; 16],
    round: &mut usize,
    constant: u32,
    mix: impl Fn(u32, u32, u32) -> u32,
) {
    let mut values = *working;
    let mut one_round = || {
        let word = scheduled(schedule, *round);
        values = after_round(values, constant.wrapping_add(word), &mix);
        *round = round.wrapping_add(1);
    };
    if UNROLLED {
        for _ in 0..4 {
            for _ in 0..5 {
                one_round();
            }
        }
    } else {
        for _ in 0..20 {
            one_round();
        }
    }
    *working = values;
}

#[expect(clippy::many_single_char_names, reason = "the names of FIPS 180-4")]
#[expect(clippy::inline_always, reason = "a call costs as much as it does")]
#[inline(always)]
fn after_round(
    [a, b, c, d, e]: [u32; 5],
    added: u32,
    mix: impl Fn(u32, u32, u32) -> u32,
) -> [u32; 5] {
    let next = a
        .rotate_left(5)
        .wrapping_add(mix(b, c, d))
        .wrapping_add(e)
        .wrapping_add(added);
    [next, a, b.rotate_left(30), c, d]
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

/// The constants of the rounds, each for twenty (FIPS 180-4 §4.2.1). The functions of the first and
/// the third twenty differ in one term: `Ch` of §4.1.1 has all of `d` where `Maj` has what of it is
/// in `c`, which the first number of each row says.
static CONSTANTS: [(u32, u32, u32); 2] = [
    (u32::MAX, 0x5a82_7999, 0x6ed9_eba1),
    (0, 0x8f1b_bcdc, 0xca62_c1d6),
];
