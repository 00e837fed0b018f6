//! The home of what changes with each code: the counter of a HOTP account and the last challenge of
//! one that only increases. It is stored before anything is computed from it.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::store::Found;
use super::{Kind, Number, Properties};
use crate::vault::{Key, Space, Vault};
use crate::{AccountError, Random};

/// A challenge for which all is stored that has to be before its code may leave the token. There is
/// no other way to a code than by one of these, and no other way to these than [`clear`].
pub(crate) struct Cleared<'a>(Challenge<'a>);

enum Challenge<'a> {
    Counter([u8; 8]),
    Given(&'a [u8]),
}

impl Cleared<'_> {
    /// What the HMAC is of.
    pub(crate) const fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Challenge::Counter(counter) => counter,
            Challenge::Given(challenge) => challenge,
        }
    }
}

/// Stores what a code uses up: the counter of a HOTP account, for which `challenge` says nothing,
/// or the challenge, where it may only increase. The same challenge again gives nothing away that
/// it has not given before, so it may be repeated.
///
/// # Errors
/// [`AccountError::CountersUsedUp`], [`AccountError::WentBack`],
/// [`AccountError::ChallengeLength`], or that the store failed: then there is no code.
pub(crate) fn clear<'a, F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    random: &mut impl Random,
    found: &Found,
    challenge: &'a [u8],
) -> Result<Cleared<'a>, AccountError> {
    let credential = &found.credential;
    match credential.kind {
        Kind::Hotp => take_counter(vault, random, found.number),
        Kind::Totp => {
            if credential.properties.has(Properties::ONLY_INCREASING) {
                increase(vault, random, found.number, challenge)?;
            }
            Ok(Cleared(Challenge::Given(challenge)))
        }
    }
}

/// Sets the counter of a HOTP account that is about to be stored.
pub(super) fn write_counter<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    random: &mut impl Random,
    number: Number,
    counter: u64,
) -> Result<(), AccountError> {
    store(vault, random, of(Space::Counter, number), counter)
}

/// Removes what is kept beside a credential, after that.
pub(super) fn remove<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    number: Number,
) -> Result<(), AccountError> {
    for space in SPACES {
        let key = of(space, number);
        if vault.contains(key) {
            vault.remove(key)?;
        }
    }
    Ok(())
}

/// The next counter, which is used up in the store first.
fn take_counter<'a, F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    random: &mut impl Random,
    number: Number,
) -> Result<Cleared<'a>, AccountError> {
    // Without its counter a credential would begin again at zero: better no code.
    let counter = stored(vault, of(Space::Counter, number))?.ok_or(AccountError::Damaged)?;
    let next = counter.checked_add(1).ok_or(AccountError::CountersUsedUp)?;
    write_counter(vault, random, number, next)?;
    Ok(Cleared(Challenge::Counter(counter.to_be_bytes())))
}

/// Stores a challenge that is higher than the last; one that is lower is refused.
fn increase<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    random: &mut impl Random,
    number: Number,
    challenge: &[u8],
) -> Result<(), AccountError> {
    let challenge = challenge.as_array().ok_or(AccountError::ChallengeLength)?;
    let challenge = u64::from_be_bytes(*challenge);
    let key = of(Space::LastStep, number);
    let last = stored(vault, key)?.unwrap_or_default();
    if challenge < last {
        return Err(AccountError::WentBack);
    }
    if challenge > last {
        store(vault, random, key, challenge)?;
    }
    Ok(())
}

/// The next counter, or the highest challenge so far. Both are stored in one form, that of
/// `countersign_core::HotpState`:
///
/// | field | bytes |
/// |---|---|
/// | format, 1 | 1 |
/// | number | 8 |
fn stored<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    key: Key,
) -> Result<Option<u64>, AccountError> {
    let mut stored = [0; 9];
    let Some(length) = vault.get(key, &mut stored)? else {
        return Ok(None);
    };
    let [format, number @ ..] = stored;
    if length == stored.len() && format == FORMAT {
        Ok(Some(u64::from_be_bytes(number)))
    } else {
        Err(AccountError::Damaged)
    }
}

fn store<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    random: &mut impl Random,
    key: Key,
    number: u64,
) -> Result<(), AccountError> {
    let mut stored = [FORMAT; 9];
    let [_, rest @ ..] = &mut stored;
    *rest = number.to_be_bytes();
    Ok(vault.put(key, &stored, random)?)
}

const FORMAT: u8 = 1;

const fn of(space: Space, number: Number) -> Key {
    Key::of(space, number.get())
}

const SPACES: [Space; 2] = [Space::Counter, Space::LastStep];
