//! `ForgotPassword`, `ConfirmForgotPassword` and `ChangePassword`.

use countersign_host::Error;
use serde_json::json;

use super::Outcome;
use super::members::{ClientUser, access_token, delivery};
use super::signed_in::signed_in_user;
use crate::endpoint::Endpoint;
use crate::refusal::of_confirmation;
use crate::wire::{Answer, CONFIRMATION_CODE, Fields, PASSWORD, Parse, Sensitive};

/// A request for a code that allows a new password.
pub(crate) struct ForgotPassword {
    pub(crate) user: ClientUser,
}

impl Parse for ForgotPassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
        }
    }
}

/// That code, and the new password.
pub(crate) struct ConfirmForgotPassword {
    pub(crate) user: ClientUser,
    pub(crate) code: Sensitive,
    pub(crate) password: Sensitive,
}

impl Parse for ConfirmForgotPassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
            code: fields.required_secret("ConfirmationCode", CONFIRMATION_CODE),
            password: fields.required_secret("Password", PASSWORD),
        }
    }
}

/// A new password of a signed-in user, who knows the old one.
pub(crate) struct ChangePassword {
    pub(crate) access_token: Sensitive,
    pub(crate) previous: Sensitive,
    pub(crate) proposed: Sensitive,
}

impl Parse for ChangePassword {
    fn read(fields: &mut Fields) -> Self {
        Self {
            access_token: access_token(fields),
            previous: fields.required_secret("PreviousPassword", PASSWORD),
            proposed: fields.required_secret("ProposedPassword", PASSWORD),
        }
    }
}

/// `ForgotPassword`.
pub(crate) async fn forgot(endpoint: &Endpoint, request: ForgotPassword) -> Outcome {
    let door = request.user.door(endpoint).await?;
    let username = &request.user.username;
    let service = endpoint.service();
    let details = if door.client.hides_users {
        service.forgot_password_hiding(&door.pool, username).await?
    } else {
        service.forgot_password(&door.pool, username).await?
    };
    Answer::new(&json!({ "CodeDeliveryDetails": delivery(&details) }))
}

/// `ConfirmForgotPassword`.
pub(crate) async fn confirm_forgot(endpoint: &Endpoint, request: ConfirmForgotPassword) -> Outcome {
    let door = request.user.door(endpoint).await?;
    let confirmed = endpoint
        .service()
        .confirm_forgot_password(
            &door.pool,
            &request.user.username,
            request.code.expose(),
            request.password.expose(),
        )
        .await;
    match confirmed {
        Ok(()) => Ok(Answer::empty()),
        // Whoever must not learn who has an account is told the same of a code that is wrong, one
        // that is dead, and one that never was.
        Err(
            Error::UserNotFound | Error::CodeExpired | Error::WrongState(_) | Error::UserDisabled,
        ) if door.client.hides_users => Err(of_confirmation(Error::CodeMismatch)),
        Err(error) => Err(of_confirmation(error)),
    }
}

/// `ChangePassword`.
pub(crate) async fn change(endpoint: &Endpoint, request: ChangePassword) -> Outcome {
    let user = signed_in_user(endpoint, &request.access_token).await?;
    endpoint
        .service()
        .change_password(
            &user.pool,
            &user.principal,
            request.previous.expose(),
            request.proposed.expose(),
        )
        .await?;
    Ok(Answer::empty())
}
