//! The home of what outlives a sign-in: refresh tokens, revocation, signing out everywhere.

use std::fmt;

use countersign_core::{SetUpBinding, UnixTime};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Service;
use super::session::is_over;
use super::sign_in::SignedIn;
use crate::Error;
use crate::pool::Pool;
use crate::records::Change;
use crate::seal::Purpose;
use crate::user::{User, UserStatus, UserView};

/// What a signed-in client holds, sealed, to get new tokens with.
#[derive(Clone, Serialize, Deserialize)]
pub struct Grant {
    /// Names the sign-in that all its tokens come from.
    pub id: [u8; 16],
    /// The pool.
    pub pool: String,
    /// The client.
    pub client: String,
    /// The user's name.
    pub username: String,
    /// The user's lasting id.
    pub sub: String,
    /// When the user signed in, in seconds since 1970.
    pub signed_in_at: u64,
    /// When it ends, in seconds since 1970.
    pub expires_at: u64,
    /// The user's epoch then.
    pub epoch: u32,
}

/// A user in whose name an operation runs, and the sign-in that it runs in.
///
/// Whoever makes one vouches for it: from an access token that was checked, or from a session of
/// the program's own.
#[derive(Clone)]
pub struct Principal {
    pub(super) username: String,
    pub(super) session: SetUpBinding,
}

impl Principal {
    /// Vouches that whoever asks is `username`, in the session `session` (16 bytes that no other
    /// session has).
    #[must_use]
    pub fn vouch(username: impl Into<String>, session: [u8; 16]) -> Self {
        Self {
            username: username.into(),
            session: SetUpBinding(session),
        }
    }

    /// The user's name.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grant(of {}, ..)", self.sub)
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Principal(..)")
    }
}

impl Service {
    /// Makes the grant of a sign-in, good for `lifetime_secs`, and its sealed form, the refresh
    /// token.
    ///
    /// # Errors
    /// Faults of the clock, the random source and the seal.
    pub fn issue(
        &self,
        signed_in: SignedIn,
        lifetime_secs: u32,
    ) -> Result<(Grant, UserView, Zeroizing<String>), Error> {
        let SignedIn {
            proof,
            pool,
            client,
            user,
        } = signed_in;
        let at = proof.at();
        let grant = Grant {
            id: self.draw_id()?,
            pool,
            client,
            username: user.username.clone(),
            sub: user.sub.clone(),
            signed_in_at: at.secs(),
            expires_at: at.plus_secs(lifetime_secs).secs(),
            epoch: user.epoch,
        };
        let token = self.seal_text(Purpose::Refresh, ASSOCIATED, &grant)?;
        Ok((grant, user, Zeroizing::new(token)))
    }

    /// Opens a refresh token and checks that it still holds.
    ///
    /// # Errors
    /// [`Error::TokenInvalid`] for one that is forged, expired, or of another client or pool;
    /// [`Error::TokenRevoked`]; the user's state.
    pub async fn redeem(
        &self,
        pool: &Pool,
        client: &str,
        token: &str,
    ) -> Result<(Grant, UserView), Error> {
        let grant = self.open_grant(pool, client, token)?;
        if is_over(self.now()?, grant.expires_at) {
            return Err(Error::TokenInvalid);
        }
        let user = self
            .authorized(pool, &grant.username, &grant.sub, grant.epoch, grant.id)
            .await?;
        Ok((grant, user.view()))
    }

    /// Checks that a token's claims still hold: the user is there and in force, has not signed out
    /// everywhere since, and this sign-in has not been revoked.
    ///
    /// # Errors
    /// [`Error::TokenInvalid`], [`Error::TokenRevoked`], [`Error::UserDisabled`].
    pub async fn authorize(
        &self,
        pool: &Pool,
        username: &str,
        sub: &str,
        epoch: u32,
        sign_in: [u8; 16],
    ) -> Result<(Principal, UserView), Error> {
        let user = self.authorized(pool, username, sub, epoch, sign_in).await?;
        Ok((
            Principal::vouch(user.username.clone(), sign_in),
            user.view(),
        ))
    }

    /// Revokes a refresh token and every token of the same sign-in. Revoking twice is no error,
    /// nor is a token that has expired.
    ///
    /// # Errors
    /// [`Error::TokenInvalid`] for a token that is forged or of another client.
    pub async fn revoke(&self, pool: &Pool, client: &str, token: &str) -> Result<(), Error> {
        let grant = self.open_grant(pool, client, token)?;
        let revoked = self
            .change_user(pool, &grant.username, |user, now| {
                if user.sub != grant.sub || user.is_revoked(grant.epoch, grant.id) {
                    return Ok(Change::Keep(()));
                }
                user.revoke(grant.id, grant.expires_at, now);
                Ok(Change::Save(()))
            })
            .await;
        match revoked {
            Err(Error::UserNotFound) => Ok(()),
            other => other,
        }
    }

    /// Signs the user out everywhere: every token issued so far is void.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn sign_out_everywhere(&self, pool: &Pool, username: &str) -> Result<(), Error> {
        self.change_user(pool, username, |user, _| {
            user.end_all_sessions();
            Ok(Change::Save(()))
        })
        .await
    }

    fn open_grant(&self, pool: &Pool, client: &str, token: &str) -> Result<Grant, Error> {
        let grant: Grant = self
            .open_text(Purpose::Refresh, ASSOCIATED, token)
            .ok_or(Error::TokenInvalid)?;
        if grant.pool != pool.id || grant.client != client {
            return Err(Error::TokenInvalid);
        }
        Ok(grant)
    }

    async fn authorized(
        &self,
        pool: &Pool,
        username: &str,
        sub: &str,
        epoch: u32,
        sign_in: [u8; 16],
    ) -> Result<User, Error> {
        let user = self
            .load_user(pool, username)
            .await?
            .ok_or(Error::TokenInvalid)?;
        if user.sub != sub {
            return Err(Error::TokenInvalid);
        }
        if user.is_revoked(epoch, sign_in) {
            return Err(Error::TokenRevoked);
        }
        if !user.enabled {
            return Err(Error::UserDisabled);
        }
        if user.status == UserStatus::ResetRequired {
            return Err(Error::PasswordResetRequired);
        }
        Ok(user)
    }
}

impl User {
    fn is_revoked(&self, epoch: u32, sign_in: [u8; 16]) -> bool {
        self.epoch != epoch || self.revoked.iter().any(|(id, _)| *id == sign_in)
    }

    fn revoke(&mut self, sign_in: [u8; 16], until: u64, now: UnixTime) {
        self.revoked.retain(|(_, until)| !is_over(now, *until));
        if self.revoked.len() >= MAX_REVOKED {
            // Rather sign out everywhere than forget that something was revoked.
            self.end_all_sessions();
        }
        self.revoked.push((sign_in, until));
    }

    /// Makes every token issued so far void.
    pub(crate) fn end_all_sessions(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
        self.revoked.clear();
    }
}

const ASSOCIATED: &[u8] = b"refresh token";
/// How many revoked sign-ins of one user are remembered at a time.
const MAX_REVOKED: usize = 64;
