//! The home of the access key as it is sent and stored.

use countersign_core::AlgorithmId;
use embedded_storage::nor_flash::MultiwriteNorFlash;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::credentials::{Secret, with_hmac};
use crate::token::ACCESS_KEY;
use crate::vault::{Key, Vault};
use crate::{AccountError, Random};

/// The key that a host derives from a password: 16 to 64 bytes, and the hash of its HMAC.
///
/// | field | bytes |
/// |---|---|
/// | format, 1 | 1 |
/// | hash: 1 SHA-1, 2 SHA-256, 3 SHA-512 | 1 |
/// | key | 16 to 64 |
pub(super) struct AccessKey {
    algorithm: AlgorithmId,
    key: Secret,
}

impl AccessKey {
    pub(super) const RECORD: Key = ACCESS_KEY;
    /// What hosts use.
    pub(super) const USUAL: AlgorithmId = AlgorithmId::Sha1;
    const MIN_LEN: usize = 16;
    const ENCODED_MAX_LEN: usize = 2 + Secret::MAX_LEN;
    const FORMAT: u8 = 1;

    /// Reads what SET CODE brings: a byte whose low half is the hash, then the key.
    pub(super) fn read(sent: &[u8]) -> Option<Self> {
        let (hash, key) = sent.split_first()?;
        Self::of(hash & 0x0f, key)
    }

    /// The stored key, if there is one.
    ///
    /// # Errors
    /// [`AccountError::Damaged`], [`AccountError::Storage`].
    pub(super) fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Option<Self>, AccountError> {
        let mut stored = Zeroizing::new([0; Self::ENCODED_MAX_LEN]);
        let Some(length) = vault.get(Self::RECORD, stored.as_mut_slice())? else {
            return Ok(None);
        };
        match stored.get(..length) {
            Some([Self::FORMAT, hash, key @ ..]) => {
                Self::of(*hash, key).map(Some).ok_or(AccountError::Damaged)
            }
            _ => Err(AccountError::Damaged),
        }
    }

    /// # Errors
    /// [`AccountError::Full`], [`AccountError::Storage`]; the key before holds then.
    pub(super) fn store<F: MultiwriteNorFlash, const N: usize>(
        &self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), AccountError> {
        let mut stored = Zeroizing::new([0; Self::ENCODED_MAX_LEN]);
        let key = self.key.as_bytes();
        let fields = [Self::FORMAT, self.algorithm.to_byte()];
        for (slot, byte) in stored.iter_mut().zip(fields.iter().chain(key)) {
            *slot = *byte;
        }
        let length = fields.len().saturating_add(key.len());
        let stored = stored.get(..length).unwrap_or_default();
        Ok(vault.put(Self::RECORD, stored, random)?)
    }

    pub(super) const fn algorithm(&self) -> AlgorithmId {
        self.algorithm
    }

    /// Hands the HMAC of a message to `to`.
    pub(super) fn with_hmac<T>(&self, message: &[u8], to: impl FnOnce(&[u8]) -> T) -> T {
        with_hmac(self.algorithm, self.key.as_bytes(), message, to)
    }

    /// Whether a host that sends a new key can compute with it. Nothing is guessed here: the key
    /// came with the response.
    pub(super) fn answers(&self, challenge: &[u8], response: &[u8]) -> bool {
        self.with_hmac(challenge, |tag| tag.ct_eq(response).into())
    }

    fn of(hash: u8, key: &[u8]) -> Option<Self> {
        if key.len() < Self::MIN_LEN {
            return None;
        }
        Some(Self {
            algorithm: AlgorithmId::from_byte(hash)?,
            key: Secret::from_bytes(key)?,
        })
    }
}
