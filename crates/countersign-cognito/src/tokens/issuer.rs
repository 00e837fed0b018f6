//! The issuer: makes token pairs and verifies access tokens.

use countersign_core::UnixTime;
use zeroize::Zeroizing;

use super::claims::{self, ACCESS, AccessClaims, AccessToken, Grant};
use super::jws;
use super::key::{KeyError, SigningKey};
use super::uuid::Uuid;

/// Makes and verifies the tokens of every pool.
#[derive(Debug)]
pub struct TokenIssuer {
    base_url: String,
    pub(super) keys: Vec<SigningKey>,
}

/// One access token and one id token, signed. Wiped on drop, not printed.
pub struct IssuedTokens {
    /// The access token.
    pub access: Zeroizing<String>,
    /// The id token.
    pub id: Zeroizing<String>,
}

impl std::fmt::Debug for IssuedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IssuedTokens(..)")
    }
}

/// Why an access token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not a JSON Web Token with the claims of an access token.
    #[error("not a well-formed access token")]
    Malformed,
    /// It was not signed here, or not in the only accepted way.
    #[error("the token's signature is not this server's")]
    Forged,
    /// It is from another issuer.
    #[error("the token is from another issuer")]
    ForeignIssuer,
    /// It is a token, but not an access token.
    #[error("the token is not an access token")]
    WrongUse,
    /// It is too old.
    #[error("the token has expired")]
    Expired,
}

impl TokenIssuer {
    /// An issuer at this public address, without a slash at its end, signing with this key.
    #[must_use]
    pub fn new(public_url: &str, key: SigningKey) -> Self {
        Self {
            base_url: public_url.trim_end_matches('/').to_owned(),
            keys: vec![key],
        }
    }

    /// Accepts tokens of an older key too, and keeps publishing it.
    #[must_use]
    pub fn with_retired_key(mut self, key: SigningKey) -> Self {
        self.keys.push(key);
        self
    }

    /// The issuer claim of a pool: where its discovery document is found.
    #[must_use]
    pub fn issuer(&self, pool_id: &str) -> String {
        format!("{}/{pool_id}", self.base_url)
    }

    /// Signs the tokens of a grant. The two draws of 16 random bytes become their identifiers.
    /// Two RSA signatures take one to three milliseconds: keep this off the async threads.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the library cannot sign.
    pub fn issue(
        &self,
        grant: &Grant<'_>,
        now: UnixTime,
        random: [[u8; 16]; 2],
    ) -> Result<IssuedTokens, KeyError> {
        let key = self.keys.first().ok_or(KeyError::Failed)?;
        let issuer = self.issuer(grant.pool_id);
        let [access_id, id_id] = random.map(Uuid::from_random);
        let access = claims::access(grant, &issuer, now, access_id);
        let id = claims::id(grant, &issuer, now, id_id);
        let access = serde_json::to_vec(&access).map_err(|_| KeyError::Failed)?;
        let id = serde_json::to_vec(&id).map_err(|_| KeyError::Failed)?;
        Ok(IssuedTokens {
            access: jws::sign(&access, key)?,
            id: jws::sign(&id, key)?,
        })
    }

    /// Verifies an access token: algorithm, key, signature, issuer, use and lifetime.
    ///
    /// # Errors
    /// [`TokenError`], by the first check that fails, in that order.
    pub fn verify_access(&self, token: &str, now: UnixTime) -> Result<AccessToken, TokenError> {
        let payload = jws::verify(token, &self.keys)?;
        // An id token has neither scope nor client_id, so its use is looked at first.
        let token_use: UseOnly =
            serde_json::from_slice(&payload).map_err(|_| TokenError::Malformed)?;
        let Some(pool_id) = token_use
            .iss
            .strip_prefix(&self.base_url)
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            return Err(TokenError::ForeignIssuer);
        };
        if token_use.token_use != ACCESS {
            return Err(TokenError::WrongUse);
        }
        let claims: AccessClaims =
            serde_json::from_slice(&payload).map_err(|_| TokenError::Malformed)?;
        if now.secs() >= claims.exp {
            return Err(TokenError::Expired);
        }
        Ok(AccessToken {
            pool_id: pool_id.to_owned(),
            claims,
        })
    }
}

#[derive(serde::Deserialize)]
struct UseOnly {
    iss: String,
    token_use: String,
}
