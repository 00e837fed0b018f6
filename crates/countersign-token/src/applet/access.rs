//! The home of the access key: what a host shows before it may read or change accounts.

mod key;

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::Selected;
use crate::apdu::{Fields, Response, Status, Tag};
use crate::guard::{Blocked, Verdict};
use crate::pin::PinState;
use crate::vault::VaultError;
use crate::{AccountError, Board, Random, Token};

use key::AccessKey;

/// What a session with the YKOATH applet has shown.
pub(super) enum Access {
    /// Nothing yet; the challenge waits for its response. It is given once and taken once.
    Locked { challenge: [u8; 8] },
    /// The access key, or there is none.
    Granted,
}

/// Whoever speaks may read and change accounts. There is no other way to one than
/// [`Token::authorised`].
pub(super) struct Authorised(());

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// What a session begins with, and the hash of the access key.
    pub(super) fn fresh_access(&mut self) -> Result<(Access, u8), Status> {
        let algorithm = match AccessKey::load(&mut self.vault) {
            Ok(None) => return Ok((Access::Granted, 0)),
            Ok(Some(key)) => key.algorithm().to_byte(),
            // A key that cannot be read is one that nobody can show.
            Err(AccountError::Damaged) => AccessKey::USUAL.to_byte(),
            Err(error) => return Err(error.into()),
        };
        let mut challenge = [0; 8];
        self.random.fill(&mut challenge);
        Ok((Access::Locked { challenge }, algorithm))
    }

    /// Whether the session has shown all there is to show.
    ///
    /// # Errors
    /// [`Status::SECURITY_NOT_SATISFIED`], or [`Status::BLOCKED`] if the PIN cannot be entered any
    /// more.
    pub(super) fn authorised(&self) -> Result<Authorised, Status> {
        self.pin_entered()?;
        match self.session.selected {
            Selected::Oath(Access::Granted) => Ok(Authorised(())),
            _ => Err(Status::SECURITY_NOT_SATISFIED),
        }
    }

    /// VALIDATE: takes the response to the challenge of SELECT, and shows in turn that the token
    /// has the key.
    ///
    /// A challenge that was answered is gone, so the same response again finds none. A wrong
    /// response leaves it, since hosts try on with the one they have; the try is counted in the
    /// store before the comparison.
    pub(super) fn validate(
        &mut self,
        data: &[u8],
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        self.pin_entered()?;
        let mut fields = Fields::of(data);
        let given = fields.value(Tag::RESPONSE)?;
        let own_challenge = challenge(fields.value(Tag::CHALLENGE)?)?;
        fields.finish()?;
        let key = AccessKey::load(&mut self.vault)?.ok_or(Status::NO_SUCH_OBJECT)?;
        let Selected::Oath(Access::Locked { challenge }) = self.session.selected else {
            return Err(Status::WRONG_DATA);
        };
        let uptime = board.uptime_millis();
        let attempt = self
            .access_guard
            .attempt(uptime, &mut self.vault, &mut self.random)
            .map_err(memory_failure)?
            .map_err(|blocked| match blocked {
                Blocked::Locked => Status::BLOCKED,
                Blocked::Wait { .. } => Status::CONDITIONS_NOT_SATISFIED,
            })?;
        match key.with_hmac(&challenge, |expected| attempt.compare(expected, given)) {
            Verdict::Wrong => Err(Status::WRONG_DATA),
            Verdict::Right(right) => {
                self.access_guard
                    .forgive(&right, &mut self.vault, &mut self.random)
                    .map_err(memory_failure)?;
                self.session.selected = Selected::Oath(Access::Granted);
                key.with_hmac(own_challenge, |tag| response.field(Tag::RESPONSE, tag, &[]))?;
                Ok(Status::DONE)
            }
        }
    }

    /// SET CODE: takes a new access key from a host that shows that it has it, or takes the key
    /// away. The session stays open.
    pub(super) fn set_code(&mut self, _: Authorised, data: &[u8]) -> Result<Status, Status> {
        let mut fields = Fields::of(data);
        let key = fields.value(Tag::KEY)?;
        if key.is_empty() {
            fields.finish()?;
            return self.remove_access_key();
        }
        let key = AccessKey::read(key).ok_or(Status::WRONG_DATA)?;
        let challenge = challenge(fields.value(Tag::CHALLENGE)?)?;
        let given = fields.value(Tag::RESPONSE)?;
        fields.finish()?;
        if !key.answers(challenge, given) {
            return Err(Status::NO_SUCH_OBJECT);
        }
        if !self.vault.contains(AccessKey::RECORD) {
            // The count first: a key without one counts as locked.
            self.access_guard
                .arm(&mut self.vault, &mut self.random)
                .map_err(memory_failure)?;
        }
        key.store(&mut self.vault, &mut self.random)?;
        Ok(Status::DONE)
    }

    fn remove_access_key(&mut self) -> Result<Status, Status> {
        if self.vault.contains(AccessKey::RECORD) {
            self.vault
                .remove(AccessKey::RECORD)
                .map_err(memory_failure)?;
            self.access_guard
                .disarm(&mut self.vault)
                .map_err(memory_failure)?;
        }
        Ok(Status::DONE)
    }

    /// That the PIN, if there is one, was entered.
    fn pin_entered(&self) -> Result<(), Status> {
        match self.pin.state() {
            PinState::NotSet | PinState::Entered => Ok(()),
            PinState::Required { .. } => Err(Status::SECURITY_NOT_SATISFIED),
            PinState::Locked => Err(Status::BLOCKED),
        }
    }
}

/// A challenge of a host: 1 to 64 bytes.
pub(super) fn challenge(bytes: &[u8]) -> Result<&[u8], Status> {
    if matches!(bytes.len(), 1..=CHALLENGE_MAX_LEN) {
        Ok(bytes)
    } else {
        Err(Status::WRONG_DATA)
    }
}

fn memory_failure(error: VaultError) -> Status {
    AccountError::from(error).into()
}

/// The most bytes of a challenge: what HMAC takes in one block.
pub(super) const CHALLENGE_MAX_LEN: usize = 64;
