//! `RespondToAuthChallenge`: the answer to whatever a sign-in asked for.

use super::members::Values;
use crate::wire::{CLIENT_ID, Fields, Parse, SESSION, Sensitive};

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
