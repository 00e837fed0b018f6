//! Everything the core promises, through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that goes wrong stops there"
)]

mod account;
mod algorithm;
mod any_totp;
mod code;
mod deliveries;
mod drift;
mod engine;
mod error_texts;
mod hotp;
mod key_uri;
mod key_uri_lenient;
mod key_uri_round_trip;
mod mfa;
mod migration;
mod migration_encoding;
mod ocra;
mod otp_states;
mod passcode;
mod policy;
mod recovery;
mod resynchronise;
mod rfc4226;
mod rfc6238;
mod rfc6287;
mod rig;
mod secret;
#[cfg(feature = "serde")]
mod serde_forms;
mod sign_in;
mod small_processors;
mod steam;
mod throttle;
mod time;
mod totp;
mod walk;
mod window;
