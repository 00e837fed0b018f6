//! The home of accounts as the token's own screen shows them.

use countersign_core::{Code, Digits, UnixTime};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::Token;
use crate::credentials::{self, Cleared, Credential, Found, Kind, Name, Number, Properties};
use crate::division::divided;
use crate::{AccountError, Random};

/// An account, without its secret.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: Name,
    /// Counter or time.
    pub kind: Kind,
    /// Digits of its codes, 6 to 8.
    pub digits: Digits,
    /// What is special about it. A code on the token's own screen needs no touch: somebody is
    /// there already.
    pub properties: Properties,
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// How many accounts there are that can be read; none while the PIN is missing.
    #[must_use]
    pub fn accounts(&self) -> usize {
        self.unlocked()
            .map_or(0, |()| self.credentials.index().len())
    }

    /// The account at a position below [`Token::accounts`]. Positions change when a host adds or
    /// removes accounts.
    ///
    /// # Errors
    /// [`AccountError::Locked`], [`AccountError::NoSuchAccount`], [`AccountError::Damaged`],
    /// [`AccountError::Storage`].
    pub fn account(&mut self, position: usize) -> Result<Account, AccountError> {
        let found = self.at(position);
        let credential = &found.as_ref().map_err(|error| *error)?.credential;
        Ok(Account {
            name: credential.name.clone(),
            kind: credential.kind,
            digits: credential.digits,
            properties: credential.properties,
        })
    }

    /// The code of a TOTP account at `now`, with the period that its name says.
    ///
    /// # Errors
    /// Those of [`Token::account`], [`AccountError::OtherKind`] for a HOTP account, and
    /// [`AccountError::WentBack`] where an account only takes times that do not go back.
    pub fn code(&mut self, position: usize, now: UnixTime) -> Result<Code, AccountError> {
        let found = self.at(position);
        let found = found.as_ref().map_err(|error| *error)?;
        if found.credential.kind != Kind::Totp {
            return Err(AccountError::OtherKind);
        }
        let (step, _) = divided(now.secs(), found.credential.name.period().secs());
        let challenge = step.to_be_bytes();
        let cleared = self.clear(found, &challenge)?;
        Ok(found.credential.code(&cleared))
    }

    /// The next code of a HOTP account. Its counter is used up in the store before this returns.
    ///
    /// # Errors
    /// Those of [`Token::account`], [`AccountError::OtherKind`] for a TOTP account,
    /// [`AccountError::CountersUsedUp`].
    pub fn next_code(&mut self, position: usize) -> Result<Code, AccountError> {
        let found = self.at(position);
        let found = found.as_ref().map_err(|error| *error)?;
        if found.credential.kind != Kind::Hotp {
            return Err(AccountError::OtherKind);
        }
        let cleared = self.clear(found, &[])?;
        Ok(found.credential.code(&cleared))
    }

    /// An account with its secret, to show it to its owner for another authenticator: ask before.
    ///
    /// # Errors
    /// Those of [`Token::account`].
    pub fn export(&mut self, position: usize) -> Result<Credential, AccountError> {
        Ok(self.at(position)?.credential)
    }

    /// [`credentials::clear`] with what the token has.
    pub(crate) fn clear<'a>(
        &mut self,
        found: &Found,
        challenge: &'a [u8],
    ) -> Result<Cleared<'a>, AccountError> {
        credentials::clear(&mut self.vault, &mut self.random, found, challenge)
    }

    fn at(&mut self, position: usize) -> Result<Found, AccountError> {
        self.unlocked()?;
        self.credentials.settle(&mut self.vault)?;
        let number = self
            .credentials
            .index()
            .readable(Number::FIRST)
            .nth(position);
        let number = number.ok_or(AccountError::NoSuchAccount)?;
        credentials::read(&mut self.vault, number)?.ok_or(AccountError::NoSuchAccount)
    }
}
