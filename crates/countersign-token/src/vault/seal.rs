//! The home of sealing records: ChaCha20-Poly1305 (RFC 8439) under the device key, bound to the
//! record's key and to the place it is written to.
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

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};

use super::{DeviceKey, VaultError, fields};

/// Length of a salt in bytes.
pub(super) const SALT_LEN: usize = 6;
/// Length of a record's tag in bytes.
pub(super) const TAG_LEN: usize = 16;

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
    fn nonce(self) -> Nonce {
        let mut nonce = [0; 12];
        let mut out = fields::Writer::new(&mut nonce);
        out.bytes(&self.sequence.to_be_bytes());
        out.bytes(&self.place.to_be_bytes());
        out.bytes(&self.salt);
        nonce.into()
    }
}

/// Seals and opens under one device key.
pub(super) struct Sealer(DeviceKey);

impl Sealer {
    pub(super) const fn new(key: DeviceKey) -> Self {
        Self(key)
    }

    /// Seals `body` in place.
    pub(super) fn seal(
        &self,
        spot: Spot,
        key: u16,
        body: &mut [u8],
    ) -> Result<[u8; TAG_LEN], VaultError> {
        self.cipher()
            .encrypt_inout_detached(&spot.nonce(), &key.to_be_bytes(), body.into())
            .map(Into::into)
            .map_err(|_| VaultError::TooLong)
    }

    /// Opens `body` in place. What does not open is left as it was.
    pub(super) fn open(
        &self,
        spot: Spot,
        key: u16,
        body: &mut [u8],
        tag: [u8; TAG_LEN],
    ) -> Result<(), VaultError> {
        let tag: Tag = tag.into();
        self.cipher()
            .decrypt_inout_detached(&spot.nonce(), &key.to_be_bytes(), body.into(), &tag)
            .map_err(|_| VaultError::Damaged)
    }

    /// The check of a page header, which has no secret and takes what differs as its nonce.
    pub(super) fn check(&self, sequence: u32, salt: [u8; SALT_LEN], plain: &[u8]) -> [u8; 8] {
        let spot = Spot {
            sequence,
            place: NO_PLACE,
            salt,
        };
        let tag: [u8; TAG_LEN] = self
            .cipher()
            .encrypt_inout_detached(&spot.nonce(), plain, (&mut [][..]).into())
            .map(Into::into)
            .unwrap_or_default();
        tag.first_chunk().copied().unwrap_or_default()
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(self.0.bytes().into())
    }
}
