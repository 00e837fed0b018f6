//! The home of the seed: each run of the device starts from another, however the last one ended.

use core::fmt;

use countersign_core::{Keyed, Sha256};
use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroize;

use super::Drbg;
use crate::setting;
use crate::vault::{Key, Space, Vault, VaultError};

/// 32 unpredictable bytes that were put into this one device when it was made, or from its host,
/// since the board has no source of entropy. Wiped on drop, never shown.
pub struct DeviceSeed([u8; DeviceSeed::LEN]);

impl DeviceSeed {
    /// Bytes in a seed.
    pub const LEN: usize = 32;

    /// The seed of these bytes, which no other device has.
    #[must_use]
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }
}

impl Drbg {
    /// Starts the generator of this run of the device, from the seed that the last run left. The
    /// first run starts from `device`. `run` is mixed in: whatever the board has that differs from
    /// run to run, such as the chip's time; it need not be secret.
    ///
    /// The seed of the next run is stored before this one gives out a byte. A power cut before
    /// that leaves a seed from which nothing was drawn; one after it leaves the next. How far the
    /// vault has come is mixed in as well, which goes on where everything else is erased. So no
    /// output ever comes twice, and whoever reads the medium later does not learn what was drawn
    /// before.
    ///
    /// # Errors
    /// [`VaultError`] if the next seed cannot be stored. There is no generator then.
    pub fn start<F: MultiwriteNorFlash, const N: usize>(
        device: &DeviceSeed,
        run: &[u8],
        vault: &mut Vault<F, N>,
    ) -> Result<Self, VaultError> {
        let mut stored = SeedRecord([0; SeedRecord::LEN]);
        let length = match vault.get(SeedRecord::KEY, &mut stored.0) {
            Err(VaultError::Damaged | VaultError::BufferTooShort) => None,
            read => read?,
        };
        let keyed = match length.and_then(|length| stored.seed(length)) {
            Some(left) => Keyed::<Sha256>::new(left),
            None => Keyed::<Sha256>::new(&device.0),
        };
        // Tells this run from every other that starts from the same seed: the device's after the
        // store was erased, or one that was not replaced because the power went.
        let progress = vault.progress();
        let draw = |what: &[u8]| keyed.mac(&[PURPOSE, what, &progress, run]);

        let next = SeedRecord::new(draw(b"next seed").as_bytes());
        // What the vault draws for the record is nothing that this run gives out.
        let mut salts = Self::instantiate(draw(b"salt").as_bytes(), &progress, PURPOSE);
        vault.put(SeedRecord::KEY, &next.0, &mut salts)?;
        Ok(Self::instantiate(
            draw(b"this run").as_bytes(),
            &progress,
            PURPOSE,
        ))
    }
}

/// The seed of the next run.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | format, 1 |
/// | 1 | 32 | the seed |
struct SeedRecord([u8; Self::LEN]);

impl SeedRecord {
    const KEY: Key = Key::of(Space::Setting, setting::SEED);
    const LEN: usize = 33;
    const FORMAT: u8 = 1;

    fn new(seed: &[u8]) -> Self {
        let mut record = Self([0; Self::LEN]);
        for (slot, byte) in record.0.iter_mut().zip([Self::FORMAT].iter().chain(seed)) {
            *slot = *byte;
        }
        record
    }

    fn seed(&self, length: usize) -> Option<&[u8]> {
        match self.0.get(..length)? {
            [Self::FORMAT, seed @ ..] if seed.len() == DeviceSeed::LEN => Some(seed),
            _ => None,
        }
    }
}

impl Drop for SeedRecord {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Drop for DeviceSeed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for DeviceSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSeed(..)")
    }
}

const PURPOSE: &[u8] = b"countersign-token random";
