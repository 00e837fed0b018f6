//! The list of targets.

mod account;
mod base32;
mod code;
mod engines;
mod events;
mod hmac;
mod hotp;
mod key_uri;
mod key_uri_build;
mod migration;
mod ocra;
mod otp_states;
mod passcode;
mod recovery;
mod settings;
mod sign_in;
mod small_sha1;
mod throttle;
mod token_apdu;
mod totp;
mod vault_image;

/// One thing to be fuzzed.
pub struct Target {
    /// Its name: the folder of its corpus, and what it is chosen by.
    pub name: &'static str,
    /// Panics if a promise is broken for this input.
    pub run: fn(&[u8]),
    /// Inputs to begin with, where chance would take long to find a well-formed one.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The longest input worth trying, in bytes.
    pub max_len: usize,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    account::TARGET,
    base32::TARGET,
    code::TARGET,
    engines::TARGET,
    events::TARGET,
    hmac::TARGET,
    hotp::TARGET,
    key_uri::TARGET,
    key_uri_build::TARGET,
    migration::TARGET,
    ocra::TARGET,
    otp_states::TARGET,
    passcode::TARGET,
    recovery::TARGET,
    settings::TARGET,
    sign_in::TARGET,
    small_sha1::TARGET,
    throttle::TARGET,
    token_apdu::TARGET,
    totp::TARGET,
    vault_image::TARGET,
];

/// The target of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
