//! The home of what the store keeps of the clock: when it was set, and the latest time it showed.

use countersign_core::UnixTime;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::Trim;
use crate::Random;
use crate::setting::{self, FORMAT};
use crate::vault::{Key, Space, Vault, VaultError};

/// The clock was set.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | format, 1 |
/// | 1 | 8 | when it was set, in seconds since 1970 |
/// | 9 | 8 | what the chip said when the trim began to hold |
/// | 17 | 8 | what the time really was then |
/// | 25 | 2 | trim in parts per million, two's complement |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Synced {
    pub(super) at: UnixTime,
    pub(super) chip: UnixTime,
    pub(super) utc: UnixTime,
    pub(super) trim: Trim,
}

impl Synced {
    const KEY: Key = Key::of(Space::Setting, setting::CLOCK);
    const ENCODED_LEN: usize = 27;

    /// The time when the chip says `chip`. A chip that is behind where it was set says nothing.
    #[inline(never)]
    pub(super) fn utc(&self, chip: UnixTime) -> Option<UnixTime> {
        let counted = chip.secs().checked_sub(self.chip.secs())?;
        let went_by = self.trim.stretched(u32::try_from(counted).ok()?)?;
        Some(self.utc.plus_secs(went_by))
    }

    /// Stores it.
    ///
    /// # Errors
    /// [`VaultError`] if there is no room or the medium fails.
    pub(super) fn save<F: MultiwriteNorFlash, const N: usize>(
        &self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        let mut stored = [FORMAT; Self::ENCODED_LEN];
        let [_, fields @ ..] = &mut stored;
        if let ([at, chip, utc], _) = fields.as_chunks_mut() {
            *at = self.at.secs().to_be_bytes();
            *chip = self.chip.secs().to_be_bytes();
            *utc = self.utc.secs().to_be_bytes();
        }
        if let Some(ppm) = fields.last_chunk_mut() {
            *ppm = self.trim.ppm().to_be_bytes();
        }
        vault.put(Self::KEY, &stored, random)
    }

    /// The stored one; `None` if there is none, or none that can be understood.
    ///
    /// # Errors
    /// [`VaultError`] if the medium cannot be read.
    pub(super) fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Option<Self>, VaultError> {
        let mut stored = [0; Self::ENCODED_LEN];
        let readable = setting::read(vault, Self::KEY, &mut stored)?;
        Ok(readable.then(|| Self::decode(&stored)).flatten())
    }

    fn decode(stored: &[u8; Self::ENCODED_LEN]) -> Option<Self> {
        let [_, fields @ ..] = stored;
        let (fields, ppm) = fields.as_chunks();
        let mut times = [UnixTime::EPOCH; 3];
        for (time, secs) in times.iter_mut().zip(fields) {
            *time = moment(*secs)?;
        }
        let [at, chip, utc] = times;
        let ppm = i16::from_be_bytes(*ppm.as_array()?);
        let trim = Trim::from_ppm(ppm).ok()?;
        Some(Self {
            at,
            chip,
            utc,
            trim,
        })
    }
}

/// The latest time that was shown, as far as the store knows.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | format, 1 |
/// | 1 | 8 | seconds since 1970 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HighWater(pub(super) UnixTime);

impl HighWater {
    const KEY: Key = Key::of(Space::Setting, setting::HIGH_WATER);
    const ENCODED_LEN: usize = 9;

    /// Stores it.
    ///
    /// # Errors
    /// [`VaultError`] if there is no room or the medium fails.
    pub(super) fn save<F: MultiwriteNorFlash, const N: usize>(
        self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        let mut stored = [FORMAT; Self::ENCODED_LEN];
        let [_, secs @ ..] = &mut stored;
        *secs = self.0.secs().to_be_bytes();
        vault.put(Self::KEY, &stored, random)
    }

    /// The stored one; `None` if there is none, or none that can be understood.
    ///
    /// # Errors
    /// [`VaultError`] if the medium cannot be read.
    pub(super) fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Option<Self>, VaultError> {
        let mut stored = [0; Self::ENCODED_LEN];
        let readable = setting::read(vault, Self::KEY, &mut stored)?;
        let [_, secs @ ..] = stored;
        Ok(readable.then(|| moment(secs)).flatten().map(Self))
    }
}

fn moment(secs: [u8; 8]) -> Option<UnixTime> {
    UnixTime::from_secs(u64::from_be_bytes(secs)).ok()
}
