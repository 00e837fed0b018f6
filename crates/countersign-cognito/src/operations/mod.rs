//! The operations, each in the file of its subject: how its request is read, and how the
//! service's outcome is answered.

mod admin_client;
mod admin_pool;
mod admin_user;
mod attributes;
mod challenge;
mod initiate_auth;
mod issue;
mod list_users;
mod members;
mod mfa_preference;
mod password;
mod respond_to_auth_challenge;
mod sign_up;
mod signed_in;
mod software_token;
mod tokens;
mod user;

use crate::endpoint::Endpoint;
use crate::sigv4::AdminCaller;
use crate::wire::{Answer, ErrorKind, Operation, WireError, parse};

/// What an operation comes to.
pub(crate) type Outcome = Result<Answer, WireError>;

/// Runs an operation of a user.
pub(crate) async fn run_user(endpoint: &Endpoint, operation: Operation, body: &[u8]) -> Outcome {
    match operation {
        Operation::AssociateSoftwareToken => {
            software_token::associate(endpoint, parse(body)?).await
        }
        Operation::ChangePassword => password::change(endpoint, parse(body)?).await,
        Operation::ConfirmForgotPassword => password::confirm_forgot(endpoint, parse(body)?).await,
        Operation::ConfirmSignUp => sign_up::confirm(endpoint, parse(body)?).await,
        Operation::DeleteUser => user::delete(endpoint, parse(body)?).await,
        Operation::DeleteUserAttributes => attributes::delete(endpoint, parse(body)?).await,
        Operation::ForgotPassword => password::forgot(endpoint, parse(body)?).await,
        Operation::GetTokensFromRefreshToken => tokens::refresh(endpoint, parse(body)?).await,
        Operation::GetUser => user::get(endpoint, parse(body)?).await,
        Operation::GetUserAttributeVerificationCode => {
            attributes::send_code(endpoint, parse(body)?).await
        }
        Operation::GlobalSignOut => tokens::sign_out(endpoint, parse(body)?).await,
        Operation::InitiateAuth => initiate_auth::initiate(endpoint, parse(body)?).await,
        Operation::ResendConfirmationCode => sign_up::resend(endpoint, parse(body)?).await,
        Operation::RespondToAuthChallenge => {
            respond_to_auth_challenge::respond(endpoint, parse(body)?).await
        }
        Operation::RevokeToken => tokens::revoke(endpoint, parse(body)?).await,
        Operation::SetUserMfaPreference => mfa_preference::set(endpoint, parse(body)?).await,
        Operation::SignUp => sign_up::sign_up(endpoint, parse(body)?).await,
        Operation::UpdateUserAttributes => attributes::update(endpoint, parse(body)?).await,
        Operation::VerifySoftwareToken => software_token::verify(endpoint, parse(body)?).await,
        Operation::VerifyUserAttribute => attributes::verify(endpoint, parse(body)?).await,
        _ => Err(unsigned()),
    }
}

/// Runs an operation of an administrator, for whom the caller stands.
pub(crate) async fn run_admin(
    endpoint: &Endpoint,
    operation: Operation,
    caller: &AdminCaller,
    body: &[u8],
) -> Outcome {
    tracing::info!(key = caller.key_id(), "signed by an administrator");
    match operation {
        Operation::AdminCreateUser => admin_user::create(endpoint, parse(body)?).await,
        Operation::AdminDeleteUser => admin_user::delete(endpoint, parse(body)?).await,
        Operation::AdminGetUser => admin_user::get(endpoint, parse(body)?).await,
        Operation::AdminSetUserMfaPreference => admin_user::set_mfa(endpoint, parse(body)?).await,
        Operation::AdminSetUserPassword => admin_user::set_password(endpoint, parse(body)?).await,
        Operation::CreateUserPool => admin_pool::create(endpoint, parse(body)?).await,
        Operation::CreateUserPoolClient => admin_client::create(endpoint, parse(body)?).await,
        Operation::DescribeUserPool => admin_pool::describe(endpoint, parse(body)?).await,
        Operation::DescribeUserPoolClient => admin_client::describe(endpoint, parse(body)?).await,
        Operation::GetUserPoolMfaConfig => admin_pool::mfa(endpoint, parse(body)?).await,
        Operation::ListUserPoolClients => admin_client::list(endpoint, parse(body)?).await,
        Operation::ListUserPools => admin_pool::list(endpoint, parse(body)?).await,
        Operation::ListUsers => list_users::list(endpoint, parse(body)?).await,
        Operation::SetUserPoolMfaConfig => admin_pool::set_mfa(endpoint, parse(body)?).await,
        _ => run_user(endpoint, operation, body).await,
    }
}

fn unsigned() -> WireError {
    WireError::new(
        ErrorKind::MissingAuthenticationToken,
        "Missing Authentication Token",
    )
}
