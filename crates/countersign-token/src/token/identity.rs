//! The home of what tells one token from another: the identifier hosts know it by, which a reset
//! changes, and the serial number, which stays.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::Random;
use crate::mac::mac;
use crate::setting::{self, FORMAT};
use crate::vault::{DeviceKey, Key, Space, Vault, VaultError};

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
        if !setting::read(vault, KEY, &mut stored)? {
            let [format, id @ ..] = &mut stored;
            *format = FORMAT;
            random.fill(id);
            vault.put(KEY, &stored, random)?;
        }
        let [_, id @ ..] = stored;
        Ok(Self(id))
    }
}

/// A serial number of 31 bits that follows from the device key, so that it outlives every reset.
pub(crate) fn serial(key: &DeviceKey) -> u32 {
    let [a, b, c, d, ..] = mac(key.bytes(), &[b"countersign token serial"]);
    u32::from_be_bytes([a, b, c, d]) & 0x7fff_ffff
}

const KEY: Key = Key::of(Space::Setting, setting::APPLET_ID);
