//! The user of an access token.

use countersign_host::{Pool, Principal, UserView};

use crate::endpoint::Endpoint;
use crate::tokens::{AccessToken, TokenError, Uuid};
use crate::wire::{ErrorKind, Sensitive, WireError};

/// A user who is signed in, as far as an operation needs to know.
pub(crate) struct SignedInUser {
    pub(crate) pool: Pool,
    pub(crate) principal: Principal,
    pub(crate) view: UserView,
}

/// Verifies an access token, and that nothing has revoked it since.
pub(crate) async fn signed_in_user(
    endpoint: &Endpoint,
    token: &Sensitive,
) -> Result<SignedInUser, WireError> {
    let token = verified(endpoint, token)?;
    let origin = token
        .origin_jti()
        .parse::<Uuid>()
        .map_err(|_| WireError::not_authorized("Invalid Access Token"))?;
    // The client may have been deleted since; its tokens end with it.
    let door = endpoint
        .door(token.client_id())
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::ResourceNotFound => WireError::not_authorized("Invalid Access Token"),
            // A fault must not look like a refusal: clients forget their tokens at that.
            _ => error,
        })?;
    if door.pool.id != token.pool_id() {
        return Err(WireError::not_authorized("Invalid Access Token"));
    }
    let (principal, view) = endpoint
        .service()
        .authorize(
            &door.pool,
            token.username(),
            token.sub(),
            token.epoch(),
            origin.to_bytes(),
        )
        .await?;
    Ok(SignedInUser {
        pool: door.pool,
        principal,
        view,
    })
}

fn verified(endpoint: &Endpoint, token: &Sensitive) -> Result<AccessToken, WireError> {
    endpoint
        .tokens()
        .verify_access(token.expose(), endpoint.now()?)
        .map_err(|error| {
            WireError::not_authorized(match error {
                TokenError::Expired => "Access Token has expired",
                TokenError::Malformed
                | TokenError::Forged
                | TokenError::ForeignIssuer
                | TokenError::WrongUse => "Invalid Access Token",
            })
        })
}
