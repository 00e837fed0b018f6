//! The home of the hashed PIN (`P` of RFC 6287 §5.1).

use core::fmt;

use zeroize::Zeroize;

use super::response::tag_len;
use crate::{Algorithm, AlgorithmId, Tag};

/// A PIN or password, hashed as RFC 6287 §5.1 has it: without salt, so whoever reads the hash of a
/// PIN knows the PIN. Keep it as the shared secret is kept.
///
/// Wiped on drop and never shown by `Debug`.
///
/// ```
/// use countersign_core::Sha1;
/// use countersign_core::ocra::PinHash;
/// let pin = PinHash::of::<Sha1>(b"1234");
/// assert_eq!(pin.as_bytes()[..4], [0x71, 0x10, 0xed, 0xa4]);
/// ```
#[derive(Clone)]
pub struct PinHash {
    /// The hash, then zero bytes.
    bytes: [u8; 64],
    algorithm: AlgorithmId,
}

/// The hash does not have the length of its algorithm's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinHashLength;

impl PinHash {
    /// Hashes a PIN; text is taken in UTF-8.
    #[must_use]
    pub fn of<H: Algorithm>(pin: &[u8]) -> Self {
        Self::filled(H::ID, Tag::<H>::hash(pin).as_bytes())
    }

    /// Takes a hash that was made before.
    ///
    /// # Errors
    /// [`PinHashLength`] unless it has 20 bytes for SHA-1, 32 for SHA-256, 64 for SHA-512.
    pub fn from_bytes(algorithm: AlgorithmId, hash: &[u8]) -> Result<Self, PinHashLength> {
        if hash.len() != tag_len(algorithm) {
            return Err(PinHashLength);
        }
        Ok(Self::filled(algorithm, hash))
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> AlgorithmId {
        self.algorithm
    }

    /// The hash, for a store that keeps secrets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes
            .get(..tag_len(self.algorithm))
            .unwrap_or_default()
    }

    fn filled(algorithm: AlgorithmId, hash: &[u8]) -> Self {
        let mut pin = Self {
            bytes: [0; 64],
            algorithm,
        };
        for (slot, byte) in pin.bytes.iter_mut().zip(hash) {
            *slot = *byte;
        }
        pin
    }
}

impl Drop for PinHash {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash(..)")
    }
}

impl fmt::Display for PinHashLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the hash of the PIN does not have its algorithm's length")
    }
}

impl core::error::Error for PinHashLength {}
