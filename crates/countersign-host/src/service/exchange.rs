//! The home of the password check: sent as it is, or proven by the SRP exchange.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_core::UnixTime;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Service;
use super::confirmation::Confirmation;
use super::session::{Owner, Session, Stage, is_over};
use super::sign_in::{Progress, Proven};
use crate::Error;
use crate::pool::Pool;
use crate::random::draw;
use crate::seal::Purpose;
use crate::srp::{PasswordVerifier, ServerState, SrpError, parse_timestamp};
use crate::user::{PasswordFailures, User, random_sub};
use crate::username::folded;

/// The server's half of a password exchange, for the client to answer with [`PasswordClaim`].
pub struct PasswordChallenge {
    /// The user's name, folded, which goes into the proof: the same for every spelling.
    pub user_id: String,
    /// The salt, hexadecimal.
    pub salt_hex: String,
    /// The server's public value, hexadecimal.
    pub b_hex: String,
    /// What the client signs and sends back: standard base64.
    pub secret_block: String,
    /// The session.
    pub session: String,
}

impl fmt::Debug for PasswordChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordChallenge(..)")
    }
}

/// The client's proof of the password.
pub struct PasswordClaim<'a> {
    /// The secret block as it was received.
    pub secret_block: &'a str,
    /// The client's time, as in `Tue Nov 24 04:05:06 UTC 2026`.
    pub timestamp: &'a str,
    /// The signature, standard base64.
    pub signature: &'a str,
    /// The session, from clients that send it.
    pub session: Option<&'a str>,
}

/// What is sealed into the secret block.
#[derive(Serialize, Deserialize)]
struct Exchange {
    id: [u8; 16],
    /// The name is the folded one, and the `sub` nobody's for a user that does not exist.
    owner: Owner,
    expires_at: u64,
    state: Vec<u8>,
}

impl Service {
    /// Begins a password exchange with the client's public value, hexadecimal.
    ///
    /// With `hide_unknown`, a user that does not exist gets a challenge like any other, the same
    /// salt each time, and no proof of it ever holds.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a public value that is malformed or a multiple of N,
    /// [`Error::UserNotFound`], [`Error::PasswordBlocked`], the user's state.
    pub async fn begin_exchange(
        &self,
        pool: &Pool,
        client: &str,
        username: &str,
        client_public_hex: &str,
        hide_unknown: bool,
    ) -> Result<PasswordChallenge, Error> {
        let now = self.now()?;
        let found = self.load_user(pool, username).await?;
        self.admit_password(pool, username, found.as_ref(), now)
            .await?;
        // One for all spellings of a name, so that it tells nothing of how it is written on file.
        let name = folded(username)?;
        let (sub, password_version) = match &found {
            Some(user) => (user.sub.clone(), user.password_version),
            // As long as a user's, so that the length of what is sealed does not tell.
            None if hide_unknown => (random_sub(self.draw_id()?), 0),
            None => return Err(Error::UserNotFound),
        };
        let verifier = self.verifier_of(pool, &name, found.as_ref());
        let public = client_public_hex.to_owned();
        let secret = *draw(self.random())?;
        let (server, state) = self
            .compute(move || ServerState::begin(&verifier, &public, secret))
            .await?
            .map_err(|error| Error::InvalidParameter(srp_text(error).to_owned()))?;
        let id = self.draw_id()?;
        let expires_at = now.plus_secs(EXCHANGE_SECS).secs();
        let owner = Owner {
            pool: pool.id.clone(),
            client: client.to_owned(),
            username: name.clone(),
            sub,
            password_version,
        };
        let session = self.seal_session(&Session {
            owner: owner.clone(),
            stage: Stage::Password {
                exchange: id,
                expires_at,
            },
        })?;
        let exchange = Exchange {
            id,
            owner,
            expires_at,
            state: state.to_bytes().to_vec(),
        };
        let sealed = self.seal_bytes(Purpose::SrpState, ASSOCIATED, &exchange)?;
        Ok(PasswordChallenge {
            user_id: name,
            salt_hex: server.salt_hex,
            b_hex: server.b_hex,
            secret_block: STANDARD.encode(sealed),
            session,
        })
    }

    /// Checks the client's proof, and goes on as after any right password.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] for a proof that does not hold, one that is late, and a secret
    /// block of another exchange; [`Error::SessionInvalid`] for a session that does not belong to
    /// it; otherwise as [`Service::sign_in`].
    pub async fn finish_exchange(
        &self,
        pool: &Pool,
        client: &str,
        claim: &PasswordClaim<'_>,
    ) -> Result<Progress, Error> {
        let now = self.now()?;
        let (exchange, block) = self.open_exchange(pool, client, claim, now)?;
        let Owner {
            username,
            sub,
            password_version: version,
            ..
        } = exchange.owner;
        let found = self.load_user(pool, &username).await?;
        let user = found.filter(|user| user.sub == sub);
        self.admit_password(pool, &username, user.as_ref(), now)
            .await?;
        let verifier = self.verifier_of(pool, &username, user.as_ref());
        let state = ServerState::from_bytes(&exchange.state).map_err(|_| Error::SessionInvalid)?;
        let (realm, name) = (pool.realm.clone(), username.clone());
        let (stamp, signature) = (claim.timestamp.to_owned(), claim.signature.to_owned());
        let proof = self
            .compute(move || state.finish(&verifier, &realm, &name, &block, &stamp, &signature))
            .await?;
        let Ok(who) = proof else {
            return Err(self.count_wrong_password(pool, &username).await?);
        };
        let proven = Proven { who, sub, version };
        self.after_password(pool, client, proven, Some(exchange.id))
            .await
    }

    /// Checks a password that was sent as it is. A user that does not exist costs the same work.
    pub(super) async fn check_password(
        &self,
        pool: &Pool,
        username: &str,
        password: &str,
    ) -> Result<Proven, Error> {
        let now = self.now()?;
        let found = self.load_user(pool, username).await?;
        self.admit_password(pool, username, found.as_ref(), now)
            .await?;
        let name = folded(username)?;
        let verifier = self.verifier_of(pool, &name, found.as_ref());
        let password = Zeroizing::new(password.to_owned());
        let realm = pool.realm.clone();
        let proof = self
            .compute(move || verifier.verify_password(&realm, &name, &password))
            .await?;
        match (proof, found) {
            (Ok(who), Some(user)) => Ok(Proven {
                who,
                sub: user.sub.clone(),
                version: user.password_version,
            }),
            (_, found) => {
                let error = self.count_wrong_password(pool, username).await?;
                let hidden = found.is_some() || matches!(error, Error::PasswordBlocked);
                Err(if hidden { error } else { Error::UserNotFound })
            }
        }
    }

    /// The user's verifier. Who does not exist, or has no password, gets one that nothing meets.
    fn verifier_of(&self, pool: &Pool, folded: &str, user: Option<&User>) -> PasswordVerifier {
        let stored = user.and_then(|user| user.verifier.as_deref());
        stored
            .and_then(|stored| PasswordVerifier::from_bytes(stored).ok())
            .unwrap_or_else(|| PasswordVerifier::decoy(&self.inner.decoy_key, &pool.realm, folded))
    }

    /// Opens a secret block and holds it against who presents it, and when. With it come the bytes
    /// that the client signed.
    fn open_exchange(
        &self,
        pool: &Pool,
        client: &str,
        claim: &PasswordClaim<'_>,
        now: UnixTime,
    ) -> Result<(Exchange, Vec<u8>), Error> {
        if claim.secret_block.len() > MAX_BLOCK_LEN {
            return Err(Error::WrongPassword);
        }
        let sealed = STANDARD
            .decode(claim.secret_block)
            .map_err(|_| Error::WrongPassword)?;
        let exchange: Exchange = self
            .open_bytes(Purpose::SrpState, ASSOCIATED, &sealed)
            .ok_or(Error::WrongPassword)?;
        if !exchange.owner.came_through(pool, client) {
            return Err(Error::WrongPassword);
        }
        if let Some(session) = claim.session {
            let session = self.open_session(pool, client, session)?;
            let matches = matches!(session.stage, Stage::Password { exchange: id, .. }
                if id == exchange.id);
            if !matches {
                return Err(Error::SessionInvalid);
            }
        }
        if is_over(now, exchange.expires_at) {
            return Err(Error::SessionExpired);
        }
        let stamped = parse_timestamp(claim.timestamp).map_err(|_| Error::WrongPassword)?;
        let apart = now.secs_since(stamped).max(stamped.secs_since(now));
        if apart > CLOCK_TOLERANCE_SECS {
            return Err(Error::WrongPassword);
        }
        Ok((exchange, sealed))
    }
}

impl User {
    /// Marks a password exchange as used, so that its recorded proof is good once.
    pub(super) fn spend_exchange(&mut self, exchange: [u8; 16]) -> Result<(), Error> {
        if self.spent_exchanges.contains(&exchange) {
            return Err(Error::SessionSpent);
        }
        self.spent_exchanges.insert(0, exchange);
        self.spent_exchanges.truncate(SPENT_EXCHANGES);
        Ok(())
    }

    /// Puts a new password in force. A code that was sent to reset the old one is worth nothing.
    pub(crate) fn set_verifier(&mut self, verifier: &PasswordVerifier, now: UnixTime) {
        self.confirmations.remove(&Confirmation::Reset.number());
        self.verifier = Some(verifier.to_bytes().to_vec());
        self.password_version = self.password_version.wrapping_add(1);
        self.temporary_until = None;
        self.password_failures = PasswordFailures::default();
        self.modified_at = now.secs();
    }
}

const fn srp_text(error: SrpError) -> &'static str {
    match error {
        SrpError::NotHex => "SRP_A must be hexadecimal.",
        SrpError::TooLong => "SRP_A is too long.",
        SrpError::OutOfRange => "SRP_A must not be a multiple of N.",
    }
}

const ASSOCIATED: &[u8] = b"password exchange";
/// How long a client may take from the challenge to its proof.
const EXCHANGE_SECS: u32 = 180;
/// How far the client's clock may be off.
const CLOCK_TOLERANCE_SECS: u64 = 300;
/// Characters in a secret block at most; one of our own has about 900.
const MAX_BLOCK_LEN: usize = 2048;
const SPENT_EXCHANGES: usize = 32;
