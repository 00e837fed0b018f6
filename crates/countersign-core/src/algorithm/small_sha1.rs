//! The home of the SHA-1 compression function (FIPS 180-4 §6.1.2) for small flash: rolled into one
//! loop of eighty rounds, where that of the `sha1` crate is unrolled.

/// Takes a block of sixteen big-endian words into the state.
#[expect(clippy::many_single_char_names, reason = "the names of FIPS 180-4")]
pub(super) fn compress(state: &mut [u32; 5], mut schedule: [u32; 16]) {
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for round in 0..80 {
        let word = scheduled(&mut schedule, round);
        let (mix, constant) = match round {
            0..20 => (d ^ (b & (c ^ d)), 0x5a82_7999_u32),
            20..40 => (b ^ c ^ d, 0x6ed9_eba1),
            40..60 => ((b & c) | (d & (b | c)), 0x8f1b_bcdc),
            _ => (b ^ c ^ d, 0xca62_c1d6),
        };
        let next = a
            .rotate_left(5)
            .wrapping_add(mix)
            .wrapping_add(e)
            .wrapping_add(constant)
            .wrapping_add(word);
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    for (word, sum) in state.iter_mut().zip([a, b, c, d, e]) {
        *word = word.wrapping_add(sum);
    }
}

/// The word of a round. The schedule keeps the last sixteen, in a ring.
fn scheduled(schedule: &mut [u32; 16], round: usize) -> u32 {
    let mut word = at(schedule, round);
    if round >= 16 {
        word ^= at(schedule, round.wrapping_add(2));
        word ^= at(schedule, round.wrapping_add(8));
        word ^= at(schedule, round.wrapping_add(13));
        word = word.rotate_left(1);
        if let Some(slot) = schedule.get_mut(round % 16) {
            *slot = word;
        }
    }
    word
}

fn at(schedule: &[u32; 16], round: usize) -> u32 {
    schedule.get(round % 16).copied().unwrap_or_default()
}
