//! The home of the block function of `ChaCha20` (RFC 8439 §2.3).
//!
//! It is written out here, where the `chacha20` crate would bring a state for streams of any
//! length, and panics for their end; and as loops, where a round written out takes three times the
//! room. The tests hold what is sealed with it against that crate's AEAD.

/// A block of key stream: that of this key and of this counter and nonce, as little-endian words.
pub(super) fn block(key: &[u8; 32], input: &[u32; 4]) -> [u32; 16] {
    // "expand 32-byte k"
    let constants = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
    let mut start = [constants, [0; 4], [0; 4], *input];
    let [_, keys @ .., _] = &mut start;
    for (word, bytes) in keys.as_flattened_mut().iter_mut().zip(key.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    let mut rows = start;
    for _ in 0..10 {
        let [a, b, c, d] = &mut rows;
        columns(a, b, c, d);
        // Diagonals become columns.
        turn(b, c, d);
        columns(a, b, c, d);
        turn(d, c, b);
    }
    let mut block = [0; 16];
    let sums = rows.as_flattened().iter().zip(start.as_flattened());
    for (word, (end, start)) in block.iter_mut().zip(sums) {
        *word = end.wrapping_add(*start);
    }
    block
}

/// RFC 8439 §2.1, on each column.
fn columns(a: &mut [u32; 4], b: &mut [u32; 4], c: &mut [u32; 4], d: &mut [u32; 4]) {
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        *a = a.wrapping_add(*b);
        *d = (*d ^ *a).rotate_left(16);
        *c = c.wrapping_add(*d);
        *b = (*b ^ *c).rotate_left(12);
        *a = a.wrapping_add(*b);
        *d = (*d ^ *a).rotate_left(8);
        *c = c.wrapping_add(*d);
        *b = (*b ^ *c).rotate_left(7);
    }
}

/// Turns a row by one to the left, one by two, and one by one to the right.
fn turn(left: &mut [u32; 4], half: &mut [u32; 4], right: &mut [u32; 4]) {
    let [l0, l1, l2, l3] = *left;
    *left = [l1, l2, l3, l0];
    let [h0, h1, h2, h3] = *half;
    *half = [h2, h3, h0, h1];
    let [r0, r1, r2, r3] = *right;
    *right = [r3, r0, r1, r2];
}
