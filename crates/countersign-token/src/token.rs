//! The home of the token: one device with its store, its session with a host and its locks.

mod accounts;
mod asleep;
mod device;
mod error;
mod identity;

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::applet::Session;
use crate::clock::{AdminChallenge, Clock};
use crate::credentials::Credentials;
use crate::guard::{AccessKeyGuarded, Guard};
use crate::pin::PinLock;
use crate::vault::{DeviceKey, Key, Space, Usage, Vault};
use crate::{DeviceSeed, Drbg, Random, setting};

pub use accounts::Account;
pub use asleep::Asleep;
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
    pub(crate) clock: Clock,
    /// What the proof of the next order to the clock has to answer.
    pub(crate) admin_challenge: Option<AdminChallenge>,
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Starts the token on its medium, a blank one or its own, and finishes what a loss of power
    /// has left half done. The PIN counts as not entered.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if the medium fails or holds something else.
    pub fn open(flash: F, key: DeviceKey, random: R) -> Result<Self, AccountError> {
        let serial = identity::serial(&key);
        Self::on(Vault::mount(flash, key)?, serial, random)
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

    /// The medium, to look at.
    pub fn flash(&self) -> &F {
        self.vault.flash()
    }

    /// Ends the token and gives the medium back.
    #[must_use]
    pub fn into_flash(self) -> F {
        self.vault.into_flash()
    }

    /// Erases everything and becomes a new token, except for the serial number.
    pub(crate) fn erase(&mut self) -> Result<(), AccountError> {
        self.vault.wipe()?;
        self.credentials.clear();
        self.session.forget();
        self.admin_challenge = None;
        self.read()
    }

    fn on(vault: Vault<F, N>, serial: u32, random: R) -> Result<Self, AccountError> {
        let mut token = Self::unread(vault, serial, random);
        token.read()?;
        Ok(token)
    }

    /// Before [`Self::read`], which has to be next.
    fn unread(vault: Vault<F, N>, serial: u32, random: R) -> Self {
        Self {
            vault,
            random,
            credentials: Credentials::unread(),
            session: Session::new(),
            id: AppletId::NONE,
            serial,
            access_guard: Guard::unarmed(),
            pin: PinLock::none(),
            clock: Clock::unset(),
            admin_challenge: None,
        }
    }

    /// Takes in what the store says, at the start and after everything was erased.
    #[inline(never)]
    fn read(&mut self) -> Result<(), AccountError> {
        self.credentials.settle(&mut self.vault)?;
        let has_key = self.vault.contains(ACCESS_KEY);
        self.access_guard.reread(&mut self.vault, has_key)?;
        self.pin.reread(&mut self.vault)?;
        self.clock.reread(&mut self.vault)?;
        // Last, since it may have to write a new one.
        self.id = AppletId::open(&mut self.vault, &mut self.random)?;
        Ok(())
    }
}

impl<F: MultiwriteNorFlash, const N: usize> Token<F, Drbg, N> {
    /// [`Token::open`] on a board without a source of entropy: the generator starts from the seed
    /// that the last run left in the store, the first time from `seed`. See [`Drbg::start`].
    ///
    /// # Errors
    /// Those of [`Token::open`].
    pub fn open_seeded(
        flash: F,
        key: DeviceKey,
        seed: &DeviceSeed,
        run: &[u8],
    ) -> Result<Self, AccountError> {
        let serial = identity::serial(&key);
        let mut vault = Vault::mount(flash, key)?;
        let random = Drbg::start(seed, run, &mut vault)?;
        Self::on(vault, serial, random)
    }
}

/// Where the access key of the applet is.
pub(crate) const ACCESS_KEY: Key = Key::of(Space::Setting, setting::ACCESS_KEY);
