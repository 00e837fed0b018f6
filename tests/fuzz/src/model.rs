//! The home of what targets compare the core with: one-time passwords from other crates' HMAC,
//! written as the RFCs put it, and small helpers of the targets.

use arbitrary::{Result, Unstructured};
use countersign_core::{AlgorithmId, Digits, Entropy, SharedSecret, UnixTime};
use hmac::{Hmac, KeyInit, Mac};

/// The code of a counter (RFC 4226 §5.3, with the hashes of RFC 6238 §1.2).
pub(crate) fn code(algorithm: AlgorithmId, key: &[u8], counter: u64, digits: Digits) -> String {
    let word = truncated(algorithm, key, counter);
    let length = usize::from(digits.get());
    let number = u64::from(word) % 10_u64.pow(u32::from(digits.get()));
    format!("{number:0length$}")
}

/// The 31 bits that a counter's code is the last digits of.
pub(crate) fn truncated(algorithm: AlgorithmId, key: &[u8], counter: u64) -> u32 {
    let tag = tag(algorithm, key, &counter.to_be_bytes());
    let offset = usize::from(tag[tag.len() - 1] & 0x0f);
    u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff
}

/// HMAC (RFC 2104).
pub(crate) fn tag(algorithm: AlgorithmId, key: &[u8], message: &[u8]) -> Vec<u8> {
    fn of<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().to_vec()
    }
    match algorithm {
        AlgorithmId::Sha1 => of::<Hmac<sha1::Sha1>>(key, message),
        AlgorithmId::Sha256 => of::<Hmac<sha2::Sha256>>(key, message),
        AlgorithmId::Sha512 => of::<Hmac<sha2::Sha512>>(key, message),
    }
}

/// One of the three algorithms.
pub(crate) fn algorithm(u: &mut Unstructured<'_>) -> Result<AlgorithmId> {
    u.choose(&AlgorithmId::ALL).copied()
}

/// A secret of any length that is allowed.
pub(crate) fn secret(u: &mut Unstructured<'_>) -> Result<SharedSecret> {
    let length = u.int_in_range(SharedSecret::MIN_LEN..=SharedSecret::MAX_LEN)?;
    let mut bytes = vec![0; length];
    u.fill_buffer(&mut bytes)?;
    Ok(SharedSecret::from_bytes(&bytes).unwrap())
}

/// Any number of digits that is allowed.
pub(crate) fn digits(u: &mut Unstructured<'_>) -> Result<Digits> {
    let digits = u.int_in_range(Digits::MIN.get()..=Digits::MAX.get())?;
    Ok(Digits::new(digits).unwrap())
}

/// A time; most are near the ends or of our days.
pub(crate) fn time(u: &mut Unstructured<'_>) -> Result<UnixTime> {
    let secs = match u.int_in_range(0..=3_u8)? {
        0 => u.int_in_range(0..=7200)?,
        1 => u.int_in_range(UnixTime::MAX.secs() - 7200..=UnixTime::MAX.secs())?,
        2 => u.int_in_range(1_800_000_000..=1_900_000_000)?,
        _ => u.int_in_range(0..=UnixTime::MAX.secs())?,
    };
    Ok(UnixTime::from_secs(secs).unwrap())
}

/// The draw number `n`: every `n` gives other bytes.
pub(crate) fn draw(n: u64) -> Entropy {
    let mut bytes = [0; Entropy::LEN];
    for (place, chunk) in (1..).zip(bytes.chunks_exact_mut(8)) {
        chunk.copy_from_slice(&mixed(n * 8 + place).to_be_bytes());
    }
    Entropy::from_bytes(bytes)
}

/// A number that looks like a random one.
pub(crate) fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
