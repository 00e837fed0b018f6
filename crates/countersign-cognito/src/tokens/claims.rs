//! The claims: what a token says about a user, and what is read back from an access token.

use countersign_core::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::uuid::Uuid;

/// The only scope: the user's own operations.
pub const SCOPE: &str = "aws.cognito.signin.user.admin";

/// What a pair of tokens is issued for.
#[derive(Clone, Debug)]
pub struct Grant<'a> {
    /// The pool's identifier.
    pub pool_id: &'a str,
    /// The app client's identifier.
    pub client_id: &'a str,
    /// The user's unchanging identifier.
    pub sub: &'a str,
    /// The user name.
    pub username: &'a str,
    /// The user's attributes as the id token shows them; `sub` is not among them.
    pub attributes: &'a [(String, String)],
    /// When the user authenticated, which a refresh does not change.
    pub auth_time: UnixTime,
    /// The identifier of the refresh token, by which clients know that it can be revoked.
    pub origin_jti: &'a str,
    /// How often everything that was issued to the user has been revoked. A token of an earlier
    /// epoch is void.
    pub epoch: u32,
    /// Lifetime of the access token in seconds.
    pub access_secs: u32,
    /// Lifetime of the id token in seconds.
    pub id_secs: u32,
}

/// A verified access token: this server issued it, and it has not expired.
///
/// Whether it was revoked only the account knows: compare [`AccessToken::epoch`] with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub(super) pool_id: String,
    pub(super) claims: AccessClaims,
}

impl AccessToken {
    /// The pool that it was issued in.
    #[must_use]
    pub fn pool_id(&self) -> &str {
        &self.pool_id
    }

    /// The app client that it was issued to.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.claims.client_id
    }

    /// The user's unchanging identifier.
    #[must_use]
    pub fn sub(&self) -> &str {
        &self.claims.sub
    }

    /// The user name at the time of issue.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.claims.username
    }

    /// The user's sign-out epoch at the time of issue.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.claims.epoch
    }

    /// The identifier of the refresh token behind it.
    #[must_use]
    pub fn origin_jti(&self) -> &str {
        &self.claims.origin_jti
    }

    /// When it was issued, in seconds since 1970.
    #[must_use]
    pub fn issued_at_secs(&self) -> u64 {
        self.claims.iat
    }

    /// When the user authenticated, in seconds since 1970.
    #[must_use]
    pub fn auth_time_secs(&self) -> u64 {
        self.claims.auth_time
    }
}

/// The payload of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AccessClaims {
    pub(super) sub: String,
    pub(super) iss: String,
    pub(super) client_id: String,
    pub(super) origin_jti: String,
    pub(super) token_use: String,
    pub(super) scope: String,
    pub(super) auth_time: u64,
    pub(super) exp: u64,
    pub(super) iat: u64,
    pub(super) jti: String,
    pub(super) username: String,
    #[serde(rename = "countersign:epoch")]
    pub(super) epoch: u32,
}

/// The `token_use` of an access token.
pub(super) const ACCESS: &str = "access";

/// The claims of the access token of a grant.
pub(super) fn access(grant: &Grant<'_>, issuer: &str, now: UnixTime, jti: Uuid) -> AccessClaims {
    AccessClaims {
        sub: grant.sub.to_owned(),
        iss: issuer.to_owned(),
        client_id: grant.client_id.to_owned(),
        origin_jti: grant.origin_jti.to_owned(),
        token_use: ACCESS.to_owned(),
        scope: SCOPE.to_owned(),
        auth_time: grant.auth_time.secs(),
        exp: now.plus_secs(grant.access_secs).secs(),
        iat: now.secs(),
        jti: jti.to_string(),
        username: grant.username.to_owned(),
        epoch: grant.epoch,
    }
}

/// The claims of the id token of a grant. The fixed claims are written last, so no attribute can
/// take the place of one.
pub(super) fn id(grant: &Grant<'_>, issuer: &str, now: UnixTime, jti: Uuid) -> Map<String, Value> {
    let mut claims: Map<String, Value> = grant
        .attributes
        .iter()
        .map(|(name, value)| (name.clone(), attribute_value(name, value)))
        .collect();
    let fixed: [(&str, Value); 10] = [
        ("sub", grant.sub.into()),
        ("iss", issuer.into()),
        ("aud", grant.client_id.into()),
        ("cognito:username", grant.username.into()),
        ("origin_jti", grant.origin_jti.into()),
        ("token_use", "id".into()),
        ("auth_time", grant.auth_time.secs().into()),
        ("exp", now.plus_secs(grant.id_secs).secs().into()),
        ("iat", now.secs().into()),
        ("jti", jti.to_string().into()),
    ];
    for (name, value) in fixed {
        claims.insert(name.to_owned(), value);
    }
    claims
}

/// `OpenID` Connect Core §5.1 types the two `_verified` claims as booleans.
fn attribute_value(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => Value::Bool(value == "true"),
        _ => Value::from(value),
    }
}
