//! The hosted verifier: accounts, passwords, delivery and storage around `countersign-core`.
//!
//! [`Service`] is what a Rust program embeds. It mirrors Amplify's story: `set_up_totp`,
//! `verify_totp_setup`, `update_mfa_preference`, `fetch_mfa_preference`, `sign_in`,
//! `confirm_sign_in`. It acts through four traits that a program may implement itself:
//! [`store::Store`], [`delivery::Delivery`], [`clock::Clock`] and [`random::Random`].
//!
//! From an account to a sign-in with an authenticator:
//!
//! ```
//! use countersign_host::core::{MfaPreference, MfaPreferenceUpdate, Sha1, Totp, TotpParams};
//! use countersign_host::{Answer, NextStep, Pool, Principal, Service};
//!
//! async fn story(service: &Service) -> Result<(), Box<dyn std::error::Error>> {
//!     let pool = Pool::new("my-app");
//!     service.sign_up(&pool, "alice", "Correct-Horse-1", &[].into()).await?;
//!     service.confirm_user(&pool, "alice").await?;
//!
//!     // Whoever calls vouches for who is signed in, and in which session of its own.
//!     let alice = Principal::vouch("alice", [7; 16]);
//!     let set_up = service.set_up_totp(&pool, &alice).await?;
//!     println!("{}", *set_up.setup_uri("My App")?);
//!     let authenticator = Totp::<Sha1>::new(set_up.shared_secret(), TotpParams::DEFAULT);
//!     let code = authenticator.generate(service.now()?)?;
//!     service.verify_totp_setup(&pool, &alice, code.as_str(), Some("phone")).await?;
//!     let totp = Some(MfaPreference::Preferred);
//!     let update = MfaPreferenceUpdate { totp, ..Default::default() };
//!     service.update_mfa_preference(&pool, &alice, &update).await?;
//!
//!     let progress = service.sign_in(&pool, "web", "alice", "Correct-Horse-1").await?;
//!     assert!(matches!(progress.next_step, NextStep::ConfirmWithTotpCode(_)));
//!     let session = progress.session.ok_or("a code is asked for")?;
//!     // The code that set it up is spent; this is the next one, of half a minute later.
//!     let code = authenticator.generate(service.now()?.plus_secs(30))?;
//!     let answer = Answer::Code(None, code.as_str());
//!     let progress = service.confirm_sign_in(&pool, "web", &session, answer).await?;
//!     assert!(matches!(progress.next_step, NextStep::Done(_)));
//!     Ok(())
//! }
//! # use std::sync::Arc;
//! # use countersign_host::{clock, delivery, random, seal, store, Parts};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     let folder = tempfile::tempdir()?;
//! #     let service = Service::new(Parts {
//! #         store: Arc::new(store::MemoryStore::new()),
//! #         delivery: Arc::new(delivery::Outbox::create(folder.path().join("outbox.jsonl"))?),
//! #         clock: Arc::new(clock::SystemClock),
//! #         keys: seal::KeyRing::generate(&random::OsRandom)?,
//! #         random: Arc::new(random::OsRandom),
//! #     });
//! #     tokio::runtime::Runtime::new()?.block_on(story(&service))
//! # }
//! ```

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
