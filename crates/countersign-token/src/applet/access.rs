//! The home of the access key: what a host shows before it may read or change accounts.

mod key;

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Exchange, Selected};
use crate::apdu::{Response, Status, Tag, fields};
use crate::guard::{Blocked, Verdict};
use crate::pin::PinState;
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
    /// Begins a session. If there is an access key, tells its hash, and a challenge that
    /// was never given before.
    pub(super) fn fresh_access(&mut self, response: &mut Response) -> Result<(), Status> {
        let algorithm = match &AccessKey::load(&mut self.vault) {
            Ok(None) => {
                self.session.selected = Selected::Oath(Access::Granted);
                return Ok(());
            }
            Ok(Some(key)) => key.algorithm(),
            // A key that cannot be read is one that nobody can show.
            Err(AccountError::Damaged) => AccessKey::USUAL,
            Err(error) => return Err(error.into()),
        };
        let mut challenge = [0; 8];
        self.random.fill(&mut challenge);
        response.field(Tag::CHALLENGE, &challenge);
        response.field(Tag::ALGORITHM, &[algorithm.to_byte()]);
        self.session.selected = Selected::Oath(Access::Locked { challenge });
        Ok(())
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
        exchange: &mut Exchange<'_, impl Board>,
    ) -> Result<(), Status> {
        self.pin_entered()?;
        let [given, own_challenge, ..] = fields(exchange.data, &[Tag::RESPONSE, Tag::CHALLENGE])?;
        challenge(own_challenge)?;
        let key = AccessKey::load(&mut self.vault);
        let key = key.as_ref()?.as_ref().ok_or(Status::NO_SUCH_OBJECT)?;
        let Selected::Oath(Access::Locked { challenge }) = self.session.selected else {
            return Err(Status::WRONG_DATA);
        };
        let uptime = exchange.board.uptime_millis();
        let attempt = self
            .access_guard
            .attempt(uptime, &mut self.vault, &mut self.random)?
            .map_err(|blocked| match blocked {
                Blocked::Locked => Status::BLOCKED,
                Blocked::Wait { .. } => Status::CONDITIONS_NOT_SATISFIED,
            })?;
        match attempt.compare(key.hmac(&challenge).as_bytes(), given) {
            Verdict::Wrong => Err(Status::WRONG_DATA),
            Verdict::Right(right) => {
                self.access_guard
                    .forgive(&right, &mut self.vault, &mut self.random)?;
                self.session.selected = Selected::Oath(Access::Granted);
                let own_response = key.hmac(own_challenge);
                let response = &mut *exchange.response;
                response.field(Tag::RESPONSE, own_response.as_bytes());
                Ok(())
            }
        }
    }

    /// SET CODE: takes a new access key from a host that shows that it has it, or takes the key
    /// away. The session stays open.
    pub(super) fn set_code(&mut self, _: Authorised, data: &[u8]) -> Result<(), Status> {
        if let Ok([[], ..]) = fields(data, &[Tag::KEY]) {
            return self.remove_access_key();
        }
        let tags = [Tag::KEY, Tag::CHALLENGE, Tag::RESPONSE];
        let [key, sent, given, ..] = fields(data, &tags)?;
        let key = AccessKey::read(key);
        let key = key.as_ref().ok_or(Status::WRONG_DATA)?;
        challenge(sent)?;
        if !key.answers(sent, given) {
            return Err(Status::NO_SUCH_OBJECT);
        }
        if !self.vault.contains(AccessKey::RECORD) {
            // The count first: a key without one counts as locked.
            self.access_guard.arm(&mut self.vault, &mut self.random)?;
        }
        Ok(key.store(&mut self.vault, &mut self.random)?)
    }

    fn remove_access_key(&mut self) -> Result<(), Status> {
        if self.vault.contains(AccessKey::RECORD) {
            self.vault.remove(AccessKey::RECORD)?;
            self.access_guard.disarm(&mut self.vault)?;
        }
        Ok(())
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

/// That a host sent a challenge: 1 to 64 bytes.
pub(super) fn challenge(sent: &[u8]) -> Result<(), Status> {
    match sent.len() {
        1..=CHALLENGE_MAX_LEN => Ok(()),
        _ => Err(Status::WRONG_DATA),
    }
}

/// The most bytes of a challenge: what HMAC takes in one block.
pub(super) const CHALLENGE_MAX_LEN: usize = 64;
