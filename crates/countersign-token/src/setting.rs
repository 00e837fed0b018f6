//! The home of the numbers of settings: what the vault keeps once, not for each credential.
//!
//! Numbers from 16 on belong to guards, PIN, clock, seed and administration; the ones below to the
//! applet.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::vault::{Key, Vault, VaultError};

/// Reads a setting that fills `into` and begins with [`FORMAT`]. `false` if there is none, or none
/// that can be understood.
///
/// # Errors
/// [`VaultError`] if the medium cannot be read.
#[inline(never)]
pub(crate) fn read<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    key: Key,
    into: &mut [u8],
) -> Result<bool, VaultError> {
    match vault.get(key, into) {
        Ok(Some(length)) => Ok(length == into.len() && into.first() == Some(&FORMAT)),
        Ok(None) | Err(VaultError::Damaged | VaultError::BufferTooShort) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The first byte of every setting so far.
pub(crate) const FORMAT: u8 = 1;

/// The identifier of the YKOATH applet.
pub(crate) const APPLET_ID: u8 = 0;
/// The access key of the YKOATH applet.
pub(crate) const ACCESS_KEY: u8 = 1;
/// Tries at the PIN.
pub(crate) const PIN_TRIES: u8 = 16;
/// The PIN's digest.
pub(crate) const PIN: u8 = 17;
/// Tries at the access key of the applet.
pub(crate) const ACCESS_KEY_TRIES: u8 = 18;
/// When the clock was set, and how far it is trusted.
pub(crate) const CLOCK: u8 = 19;
/// The latest time that was ever shown.
pub(crate) const HIGH_WATER: u8 = 20;
/// The key that guards the clock.
pub(crate) const ADMIN_KEY: u8 = 21;
/// The seed of the random bit generator.
pub(crate) const SEED: u8 = 22;
