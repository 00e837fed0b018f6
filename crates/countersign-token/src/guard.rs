//! The home of limits on guessing: a try is counted in the store before anything is compared.

use core::fmt;
use core::marker::PhantomData;

use embedded_storage::nor_flash::MultiwriteNorFlash;
use subtle::ConstantTimeEq;

use crate::vault::{Key, Space, Vault, VaultError};
use crate::{Random, setting};

mod tries;

pub use tries::GuardPolicy;
pub(crate) use tries::Tries;

/// What a guard stands before: its limits, and where its tries are counted.
///
/// Sealed: [`PinGuarded`] and [`AccessKeyGuarded`] are all there are.
pub trait Guarded: sealed::Guarded {
    /// How many tries there are and how long they wait.
    const POLICY: GuardPolicy;
}

/// The PIN of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinGuarded {}

/// The access key of the YKOATH applet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessKeyGuarded {}

/// Counts the tries at one secret, across power cycles.
///
/// A comparison needs an [`Attempt`], and there is none before the try is in the store: whoever
/// cuts the power while the answer is on its way has lost the try. Waits begin anew with the
/// power, so a power cycle never shortens one.
///
/// Every guarded secret has a record of its tries beside it, [armed](Guard::arm) before the
/// secret is stored. A secret without that record counts as locked.
pub struct Guard<G: Guarded> {
    count: Count,
    of: PhantomData<G>,
}

/// A guard without its type: there is one code for all.
struct Count {
    tries: Tries,
    /// Where the tries are counted.
    setting: u8,
    policy: &'static GuardPolicy,
    /// The uptime, in milliseconds, from which the wait counts. The uptime begins with the power.
    since_millis: u64,
}

/// Why there is no try now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// All tries are used up. Only erasing everything goes on from here (status word 6983).
    Locked,
    /// The next try is so many milliseconds away (status word 6985).
    Wait {
        /// Milliseconds left, at least 1.
        millis: u32,
    },
}

/// One try, counted already. It is worth one comparison; dropped, it is a wrong try.
#[must_use = "the try is counted whether or not it is used"]
pub struct Attempt<G: Guarded>(PhantomData<G>);

/// What a comparison found.
#[must_use]
pub enum Verdict<G: Guarded> {
    /// The secret was right.
    Right(Right<G>),
    /// It was not, which is counted already.
    Wrong,
}

/// Somebody gave the right secret. There is no other way to one than [`Attempt::compare`].
#[must_use = "the tries are given back by `Guard::forgive`"]
pub struct Right<G: Guarded>(PhantomData<G>);

impl<G: Guarded> Guard<G> {
    /// Reads how many tries are used up. `armed` says whether there is a secret to guard. A count
    /// that is missing then, or damaged, counts as used up.
    ///
    /// # Errors
    /// [`VaultError`] if the medium cannot be read.
    pub fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
        armed: bool,
    ) -> Result<Self, VaultError> {
        let mut guard = Self::unarmed();
        guard.reread(vault, armed)?;
        Ok(guard)
    }

    /// [`Self::load`] in its place.
    pub(crate) fn reread<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
        armed: bool,
    ) -> Result<(), VaultError> {
        self.count.since_millis = 0;
        self.count.tries = Tries::load(vault, Self::KEY, armed)?;
        Ok(())
    }

    /// A guard before a secret that does not exist.
    #[must_use]
    pub fn unarmed() -> Self {
        Self {
            count: Count {
                tries: Tries::NONE,
                setting: G::SETTING,
                policy: Self::POLICY,
                since_millis: 0,
            },
            of: PhantomData,
        }
    }

    /// Starts the count for a secret that is about to be stored: call this first. It is for a new
    /// secret alone, never for one that exists.
    ///
    /// # Errors
    /// [`VaultError`] if the count cannot be written; nothing has changed then.
    pub fn arm<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        self.count.save(Tries::NONE, vault, random)
    }

    /// Whether there is a try at `uptime_millis`, without taking it.
    ///
    /// # Errors
    /// [`Blocked`] says for how long there is none.
    pub fn admits(&self, uptime_millis: u64) -> Result<(), Blocked> {
        self.count.admits(uptime_millis)
    }

    /// Takes a try: counts it in the store, then hands it out.
    ///
    /// # Errors
    /// [`VaultError`] if it could not be counted; then there is no try.
    pub fn attempt<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        uptime_millis: u64,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Result<Attempt<G>, Blocked>, VaultError> {
        let taken = self.count.take(uptime_millis, vault, random)?;
        Ok(taken.map(|()| Attempt(PhantomData)))
    }

    /// Gives the tries back after a right one.
    ///
    /// # Errors
    /// [`VaultError`] if that could not be written; the tries stay used up then.
    pub fn forgive<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        _right: &Right<G>,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        self.count.save(Tries::NONE, vault, random)
    }

    /// Takes the record away, after the secret is gone.
    ///
    /// # Errors
    /// [`VaultError`] if the medium fails.
    pub fn disarm<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
    ) -> Result<(), VaultError> {
        vault.remove(Self::KEY)?;
        self.count.tries = Tries::NONE;
        Ok(())
    }

    /// Comparisons that are left before the lock, if none is right.
    #[must_use]
    pub fn tries_left(&self) -> u8 {
        self.count.tries_left()
    }

    /// Where the tries are counted.
    pub(crate) const KEY: Key = Key::of(Space::Setting, G::SETTING);
    const POLICY: &'static GuardPolicy = &G::POLICY;
}

impl Count {
    const fn tries_left(&self) -> u8 {
        self.policy.tries.saturating_sub(self.tries.wrong())
    }

    fn admits(&self, uptime_millis: u64) -> Result<(), Blocked> {
        if self.tries_left() == 0 {
            return Err(Blocked::Locked);
        }
        let waited = uptime_millis.saturating_sub(self.since_millis);
        let waited = u32::try_from(waited).unwrap_or(u32::MAX);
        let wait = self.policy.wait_millis(self.tries.wrong());
        match wait.saturating_sub(waited) {
            0 => Ok(()),
            millis => Err(Blocked::Wait { millis }),
        }
    }

    #[inline(never)]
    fn take<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        uptime_millis: u64,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Result<(), Blocked>, VaultError> {
        let admitted = self.admits(uptime_millis);
        if admitted.is_ok() {
            self.since_millis = uptime_millis;
            self.save(self.tries.counted(), vault, random)?;
        }
        Ok(admitted)
    }

    /// Stores a count. While the outcome is unknown the worse of both holds.
    #[inline(never)]
    fn save<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        tries: Tries,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        if tries.wrong() > self.tries.wrong() {
            self.tries = tries;
        }
        let key = Key::of(Space::Setting, self.setting);
        vault.put(key, &tries.encode(), random)?;
        self.tries = tries;
        Ok(())
    }
}

impl<G: Guarded> Attempt<G> {
    /// Whether `given` is `expected`, in a time that depends on their lengths only.
    pub fn compare(self, expected: &[u8], given: &[u8]) -> Verdict<G> {
        if expected.ct_eq(given).into() {
            return Verdict::Right(Right(PhantomData));
        }
        Verdict::Wrong
    }
}

impl Guarded for PinGuarded {
    const POLICY: GuardPolicy = GuardPolicy::PIN;
}

impl Guarded for AccessKeyGuarded {
    const POLICY: GuardPolicy = GuardPolicy::ACCESS_KEY;
}

impl sealed::Guarded for PinGuarded {
    const SETTING: u8 = setting::PIN_TRIES;
}

impl sealed::Guarded for AccessKeyGuarded {
    const SETTING: u8 = setting::ACCESS_KEY_TRIES;
}

impl<G: Guarded> fmt::Debug for Guard<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guard({} tries left)", self.tries_left())
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked => f.write_str("all tries are used up"),
            Self::Wait { millis } => write!(f, "the next try is {millis} ms away"),
        }
    }
}

impl core::error::Error for Blocked {}

mod sealed {
    /// Where the tries of a guarded secret are counted.
    pub trait Guarded {
        const SETTING: u8;
    }
}
