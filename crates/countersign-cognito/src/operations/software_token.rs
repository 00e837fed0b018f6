//! `AssociateSoftwareToken` and `VerifySoftwareToken`: setting up an authenticator.

use countersign_host::{Answer as Reply, Error, NextStep, Progress};
use serde_json::json;

use super::Outcome;
use super::signed_in::signed_in_user;
use crate::endpoint::{Door, Endpoint};
use crate::wire::{
    Answer, ErrorKind, FRIENDLY_NAME, Fields, Parse, SESSION, Sensitive, TOKEN, USER_CODE,
    WireError,
};

/// Who sets up: a signed-in user, or a sign-in that asks for it.
pub(crate) enum SetUpBy {
    /// The user of this access token.
    AccessToken(Sensitive),
    /// The sign-in of this session.
    Session(Sensitive),
}

impl SetUpBy {
    fn of(access_token: Option<Sensitive>, session: Option<Sensitive>) -> Result<Self, WireError> {
        match (access_token, session) {
            (Some(token), None) => Ok(Self::AccessToken(token)),
            (None, Some(session)) => Ok(Self::Session(session)),
            (None, None) => Err(WireError::invalid(
                "Either AccessToken or Session is required",
            )),
            (Some(_), Some(_)) => Err(WireError::invalid(
                "Only one of AccessToken and Session can be given",
            )),
        }
    }
}

/// A request for a new shared secret.
pub(crate) struct AssociateSoftwareToken {
    access_token: Option<Sensitive>,
    session: Option<Sensitive>,
}

impl AssociateSoftwareToken {
    pub(crate) fn by(self) -> Result<SetUpBy, WireError> {
        SetUpBy::of(self.access_token, self.session)
    }
}

impl Parse for AssociateSoftwareToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: fields.optional_secret("AccessToken", TOKEN),
            session: fields.optional_secret("Session", SESSION),
        }
    }
}

/// The first code of the new authenticator.
pub(crate) struct VerifySoftwareToken {
    access_token: Option<Sensitive>,
    session: Option<Sensitive>,
    pub(crate) code: Sensitive,
    pub(crate) friendly_name: Option<String>,
}

impl VerifySoftwareToken {
    pub(crate) fn by(&self) -> Result<SetUpBy, WireError> {
        SetUpBy::of(self.access_token.clone(), self.session.clone())
    }
}

impl Parse for VerifySoftwareToken {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: fields.optional_secret("AccessToken", TOKEN),
            session: fields.optional_secret("Session", SESSION),
            code: fields.required_secret("UserCode", USER_CODE),
            friendly_name: fields.optional("FriendlyDeviceName", FRIENDLY_NAME),
        }
    }
}

/// `AssociateSoftwareToken`.
pub(crate) async fn associate(endpoint: &Endpoint, request: AssociateSoftwareToken) -> Outcome {
    match request.by()? {
        SetUpBy::AccessToken(token) => {
            let user = signed_in_user(endpoint, &token).await?;
            let set_up = endpoint
                .service()
                .set_up_totp(&user.pool, &user.principal)
                .await?;
            let secret = set_up.shared_secret().to_base32();
            Answer::new(&json!({ "SecretCode": secret.as_str() }))
        }
        SetUpBy::Session(session) => {
            let door = door_of(endpoint, &session).await?;
            let progress = advance(endpoint, &door, &session, Reply::SetUpTotp).await;
            let progress = progress.map_err(|error| match error {
                // The session asks for something else than a set-up.
                Error::SetUpNotStarted => Error::SessionInvalid.into(),
                error => WireError::from(error),
            })?;
            let NextStep::ConfirmTotpSetUp(secret) = progress.next_step else {
                return Err(Error::NotAsked.into());
            };
            let secret = secret.to_base32();
            Answer::new(&json!({ "SecretCode": secret.as_str(), "Session": progress.session }))
        }
    }
}

/// `VerifySoftwareToken`.
pub(crate) async fn verify(endpoint: &Endpoint, request: VerifySoftwareToken) -> Outcome {
    let name = request.friendly_name.as_deref();
    match request.by()? {
        SetUpBy::AccessToken(token) => {
            let user = signed_in_user(endpoint, &token).await?;
            endpoint
                .service()
                .verify_totp_setup(&user.pool, &user.principal, request.code.expose(), name)
                .await?;
            Answer::new(&json!({ "Status": "SUCCESS" }))
        }
        SetUpBy::Session(session) => {
            let reply = Reply::TotpSetUpCode(request.code.expose(), name);
            let door = door_of(endpoint, &session).await?;
            let progress = advance(endpoint, &door, &session, reply).await?;
            Answer::new(&json!({ "Status": "SUCCESS", "Session": progress.session }))
        }
    }
}

/// These two operations name no client: the session does. A client that is gone takes its
/// sessions along.
async fn door_of(endpoint: &Endpoint, session: &Sensitive) -> Result<Door, WireError> {
    let (_, client, _) = endpoint.service().session_owner(session.expose())?;
    endpoint
        .door(&client)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::ResourceNotFound => Error::SessionInvalid.into(),
            _ => error,
        })
}

async fn advance(
    endpoint: &Endpoint,
    door: &Door,
    session: &Sensitive,
    reply: Reply<'_>,
) -> Result<Progress, Error> {
    endpoint
        .service()
        .confirm_sign_in(&door.pool, &door.client.id, session.expose(), reply)
        .await
}
