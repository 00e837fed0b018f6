//! The home of adding, removing and renaming accounts: PUT, DELETE, RENAME.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::access::Authorised;
use super::oath::allowed;
use crate::apdu::{Fields, Status, Tag};
use crate::credentials::{Credential, Found, Name, Properties, Secret};
use crate::{Ask, Board, Random, Token};

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// PUT: adds an account. One of the same name is replaced, if somebody allows it on the device:
    /// hosts do it without a warning.
    pub(super) fn put(
        &mut self,
        _: Authorised,
        data: &[u8],
        board: &mut impl Board,
    ) -> Result<Status, Status> {
        let (credential, counter) = sent_credential(data)?;
        let old = self.credentials.find(&mut self.vault, &credential.name)?;
        if old.is_some() {
            allowed(board, &Ask::Overwrite(credential.name.as_bytes()))?;
        }
        self.credentials.put(
            &mut self.vault,
            &mut self.random,
            &credential,
            counter,
            old.as_ref(),
        )?;
        Ok(Status::DONE)
    }

    /// DELETE: removes an account.
    pub(super) fn delete(&mut self, _: Authorised, data: &[u8]) -> Result<Status, Status> {
        let mut fields = Fields::of(data);
        let name = sent_name(&mut fields)?;
        fields.finish()?;
        let found = self.found(&name)?;
        self.credentials.delete(&mut self.vault, &found)?;
        Ok(Status::DONE)
    }

    /// RENAME: gives an account another name, which no other account may have.
    pub(super) fn rename(&mut self, _: Authorised, data: &[u8]) -> Result<Status, Status> {
        let mut fields = Fields::of(data);
        let name = sent_name(&mut fields)?;
        let new_name = sent_name(&mut fields)?;
        fields.finish()?;
        let mut found = self.found(&name)?;
        if new_name == name {
            return Ok(Status::DONE);
        }
        if self.credentials.find(&mut self.vault, &new_name)?.is_some() {
            return Err(Status::WRONG_DATA);
        }
        self.credentials
            .rename(&mut self.vault, &mut self.random, &mut found, new_name)?;
        Ok(Status::DONE)
    }

    /// The account of a name that a host says.
    pub(super) fn found(&mut self, name: &Name) -> Result<Found, Status> {
        let found = self.credentials.find(&mut self.vault, name)?;
        found.ok_or(Status::NO_SUCH_OBJECT)
    }
}

/// The name in the next field.
pub(super) fn sent_name(fields: &mut Fields<'_>) -> Result<Name, Status> {
    Name::from_bytes(fields.value(Tag::NAME)?).map_err(|_| Status::WRONG_DATA)
}

/// An account as PUT brings it, and the counter that it begins with. The counter of an account that
/// does not count says nothing; hosts send it all the same.
fn sent_credential(data: &[u8]) -> Result<(Credential, u64), Status> {
    let mut fields = Fields::of(data);
    let name = sent_name(&mut fields)?;
    let key = fields.value(Tag::KEY)?;
    let properties = fields.optional_byte(Tag::PROPERTIES)?.unwrap_or_default();
    let counter = match fields.optional(Tag::INITIAL_COUNTER)? {
        Some(counter) => *counter.as_array().ok_or(Status::WRONG_DATA)?,
        None => [0; 4],
    };
    fields.finish()?;
    let counter = u64::from(u32::from_be_bytes(counter));
    let credential = described(name, key, properties).ok_or(Status::WRONG_DATA)?;
    Ok((credential, counter))
}

/// From type and hash, digits and key.
fn described(name: Name, key: &[u8], properties: u8) -> Option<Credential> {
    let ([type_byte, digits], secret) = key.split_first_chunk()?;
    let (kind, algorithm) = Credential::read_type(*type_byte)?;
    Some(Credential {
        name,
        kind,
        algorithm,
        digits: Credential::read_digits(*digits)?,
        properties: Properties::from_byte(properties)?,
        secret: Secret::from_bytes(secret)?,
    })
}
