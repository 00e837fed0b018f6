//! `SetUserMFAPreference`, and the settings it shares with its admin twin.

use countersign_core::{MfaPreference, MfaPreferenceUpdate};

use super::Outcome;
use super::members::access_token;
use super::signed_in::signed_in_user;
use crate::endpoint::Endpoint;
use crate::wire::{Answer, Fields, Parse, Sensitive};

/// The settings of one factor.
struct FactorSettings {
    enabled: Option<bool>,
    preferred: Option<bool>,
}

impl FactorSettings {
    /// In Amplify's words. `PreferredMfa` without `Enabled` enables nothing: Cognito's default
    /// for `Enabled` is false.
    fn preference(&self) -> MfaPreference {
        match (self.enabled, self.preferred) {
            (Some(true), Some(true)) => MfaPreference::Preferred,
            (Some(true), Some(false)) => MfaPreference::NotPreferred,
            (Some(true), None) => MfaPreference::Enabled,
            (Some(false) | None, _) => MfaPreference::Disabled,
        }
    }
}

impl Parse for FactorSettings {
    fn read(fields: &mut Fields) -> Self {
        let settings = Self {
            enabled: fields.flag("Enabled"),
            preferred: fields.flag("PreferredMfa"),
        };
        if settings.preferred == Some(true) && settings.enabled != Some(true) {
            fields.violated("PreferredMfa", "Member requires Enabled to be true");
        }
        settings
    }
}

/// The three settings members as one update.
pub(crate) fn update(fields: &mut Fields) -> MfaPreferenceUpdate {
    let mut preference = |name: &str| {
        fields
            .object::<FactorSettings>(name)
            .map(|settings| settings.preference())
    };
    MfaPreferenceUpdate {
        sms: preference("SMSMfaSettings"),
        totp: preference("SoftwareTokenMfaSettings"),
        email: preference("EmailMfaSettings"),
    }
}

/// The update of a signed-in user.
pub(crate) struct SetUserMfaPreference {
    pub(crate) access_token: Sensitive,
    pub(crate) update: MfaPreferenceUpdate,
}

impl Parse for SetUserMfaPreference {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            update: update(fields),
        }
    }
}

/// `SetUserMFAPreference`.
pub(crate) async fn set(endpoint: &Endpoint, request: SetUserMfaPreference) -> Outcome {
    let user = signed_in_user(endpoint, &request.access_token).await?;
    endpoint
        .service()
        .update_mfa_preference(&user.pool, &user.principal, &request.update)
        .await?;
    Ok(Answer::empty())
}
