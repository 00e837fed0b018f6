//! The home of the block function of `ChaCha20` (RFC 8439 §2.3).
//!
//! It is written out here, where the `chacha20` crate would bring a state for streams of any
//! length, and panics for their end. The tests hold what is sealed with it against that crate's
//! AEAD.

/// RFC 8439 §2.1, on four variables.
macro_rules! quarter_round {
    ($a:ident, $b:ident, $c:ident, $d:ident) => {
        $a = $a.wrapping_add($b);
        $d = ($d ^ $a).rotate_left(16);
        $c = $c.wrapping_add($d);
        $b = ($b ^ $c).rotate_left(12);
        $a = $a.wrapping_add($b);
        $d = ($d ^ $a).rotate_left(8);
        $c = $c.wrapping_add($d);
        $b = ($b ^ $c).rotate_left(7);
    };
}

/// A block of key stream: that of this key, counter and nonce, as little-endian words.
pub(super) fn block(key: &[u8; 32], counter: u32, nonce: [u32; 3]) -> [u32; 16] {
    let start = start(key, counter, nonce);
    let [
        mut a0,
        mut a1,
        mut a2,
        mut a3,
        mut b0,
        mut b1,
        mut b2,
        mut b3,
        ..,
    ] = start;
    let [
        ..,
        mut c0,
        mut c1,
        mut c2,
        mut c3,
        mut d0,
        mut d1,
        mut d2,
        mut d3,
    ] = start;
    for _ in 0..10 {
        quarter_round!(a0, b0, c0, d0);
        quarter_round!(a1, b1, c1, d1);
        quarter_round!(a2, b2, c2, d2);
        quarter_round!(a3, b3, c3, d3);
        quarter_round!(a0, b1, c2, d3);
        quarter_round!(a1, b2, c3, d0);
        quarter_round!(a2, b3, c0, d1);
        quarter_round!(a3, b0, c1, d2);
    }
    let mut end = [
        a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3,
    ];
    for (word, start) in end.iter_mut().zip(&start) {
        *word = word.wrapping_add(*start);
    }
    end
}

fn start(key: &[u8; 32], counter: u32, nonce: [u32; 3]) -> [u32; 16] {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(key.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    let [k0, k1, k2, k3, k4, k5, k6, k7] = words;
    let [n0, n1, n2] = nonce;
    // "expand 32-byte k"
    let [c0, c1, c2, c3] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
    [
        c0, c1, c2, c3, k0, k1, k2, k3, k4, k5, k6, k7, counter, n0, n1, n2,
    ]
}
