//! The home of the PIN: four to eight digits that are typed on the device after power-up.

use core::fmt;

use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroize;

use crate::guard::{Blocked, Guard, PinGuarded, Verdict};
use crate::vault::{Key, Space, Vault, VaultError};
use crate::{Random, setting};

mod record;

use record::PinRecord;

/// A PIN as it was typed. Wiped on drop, never shown.
pub struct Pin {
    digits: [u8; Pin::MAX_LEN],
    length: usize,
}

/// What was typed is not four to eight digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPin;

/// Whether the device is locked by its PIN, and what unlocks it.
///
/// ```
/// use countersign_token::{Pin, PinLock, PinState};
///
/// assert_eq!(PinLock::none().state(), PinState::NotSet);
/// assert!(Pin::from_digits(b"2468").is_ok());
/// assert!(Pin::from_digits(b"246").is_err());
/// ```
#[derive(Debug)]
pub struct PinLock {
    guard: Guard<PinGuarded>,
    is_set: bool,
    /// It was entered, or just set, since the power came.
    entered: bool,
}

/// What the device does about its PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinState {
    /// There is none: everything is open.
    NotSet,
    /// It has to be entered before anything else.
    Required {
        /// Tries before the lock, at least 1.
        tries_left: u8,
    },
    /// It was entered since the power came.
    Entered,
    /// Its tries are used up. Only erasing everything helps.
    Locked,
}

/// What became of a PIN that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinOutcome {
    /// It was right, and what was asked is done.
    Done,
    /// It was wrong.
    Wrong {
        /// Tries before the lock; 0 is the lock.
        tries_left: u8,
    },
    /// It was not looked at.
    Blocked(Blocked),
    /// There is no PIN, or, where a first one was to be set, there is one already.
    NotApplicable,
}

impl Pin {
    /// Digits in the shortest PIN.
    pub const MIN_LEN: usize = 4;
    /// Digits in the longest PIN.
    pub const MAX_LEN: usize = 8;

    /// A PIN of these ASCII digits.
    ///
    /// # Errors
    /// [`NotAPin`] if they are too few, too many, or not digits.
    pub fn from_digits(typed: &[u8]) -> Result<Self, NotAPin> {
        let length = typed.len();
        let fits = (Self::MIN_LEN..=Self::MAX_LEN).contains(&length);
        if !fits || !typed.iter().all(u8::is_ascii_digit) {
            return Err(NotAPin);
        }
        let mut digits = [0; Self::MAX_LEN];
        for (slot, digit) in digits.iter_mut().zip(typed) {
            *slot = *digit;
        }
        Ok(Self { digits, length })
    }

    /// The digits.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or_default()
    }
}

impl PinLock {
    /// Reads whether there is a PIN. It counts as not entered.
    ///
    /// # Errors
    /// [`VaultError`] if the medium cannot be read.
    pub fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Self, VaultError> {
        let mut lock = Self::none();
        lock.reread(vault)?;
        Ok(lock)
    }

    /// [`Self::load`] in its place.
    pub(crate) fn reread<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
    ) -> Result<(), VaultError> {
        self.is_set = vault.contains(Self::KEY);
        self.entered = false;
        self.guard.reread(vault, self.is_set)
    }

    /// A device without a PIN.
    #[must_use]
    pub fn none() -> Self {
        Self {
            guard: Guard::unarmed(),
            is_set: false,
            entered: false,
        }
    }

    /// Where the device stands.
    #[must_use]
    pub fn state(&self) -> PinState {
        match (self.is_set, self.entered, self.guard.tries_left()) {
            (false, _, _) => PinState::NotSet,
            (true, true, _) => PinState::Entered,
            (true, false, 0) => PinState::Locked,
            (true, false, tries_left) => PinState::Required { tries_left },
        }
    }

    /// Tries before the lock.
    #[must_use]
    pub fn tries_left(&self) -> u8 {
        self.guard.tries_left()
    }

    /// Forgets that the PIN was entered, as a power cycle does.
    pub fn lock(&mut self) {
        self.entered = false;
    }

    /// Unlocks the device with `typed`.
    ///
    /// # Errors
    /// [`VaultError`] if the try could not be counted; nothing was compared then.
    pub fn enter<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        typed: &Pin,
        uptime_millis: u64,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<PinOutcome, VaultError> {
        let outcome = self.verify(typed, uptime_millis, vault, random)?;
        if outcome == PinOutcome::Done {
            self.entered = true;
        }
        Ok(outcome)
    }

    /// Sets the first PIN. The device stays open until the power goes.
    ///
    /// # Errors
    /// [`VaultError`] if the store fails; then there is no PIN.
    pub fn set<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        new: &Pin,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<PinOutcome, VaultError> {
        if self.is_set {
            return Ok(PinOutcome::NotApplicable);
        }
        // The count first: a PIN without one counts as locked.
        self.guard.arm(vault, random)?;
        Self::store(new, vault, random)?;
        self.is_set = true;
        self.entered = true;
        Ok(PinOutcome::Done)
    }

    /// Replaces the PIN `old`, which counts as a try, by `new`.
    ///
    /// # Errors
    /// [`VaultError`] if the store fails; then the old PIN holds.
    pub fn change<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        old: &Pin,
        new: &Pin,
        uptime_millis: u64,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<PinOutcome, VaultError> {
        let outcome = self.verify(old, uptime_millis, vault, random)?;
        if outcome == PinOutcome::Done {
            Self::store(new, vault, random)?;
            self.entered = true;
        }
        Ok(outcome)
    }

    /// Takes the PIN `old`, which counts as a try, away.
    ///
    /// # Errors
    /// [`VaultError`] if the store fails; then the PIN may still be there.
    pub fn remove<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        old: &Pin,
        uptime_millis: u64,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<PinOutcome, VaultError> {
        let outcome = self.verify(old, uptime_millis, vault, random)?;
        if outcome == PinOutcome::Done {
            vault.remove(Self::KEY)?;
            self.is_set = false;
            self.entered = false;
            self.guard.disarm(vault)?;
        }
        Ok(outcome)
    }

    /// Counts a try, then compares.
    #[inline(never)]
    fn verify<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        typed: &Pin,
        uptime_millis: u64,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<PinOutcome, VaultError> {
        if !self.is_set {
            return Ok(PinOutcome::NotApplicable);
        }
        let attempt = match self.guard.attempt(uptime_millis, vault, random)? {
            Ok(attempt) => attempt,
            Err(blocked) => return Ok(PinOutcome::Blocked(blocked)),
        };
        // What cannot be understood matches nothing.
        let mut stored = PinRecord::empty();
        if stored.load(Self::KEY, vault)?
            && let Verdict::Right(right) = stored.compare(attempt, typed)
        {
            self.guard.forgive(&right, vault, random)?;
            return Ok(PinOutcome::Done);
        }
        // The last wrong try locks the device at once, though the PIN was entered before.
        let tries_left = self.guard.tries_left();
        self.entered &= tries_left > 0;
        Ok(PinOutcome::Wrong { tries_left })
    }

    /// Stores a PIN in the place of the one before, if any.
    fn store<F: MultiwriteNorFlash, const N: usize>(
        new: &Pin,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        let record = PinRecord::new(new, random);
        vault.put(Self::KEY, record.as_bytes(), random)
    }

    const KEY: Key = Key::of(Space::Setting, setting::PIN);
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

impl fmt::Display for NotAPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a PIN has four to eight digits")
    }
}

impl core::error::Error for NotAPin {}
