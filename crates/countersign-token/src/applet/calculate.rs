//! The home of CALCULATE: the code of one account.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::access::{Authorised, challenge};
use super::oath::Form;
use super::{Exchange, Hmac};
use crate::apdu::{Response, Status, Tag, fields};
use crate::credentials::{self, Found, Kind, Properties};
use crate::vault::Vault;
use crate::{AccountError, Ask, Board, Random, Token};

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// CALCULATE: asks whoever holds the token, if the account wants that, stores what the code
    /// uses up, and only then computes it.
    pub(super) fn calculate(
        &mut self,
        _: Authorised,
        exchange: &mut Exchange<'_, impl Board>,
        form: Form,
    ) -> Result<(), Status> {
        let [named, sent, ..] = fields(exchange.data, &[Tag::NAME, Tag::CHALLENGE])?;
        let found = self.found(named);
        let found = found.as_ref()?;
        let credential = &found.credential;
        // A counter is kept here, so the challenge of its account may be empty.
        if credential.kind == Kind::Totp {
            challenge(sent)?;
        }
        if credential.properties.has(Properties::TOUCH) {
            exchange.allowed(&Ask::Calculate(named))?;
        }
        let (vault, random) = (&mut self.vault, &mut self.random);
        Ok(write_code(
            vault,
            random,
            found,
            sent,
            form,
            exchange.response,
        )?)
    }
}

/// Stores what a code uses up, and computes it into the answer.
#[inline(never)]
pub(super) fn write_code<F: MultiwriteNorFlash, const N: usize>(
    vault: &mut Vault<F, N>,
    random: &mut impl Random,
    found: &Found,
    challenge: &[u8],
    form: Form,
    response: &mut Response,
) -> Result<(), AccountError> {
    let cleared = credentials::clear(vault, random, found, challenge);
    let challenge = cleared.as_ref().map_err(|error| *error)?;
    let credential = &found.credential;
    let digits = [credential.digits.get()];
    match form {
        Form::Whole => {
            let (algorithm, key) = (credential.algorithm, credential.secret.as_bytes());
            let hmac = Hmac::of(algorithm, key, challenge.as_bytes());
            let hmac = hmac.as_bytes();
            response.begin(Tag::RESPONSE, hmac.len().saturating_add(1));
            response.bytes(&digits);
            response.bytes(hmac);
        }
        Form::Truncated => {
            response.begin(Tag::TRUNCATED, 5);
            response.bytes(&digits);
            response.number(credential.truncated(challenge), 4);
        }
    }
    Ok(())
}
