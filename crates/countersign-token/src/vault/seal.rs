//! The home of sealing records: ChaCha20-Poly1305 (RFC 8439 §2.8) under the device key, bound to
//! the record's key and to the place it is written to.
//!
//! | nonce, offset | length | field |
//! |---|---|---|
//! | 0 | 4 | sequence of the page |
//! | 4 | 2 | place: number of the record's first granule on the medium |
//! | 6 | 6 | salt, random |
//!
//! A place is written to once per sequence, but where the power went while a page was copied onto
//! it, or where somebody put a medium back to an earlier state. For these there is the salt: what
//! is then sealed at the same place has another nonce nevertheless. The associated data are the
//! record's key.
//!
//! Bodies are sealed and opened in pieces, so that no buffer has to hold one.

use poly1305::Poly1305;
use poly1305::universal_hash::{KeyInit, UniversalHash};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{DeviceKey, chacha};
use crate::bytes::copy;

/// Length of a salt in bytes.
pub(super) const SALT_LEN: usize = 6;
/// Length of a record's tag in bytes.
pub(super) const TAG_LEN: usize = 16;
/// A body is sealed in pieces of this many bytes; only the last one may be shorter.
pub(super) const PIECE: usize = 64;

/// No record has this place: a medium's last granule is not long enough for one.
pub(super) const NO_PLACE: u16 = u16::MAX;

/// Where a record is sealed.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) sequence: u32,
    pub(super) place: u16,
    pub(super) salt: [u8; SALT_LEN],
}

/// Seals and opens under one device key.
pub(super) struct Sealer(DeviceKey);

impl Sealer {
    pub(super) const fn new(key: DeviceKey) -> Self {
        Self(key)
    }

    /// Begins to seal or to open what is at this spot, with these associated data.
    pub(super) fn at(&self, spot: Spot, data: &[u8]) -> Seal<'_> {
        let [p0, p1] = spot.place.to_be_bytes();
        let [s0, s1, s2, s3, s4, s5] = spot.salt;
        let input = [
            0,
            spot.sequence.swap_bytes(),
            u32::from_le_bytes([p0, p1, s0, s1]),
            u32::from_le_bytes([s2, s3, s4, s5]),
        ];
        let first = Zeroizing::new(chacha::block(self.0.bytes(), &input));
        let mut key = Zeroizing::new([0; 32]);
        for (bytes, word) in key.as_chunks_mut().0.iter_mut().zip(first.iter()) {
            *bytes = word.to_le_bytes();
        }
        let mut seal = Seal {
            key: self.0.bytes(),
            input,
            mac: Poly1305::new(&(*key).into()),
            data_len: data.len(),
            sealed_len: 0,
        };
        seal.take_in(data);
        seal.sealed_len = 0;
        seal
    }
}

/// What is being sealed or opened, piece by piece.
pub(super) struct Seal<'a> {
    key: &'a [u8; DeviceKey::LEN],
    /// Number of the last block of key stream, and the nonce.
    input: [u32; 4],
    mac: Poly1305,
    data_len: usize,
    sealed_len: usize,
}

impl Seal<'_> {
    /// Turns the next piece to what it is sealed to, or back, in place.
    pub(super) fn turn(&mut self, piece: &mut [u8]) {
        let [number, ..] = &mut self.input;
        *number = number.wrapping_add(1);
        let stream = Zeroizing::new(chacha::block(self.key, &self.input));
        let (words, rest) = piece.as_chunks_mut();
        let mut keys = stream.iter();
        for (bytes, key) in words.iter_mut().zip(keys.by_ref()) {
            *bytes = (u32::from_le_bytes(*bytes) ^ key).to_le_bytes();
        }
        let last = keys.next().copied().unwrap_or_default().to_le_bytes();
        for (byte, key) in rest.iter_mut().zip(&last) {
            *byte ^= key;
        }
    }

    /// Takes the next piece into the tag, sealed. Zeros fill its last block up.
    pub(super) fn take_in(&mut self, piece: &[u8]) {
        for bytes in piece.chunks(16) {
            let mut block = [0; 16];
            copy(&mut block, bytes);
            self.mac.update(&[block.into()]);
        }
        self.sealed_len = self.sealed_len.wrapping_add(piece.len());
    }

    /// The tag of what was taken in.
    pub(super) fn tag(&mut self) -> [u8; TAG_LEN] {
        let mut lengths = [0; 16];
        let halves = lengths.as_chunks_mut().0.iter_mut();
        for (half, len) in halves.zip([self.data_len, self.sealed_len]) {
            *half = u64::try_from(len).unwrap_or(u64::MAX).to_le_bytes();
        }
        self.mac.update(&[lengths.into()]);
        self.mac.clone().finalize().into()
    }

    /// Whether this is the tag of what was taken in.
    pub(super) fn has_tag(&mut self, tag: &[u8; TAG_LEN]) -> bool {
        self.tag().ct_eq(tag).into()
    }
}
