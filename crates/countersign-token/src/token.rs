//! The home of the token: one device with its store, its session with a host and its locks.

mod accounts;
mod error;
mod identity;

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::applet::Session;
use crate::credentials::Credentials;
use crate::guard::{AccessKeyGuarded, Guard};
use crate::pin::{PinLock, PinState};
use crate::vault::{DeviceKey, Key, Space, Usage, Vault};
use crate::{Random, setting};

pub use accounts::Account;
pub use error::AccountError;
pub(crate) use identity::AppletId;

/// A hardware authenticator: accounts in a sealed store, the applets by which hosts reach them, and
/// what its own screen shows.
///
/// `F` is the medium, `R` the source of randomness, and `N` the most records of the store: one for
/// each TOTP account, two for each HOTP account, and some twenty settings.
pub struct Token<F, R, const N: usize = 256> {
    pub(crate) vault: Vault<F, N>,
    pub(crate) random: R,
    pub(crate) credentials: Credentials,
    pub(crate) session: Session,
    pub(crate) id: AppletId,
    pub(crate) serial: u32,
    pub(crate) access_guard: Guard<AccessKeyGuarded>,
    pub(crate) pin: PinLock,
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Starts the token on its medium, a blank one or its own, and finishes what a loss of power
    /// has left half done. The PIN counts as not entered.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if the medium fails or holds something else.
    pub fn open(flash: F, key: DeviceKey, mut random: R) -> Result<Self, AccountError> {
        let serial = identity::serial(&key);
        let mut vault = Vault::mount(flash, key)?;
        let credentials = Credentials::open(&mut vault)?;
        let id = AppletId::open(&mut vault, &mut random)?;
        let has_key = vault.contains(ACCESS_KEY);
        let access_guard = Guard::load(&mut vault, has_key)?;
        let pin = PinLock::load(&mut vault)?;
        Ok(Self {
            vault,
            random,
            credentials,
            session: Session::new(),
            id,
            serial,
            access_guard,
            pin,
        })
    }

    /// Forgets the session, as a card does that is powered up or reset by its reader. The PIN
    /// stays entered: it belongs to the device, not to the host.
    pub fn card_reset(&mut self) {
        self.session.forget();
    }

    /// The serial number: 31 bits that follow from the device key.
    #[must_use]
    pub const fn serial(&self) -> u32 {
        self.serial
    }

    /// How full the store is.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.vault.usage()
    }

    /// Where the PIN stands.
    #[must_use]
    pub fn pin_state(&self) -> PinState {
        self.pin.state()
    }

    /// The medium, to look at.
    pub fn flash(&self) -> &F {
        self.vault.flash()
    }

    /// Ends the token and gives the medium back.
    #[must_use]
    pub fn into_flash(self) -> F {
        self.vault.into_flash()
    }

    /// That the PIN, if there is one, was entered.
    pub(crate) fn unlocked(&self) -> Result<(), AccountError> {
        match self.pin.state() {
            PinState::NotSet | PinState::Entered => Ok(()),
            PinState::Required { .. } | PinState::Locked => Err(AccountError::Locked),
        }
    }

    /// Erases everything and becomes a new token, except for the serial number.
    pub(crate) fn erase(&mut self) -> Result<(), AccountError> {
        self.vault.wipe()?;
        self.credentials.clear();
        self.session.forget();
        self.access_guard = Guard::unarmed();
        self.pin = PinLock::none();
        self.id = AppletId::open(&mut self.vault, &mut self.random)?;
        Ok(())
    }
}

/// Where the access key of the applet is.
pub(crate) const ACCESS_KEY: Key = Key::of(Space::Setting, setting::ACCESS_KEY);
