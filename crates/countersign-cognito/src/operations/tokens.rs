//! `GetTokensFromRefreshToken`, `RevokeToken` and `GlobalSignOut`: what becomes of tokens.

use serde_json::json;

use super::Outcome;
use super::issue::renew;
use super::members::access_token;
use super::signed_in::signed_in_user;
use crate::endpoint::Endpoint;
use crate::refusal::of_refresh;
use crate::wire::{Answer, CLIENT_ID, Fields, Parse, SECRET_HASH, Sensitive, TOKEN, WireError};

/// A refresh token to be turned into new tokens.
pub(crate) struct GetTokensFromRefreshToken {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Sensitive>,
    pub(crate) refresh_token: Sensitive,
}

impl Parse for GetTokensFromRefreshToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            client_secret: fields.optional_secret("ClientSecret", SECRET_HASH),
            refresh_token: fields.required_secret("RefreshToken", TOKEN),
        }
    }
}

/// A refresh token to be made void.
pub(crate) struct RevokeToken {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Sensitive>,
    pub(crate) token: Sensitive,
}

impl Parse for RevokeToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            client_secret: fields.optional_secret("ClientSecret", SECRET_HASH),
            token: fields.required_secret("Token", TOKEN),
        }
    }
}

/// The end of every session of a user.
pub(crate) struct GlobalSignOut {
    pub(crate) access_token: Sensitive,
}

impl Parse for GlobalSignOut {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
        }
    }
}

/// `GetTokensFromRefreshToken`.
pub(crate) async fn refresh(endpoint: &Endpoint, request: GetTokensFromRefreshToken) -> Outcome {
    let door = endpoint.door(&request.client_id).await?;
    door.check_secret(request.client_secret.as_ref().map(Sensitive::expose))?;
    let token = request.refresh_token.expose();
    let (grant, user) = endpoint
        .service()
        .redeem(&door.pool, &door.client.id, token)
        .await
        .map_err(of_refresh)?;
    let result = renew(endpoint, &door, grant, user).await?;
    Answer::new(&json!({ "AuthenticationResult": result }))
}

/// `RevokeToken`.
pub(crate) async fn revoke(endpoint: &Endpoint, request: RevokeToken) -> Outcome {
    let door = endpoint.door(&request.client_id).await?;
    door.check_secret(request.client_secret.as_ref().map(Sensitive::expose))?;
    let token = request.token.expose();
    // Access and id tokens have dots, refresh tokens have none.
    if token.contains('.') {
        return Err(WireError::new(
            crate::wire::ErrorKind::UnsupportedTokenType,
            "Only refresh tokens can be revoked",
        ));
    }
    endpoint
        .service()
        .revoke(&door.pool, &door.client.id, token)
        .await
        .map_err(of_refresh)?;
    Ok(Answer::empty())
}

/// `GlobalSignOut`.
pub(crate) async fn sign_out(endpoint: &Endpoint, request: GlobalSignOut) -> Outcome {
    let user = signed_in_user(endpoint, &request.access_token).await?;
    endpoint
        .service()
        .sign_out_everywhere(&user.pool, user.principal.username())
        .await?;
    Ok(Answer::empty())
}
