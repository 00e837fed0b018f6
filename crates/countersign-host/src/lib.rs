//! The hosted verifier: accounts, passwords, delivery and storage around `countersign-core`.
//!
//! [`Service`] is what a Rust program embeds. It mirrors Amplify's story: `set_up_totp`,
//! `verify_totp_setup`, `update_mfa_preference`, `fetch_mfa_preference`, `sign_in`,
//! `confirm_sign_in`. It acts through four traits that a program may implement itself:
//! [`store::Store`], [`delivery::Delivery`], [`clock::Clock`] and [`random::Random`].

pub mod clock;
pub mod delivery;
mod error;
pub mod mask;
mod pool;
pub mod random;
mod records;
pub mod seal;
mod service;
pub mod srp;
pub mod store;
mod user;
pub mod username;

pub use countersign_core as core;
pub use error::Error;
pub use pool::{ContactAttribute, PasswordRules, Pool};
pub use records::{Change, Records};
pub use service::{
    Answer, CodeDeliveryDetails, Grant, NewUser, NextStep, Parts, PasswordChallenge, PasswordClaim,
    Principal, Progress, Service, SignUp, SignedIn, TotpSetUp, setup_uri,
};
pub use user::{UserStatus, UserView};
