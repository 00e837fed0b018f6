//! `RespondToAuthChallenge`: the answer to whatever a sign-in asked for.

use std::collections::BTreeMap;

use countersign_core::MfaType;
use countersign_host::{Answer as Reply, Error, username};

use super::Outcome;
use super::challenge::{self, mfa_of_name};
use super::initiate_auth;
use super::members::Values;
use crate::endpoint::{Door, Endpoint};
use crate::wire::{CLIENT_ID, ErrorKind, Fields, Parse, SESSION, Sensitive, WireError};

/// What a sign-in asks for, by Cognito's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChallengeName {
    SmsMfa,
    EmailOtp,
    SoftwareTokenMfa,
    SelectMfaType,
    MfaSetup,
    PasswordVerifier,
    SelectChallenge,
    NewPasswordRequired,
    /// A challenge that exists and that this server never makes.
    NeverMade,
}

impl ChallengeName {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        CHALLENGES
            .iter()
            .find(|(_, challenge)| *challenge == self)
            .map_or("", |(name, _)| name)
    }
}

const CHALLENGES: &[(&str, ChallengeName)] = &[
    ("SMS_MFA", ChallengeName::SmsMfa),
    ("EMAIL_OTP", ChallengeName::EmailOtp),
    ("SOFTWARE_TOKEN_MFA", ChallengeName::SoftwareTokenMfa),
    ("SELECT_MFA_TYPE", ChallengeName::SelectMfaType),
    ("MFA_SETUP", ChallengeName::MfaSetup),
    ("PASSWORD_VERIFIER", ChallengeName::PasswordVerifier),
    ("CUSTOM_CHALLENGE", ChallengeName::NeverMade),
    ("SELECT_CHALLENGE", ChallengeName::SelectChallenge),
    ("DEVICE_SRP_AUTH", ChallengeName::NeverMade),
    ("DEVICE_PASSWORD_VERIFIER", ChallengeName::NeverMade),
    ("ADMIN_NO_SRP_AUTH", ChallengeName::NeverMade),
    ("NEW_PASSWORD_REQUIRED", ChallengeName::NewPasswordRequired),
    ("SMS_OTP", ChallengeName::NeverMade),
    ("PASSWORD", ChallengeName::NeverMade),
    ("WEB_AUTHN", ChallengeName::NeverMade),
    ("PASSWORD_SRP", ChallengeName::NeverMade),
];

/// The answer to a challenge.
pub(crate) struct RespondToAuthChallenge {
    pub(crate) client_id: String,
    pub(crate) challenge: ChallengeName,
    pub(crate) session: Option<Sensitive>,
    pub(crate) responses: Values,
}

impl Parse for RespondToAuthChallenge {
    fn read(fields: &mut Fields) -> Self {
        Self {
            client_id: fields.required("ClientId", CLIENT_ID),
            challenge: fields
                .required_word("ChallengeName", CHALLENGES)
                .unwrap_or(ChallengeName::NeverMade),
            session: fields.optional_secret("Session", SESSION),
            responses: Values::read(fields, "ChallengeResponses"),
        }
    }
}

/// `RespondToAuthChallenge`.
pub(crate) async fn respond(endpoint: &Endpoint, request: RespondToAuthChallenge) -> Outcome {
    let door = endpoint.door(&request.client_id).await?;
    let username = request.responses.required("USERNAME")?;
    door.check_secret_hash(username, request.responses.optional("SECRET_HASH"))?;
    if request.challenge == ChallengeName::PasswordVerifier {
        return verify_password(endpoint, &door, &request, username).await;
    }
    let session = request
        .session
        .as_ref()
        .ok_or_else(|| WireError::invalid("Missing required parameter Session"))?;
    if request.challenge == ChallengeName::SelectChallenge {
        return initiate_auth::select(endpoint, &door, session.expose(), &request.responses).await;
    }
    check_user(endpoint, session, username)?;
    let attributes = new_attributes(&request.responses);
    let reply = reply(request.challenge, &request.responses, &attributes)?;
    let progress = endpoint
        .service()
        .confirm_sign_in(&door.pool, &door.client.id, session.expose(), reply)
        .await
        .map_err(|error| refused(error, request.challenge))?;
    challenge::answer(endpoint, &door, progress).await
}

/// The proof of the password. Older clients send no session with it: what they prove is in the
/// secret block.
async fn verify_password(
    endpoint: &Endpoint,
    door: &Door,
    request: &RespondToAuthChallenge,
    username: &str,
) -> Outcome {
    let session = request.session.as_ref();
    if let Some(session) = session {
        check_user(endpoint, session, username)?;
    }
    let session = session.map(Sensitive::expose);
    initiate_auth::finish_srp(endpoint, door, session, &request.responses).await
}

/// Refuses the answer of one user in the session of another.
fn check_user(endpoint: &Endpoint, session: &Sensitive, username: &str) -> Result<(), WireError> {
    let (_, _, owner) = endpoint.service().session_owner(session.expose())?;
    if username::folded(&owner)? == username::folded(username)? {
        return Ok(());
    }
    Err(Error::SessionInvalid.into())
}

/// The answer in the host's words.
fn reply<'a>(
    challenge: ChallengeName,
    responses: &'a Values,
    attributes: &'a BTreeMap<String, String>,
) -> Result<Reply<'a>, WireError> {
    let code = |factor, name| Ok(Reply::Code(Some(factor), responses.required(name)?));
    match challenge {
        ChallengeName::SmsMfa => code(MfaType::Sms, "SMS_MFA_CODE"),
        ChallengeName::EmailOtp => code(MfaType::Email, "EMAIL_OTP_CODE"),
        ChallengeName::SoftwareTokenMfa => code(MfaType::Totp, "SOFTWARE_TOKEN_MFA_CODE"),
        ChallengeName::SelectMfaType => mfa_of_name(responses.required("ANSWER")?)
            .map(Reply::SelectMfa)
            .ok_or_else(|| WireError::invalid("Invalid MFA type.")),
        ChallengeName::MfaSetup => Ok(responses
            .optional("EMAIL")
            .map_or(Reply::Complete, Reply::SetUpEmail)),
        ChallengeName::NewPasswordRequired => Ok(Reply::NewPassword(
            responses.required("NEW_PASSWORD")?,
            attributes,
        )),
        ChallengeName::PasswordVerifier
        | ChallengeName::SelectChallenge
        | ChallengeName::NeverMade => Err(WireError::invalid("Challenge not supported")),
    }
}

/// Attributes that come with a new password, as `userAttributes.<name>`.
fn new_attributes(responses: &Values) -> BTreeMap<String, String> {
    responses
        .with_prefix("userAttributes.")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Wrong codes of an authenticator have a text of their own.
fn refused(error: Error, challenge: ChallengeName) -> WireError {
    match (error, challenge) {
        (Error::CodeMismatch, ChallengeName::SoftwareTokenMfa) => {
            WireError::new(ErrorKind::CodeMismatch, "Invalid code received for user")
        }
        (error, _) => error.into(),
    }
}
