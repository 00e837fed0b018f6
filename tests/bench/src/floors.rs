//! The home of the floors: the least work that could give the right answer, from the parts that
//! crates are made of. They are sketches to measure against: no types, no checks, no wiping.

use std::hint::black_box;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::inputs::{MISS, SECRET, SECRET_32, SECRET_64, right};
use crate::{Contender, Kind, Operation};

/// The floors of `operation`.
#[must_use]
pub fn contenders(operation: Operation) -> Vec<Contender> {
    [
        rekeyed(operation),
        cloned(operation),
        midstate(operation),
        midstate_constant_address(operation),
        compressions(operation),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The `hmac` crate, keyed for each code: what nearly every peer does.
fn rekeyed(operation: Operation) -> Option<Contender> {
    fn code<M: Mac + KeyInit>(key: &[u8], counter: u64) -> u32 {
        let mut mac = <M as KeyInit>::new_from_slice(key).expect("a key may have any length");
        mac.update(&counter.to_be_bytes());
        truncated(&mac.finalize().into_bytes())
    }
    let name = "hmac, keyed for each code";
    match operation {
        Operation::GenerateSha256 => by_key(
            operation,
            name,
            || SECRET_32,
            |key, counter| code::<Hmac<Sha256>>(black_box(*key), counter),
        ),
        Operation::GenerateSha512 => by_key(
            operation,
            name,
            || SECRET_64,
            |key, counter| code::<Hmac<Sha512>>(black_box(*key), counter),
        ),
        _ => by_key(
            operation,
            name,
            || SECRET,
            |key, counter| code::<Hmac<Sha1>>(black_box(*key), counter),
        ),
    }
}

/// The `hmac` crate, keyed once, its state cloned for each code.
fn cloned(operation: Operation) -> Option<Contender> {
    fn key<M: Mac + KeyInit>(secret: &[u8]) -> M {
        <M as KeyInit>::new_from_slice(black_box(secret)).expect("a key may have any length")
    }
    fn code<M: Mac + Clone>(keyed: &M, counter: u64) -> u32 {
        let mut mac = keyed.clone();
        mac.update(&counter.to_be_bytes());
        truncated(&mac.finalize().into_bytes())
    }
    let name = "hmac, keyed once and cloned";
    match operation {
        Operation::GenerateSha256 => {
            by_key(operation, name, || key::<Hmac<Sha256>>(SECRET_32), code)
        }
        Operation::GenerateSha512 => {
            by_key(operation, name, || key::<Hmac<Sha512>>(SECRET_64), code)
        }
        _ => by_key(operation, name, || key::<Hmac<Sha1>>(SECRET), code),
    }
}

/// The states after both key blocks, and the block function.
fn midstate(operation: Operation) -> Option<Contender> {
    let name = "midstate";
    match operation {
        Operation::GenerateSha256 => by_key(
            operation,
            name,
            || sha256::key(black_box(SECRET_32)),
            |key, counter| truncated(&sha256::tag(key, counter)),
        ),
        Operation::GenerateSha512 => by_key(
            operation,
            name,
            || sha512::key(black_box(SECRET_64)),
            |key, counter| truncated(&sha512::tag(key, counter)),
        ),
        _ => by_key(
            operation,
            name,
            || sha1_key(black_box(SECRET)),
            |key, counter| truncated(&sha1_bytes(&sha1_tag(key, counter))),
        ),
    }
}

/// The same, truncated by shifts, so that no address depends on the tag.
fn midstate_constant_address(operation: Operation) -> Option<Contender> {
    if matches!(
        operation,
        Operation::GenerateSha256 | Operation::GenerateSha512
    ) {
        return None;
    }
    let name = "midstate, constant addresses";
    by_key(
        operation,
        name,
        || sha1_key(black_box(SECRET)),
        |key, counter| shifted(&sha1_tag(key, counter)),
    )
}

/// As many compressions as HMAC takes, each fed with the last one's state, and nothing else.
fn compressions(operation: Operation) -> Option<Contender> {
    let (name, times) = match operation {
        Operation::GenerateCold => ("4 bare compressions", 4),
        Operation::GenerateWarm => ("2 bare compressions", 2),
        Operation::VerifyMissCold => ("8 bare compressions", 8),
        Operation::VerifyMissWarm => ("6 bare compressions", 6),
        _ => return None,
    };
    Some(Contender::new(
        Kind::Floor,
        name,
        move |counter| {
            let mut state = SHA1_START;
            let mut block = [0; 64];
            block[..8].copy_from_slice(&counter.to_be_bytes());
            for _ in 0..times {
                sha1::block_api::compress(&mut state, &[block]);
            }
            state
        },
        |_| crate::Answer::Done,
    ))
}

/// What all floors make of a key and of a code from that key.
fn by_key<K: 'static>(
    operation: Operation,
    name: &'static str,
    key: impl Fn() -> K + 'static,
    code: impl Fn(&K, u64) -> u32 + 'static,
) -> Option<Contender> {
    const MODULUS: u32 = 1_000_000;
    let ready = key();
    let code = move |key: &K, counter: u64| code(key, counter) % MODULUS;
    let kind = Kind::Floor;
    Some(match operation {
        Operation::GenerateCold => {
            Contender::number(kind, name, move |counter| code(&key(), counter))
        }
        Operation::GenerateWarm | Operation::GenerateSha256 | Operation::GenerateSha512 => {
            Contender::number(kind, name, move |counter| code(&ready, counter))
        }
        Operation::GenerateText => {
            Contender::text(kind, name, move |counter| six_digits(code(&ready, counter)))
        }
        Operation::VerifyHit => Contender::accepted(kind, name, move |counter| {
            any(&ready, &code, counter - 1, 3, right(counter).number)
        }),
        Operation::VerifyMissCold => Contender::accepted(kind, name, move |counter| {
            any(&key(), &code, counter - 1, 3, MISS.number)
        }),
        Operation::VerifyMissWarm => Contender::accepted(kind, name, move |counter| {
            any(&ready, &code, counter - 1, 3, MISS.number)
        }),
        Operation::LookAhead10 => Contender::accepted(kind, name, move |counter| {
            any(&ready, &code, counter, 11, MISS.number)
        }),
        Operation::LookAhead100 => Contender::accepted(kind, name, move |counter| {
            any(&ready, &code, counter, 101, MISS.number)
        }),
        _ => return None,
    })
}

/// Whether `typed` is the code of one of `count` counters; each is looked at.
fn any<K>(key: &K, code: &impl Fn(&K, u64) -> u32, first: u64, count: u64, typed: u32) -> bool {
    let typed = black_box(typed);
    let mut found = 0;
    for counter in first..first + count {
        found |= u32::from(code(key, counter) == typed);
    }
    found == 1
}

fn six_digits(mut number: u32) -> [u8; 6] {
    let mut text = [0; 6];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
    text
}

/// Dynamic truncation, RFC 4226 §5.3, by index.
fn truncated(tag: &[u8]) -> u32 {
    let offset = usize::from(tag[tag.len() - 1] & 15);
    let word = [
        tag[offset],
        tag[offset + 1],
        tag[offset + 2],
        tag[offset + 3],
    ];
    u32::from_be_bytes(word) & 0x7fff_ffff
}

/// The same by masked shifts over the words.
fn shifted(tag: &[u32; 5]) -> u32 {
    let [a, b, c, d, e] = *tag;
    let mask = |bit: u32| 0_u32.wrapping_sub((e >> bit) & 1);
    let pick = |mask: u32, clear: u32, set: u32| clear ^ (mask & (clear ^ set));
    let (a, b, c) = (
        pick(mask(3), a, c),
        pick(mask(3), b, d),
        pick(mask(3), c, e),
    );
    let (a, b) = (pick(mask(2), a, b), pick(mask(2), b, c));
    let joined = (u64::from(a) << 32) | u64::from(b);
    let bytes = joined << ((e & 3) * 8);
    u32::try_from(bytes >> 32).unwrap_or_default() & 0x7fff_ffff
}

const SHA1_START: [u32; 5] = [
    0x6745_2301,
    0xefcd_ab89,
    0x98ba_dcfe,
    0x1032_5476,
    0xc3d2_e1f0,
];

fn sha1_key(secret: &[u8; 20]) -> [[u32; 5]; 2] {
    [0x36, 0x5c].map(|pad| {
        let mut block = [pad; 64];
        for (slot, byte) in block.iter_mut().zip(secret) {
            *slot ^= byte;
        }
        let mut state = SHA1_START;
        sha1::block_api::compress(&mut state, &[block]);
        state
    })
}

fn sha1_tag(key: &[[u32; 5]; 2], counter: u64) -> [u32; 5] {
    let [mut inner, mut outer] = *key;
    let mut block = [0; 64];
    block[..8].copy_from_slice(&counter.to_be_bytes());
    block[8] = 0x80;
    block[56..].copy_from_slice(&((64 + 8) * 8_u64).to_be_bytes());
    sha1::block_api::compress(&mut inner, &[block]);
    let mut block = [0; 64];
    block[..20].copy_from_slice(&sha1_bytes(&inner));
    block[20] = 0x80;
    block[56..].copy_from_slice(&((64 + 20) * 8_u64).to_be_bytes());
    sha1::block_api::compress(&mut outer, &[block]);
    outer
}

fn sha1_bytes(state: &[u32; 5]) -> [u8; 20] {
    let mut bytes = [0; 20];
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(state) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

/// SHA-256 and SHA-512 differ in widths only.
macro_rules! sha2 {
    ($name:ident, $word:ty, $word_len:literal, $block:literal, $compress:path, $start:expr) => {
        mod $name {
            pub(super) type State = [$word; 8];

            pub(super) fn key(secret: &[u8]) -> [State; 2] {
                [0x36, 0x5c].map(|pad| {
                    let mut block = [pad; $block];
                    for (slot, byte) in block.iter_mut().zip(secret) {
                        *slot ^= byte;
                    }
                    let mut state = $start;
                    $compress(&mut state, &[block]);
                    state
                })
            }

            pub(super) fn tag(key: &[State; 2], counter: u64) -> [u8; 8 * $word_len] {
                let [mut inner, mut outer] = *key;
                close(&mut inner, &counter.to_be_bytes());
                close(&mut outer, &bytes(&inner));
                bytes(&outer)
            }

            fn close(state: &mut State, message: &[u8]) {
                let mut block = [0; $block];
                block[..message.len()].copy_from_slice(message);
                block[message.len()] = 0x80;
                let bits = ($block + message.len() as u64) * 8;
                block[$block - 8..].copy_from_slice(&bits.to_be_bytes());
                $compress(state, &[block]);
            }

            fn bytes(state: &State) -> [u8; 8 * $word_len] {
                let mut bytes = [0; 8 * $word_len];
                for (chunk, word) in bytes.chunks_exact_mut($word_len).zip(state) {
                    chunk.copy_from_slice(&word.to_be_bytes());
                }
                bytes
            }
        }
    };
}

sha2!(
    sha256,
    u32,
    4,
    64,
    sha2::block_api::compress256,
    [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ]
);
sha2!(
    sha512,
    u64,
    8,
    128,
    sha2::block_api::compress512,
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ]
);
