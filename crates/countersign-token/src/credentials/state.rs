//! The home of what changes with each code: the counter of a HOTP account and the last challenge of
//! one that only increases. It is stored before anything is computed from it.

use countersign_core::HotpState;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::store::Found;
use super::{Kind, Number, Properties};
use crate::vault::{Key, Space, Vault};
use crate::{AccountError, Random, bytes};

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
    let stored = HotpState::at(counter).encode();
    Ok(vault.put(of(Space::Counter, number), &stored, random)?)
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

/// Removes what is kept beside no credential: a loss of power left it.
pub(super) fn remove_orphans<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
) -> Result<(), AccountError> {
    for number in Number::all() {
        if !vault.contains(of(Space::Credential, number)) {
            remove(vault, number)?;
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
    let mut stored = [0; HotpState::ENCODED_LEN];
    // Without its counter a credential would begin again at zero: better no code.
    let length = vault.get(of(Space::Counter, number), &mut stored)?;
    let stored = length.and_then(|length| stored.get(..length));
    let state = HotpState::decode(stored.ok_or(AccountError::Damaged)?);
    let counter = state.map_err(|_| AccountError::Damaged)?.next_counter();
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
    let mut stored = LastChallenge::NONE.encode();
    let last = match vault.get(key, &mut stored)? {
        Some(length) => stored.get(..length).and_then(LastChallenge::decode),
        None => Some(LastChallenge::NONE),
    };
    let LastChallenge(last) = last.ok_or(AccountError::Damaged)?;
    if challenge < last {
        return Err(AccountError::WentBack);
    }
    if challenge > last {
        vault.put(key, &LastChallenge(challenge).encode(), random)?;
    }
    Ok(())
}

/// The highest challenge so far, zero if there was none.
///
/// | field | bytes |
/// |---|---|
/// | format, 1 | 1 |
/// | challenge | 8 |
struct LastChallenge(u64);

impl LastChallenge {
    const NONE: Self = Self(0);
    const FORMAT: u8 = 1;

    fn encode(&self) -> [u8; 9] {
        bytes::concat(&[Self::FORMAT], &self.0.to_be_bytes())
    }

    fn decode(stored: &[u8]) -> Option<Self> {
        let (format, challenge) = stored.split_first()?;
        let challenge = challenge.as_array()?;
        (*format == Self::FORMAT).then(|| Self(u64::from_be_bytes(*challenge)))
    }
}

const fn of(space: Space, number: Number) -> Key {
    Key::of(space, number.get())
}

const SPACES: [Space; 2] = [Space::Counter, Space::LastStep];
