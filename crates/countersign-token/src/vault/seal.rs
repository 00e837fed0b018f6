//! The home of sealing records: ChaCha20-Poly1305 (RFC 8439 §2.8) under the device key, bound to
//! the record's key and to the place it is written to.
//!
//! | nonce, offset | length | field |
//! |---|---|---|
//! | 0 | 4 | sequence of the page |
//! | 4 | 2 | place: number of the record's first granule on the medium |
//! | 6 | 6 | salt, random |
//!
//! A place is written to once per sequence, so no nonce comes twice. The salt is for the medium
//! that somebody put back to an earlier state: what is then sealed at the same place has another
//! nonce nevertheless. The associated data are the record's key.
//!
//! Bodies are sealed and opened in pieces, so that no buffer has to hold one.

use poly1305::Poly1305;
use poly1305::universal_hash::{KeyInit, UniversalHash};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::fields::{self, copy};
use super::{DeviceKey, VaultError, chacha};

/// Length of a salt in bytes.
pub(super) const SALT_LEN: usize = 6;
/// Length of a record's tag in bytes.
pub(super) const TAG_LEN: usize = 16;
/// A body is sealed in pieces of this many bytes; only the last one may be shorter.
pub(super) const PIECE: usize = 64;

/// No record has this place: a medium's last granule is not long enough for one.
const NO_PLACE: u16 = u16::MAX;

/// Where a record is sealed.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) sequence: u32,
    pub(super) place: u16,
    pub(super) salt: [u8; SALT_LEN],
}

impl Spot {
    /// The nonce as little-endian words.
    fn nonce(self) -> [u32; 3] {
        let [p0, p1] = self.place.to_be_bytes();
        let [s0, s1, s2, s3, s4, s5] = self.salt;
        [
            self.sequence.swap_bytes(),
            u32::from_le_bytes([p0, p1, s0, s1]),
            u32::from_le_bytes([s2, s3, s4, s5]),
        ]
    }
}

/// Seals and opens under one device key.
pub(super) struct Sealer(DeviceKey);

impl Sealer {
    pub(super) const fn new(key: DeviceKey) -> Self {
        Self(key)
    }

    /// Begins to seal, or to authenticate, the record of this key at this spot.
    pub(super) fn tagging(&self, spot: Spot, key: u16) -> Tagging {
        Tagging::new(&self.stream(spot), &key.to_be_bytes())
    }

    /// The key stream of a spot.
    pub(super) fn stream(&self, spot: Spot) -> Stream<'_> {
        Stream {
            key: self.0.bytes(),
            nonce: spot.nonce(),
            next: 1,
        }
    }

    /// The check of a page header, which has no secret and takes what differs as its nonce.
    pub(super) fn check(&self, sequence: u32, salt: [u8; SALT_LEN], plain: &[u8]) -> [u8; 8] {
        let stream = self.stream(Spot {
            sequence,
            place: NO_PLACE,
            salt,
        });
        let tag = Tagging::new(&stream, plain).tag();
        tag.first_chunk().copied().unwrap_or_default()
    }
}

/// A key stream, piece by piece.
pub(super) struct Stream<'a> {
    key: &'a [u8; DeviceKey::LEN],
    nonce: [u32; 3],
    next: u32,
}

impl Stream<'_> {
    /// Seals or opens the next piece in place.
    pub(super) fn apply(&mut self, piece: &mut [u8]) {
        let stream = Zeroizing::new(chacha::block(self.key, self.next, self.nonce));
        self.next = self.next.wrapping_add(1);
        let (words, rest) = piece.as_chunks_mut::<4>();
        let mut stream = stream.iter();
        for (bytes, key) in words.iter_mut().zip(stream.by_ref()) {
            *bytes = (u32::from_le_bytes(*bytes) ^ key).to_le_bytes();
        }
        let last = stream.next().copied().unwrap_or_default().to_le_bytes();
        for (byte, key) in rest.iter_mut().zip(last) {
            *byte ^= key;
        }
    }
}

/// A tag that is being computed.
pub(super) struct Tagging {
    mac: Poly1305,
    data_len: u64,
    sealed_len: u64,
}

impl Tagging {
    fn new(stream: &Stream<'_>, data: &[u8]) -> Self {
        let first = Zeroizing::new(chacha::block(stream.key, 0, stream.nonce));
        let mut key = Zeroizing::new([0; 32]);
        for (bytes, word) in key.as_chunks_mut().0.iter_mut().zip(first.iter()) {
            *bytes = word.to_le_bytes();
        }
        let mac = Poly1305::new(&(*key).into());
        let mut tagging = Self {
            mac,
            data_len: length(data),
            sealed_len: 0,
        };
        tagging.padded(data);
        tagging
    }

    /// Takes the next piece, sealed.
    pub(super) fn add(&mut self, piece: &[u8]) {
        self.padded(piece);
        self.sealed_len = self.sealed_len.wrapping_add(length(piece));
    }

    pub(super) fn tag(mut self) -> [u8; TAG_LEN] {
        let mut lengths = [0; 16];
        let mut out = fields::Writer::new(&mut lengths);
        out.bytes(&self.data_len.to_le_bytes());
        out.bytes(&self.sealed_len.to_le_bytes());
        self.mac.update(&[lengths.into()]);
        self.mac.finalize().into()
    }

    /// Whether this is the tag.
    pub(super) fn verify(self, tag: [u8; TAG_LEN]) -> Result<(), VaultError> {
        if bool::from(self.tag().ct_eq(&tag)) {
            Ok(())
        } else {
            Err(VaultError::Damaged)
        }
    }

    /// Zeros fill the last block up.
    fn padded(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.as_chunks::<16>();
        for block in blocks {
            self.mac.update(&[(*block).into()]);
        }
        if !rest.is_empty() {
            let mut block = [0; 16];
            copy(&mut block, rest);
            self.mac.update(&[block.into()]);
        }
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
