//! The home of the access key as it is sent and stored.

use countersign_core::AlgorithmId;
use embedded_storage::nor_flash::MultiwriteNorFlash;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::super::Hmac;
use crate::credentials::Secret;
use crate::setting::FORMAT;
use crate::token::ACCESS_KEY;
use crate::vault::{Key, Vault, VaultError};
use crate::{AccountError, Random};

/// The key that a host derives from a password: 16 to 64 bytes, and the hash of its HMAC. It is
/// kept as it is stored, and wiped on drop.
///
/// | field | bytes |
/// |---|---|
/// | format, 1 | 1 |
/// | hash: 1 SHA-1, 2 SHA-256, 3 SHA-512 | 1 |
/// | key | 16 to 64 |
pub(super) struct AccessKey {
    algorithm: AlgorithmId,
    stored: [u8; AccessKey::MAX_LEN],
    length: usize,
}

impl AccessKey {
    pub(super) const RECORD: Key = ACCESS_KEY;
    /// What hosts use.
    pub(super) const USUAL: AlgorithmId = AlgorithmId::Sha1;
    const MIN_LEN: usize = 2 + 16;
    const MAX_LEN: usize = 2 + Secret::MAX_LEN;

    /// Reads what SET CODE brings: a byte whose low half is the hash, then the key.
    pub(super) fn read(sent: &[u8]) -> Option<Self> {
        let mut key = Self::none();
        let [format, place @ ..] = &mut key.stored;
        *format = FORMAT;
        for (slot, byte) in place.iter_mut().zip(sent) {
            *slot = *byte;
        }
        let [hash, ..] = place;
        *hash &= 0x0f;
        key.length = sent.len().saturating_add(1);
        if key.understood() { Some(key) } else { None }
    }

    /// The stored key, if there is one.
    ///
    /// # Errors
    /// [`AccountError::Damaged`], [`AccountError::Storage`].
    pub(super) fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Option<Self>, AccountError> {
        let mut key = Self::none();
        let Some(length) = vault.get(Self::RECORD, &mut key.stored)? else {
            return Ok(None);
        };
        key.length = length;
        if key.understood() {
            Ok(Some(key))
        } else {
            Err(AccountError::Damaged)
        }
    }

    /// # Errors
    /// [`VaultError::Full`], or that the medium fails; the key before holds then.
    pub(super) fn store<F: MultiwriteNorFlash, const N: usize>(
        &self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        let stored = self.stored.get(..self.length).unwrap_or_default();
        vault.put(Self::RECORD, stored, random)
    }

    pub(super) const fn algorithm(&self) -> AlgorithmId {
        self.algorithm
    }

    /// The HMAC of a message.
    #[inline(never)]
    pub(super) fn hmac(&self, message: &[u8]) -> Hmac {
        let key = self.stored.get(2..self.length).unwrap_or_default();
        Hmac::of(self.algorithm, key, message)
    }

    /// Whether a host that sends a new key can compute with it. Nothing is guessed here: the key
    /// came with the response.
    pub(super) fn answers(&self, challenge: &[u8], response: &[u8]) -> bool {
        self.hmac(challenge).as_bytes().ct_eq(response).into()
    }

    /// Before [`Self::understood`] has seen it.
    const fn none() -> Self {
        Self {
            algorithm: Self::USUAL,
            stored: [0; Self::MAX_LEN],
            length: 0,
        }
    }

    /// Whether what was read is a key. Takes note of its hash.
    #[inline(never)]
    fn understood(&mut self) -> bool {
        let [format, hash, ..] = self.stored;
        let lengths = Self::MIN_LEN..=Self::MAX_LEN;
        match AlgorithmId::from_byte(hash) {
            Some(algorithm) if format == FORMAT && lengths.contains(&self.length) => {
                self.algorithm = algorithm;
                true
            }
            _ => false,
        }
    }
}

impl Drop for AccessKey {
    fn drop(&mut self) {
        self.stored.zeroize();
    }
}
