//! The home of starting a token where it stays, on a stack that has no room to hand one around.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{AccountError, Token, identity};
use crate::vault::{DeviceKey, Vault};
use crate::{DeviceSeed, Drbg};

/// A token that was not started yet. It is put where it is to stay, such as a static, and started
/// there, which [`Token::open_seeded`] does on the stack: with copies of a token, several KiB.
///
/// ```
/// # use countersign_token::{AccountError, Asleep, DeviceKey, DeviceSeed};
/// # use embedded_storage::nor_flash::MultiwriteNorFlash;
/// # fn example(flash: impl MultiwriteNorFlash) -> Result<(), AccountError> {
/// # let (key, seed, run) = ([1; 32], [2; 32], [0]);
/// let mut place: Asleep<_> = Asleep::new(flash, DeviceKey::new(key), DeviceSeed::new(seed))?;
/// let token = place.wake(&run)?;
/// assert_eq!(token.accounts(), 0);
/// # Ok(())
/// # }
/// ```
pub struct Asleep<F, const N: usize = 256> {
    token: Token<F, Drbg, N>,
    seed: DeviceSeed,
}

impl<F: MultiwriteNorFlash, const N: usize> Asleep<F, N> {
    /// Reads and writes nothing yet.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if a medium of this size or these pages is none for a store.
    pub fn new(flash: F, key: DeviceKey, seed: DeviceSeed) -> Result<Self, AccountError> {
        let serial = identity::serial(&key);
        // Seeded before the token can be had.
        let random = Drbg::unseeded();
        Ok(Self {
            token: Token::unread(Vault::unread(flash, key)?, serial, random),
            seed,
        })
    }

    /// Starts the token, as [`Token::open_seeded`] does.
    ///
    /// # Errors
    /// Those of [`Token::open_seeded`].
    pub fn wake(&mut self, run: &[u8]) -> Result<&mut Token<F, Drbg, N>, AccountError> {
        let token = &mut self.token;
        token.random.restart(&self.seed, run, &mut token.vault)?;
        token.read()?;
        Ok(&mut self.token)
    }
}
