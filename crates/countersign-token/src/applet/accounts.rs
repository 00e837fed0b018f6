//! The home of adding, removing and renaming accounts: PUT, DELETE, RENAME.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::Exchange;
use super::access::Authorised;
use crate::apdu::{Status, Tag, fields};
use crate::credentials::{Credential, Found, Name, Properties, Secret};
use crate::{Ask, Board, Random, Token};

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// PUT: adds an account. One of the same name is replaced, if somebody allows it on the device:
    /// hosts do it without a warning.
    ///
    /// The counter of an account that does not count says nothing; hosts send it all the same.
    pub(super) fn put(
        &mut self,
        _: Authorised,
        exchange: &mut Exchange<'_, impl Board>,
    ) -> Result<(), Status> {
        let tags = [Tag::NAME, Tag::KEY, Tag::PROPERTIES, Tag::INITIAL_COUNTER];
        let [named, key, properties, counter] = fields(exchange.data, &tags)?;
        let counter = counter.as_array().ok_or(Status::WRONG_DATA)?;
        let credential = described(named, key, properties);
        let credential = credential.as_ref().ok_or(Status::WRONG_DATA)?;
        let old = self.credentials.find(&mut self.vault, &credential.name);
        let old = old.as_ref()?.as_ref();
        if old.is_some() {
            exchange.allowed(&Ask::Overwrite(named))?;
        }
        Ok(self.credentials.put(
            &mut self.vault,
            &mut self.random,
            credential,
            u32::from_be_bytes(*counter).into(),
            old,
        )?)
    }

    /// DELETE: removes an account.
    pub(super) fn delete(&mut self, _: Authorised, data: &[u8]) -> Result<(), Status> {
        let [named, ..] = fields(data, &[Tag::NAME])?;
        let found = self.found(named);
        Ok(self.credentials.delete(&mut self.vault, found.as_ref()?)?)
    }

    /// RENAME: gives an account another name, which no other account may have.
    pub(super) fn rename(&mut self, _: Authorised, data: &[u8]) -> Result<(), Status> {
        let [named, new_name, ..] = fields(data, &[Tag::NAME, Tag::NAME])?;
        let new_name = Name::from_bytes(new_name).map_err(|_| Status::WRONG_DATA)?;
        let mut found = self.found(named);
        let found = found.as_mut().map_err(|status| *status)?;
        if new_name == found.credential.name {
            return Ok(());
        }
        match &self.credentials.find(&mut self.vault, &new_name) {
            Ok(None) => {}
            Ok(Some(_)) => return Err(Status::WRONG_DATA),
            Err(error) => return Err(error.into()),
        }
        let (vault, random) = (&mut self.vault, &mut self.random);
        Ok(self.credentials.rename(vault, random, found, new_name)?)
    }

    /// The account of a name that a host says.
    #[inline(never)]
    pub(super) fn found(&mut self, sent: &[u8]) -> Result<Found, Status> {
        let name = Name::from_bytes(sent).map_err(|_| Status::WRONG_DATA)?;
        let found = self.credentials.find(&mut self.vault, &name)?;
        found.ok_or(Status::NO_SUCH_OBJECT)
    }
}

/// From a name, type and hash, digits and key, and properties.
fn described(name: &[u8], key: &[u8], properties: &[u8]) -> Option<Credential> {
    let ([type_byte, digits], secret) = key.split_first_chunk()?;
    let (kind, algorithm) = Credential::read_type(*type_byte)?;
    Some(Credential {
        name: Name::from_bytes(name).ok()?,
        kind,
        algorithm,
        digits: Credential::read_digits(*digits)?,
        properties: Properties::from_byte(*properties.first()?)?,
        secret: Secret::from_bytes(secret)?,
    })
}
