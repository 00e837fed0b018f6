//! `SignUp`, `ConfirmSignUp` and `ResendConfirmationCode`: how an account begins.

use countersign_host::Error;
use serde_json::json;

use super::Outcome;
use super::members::{Attribute, ClientUser, add_name_as_address, by_name, delivery};
use crate::endpoint::Endpoint;
use crate::refusal::of_confirmation;
use crate::wire::{Answer, CONFIRMATION_CODE, Fields, PASSWORD, Parse, Sensitive, WireError};

/// A new account with its password and attributes.
pub(crate) struct SignUp {
    pub(crate) user: ClientUser,
    pub(crate) password: Sensitive,
    pub(crate) attributes: Vec<Attribute>,
}

impl Parse for SignUp {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
            password: fields.required_secret("Password", PASSWORD),
            attributes: fields.list("UserAttributes").unwrap_or_default(),
        }
    }
}

/// The code that proves the address given at sign-up.
pub(crate) struct ConfirmSignUp {
    pub(crate) user: ClientUser,
    pub(crate) code: Sensitive,
}

impl Parse for ConfirmSignUp {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
            code: fields.required_secret("ConfirmationCode", CONFIRMATION_CODE),
        }
    }
}

/// A request for a new code, in place of the last.
pub(crate) struct ResendConfirmationCode {
    pub(crate) user: ClientUser,
}

impl Parse for ResendConfirmationCode {
    fn read(fields: &mut Fields) -> Self {
        Self {
            user: ClientUser::read(fields),
        }
    }
}

/// `SignUp`.
pub(crate) async fn sign_up(endpoint: &Endpoint, request: SignUp) -> Outcome {
    let door = request.user.door(endpoint).await?;
    if door.record.admin_creates_users {
        return Err(WireError::not_authorized(
            "SignUp is not permitted for this user pool",
        ));
    }
    let mut attributes = by_name(request.attributes);
    add_name_as_address(&door.record, &request.user.username, &mut attributes)?;
    let made = endpoint
        .service()
        .sign_up(
            &door.pool,
            &request.user.username,
            request.password.expose(),
            &attributes,
        )
        .await?;
    let mut answer = json!({ "UserSub": made.sub, "UserConfirmed": made.confirmed });
    if let Some(details) = made.delivery {
        answer["CodeDeliveryDetails"] = delivery(&details);
    }
    Answer::new(&answer)
}

/// `ConfirmSignUp`.
pub(crate) async fn confirm(endpoint: &Endpoint, request: ConfirmSignUp) -> Outcome {
    let door = request.user.door(endpoint).await?;
    let confirmed = endpoint
        .service()
        .confirm_sign_up(&door.pool, &request.user.username, request.code.expose())
        .await;
    match confirmed {
        Ok(()) => Ok(Answer::empty()),
        // Whoever must not learn who has an account is told the same of a code that is wrong, one
        // that is dead, and one that never was. That a name is taken is no secret: sign-up says so.
        Err(Error::UserNotFound | Error::CodeExpired) if door.client.hides_users => {
            Err(of_confirmation(Error::CodeMismatch))
        }
        // Where nobody signs up, it is.
        Err(Error::WrongState(_)) if door.client.hides_users && door.record.admin_creates_users => {
            Err(of_confirmation(Error::CodeMismatch))
        }
        Err(error) => Err(of_confirmation(error)),
    }
}

/// `ResendConfirmationCode`.
pub(crate) async fn resend(endpoint: &Endpoint, request: ResendConfirmationCode) -> Outcome {
    let door = request.user.door(endpoint).await?;
    let username = &request.user.username;
    let service = endpoint.service();
    let details = if door.client.hides_users {
        service
            .resend_sign_up_code_hiding(&door.pool, username)
            .await?
    } else {
        service.resend_sign_up_code(&door.pool, username).await?
    };
    Answer::new(&json!({ "CodeDeliveryDetails": delivery(&details) }))
}
