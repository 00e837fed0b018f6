//! The home of what a client holds between two requests of a sign-in: a sealed value, no table.

use countersign_core::{SignIn, UnixTime};
use serde::{Deserialize, Serialize};

use super::Service;
use crate::Error;
use crate::pool::Pool;
use crate::seal::Purpose;

/// An open sign-in of one user at one client. Whatever about it is single-use is guarded in the
/// user's record, so a copy of the sealed value gains nothing.
#[derive(Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) owner: Owner,
    pub(super) stage: Stage,
}

/// Whose session it is.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Owner {
    pub(super) pool: String,
    pub(super) client: String,
    pub(super) username: String,
    pub(super) sub: String,
    /// Which of the user's passwords it was begun with: a new one ends it.
    pub(super) password_version: u32,
}

impl Owner {
    /// Whether it was begun at this client of this pool.
    pub(super) fn came_through(&self, pool: &Pool, client: &str) -> bool {
        self.pool == pool.id && self.client == client
    }
}

/// How far it has got.
#[derive(Serialize, Deserialize)]
pub(super) enum Stage {
    /// The proof of the password is awaited; names the exchange that it belongs to.
    Password { exchange: [u8; 16], expires_at: u64 },
    /// A new password is awaited in place of the temporary one.
    NewPassword { expires_at: u64 },
    /// The core's machine is under way; with the address that is being set up, if any.
    SecondFactor {
        sign_in: Vec<u8>,
        email: Option<String>,
    },
}

impl Stage {
    pub(super) fn second_factor(sign_in: &SignIn, email: Option<String>) -> Self {
        Self::SecondFactor {
            sign_in: sign_in.encode().to_vec(),
            email,
        }
    }
}

impl Service {
    /// The pool, client and user name that a session belongs to, for requests that carry nothing
    /// else.
    ///
    /// # Errors
    /// [`Error::SessionInvalid`] if it is not a session of this service.
    pub fn session_owner(&self, session: &str) -> Result<(String, String, String), Error> {
        let Owner {
            pool,
            client,
            username,
            ..
        } = self.unseal_session(session)?.owner;
        Ok((pool, client, username))
    }

    pub(super) fn seal_session(&self, session: &Session) -> Result<String, Error> {
        self.seal_text(Purpose::SignIn, ASSOCIATED, session)
    }

    /// Opens a session and holds it against the pool and client that present it.
    pub(super) fn open_session(
        &self,
        pool: &Pool,
        client: &str,
        text: &str,
    ) -> Result<Session, Error> {
        let session = self.unseal_session(text)?;
        if !session.owner.came_through(pool, client) {
            return Err(Error::SessionInvalid);
        }
        Ok(session)
    }

    fn unseal_session(&self, text: &str) -> Result<Session, Error> {
        self.open_text(Purpose::SignIn, ASSOCIATED, text)
            .ok_or(Error::SessionInvalid)
    }
}

/// Whether something that ends at `expires_at` has ended.
pub(super) const fn is_over(now: UnixTime, expires_at: u64) -> bool {
    now.secs() >= expires_at
}

const ASSOCIATED: &[u8] = b"session";
