//! The home of limits on guessing at a lock: tries are counted by user number, in the store and
//! before anything is compared.
//!
//! They count on the number that was typed, whether there is such a user or not: what waits and
//! what locks says nothing about who exists. Waits begin anew with the power, so that a power
//! cycle never shortens one.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{UserNumber, slot};
use crate::guard::{GuardPolicy, Tries};
use crate::vault::{Vault, VaultError};
use crate::{Blocked, Random};

/// The tries of every number: those under way in memory, the rest in the vault.
pub(super) struct Doorkeeper {
    policy: GuardPolicy,
    /// The uptime, in whole seconds rounded up, of each number's last try; zero is the start.
    last_try: [u32; NUMBERS],
}

/// One try, counted already. Whoever compares a PIN has to have one, and one is worth one
/// comparison.
#[must_use = "the try is counted whether or not it is used"]
pub(super) struct Attempt {
    /// Whether no other follows, if it is wrong.
    last: bool,
}

impl Attempt {
    pub(super) const fn is_last(&self) -> bool {
        self.last
    }
}

impl Doorkeeper {
    pub(super) const fn new(policy: GuardPolicy) -> Self {
        Self {
            policy,
            last_try: [0; NUMBERS],
        }
    }

    /// Takes a try at `number`: counts it in the store, then hands it out.
    pub(super) fn attempt<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        number: UserNumber,
        uptime_millis: u64,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Result<Attempt, Blocked>, VaultError> {
        let tries = load(number, vault)?;
        if let Err(blocked) = self.admits(number, tries, uptime_millis) {
            return Ok(Err(blocked));
        }
        if let Some(slot) = self.last_try.get_mut(usize::from(number.get())) {
            let seconds = uptime_millis.div_ceil(1000);
            *slot = u32::try_from(seconds).unwrap_or(u32::MAX);
        }
        let counted = tries.counted();
        vault.put(slot::tries(number), &counted.encode(), random)?;
        Ok(Ok(Attempt {
            last: counted.wrong() >= self.policy.tries,
        }))
    }

    /// The number's tries begin anew: its user opened, or an administrator said so. For a new user
    /// it comes before the user.
    pub(super) fn forgive<F: MultiwriteNorFlash, const N: usize>(
        number: UserNumber,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        vault.put(slot::tries(number), &Tries::NONE.encode(), random)
    }

    /// Whether nobody can try this number any more.
    pub(super) fn is_locked<F: MultiwriteNorFlash, const N: usize>(
        &self,
        number: UserNumber,
        vault: &mut Vault<F, N>,
    ) -> Result<bool, VaultError> {
        Ok(load(number, vault)?.wrong() >= self.policy.tries)
    }

    fn admits(&self, number: UserNumber, tries: Tries, uptime_millis: u64) -> Result<(), Blocked> {
        if tries.wrong() >= self.policy.tries {
            return Err(Blocked::Locked);
        }
        let wait = self.policy.wait_millis(tries.wrong());
        let last = self.last_try.get(usize::from(number.get())).copied();
        let since = u64::from(last.unwrap_or(0)).saturating_mul(1000);
        let left = since.saturating_add(wait.into());
        match left.saturating_sub(uptime_millis) {
            millis if wait > 0 && millis > 0 => Err(Blocked::Wait {
                millis: u32::try_from(millis).unwrap_or(u32::MAX),
            }),
            _ => Ok(()),
        }
    }
}

/// The tries at a number. Every user has a record of them from the start, so that one without was
/// tampered with, as was one whose record is damaged: both are locked. A number without a user has
/// a record from the first try on.
fn load<F: MultiwriteNorFlash, const N: usize>(
    number: UserNumber,
    vault: &mut Vault<F, N>,
) -> Result<Tries, VaultError> {
    let mut stored = [0; Tries::ENCODED_LEN];
    match vault.get(slot::tries(number), &mut stored) {
        Ok(Some(length)) => Ok(Tries::decode(stored.get(..length).unwrap_or_default())),
        Ok(None) if vault.contains(slot::user(number)) => Ok(Tries::USED_UP),
        Ok(None) => Ok(Tries::NONE),
        Err(VaultError::Damaged | VaultError::BufferTooShort) => Ok(Tries::USED_UP),
        Err(error) => Err(error),
    }
}

/// Room for each number and an unused zero.
const NUMBERS: usize = 100;
