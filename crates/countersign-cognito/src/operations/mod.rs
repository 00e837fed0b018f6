//! The operations, each in the file of its subject: how its request is read, and how the
//! service's outcome is answered.

pub(crate) mod admin_client;
pub(crate) mod admin_pool;
pub(crate) mod admin_user;
pub(crate) mod attributes;
pub(crate) mod initiate_auth;
pub(crate) mod members;
pub(crate) mod mfa_preference;
pub(crate) mod password;
pub(crate) mod respond_to_auth_challenge;
pub(crate) mod sign_up;
pub(crate) mod software_token;
pub(crate) mod tokens;
pub(crate) mod user;
