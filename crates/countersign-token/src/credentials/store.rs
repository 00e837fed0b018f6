//! The home of the credentials in the vault: finding, adding, renaming and removing them, each safe
//! against a loss of power at any write.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Credential, Index, Kind, Name, Number, Stored, state};
use crate::vault::{Key, Space, Vault};
use crate::{AccountError, Random};

/// The most accounts.
pub const MAX_CREDENTIALS: usize = 128;

/// The credentials of a vault.
///
/// One record each, and beside it a small one for what changes with each code: the counter of a
/// HOTP account, the last challenge of one that only increases. The small one is written before
/// the credential and removed after it, so it is never missing; what a loss of power leaves
/// without a credential is removed when the token is opened.
///
/// A change that fails half-way is one that a loss of power cuts off: what has become of it is read
/// anew before anything else, as at a start.
pub(crate) struct Credentials {
    index: Index,
    unsure: bool,
}

/// A credential and where it was found.
pub(crate) struct Found {
    pub(crate) number: Number,
    pub(crate) credential: Credential,
}

impl Credentials {
    /// Before [`Self::settle`].
    pub(crate) const fn unread() -> Self {
        Self {
            index: Index::new(),
            unsure: true,
        }
    }

    /// Reads all names, for the first time or anew if a change has failed half-way, and finishes
    /// what a loss of power has left half done.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if the medium fails. Damaged records are no error, but left out.
    pub(crate) fn settle<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
    ) -> Result<(), AccountError> {
        if !self.unsure {
            return Ok(());
        }
        self.index.clear();
        let mut number = Number::FIRST;
        while number.is_one() {
            match &read(vault, number) {
                Ok(Some(found)) => self.take_in(vault, found)?,
                Ok(None) => {}
                Err(AccountError::Damaged) => self.index.damage(number),
                Err(error) => return Err(*error),
            }
            if !vault.contains(record(number)) {
                // What is beside no credential: a loss of power left it.
                state::remove(vault, number)?;
            }
            number = number.next();
        }
        self.unsure = false;
        Ok(())
    }

    /// Which numbers are taken.
    pub(crate) const fn index(&self) -> &Index {
        &self.index
    }

    /// Forgets all, after the vault did.
    pub(crate) fn clear(&mut self) {
        self.index.clear();
        self.unsure = false;
    }

    /// The credential of this name.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if the medium fails.
    pub(crate) fn find<F: MultiwriteNorFlash, const N: usize>(
        &self,
        vault: &mut Vault<F, N>,
        name: &Name,
    ) -> Result<Option<Found>, AccountError> {
        let mut from = Number::FIRST;
        while let Some(number) = self.index.candidate(from, name) {
            from = number.next();
            match read(vault, number) {
                Ok(Some(found)) if found.credential.name == *name => return Ok(Some(found)),
                Ok(_) | Err(AccountError::Damaged) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Adds a credential; `counter` is the first of a HOTP account. It takes the place of `old`,
    /// which has the same name: the new one is written, then the old one removed.
    ///
    /// # Errors
    /// [`AccountError::Full`], with nothing changed, or [`AccountError::Storage`].
    pub(crate) fn put<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
        credential: &Credential,
        counter: u64,
        old: Option<&Found>,
    ) -> Result<(), AccountError> {
        let most = MAX_CREDENTIALS.saturating_add(usize::from(old.is_some()));
        if self.index.taken() >= most {
            return Err(AccountError::Full);
        }
        let number = self.index.lowest_free().ok_or(AccountError::Full)?;
        // Whatever fails from here on: a counter that has no credential is removed then.
        self.unsure = true;
        if credential.kind == Kind::Hotp {
            state::write_counter(vault, random, number, counter)?;
        }
        let mut stored = Stored::new();
        stored.encode(credential);
        vault.put(record(number), stored.as_bytes(), random)?;
        self.index.name(number, &credential.name);
        if let Some(old) = old {
            self.delete(vault, old)?;
        }
        self.unsure = false;
        Ok(())
    }

    /// Gives a credential another name, which no other has.
    ///
    /// # Errors
    /// [`AccountError::Full`], with nothing changed, or [`AccountError::Storage`].
    pub(crate) fn rename<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
        found: &mut Found,
        name: Name,
    ) -> Result<(), AccountError> {
        found.credential.name = name;
        let mut stored = Stored::new();
        stored.encode(&found.credential);
        self.unsure = true;
        vault.put(record(found.number), stored.as_bytes(), random)?;
        self.index.name(found.number, &found.credential.name);
        self.unsure = false;
        Ok(())
    }

    /// Removes a credential.
    ///
    /// # Errors
    /// [`AccountError::Storage`] if the medium fails.
    pub(crate) fn delete<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
        found: &Found,
    ) -> Result<(), AccountError> {
        self.unsure = true;
        vault.remove(record(found.number))?;
        self.index.free(found.number);
        state::remove(vault, found.number)?;
        self.unsure = false;
        Ok(())
    }

    /// Takes in a credential that was found when the token was opened. Two of one name are what a
    /// replacement leaves that was cut off. Both are whole and neither is acknowledged alone, so
    /// the one that comes first stays.
    fn take_in<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
        found: &Found,
    ) -> Result<(), AccountError> {
        if self.find(vault, &found.credential.name)?.is_some() {
            return Ok(vault.remove(record(found.number))?);
        }
        self.index.name(found.number, &found.credential.name);
        Ok(())
    }
}

/// The credential of a number; `None` if there is none.
///
/// # Errors
/// [`AccountError::Damaged`] if its record cannot be read, [`AccountError::Storage`].
pub(crate) fn read<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    number: Number,
) -> Result<Option<Found>, AccountError> {
    let mut stored = Stored::new();
    let Some(length) = vault.get(record(number), &mut stored.bytes)? else {
        return Ok(None);
    };
    stored.len = length;
    let mut found = Found {
        number,
        credential: Credential::UNFILLED,
    };
    match stored.decode(&mut found.credential) {
        Some(()) => Ok(Some(found)),
        None => Err(AccountError::Damaged),
    }
}

/// Where a credential is.
const fn record(number: Number) -> Key {
    Key::of(Space::Credential, number.get())
}
