//! The home of what the device itself does with a token, apart from any host: its PIN and its time.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::Token;
use crate::clock::{Clock, Reading, Rtc};
use crate::pin::{Pin, PinOutcome, PinState};
use crate::{AccountError, Random, Uptime};

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// The time in UTC, as far as the clock is trusted. Without one no code may be shown.
    ///
    /// # Errors
    /// [`AccountError::Full`] and [`AccountError::Storage`] if the latest time cannot be kept.
    pub fn time(&mut self, rtc: &mut impl Rtc) -> Result<Reading, AccountError> {
        Ok(self.clock.read(rtc, &mut self.vault, &mut self.random)?)
    }

    /// The clock, to look at.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Where the PIN stands.
    #[must_use]
    pub fn pin_state(&self) -> PinState {
        self.pin.state()
    }

    /// Unlocks the token with a PIN that was typed on the device. The try is counted in the store
    /// before the comparison.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if it cannot be counted: then nothing was compared.
    pub fn enter_pin(
        &mut self,
        typed: &Pin,
        uptime: &mut impl Uptime,
    ) -> Result<PinOutcome, AccountError> {
        let now = uptime.uptime_millis();
        Ok(self
            .pin
            .enter(typed, now, &mut self.vault, &mut self.random)?)
    }

    /// Sets a first PIN. The token stays open until [`Token::lock`] or the power goes.
    ///
    /// # Errors
    /// [`AccountError::Full`], [`AccountError::Storage`]: then there is no PIN.
    pub fn set_pin(&mut self, new: &Pin) -> Result<PinOutcome, AccountError> {
        Ok(self.pin.set(new, &mut self.vault, &mut self.random)?)
    }

    /// Replaces the PIN, for whoever knows it. That counts as a try.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if the store fails: then the old one holds.
    pub fn change_pin(
        &mut self,
        old: &Pin,
        new: &Pin,
        uptime: &mut impl Uptime,
    ) -> Result<PinOutcome, AccountError> {
        let now = uptime.uptime_millis();
        Ok(self
            .pin
            .change(old, new, now, &mut self.vault, &mut self.random)?)
    }

    /// Takes the PIN away, for whoever knows it. That counts as a try.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if the store fails: then it may still be there.
    pub fn remove_pin(
        &mut self,
        old: &Pin,
        uptime: &mut impl Uptime,
    ) -> Result<PinOutcome, AccountError> {
        let now = uptime.uptime_millis();
        Ok(self
            .pin
            .remove(old, now, &mut self.vault, &mut self.random)?)
    }

    /// Locks the token, if it has a PIN, as a loss of power does.
    pub fn lock(&mut self) {
        self.pin.lock();
        self.session.forget();
    }

    /// That the PIN, if there is one, was entered.
    pub(crate) fn unlocked(&self) -> Result<(), AccountError> {
        match self.pin.state() {
            PinState::NotSet | PinState::Entered => Ok(()),
            PinState::Required { .. } | PinState::Locked => Err(AccountError::Locked),
        }
    }
}
