//! The home of the PIN as it is stored: salted and digested, inside a record that the vault seals.

use core::fmt;

use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::{Zeroize, Zeroizing};

use super::Pin;
use crate::Random;
use crate::guard::{Attempt, PinGuarded, Verdict};
use crate::mac::mac;
use crate::setting::{self, FORMAT};
use crate::vault::{Key, Vault, VaultError};

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
    const LEN: usize = 1 + SALT_LEN + DIGEST_LEN;

    pub(super) fn new(pin: &Pin, random: &mut impl Random) -> Self {
        let mut record = Self([FORMAT; Self::LEN]);
        let [_, fields @ ..] = &mut record.0;
        if let Some((salt, stored)) = fields.split_first_chunk_mut() {
            random.fill(salt);
            if let Some(stored) = stored.first_chunk_mut::<DIGEST_LEN>() {
                *stored = *digest(salt, pin);
            }
        }
        record
    }

    /// Room to read a record into.
    pub(super) const fn empty() -> Self {
        Self([0; Self::LEN])
    }

    /// Reads the stored one; `false` if there is none, or none that can be understood.
    pub(super) fn load<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        key: Key,
        vault: &mut Vault<F, N>,
    ) -> Result<bool, VaultError> {
        setting::read(vault, key, &mut self.0)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// Uses an attempt up for `typed`.
    pub(super) fn compare(&self, attempt: Attempt<PinGuarded>, typed: &Pin) -> Verdict<PinGuarded> {
        let [_, fields @ ..] = &self.0;
        let (salt, stored) = fields.split_first_chunk().unwrap_or((&[0; SALT_LEN], &[]));
        attempt.compare(stored, digest(salt, typed).as_slice())
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

fn digest(salt: &[u8; SALT_LEN], pin: &Pin) -> Zeroizing<[u8; DIGEST_LEN]> {
    Zeroizing::new(mac(salt, &[b"countersign-token pin", pin.as_bytes()]))
}

const SALT_LEN: usize = 16;
const DIGEST_LEN: usize = 32;
