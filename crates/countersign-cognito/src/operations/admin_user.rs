//! The admin side of users: create, look at, set password and preferences, delete.

use countersign_core::MfaPreferenceUpdate;
use countersign_host::{NewUser, UserStatus, UserView};
use serde_json::{Value, json};

use super::members::{Attribute, add_name_as_address, by_name};
use super::{Outcome, mfa_preference, user};
use crate::endpoint::Endpoint;
use crate::wire::{Answer, Fields, PASSWORD, POOL_ID, Parse, Sensitive, USERNAME, WireError};

/// A user, named by an administrator.
pub(crate) struct PoolUser {
    pub(crate) pool_id: String,
    pub(crate) username: String,
}

impl Parse for PoolUser {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            username: fields.required("Username", USERNAME),
        }
    }
}

/// Whether and when the invitation is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageAction {
    Resend,
    Suppress,
}

/// A user to be created with a temporary password.
pub(crate) struct AdminCreateUser {
    pub(crate) user: PoolUser,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) temporary_password: Option<Sensitive>,
    pub(crate) message: Option<MessageAction>,
}

impl Parse for AdminCreateUser {
    fn read(fields: &mut Fields) -> Self {
        let actions = [
            ("RESEND", MessageAction::Resend),
            ("SUPPRESS", MessageAction::Suppress),
        ];
        Self {
            user: PoolUser::read(fields),
            attributes: fields.list("UserAttributes").unwrap_or_default(),
            temporary_password: fields.optional_secret("TemporaryPassword", PASSWORD),
            message: fields.word("MessageAction", &actions),
        }
    }
}

/// A password, temporary unless it is said to be permanent.
pub(crate) struct AdminSetUserPassword {
    pub(crate) user: PoolUser,
    pub(crate) password: Sensitive,
    pub(crate) permanent: bool,
}

impl Parse for AdminSetUserPassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: PoolUser::read(fields),
            password: fields.required_secret("Password", PASSWORD),
            permanent: fields.flag("Permanent").unwrap_or(false),
        }
    }
}

/// Preferences of a user.
pub(crate) struct AdminSetUserMfaPreference {
    pub(crate) user: PoolUser,
    pub(crate) update: MfaPreferenceUpdate,
}

impl Parse for AdminSetUserMfaPreference {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: PoolUser::read(fields),
            update: mfa_preference::update(fields),
        }
    }
}

/// `AdminCreateUser`. This server sends no invitations: whoever makes a user hands the temporary
/// password over, or sets another.
pub(crate) async fn create(endpoint: &Endpoint, request: AdminCreateUser) -> Outcome {
    if request.message == Some(MessageAction::Resend) {
        return Err(WireError::invalid(
            "This server sends no invitations that could be sent again",
        ));
    }
    let (record, pool) = endpoint.pool(&request.user.pool_id).await?;
    let mut attributes = by_name(request.attributes);
    add_name_as_address(&record, &request.user.username, &mut attributes)?;
    let new = NewUser {
        username: &request.user.username,
        temporary_password: request.temporary_password.as_ref().map(Sensitive::expose),
        attributes: &attributes,
    };
    let (view, _temporary_password) = endpoint.service().create_user(&pool, &new).await?;
    Answer::new(&json!({ "User": description(&view, "Attributes") }))
}

/// `AdminGetUser`.
pub(crate) async fn get(endpoint: &Endpoint, request: PoolUser) -> Outcome {
    let (_, pool) = endpoint.pool(&request.pool_id).await?;
    let view = endpoint.service().user(&pool, &request.username).await?;
    let mut answer = description(&view, "UserAttributes");
    user::add_mfa(&mut answer, &view);
    Answer::new(&answer)
}

/// `AdminDeleteUser`.
pub(crate) async fn delete(endpoint: &Endpoint, request: PoolUser) -> Outcome {
    let (_, pool) = endpoint.pool(&request.pool_id).await?;
    endpoint
        .service()
        .delete_user(&pool, &request.username)
        .await?;
    Ok(Answer::empty())
}

/// `AdminSetUserPassword`.
pub(crate) async fn set_password(endpoint: &Endpoint, request: AdminSetUserPassword) -> Outcome {
    let (_, pool) = endpoint.pool(&request.user.pool_id).await?;
    endpoint
        .service()
        .set_password(
            &pool,
            &request.user.username,
            request.password.expose(),
            request.permanent,
        )
        .await?;
    Ok(Answer::empty())
}

/// `AdminSetUserMFAPreference`.
pub(crate) async fn set_mfa(endpoint: &Endpoint, request: AdminSetUserMfaPreference) -> Outcome {
    let (_, pool) = endpoint.pool(&request.user.pool_id).await?;
    endpoint
        .service()
        .set_mfa_preference(&pool, &request.user.username, &request.update)
        .await?;
    Ok(Answer::empty())
}

/// Where a user stands, in Cognito's word.
pub(crate) const fn status_name(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Unconfirmed => "UNCONFIRMED",
        UserStatus::Confirmed => "CONFIRMED",
        UserStatus::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
        UserStatus::ResetRequired => "RESET_REQUIRED",
    }
}

/// A user as administrators see one. The list of attributes goes by two names.
pub(crate) fn description(view: &UserView, attributes: &str) -> Value {
    let status = status_name(view.status);
    json!({
        "Username": view.username,
        attributes: user::attributes(view),
        "UserCreateDate": view.created_at,
        "UserLastModifiedDate": view.modified_at,
        "Enabled": view.enabled,
        "UserStatus": status,
    })
}
