//! The home of answers about all accounts, LIST and CALCULATE ALL, in as many parts as they take.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use heapless::Vec;

use super::access::{Authorised, CHALLENGE_MAX_LEN, challenge};
use super::calculate::{code_len, write_code};
use super::oath::Form;
use crate::apdu::{Fields, Response, Status, Tag};
use crate::credentials::{self, Credential, Found, Kind, Number, Properties};
use crate::{AccountError, Random, Token};

/// What is listed, and how far that has come.
pub(super) struct Listing {
    of: Rows,
    next: Number,
}

enum Rows {
    Names,
    Codes {
        form: Form,
        challenge: Vec<u8, CHALLENGE_MAX_LEN>,
    },
}

/// What CALCULATE ALL says of an account.
enum Answered {
    /// Its code.
    Code,
    /// Nothing but this: the account has to be asked for alone.
    Alone(Tag),
}

impl Listing {
    /// LIST.
    pub(super) const fn names() -> Self {
        Self {
            of: Rows::Names,
            next: Number::FIRST,
        }
    }

    /// CALCULATE ALL of a challenge.
    ///
    /// # Errors
    /// [`Status::WRONG_DATA`] if the data is not a challenge.
    pub(super) fn codes(form: Form, data: &[u8]) -> Result<Self, Status> {
        let mut fields = Fields::of(data);
        let challenge = challenge(fields.value(Tag::CHALLENGE)?)?;
        fields.finish()?;
        Ok(Self {
            of: Rows::Codes {
                form,
                challenge: Vec::from_slice(challenge).map_err(|_| Status::WRONG_DATA)?,
            },
            next: Number::FIRST,
        })
    }
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Fills an answer with whole rows, and keeps the rest for SEND REMAINING. Accounts whose
    /// record is damaged are left out: they must not keep the others from their owner.
    pub(super) fn list(
        &mut self,
        _: Authorised,
        mut listing: Listing,
        response: &mut Response,
    ) -> Result<Status, Status> {
        while let Some(number) = self.next_readable(listing.next) {
            match credentials::read(&mut self.vault, number) {
                Ok(Some(found)) => {
                    if listing.of.row_len(&found.credential) > response.room() {
                        self.session.listing = Some(listing);
                        return Ok(Status::MORE);
                    }
                    self.write_row(&listing.of, &found, response)?;
                }
                Ok(None) | Err(AccountError::Damaged) => {}
                Err(error) => return Err(error.into()),
            }
            listing.next = number.next();
        }
        Ok(Status::DONE)
    }

    fn write_row(
        &mut self,
        rows: &Rows,
        found: &Found,
        response: &mut Response,
    ) -> Result<(), Status> {
        let credential = &found.credential;
        let name = credential.name.as_bytes();
        match rows {
            Rows::Names => response.field(Tag::LISTED, &[credential.type_byte()], name),
            Rows::Codes { form, challenge } => {
                response.field(Tag::NAME, name, &[])?;
                match answered(credential) {
                    Answered::Alone(tag) => response.field(tag, &[credential.digits.get()], &[]),
                    Answered::Code => {
                        let cleared = self.clear(found, challenge)?;
                        write_code(credential, &cleared, *form, response)
                    }
                }
            }
        }
    }

    fn next_readable(&self, from: Number) -> Option<Number> {
        self.credentials.index().readable(from).next()
    }
}

impl Rows {
    /// The bytes of a row.
    fn row_len(&self, credential: &Credential) -> usize {
        let name_len = credential.name.as_bytes().len();
        let rest_len = match (self, answered(credential)) {
            (Self::Names, _) => 3,
            (Self::Codes { .. }, Answered::Alone(_)) => 5,
            (Self::Codes { form, .. }, Answered::Code) => {
                code_len(credential, *form).saturating_add(2)
            }
        };
        name_len.saturating_add(rest_len)
    }
}

/// What CALCULATE ALL may say of an account. It uses nothing up and asks nobody.
fn answered(credential: &Credential) -> Answered {
    let properties = credential.properties;
    if credential.kind == Kind::Hotp {
        return Answered::Alone(Tag::HOTP);
    }
    // One that only increases would be moved on by a challenge that may not be of its period, and
    // refuse its own afterwards.
    if properties.has(Properties::TOUCH) || properties.has(Properties::ONLY_INCREASING) {
        return Answered::Alone(Tag::TOUCH);
    }
    Answered::Code
}
