//! What a sign-in asks for, as Cognito's challenges and their parameters.

use std::collections::BTreeMap;

use countersign_core::{MfaSet, MfaType};
use countersign_host::{CodeDeliveryDetails, Error, NextStep, Progress};
use serde::Serialize;
use serde_json::Value;

use super::Outcome;
use super::issue::{AuthenticationResult, issue};
use super::respond_to_auth_challenge::ChallengeName;
use crate::endpoint::{Door, Endpoint};
use crate::wire::{Answer, WireError};

/// The answer of both operations of a sign-in.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) challenge_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<String>,
    /// Always there: clients fail without it.
    pub(crate) challenge_parameters: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authentication_result: Option<AuthenticationResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) available_challenges: Option<Vec<&'static str>>,
}

impl AuthAnswer {
    /// A challenge to this user; more parameters may follow.
    pub(crate) fn challenge(name: ChallengeName, username: &str, session: Option<String>) -> Self {
        let parameters = [("USERNAME", username), ("USER_ID_FOR_SRP", username)];
        Self {
            challenge_name: Some(name.name()),
            session,
            challenge_parameters: parameters
                .into_iter()
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
            authentication_result: None,
            available_challenges: None,
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.challenge_parameters.insert(name, value.into());
        self
    }

    fn sent(self, details: CodeDeliveryDetails) -> Self {
        self.with("CODE_DELIVERY_DELIVERY_MEDIUM", details.medium.name())
            .with("CODE_DELIVERY_DESTINATION", details.destination)
    }
}

/// A sign-in's next step as an answer: a challenge, or tokens.
pub(crate) async fn answer(endpoint: &Endpoint, door: &Door, progress: Progress) -> Outcome {
    let Progress {
        username,
        session,
        next_step,
    } = progress;
    let challenge = |name| AuthAnswer::challenge(name, &username, session);
    let answer = match next_step {
        NextStep::ConfirmWithSmsCode(details) => challenge(ChallengeName::SmsMfa).sent(details),
        NextStep::ConfirmWithEmailCode(details) => challenge(ChallengeName::EmailOtp).sent(details),
        NextStep::ConfirmWithTotpCode(name) => {
            let answer = challenge(ChallengeName::SoftwareTokenMfa);
            match name {
                Some(name) => answer.with("FRIENDLY_DEVICE_NAME", name),
                None => answer,
            }
        }
        NextStep::SelectMfa(offered) => {
            challenge(ChallengeName::SelectMfaType).with("MFAS_CAN_CHOOSE", mfa_names(offered))
        }
        NextStep::SetUpMfa(offered) => {
            challenge(ChallengeName::MfaSetup).with("MFAS_CAN_SETUP", mfa_names(offered))
        }
        // The protocol has no challenge for recovery codes, which only an embedder issues.
        NextStep::ConfirmWithRecoveryCode => return Err(Error::FactorsLocked.into()),
        NextStep::CompleteSetUp => challenge(ChallengeName::MfaSetup),
        NextStep::NewPasswordRequired(attributes) => {
            let on_file = serde_json::to_string(&attributes).map_err(|_| WireError::internal())?;
            challenge(ChallengeName::NewPasswordRequired)
                .with("requiredAttributes", "[]")
                .with("userAttributes", on_file)
        }
        NextStep::Done(signed_in) => AuthAnswer {
            challenge_name: None,
            session: None,
            challenge_parameters: BTreeMap::new(),
            authentication_result: Some(issue(endpoint, door, signed_in).await?),
            available_challenges: None,
        },
        _ => {
            tracing::error!("a sign-in asks for something that has no challenge");
            return Err(WireError::internal());
        }
    };
    Answer::new(&answer)
}

/// A factor's name in settings, challenges and selections.
pub(crate) const fn mfa_name(factor: MfaType) -> &'static str {
    match factor {
        MfaType::Sms => "SMS_MFA",
        MfaType::Totp => "SOFTWARE_TOKEN_MFA",
        MfaType::Email => "EMAIL_OTP",
    }
}

/// The factor of a name; Cognito's own text calls e-mail `EMAIL_MFA` in one place.
pub(crate) fn mfa_of_name(name: &str) -> Option<MfaType> {
    if name == "EMAIL_MFA" {
        return Some(MfaType::Email);
    }
    MfaType::ALL
        .into_iter()
        .find(|factor| mfa_name(*factor) == name)
}

/// A list inside a challenge parameter is JSON text inside a string.
fn mfa_names(factors: MfaSet) -> String {
    let names: Vec<&str> = factors.iter().map(mfa_name).collect();
    Value::from(names).to_string()
}
