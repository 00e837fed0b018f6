//! The home of the seed: each run of the device starts from another, however the last one ended.

use core::fmt;

use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroize;

use super::Drbg;
use crate::Random;
use crate::setting::{self, FORMAT};
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
    /// The seed of the next run is stored before this one gives out a byte, but for the salts of
    /// the records that storing it writes. A power cut before that leaves a seed from which nothing
    /// else was drawn, and a salt that comes again seals the same bytes at the same place; one
    /// after it leaves the next seed. How far the vault has come is mixed in as well, which goes
    /// on where everything else is erased. So no output comes to anybody twice, and whoever reads
    /// the medium later does not learn what was drawn before.
    ///
    /// # Errors
    /// [`VaultError`] if the next seed cannot be stored. There is no generator then.
    pub fn start<F: MultiwriteNorFlash, const N: usize>(
        device: &DeviceSeed,
        run: &[u8],
        vault: &mut Vault<F, N>,
    ) -> Result<Self, VaultError> {
        let mut drbg = Self::unseeded();
        drbg.restart(device, run, vault)?;
        Ok(drbg)
    }

    /// [`Self::start`] in its place. If it fails, nothing may be drawn.
    pub(crate) fn restart<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        device: &DeviceSeed,
        run: &[u8],
        vault: &mut Vault<F, N>,
    ) -> Result<(), VaultError> {
        let mut record = SeedRecord([0; SeedRecord::LEN]);
        if !setting::read(vault, SeedRecord::KEY, &mut record.0)? {
            record.0 = [FORMAT; SeedRecord::LEN];
            *record.seed() = device.0;
        }
        // Tells this run from every other that starts from the same seed: the device's after the
        // store was erased, or one that was not replaced because the power went.
        let progress = vault.progress();
        self.seed(&[record.seed(), &progress, run]);
        // What comes first is the next seed. It tells nothing of what comes then.
        self.fill(record.seed());
        vault.put(SeedRecord::KEY, &record.0, self)
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
    const LEN: usize = 1 + DeviceSeed::LEN;

    const fn seed(&mut self) -> &mut [u8; DeviceSeed::LEN] {
        let [_, seed @ ..] = &mut self.0;
        seed
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
