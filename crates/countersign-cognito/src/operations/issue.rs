//! What a sign-in or a refresh ends with: tokens.

use countersign_core::UnixTime;
use countersign_host::{Grant, SignedIn, UserView};
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::endpoint::{Door, Endpoint};
use crate::records::TokenLifetimes;
use crate::tokens::{self, Uuid};
use crate::wire::WireError;

/// The tokens of an answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthenticationResult {
    access_token: Token,
    id_token: Token,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Token>,
    expires_in: u32,
    token_type: &'static str,
}

/// A token on its way out; wiped on drop.
struct Token(Zeroizing<String>);

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Ends a sign-in. The proof that it succeeded is used up by this.
pub(crate) async fn issue(
    endpoint: &Endpoint,
    door: &Door,
    signed_in: SignedIn,
) -> Result<AuthenticationResult, WireError> {
    let lifetime = TokenLifetimes::secs(door.client.lifetimes.refresh);
    let (grant, user, refresh_token) = endpoint.service().issue(signed_in, lifetime)?;
    let mut result = renew(endpoint, door, grant, user).await?;
    result.refresh_token = Some(Token(refresh_token));
    Ok(result)
}

/// Access and id token of a grant that holds.
pub(crate) async fn renew(
    endpoint: &Endpoint,
    door: &Door,
    grant: Grant,
    user: UserView,
) -> Result<AuthenticationResult, WireError> {
    let now = endpoint.now()?;
    let random = [endpoint.draw()?, endpoint.draw()?];
    let access_secs = TokenLifetimes::secs(door.client.lifetimes.access);
    let id_secs = TokenLifetimes::secs(door.client.lifetimes.id);
    let issuer = endpoint.shared_tokens();
    // Two RSA signatures hold up an async thread for too long.
    let signed = tokio::task::spawn_blocking(move || {
        let attributes: Vec<(String, String)> = user.attributes.into_iter().collect();
        let origin = Uuid::from_bytes(grant.id).to_string();
        let claims = tokens::Grant {
            pool_id: &grant.pool,
            client_id: &grant.client,
            sub: &grant.sub,
            username: &user.username,
            attributes: &attributes,
            auth_time: UnixTime::from_secs(grant.signed_in_at).unwrap_or(now),
            origin_jti: &origin,
            epoch: grant.epoch,
            access_secs,
            id_secs,
        };
        issuer.issue(&claims, now, random)
    })
    .await;
    let Ok(Ok(signed)) = signed else {
        tracing::error!("tokens could not be signed");
        return Err(WireError::internal());
    };
    Ok(AuthenticationResult {
        access_token: Token(signed.access),
        id_token: Token(signed.id),
        refresh_token: None,
        expires_in: access_secs,
        token_type: "Bearer",
    })
}
