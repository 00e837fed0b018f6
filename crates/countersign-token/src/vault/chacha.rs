//! The home of the block function of `ChaCha20` (RFC 8439 §2.3).
//!
//! It is written out here, where the `chacha20` crate would bring a state for streams of any
//! length, and panics for their end. The tests hold what is sealed with it against that crate's
//! AEAD.

/// A block of key stream: that of this key, counter and nonce.
pub(super) fn block(key: &[u8; 32], counter: u32, nonce: &[u8; 12]) -> [u8; 64] {
    let mut start = [0; 16];
    let constants = b"expand 32-byte k".chunks(4);
    let counter = counter.to_le_bytes();
    let words = constants
        .chain(key.chunks(4))
        .chain(counter.chunks(4))
        .chain(nonce.chunks(4));
    for (word, bytes) in start.iter_mut().zip(words) {
        *word = bytes.first_chunk().copied().map_or(0, u32::from_le_bytes);
    }
    let mut state = start;
    for _ in 0..10 {
        state = two_rounds(state);
    }
    let mut stream = [0; 64];
    for ((bytes, word), start) in stream.chunks_mut(4).zip(state).zip(start) {
        for (byte, new) in bytes.iter_mut().zip(word.wrapping_add(start).to_le_bytes()) {
            *byte = new;
        }
    }
    stream
}

/// The columns, then the diagonals.
fn two_rounds(state: [u32; 16]) -> [u32; 16] {
    let [
        a0,
        a1,
        a2,
        a3,
        b0,
        b1,
        b2,
        b3,
        c0,
        c1,
        c2,
        c3,
        d0,
        d1,
        d2,
        d3,
    ] = state;
    let [a0, b0, c0, d0] = quarter_round([a0, b0, c0, d0]);
    let [a1, b1, c1, d1] = quarter_round([a1, b1, c1, d1]);
    let [a2, b2, c2, d2] = quarter_round([a2, b2, c2, d2]);
    let [a3, b3, c3, d3] = quarter_round([a3, b3, c3, d3]);
    let [a0, b1, c2, d3] = quarter_round([a0, b1, c2, d3]);
    let [a1, b2, c3, d0] = quarter_round([a1, b2, c3, d0]);
    let [a2, b3, c0, d1] = quarter_round([a2, b3, c0, d1]);
    let [a3, b0, c1, d2] = quarter_round([a3, b0, c1, d2]);
    [
        a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3,
    ]
}

/// RFC 8439 §2.1.
const fn quarter_round([a, b, c, d]: [u32; 4]) -> [u32; 4] {
    let a = a.wrapping_add(b);
    let d = (d ^ a).rotate_left(16);
    let c = c.wrapping_add(d);
    let b = (b ^ c).rotate_left(12);
    let a = a.wrapping_add(b);
    let d = (d ^ a).rotate_left(8);
    let c = c.wrapping_add(d);
    let b = (b ^ c).rotate_left(7);
    [a, b, c, d]
}
