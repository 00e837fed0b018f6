//! The home of the PIN as it is stored: salted and digested, inside a record that the vault seals.

use core::fmt;

use countersign_core::{Keyed, Sha256, Tag};
use zeroize::Zeroize;

use super::Pin;
use crate::Random;

/// The digest of a PIN.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | format, 1 |
/// | 1 | 16 | salt |
/// | 17 | 32 | HMAC-SHA-256, keyed with the salt, over `countersign-token pin` and the digits |
///
/// So few digits are found by trying, whatever the digest. What keeps them from whoever copies the
/// medium is the vault's seal, which needs the device key; what the digest adds is that the digits
/// themselves are in no buffer of the device but while they are typed.
pub(super) struct PinRecord([u8; Self::LEN]);

impl PinRecord {
    const LEN: usize = 49;
    const FORMAT: u8 = 1;

    /// Room to read a record into.
    pub(super) const fn empty() -> Self {
        Self([0; Self::LEN])
    }

    pub(super) fn new(pin: &Pin, random: &mut impl Random) -> Self {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt);
        let digest = digest(&salt, pin);
        let mut record = Self::empty();
        let fields = [Self::FORMAT].iter().chain(&salt).chain(digest.as_bytes());
        for (slot, byte) in record.0.iter_mut().zip(fields) {
            *slot = *byte;
        }
        record
    }

    pub(super) const fn room(&mut self) -> &mut [u8; Self::LEN] {
        &mut self.0
    }

    pub(super) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The stored digest, and what `typed` comes to; `None` if the first `length` bytes are no such
    /// record.
    pub(super) fn digests(&self, length: usize, typed: &Pin) -> Option<(&[u8], Tag<Sha256>)> {
        let (&[Self::FORMAT], rest) = self.0.get(..length)?.split_first_chunk()? else {
            return None;
        };
        let (salt, stored) = rest.split_first_chunk()?;
        Some((stored, digest(salt, typed)))
    }
}

impl Drop for PinRecord {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for PinRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinRecord(..)")
    }
}

fn digest(salt: &[u8; SALT_LEN], pin: &Pin) -> Tag<Sha256> {
    Keyed::<Sha256>::new(salt).mac(&[b"countersign-token pin", pin.as_bytes()])
}

const SALT_LEN: usize = 16;
