//! The home of answers about all accounts, LIST and CALCULATE ALL, in as many parts as they take.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use heapless::Vec;

use super::access::{Authorised, CHALLENGE_MAX_LEN, challenge};
use super::calculate::write_code;
use super::oath::Form;
use crate::apdu::{Response, Status, Tag, fields};
use crate::credentials::{self, Credential, Found, Kind, Number, Properties};
use crate::{AccountError, Random, Token};

/// What is listed, and how far that has come.
pub(super) struct Listing {
    /// There is a part that was not asked for yet.
    pub(super) goes_on: bool,
    next: Number,
    /// Codes in this form, or names alone.
    codes: Option<Form>,
    challenge: Vec<u8, CHALLENGE_MAX_LEN>,
}

impl Listing {
    /// None so far.
    pub(super) const fn new() -> Self {
        Self {
            goes_on: false,
            next: Number::FIRST,
            codes: None,
            challenge: Vec::new(),
        }
    }

    /// LIST.
    pub(super) const fn begin_names(&mut self) {
        self.next = Number::FIRST;
        self.codes = None;
    }

    /// CALCULATE ALL of a challenge.
    ///
    /// # Errors
    /// [`Status::WRONG_DATA`] if the data is not a challenge.
    pub(super) fn begin_codes(&mut self, form: Form, data: &[u8]) -> Result<(), Status> {
        let [sent, ..] = fields(data, &[Tag::CHALLENGE])?;
        challenge(sent)?;
        self.next = Number::FIRST;
        self.codes = Some(form);
        self.challenge.clear();
        let kept = self.challenge.extend_from_slice(sent);
        kept.map_err(|_| Status::WRONG_DATA)
    }
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Fills an answer with whole rows, and keeps the rest for SEND REMAINING. Accounts whose
    /// record is damaged are left out: they must not keep the others from their owner.
    pub(super) fn list(&mut self, _: Authorised, response: &mut Response) -> Result<(), Status> {
        while let Some(number) = self.next_readable() {
            self.session.listing.next = number;
            let before = response.len();
            match &credentials::read(&mut self.vault, number) {
                Ok(Some(found)) => self.write_row(found, response)?,
                Ok(None) | Err(AccountError::Damaged) => {}
                Err(error) => return Err(error.into()),
            }
            if response.take_back(before) {
                self.session.listing.goes_on = true;
                return Err(Status::MORE);
            }
            self.session.listing.next = number.next();
        }
        Ok(())
    }

    fn write_row(&mut self, found: &Found, response: &mut Response) -> Result<(), AccountError> {
        let credential = &found.credential;
        let name = credential.name.as_bytes();
        let listing = &self.session.listing;
        let Some(form) = listing.codes else {
            response.begin(Tag::LISTED, name.len().saturating_add(1));
            response.bytes(&[credential.type_byte()]);
            response.bytes(name);
            return Ok(());
        };
        response.field(Tag::NAME, name);
        if let Some(tag) = alone(credential) {
            response.field(tag, &[credential.digits.get()]);
            return Ok(());
        }
        let (vault, random) = (&mut self.vault, &mut self.random);
        write_code(vault, random, found, &listing.challenge, form, response)
    }

    fn next_readable(&self) -> Option<Number> {
        let mut readable = self.credentials.index().readable(self.session.listing.next);
        readable.next()
    }
}

/// What CALCULATE ALL says of an account instead of its code, if it has to be asked for alone. It
/// uses nothing up and asks nobody.
fn alone(credential: &Credential) -> Option<Tag> {
    let properties = credential.properties;
    if credential.kind == Kind::Hotp {
        return Some(Tag::HOTP);
    }
    // One that only increases would be moved on by a challenge that may not be of its period, and
    // refuse its own afterwards.
    if properties.has(Properties::TOUCH) || properties.has(Properties::ONLY_INCREASING) {
        return Some(Tag::TOUCH);
    }
    None
}
