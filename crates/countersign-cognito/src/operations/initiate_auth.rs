//! `InitiateAuth`: a password, the first half of SRP, or a refresh token.

use countersign_host::seal::Purpose;
use countersign_host::{Error, PasswordClaim};
use serde_json::json;

use super::Outcome;
use super::challenge::{self, AuthAnswer};
use super::issue::renew;
use super::members::Values;
use super::respond_to_auth_challenge::ChallengeName;
use crate::endpoint::{Door, Endpoint};
use crate::refusal::{hiding_users, of_refresh};
use crate::wire::{Answer, CLIENT_ID, Fields, Parse, SESSION, Sensitive, WireError};

/// How to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthFlow {
    /// `USER_SRP_AUTH`.
    Srp,
    /// `USER_PASSWORD_AUTH`.
    Password,
    /// `REFRESH_TOKEN_AUTH` and its older spelling `REFRESH_TOKEN`.
    Refresh,
    /// `USER_AUTH`: the client names or asks for the first factor.
    Choice,
    /// A flow that exists and is not offered to users here.
    Unsupported,
}

const FLOWS: &[(&str, AuthFlow)] = &[
    ("USER_SRP_AUTH", AuthFlow::Srp),
    ("REFRESH_TOKEN_AUTH", AuthFlow::Refresh),
    ("REFRESH_TOKEN", AuthFlow::Refresh),
    ("CUSTOM_AUTH", AuthFlow::Unsupported),
    ("ADMIN_NO_SRP_AUTH", AuthFlow::Unsupported),
    ("USER_PASSWORD_AUTH", AuthFlow::Password),
    ("ADMIN_USER_PASSWORD_AUTH", AuthFlow::Unsupported),
    ("USER_AUTH", AuthFlow::Choice),
];

/// The beginning of a sign-in or a refresh.
pub(crate) struct InitiateAuth {
    pub(crate) client_id: String,
    pub(crate) flow: AuthFlow,
    pub(crate) parameters: Values,
}

impl Parse for InitiateAuth {
    fn read(fields: &mut Fields) -> Self {
        let _session: Option<Sensitive> = fields.optional_secret("Session", SESSION);
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            flow: fields
                .required_word("AuthFlow", FLOWS)
                .unwrap_or(AuthFlow::Unsupported),
            parameters: Values::read(fields, "AuthParameters"),
        }
    }
}

/// `InitiateAuth`.
pub(crate) async fn initiate(endpoint: &Endpoint, request: InitiateAuth) -> Outcome {
    let door = endpoint.door(&request.client_id).await?;
    let flows = door.client.flows;
    let (allowed, name) = match request.flow {
        AuthFlow::Srp => (flows.srp, "USER_SRP_AUTH"),
        AuthFlow::Password => (flows.password, "USER_PASSWORD_AUTH"),
        AuthFlow::Refresh => (flows.refresh, "REFRESH_TOKEN_AUTH"),
        AuthFlow::Choice => (flows.choice, "USER_AUTH"),
        AuthFlow::Unsupported => {
            return Err(WireError::invalid("Initiate Auth method not supported"));
        }
    };
    if !allowed {
        return Err(WireError::invalid(format!(
            "{name} flow not enabled for this client"
        )));
    }
    let parameters = &request.parameters;
    if request.flow == AuthFlow::Refresh {
        return refresh(endpoint, &door, parameters).await;
    }
    let username = parameters.required("USERNAME")?;
    door.check_secret_hash(username, parameters.optional("SECRET_HASH"))?;
    match request.flow {
        AuthFlow::Srp => begin_srp(endpoint, &door, parameters).await,
        AuthFlow::Password => password(endpoint, &door, parameters).await,
        _ => choose(endpoint, &door, parameters).await,
    }
}

/// A password sent as it is.
async fn password(endpoint: &Endpoint, door: &Door, parameters: &Values) -> Outcome {
    let username = parameters.required("USERNAME")?;
    let password = parameters.required("PASSWORD")?;
    let progress = endpoint
        .service()
        .sign_in(&door.pool, &door.client.id, username, password)
        .await
        .map_err(|error| hiding_users(error, door.client.hides_users))?;
    challenge::answer(endpoint, door, progress).await
}

/// The first half of the password exchange.
async fn begin_srp(endpoint: &Endpoint, door: &Door, parameters: &Values) -> Outcome {
    let username = parameters.required("USERNAME")?;
    let public = parameters.required("SRP_A")?;
    let asked = endpoint
        .service()
        .begin_exchange(
            &door.pool,
            &door.client.id,
            username,
            public,
            door.client.hides_users,
        )
        .await
        .map_err(|error| hiding_users(error, door.client.hides_users))?;
    let answer = AuthAnswer::challenge(
        ChallengeName::PasswordVerifier,
        &asked.user_id,
        Some(asked.session),
    )
    .with("SRP_B", asked.b_hex)
    .with("SALT", asked.salt_hex)
    .with("SECRET_BLOCK", asked.secret_block);
    Answer::new(&answer)
}

/// The second half, `PASSWORD_VERIFIER`.
pub(crate) async fn finish_srp(
    endpoint: &Endpoint,
    door: &Door,
    session: Option<&str>,
    responses: &Values,
) -> Outcome {
    let claim = PasswordClaim {
        secret_block: responses.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        timestamp: responses.required("TIMESTAMP")?,
        signature: responses.required("PASSWORD_CLAIM_SIGNATURE")?,
        session,
    };
    let progress = endpoint
        .service()
        .finish_exchange(&door.pool, &door.client.id, &claim)
        .await
        .map_err(|error| hiding_users(error, door.client.hides_users))?;
    challenge::answer(endpoint, door, progress).await
}

/// `REFRESH_TOKEN_AUTH`: the older way to what `GetTokensFromRefreshToken` does.
async fn refresh(endpoint: &Endpoint, door: &Door, parameters: &Values) -> Outcome {
    // Clients send the user name or the client's own secret here; the token names the user.
    let token = parameters.required("REFRESH_TOKEN")?;
    let (grant, user) = endpoint
        .service()
        .redeem(&door.pool, &door.client.id, token)
        .await
        .map_err(of_refresh)?;
    let hash = parameters.optional("SECRET_HASH");
    door.check_secret_hash(&user.username, hash)
        .or_else(|_| door.check_secret_hash(&user.sub, hash))?;
    let result = renew(endpoint, door, grant, user).await?;
    Answer::new(&json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

/// `USER_AUTH`: the first factor that the client prefers, or the list of those there are.
async fn choose(endpoint: &Endpoint, door: &Door, parameters: &Values) -> Outcome {
    match (
        parameters.optional("PREFERRED_CHALLENGE"),
        parameters.optional("PASSWORD"),
        parameters.optional("SRP_A"),
    ) {
        (Some("PASSWORD"), Some(_), _) => password(endpoint, door, parameters).await,
        (Some("PASSWORD_SRP"), _, Some(_)) => begin_srp(endpoint, door, parameters).await,
        _ => {
            let username = parameters.required("USERNAME")?;
            let session = choice_session(endpoint, door, username)?;
            let mut answer =
                AuthAnswer::challenge(ChallengeName::SelectChallenge, username, Some(session));
            answer.available_challenges = Some(vec!["PASSWORD", "PASSWORD_SRP"]);
            Answer::new(&answer)
        }
    }
}

/// The choice, `SELECT_CHALLENGE`, with what it needs.
pub(crate) async fn select(
    endpoint: &Endpoint,
    door: &Door,
    session: &str,
    responses: &Values,
) -> Outcome {
    check_choice_session(endpoint, door, session, responses.required("USERNAME")?)?;
    match responses.required("ANSWER")? {
        "PASSWORD" => password(endpoint, door, responses).await,
        "PASSWORD_SRP" => begin_srp(endpoint, door, responses).await,
        _ => Err(WireError::invalid("Challenge not available")),
    }
}

/// The session of a choice. Nothing has been proven when it is made, so all that it does is tie
/// the answer to the client and user name of the question, for as long as any session lasts.
fn choice_session(endpoint: &Endpoint, door: &Door, username: &str) -> Result<String, WireError> {
    let until = endpoint.now()?.plus_secs(door.pool.policy.step_secs).secs();
    let service = endpoint.service();
    let sealed = service.keys().seal_text(
        service.random(),
        Purpose::SignIn,
        &choice_binding(door, username),
        &until.to_be_bytes(),
    );
    Ok(sealed.map_err(Error::from)?)
}

fn check_choice_session(
    endpoint: &Endpoint,
    door: &Door,
    session: &str,
    username: &str,
) -> Result<(), WireError> {
    let opened = endpoint
        .service()
        .keys()
        .open_text(Purpose::SignIn, &choice_binding(door, username), session)
        .map_err(|_| Error::SessionInvalid)?;
    let until = opened
        .as_slice()
        .try_into()
        .map(u64::from_be_bytes)
        .map_err(|_| Error::SessionInvalid)?;
    if endpoint.now()?.secs() >= until {
        return Err(Error::SessionExpired.into());
    }
    Ok(())
}

fn choice_binding(door: &Door, username: &str) -> Vec<u8> {
    // A client identifier has no slash, so no two pairs give the same bytes.
    format!("choice of first factor/{}/{username}", door.client.id).into_bytes()
}
