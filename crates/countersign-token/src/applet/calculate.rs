//! The home of CALCULATE: the code of one account.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::access::{Authorised, challenge};
use super::accounts::sent_name;
use super::oath::{Form, allowed};
use crate::apdu::{Fields, Response, Status, Tag};
use crate::credentials::{Cleared, Credential, Kind, Properties};
use crate::{Ask, Board, Random, Token};

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// CALCULATE: asks whoever holds the token, if the account wants that, stores what the code
    /// uses up, and only then computes it.
    pub(super) fn calculate(
        &mut self,
        _: Authorised,
        data: &[u8],
        form: Form,
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        let mut fields = Fields::of(data);
        let name = sent_name(&mut fields)?;
        let sent = fields.value(Tag::CHALLENGE)?;
        fields.finish()?;
        let found = self.found(&name)?;
        let credential = &found.credential;
        // A counter is kept here, so the challenge of its account may be empty.
        let sent = match credential.kind {
            Kind::Hotp => sent,
            Kind::Totp => challenge(sent)?,
        };
        if credential.properties.has(Properties::TOUCH) {
            allowed(board, &Ask::Calculate(name.as_bytes()))?;
        }
        let cleared = self.clear(&found, sent)?;
        write_code(credential, &cleared, form, response)?;
        Ok(Status::DONE)
    }
}

/// Computes a code into the answer.
pub(super) fn write_code(
    credential: &Credential,
    challenge: &Cleared<'_>,
    form: Form,
    response: &mut Response,
) -> Result<(), Status> {
    let digits = [credential.digits.get()];
    match form {
        Form::Whole => {
            credential.with_hmac(challenge, |tag| response.field(Tag::RESPONSE, &digits, tag))
        }
        Form::Truncated => {
            let truncated = credential.truncated(challenge).to_be_bytes();
            response.field(Tag::TRUNCATED, &digits, &truncated)
        }
    }
}

/// The bytes of the field that [`write_code`] adds.
pub(super) fn code_len(credential: &Credential, form: Form) -> usize {
    match form {
        Form::Whole => credential.hmac_len().saturating_add(3),
        Form::Truncated => 7,
    }
}
