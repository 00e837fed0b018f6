//! The home of what tells one token from another: the identifier hosts know it by, which a reset
//! changes, and the serial number, which stays.

use countersign_core::{Keyed, Sha256};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::vault::{DeviceKey, Key, Space, Vault, VaultError};
use crate::{Random, bytes, setting};

/// The identifier of the YKOATH applet: eight random bytes. Hosts derive the access key from a
/// password with it as the salt, and remember keys by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AppletId(pub(crate) [u8; 8]);

impl AppletId {
    /// That of no token.
    pub(super) const NONE: Self = Self([0; 8]);

    /// The stored one, or a new one where there is none that can be read.
    ///
    /// # Errors
    /// [`VaultError`] if the medium fails.
    pub(crate) fn open<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Self, VaultError> {
        let mut stored = [0; 9];
        match vault.get(KEY, &mut stored) {
            Ok(Some(9)) => match stored {
                [FORMAT, id @ ..] => Ok(Self(id)),
                _ => Self::renew(vault, random),
            },
            Ok(_) | Err(VaultError::Damaged) => Self::renew(vault, random),
            Err(error) => Err(error),
        }
    }

    /// Draws a new one and stores it.
    fn renew<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Self, VaultError> {
        let mut id = [0; 8];
        random.fill(&mut id);
        vault.put(KEY, &bytes::concat::<9>(&[FORMAT], &id), random)?;
        Ok(Self(id))
    }
}

/// A serial number of 31 bits that follows from the device key, so that it outlives every reset.
pub(crate) fn serial(key: &DeviceKey) -> u32 {
    let tag = Keyed::<Sha256>::new(key.bytes()).mac(&[b"countersign token serial"]);
    let first = tag.as_bytes().first_chunk().copied().unwrap_or_default();
    u32::from_be_bytes(first) & 0x7fff_ffff
}

const KEY: Key = Key::of(Space::Setting, setting::APPLET_ID);
const FORMAT: u8 = 1;
