//! `GetUser` and `DeleteUser`: a signed-in user's own account.

use countersign_host::UserView;
use serde_json::{Value, json};

use super::Outcome;
use super::challenge::mfa_name;
use super::members::access_token;
use super::signed_in::signed_in_user;
use crate::endpoint::Endpoint;
use crate::wire::{Answer, Fields, Parse, Sensitive};

/// A request for the account.
pub(crate) struct GetUser {
    pub(crate) access_token: Sensitive,
}

impl Parse for GetUser {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
        }
    }
}

/// The end of the account.
pub(crate) struct DeleteUser {
    pub(crate) access_token: Sensitive,
}

impl Parse for DeleteUser {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
        }
    }
}

/// `GetUser`.
pub(crate) async fn get(endpoint: &Endpoint, request: GetUser) -> Outcome {
    let user = signed_in_user(endpoint, &request.access_token).await?;
    let mut answer = json!({
        "Username": user.view.username,
        "UserAttributes": attributes(&user.view),
    });
    add_mfa(&mut answer, &user.view);
    Answer::new(&answer)
}

/// A user's attributes as a list, `sub` among them.
pub(crate) fn attributes(user: &UserView) -> Value {
    let sub = ("sub", user.sub.as_str());
    let others = user
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    std::iter::once(sub)
        .chain(others)
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect()
}

/// Adds the enabled factors and the preferred one; nothing when none is.
pub(crate) fn add_mfa(answer: &mut Value, user: &UserView) {
    let enabled: Vec<&str> = user.mfa.enabled().iter().map(mfa_name).collect();
    if !enabled.is_empty() {
        answer["UserMFASettingList"] = enabled.into();
    }
    if let Some(preferred) = user.mfa.preferred() {
        answer["PreferredMfaSetting"] = mfa_name(preferred).into();
    }
}

/// `DeleteUser`.
pub(crate) async fn delete(endpoint: &Endpoint, request: DeleteUser) -> Outcome {
    let user = signed_in_user(endpoint, &request.access_token).await?;
    endpoint
        .service()
        .delete_user(&user.pool, user.principal.username())
        .await?;
    Ok(Answer::empty())
}
