//! The home of every decision about one-time passwords, MFA preferences and sign-in challenges.
#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

mod account;
mod algorithm;
mod any_totp;
mod bytes;
mod code;
#[cfg(feature = "defmt")]
mod defmt;
mod entropy;
mod hotp;
mod key_uri;
mod mask;
mod mfa;
pub mod ocra;
mod passcode;
mod policy;
mod recovery;
mod rolling;
mod secret;
#[cfg(feature = "serde")]
mod serde;
mod sign_in;
mod steam;
mod throttle;
mod time;
mod totp;
mod typed;

pub use account::{
    ACCOUNT_ENCODED_LEN, Account, AccountId, RecoveryNotAllowed, SetUpBinding, SetUpVerdict,
};
pub use algorithm::{
    Algorithm, AlgorithmId, Engine, Keyed, Midstates, Portable, Sha1, Sha256, Sha512, Tag,
    Truncatable,
};
pub use any_totp::AnyTotp;
pub use bytes::DecodeError;
pub use code::{Code, CodeError, Digits, DigitsOutOfRange};
pub use entropy::Entropy;
pub use hotp::{
    AcceptedCounter, CountersUsedUp, Hotp, HotpState, HotpVerdict, LookAhead, LookAheadTooFar,
    NextCode,
};
pub use key_uri::{
    Deviation, KeyUri, KeyUriError, Migration, MigrationBatch, MigrationEntry, MigrationEntryError,
    MigrationError, MovingFactor, Tolerated, UriText,
};
pub use mfa::{MfaPreference, MfaPreferenceUpdate, MfaSet, MfaSettings, MfaType, PreferenceError};
pub use passcode::{Destination, Passcode, PasscodeVerdict, Scope};
pub use policy::{Contacts, LastFactor, MfaRequirement, Policy, PolicyError, RecoveryUse};
pub use recovery::{RecoveryCode, RecoveryCodeError, RecoveryCodes, RecoveryVerdict, RedeemedCode};
pub use secret::{
    Base32Secret, SecretError, SecretPattern, SharedSecret, Strength, StrengthVerdict,
};
pub use sign_in::{
    Act, Context, Ending, Event, Evidence, FirstFactorVerified, Outcome, Prompt, Refusal,
    SecondFactorVerified, SignIn, SignInId, Step,
};
pub use steam::{SteamCode, SteamCodeError, SteamGuard};
pub use throttle::{Blocked, Guess, Throttle, ThrottlePolicy};
pub use time::{TimeOutOfRange, UnixTime};
pub use totp::{
    AcceptedStep, BeforeT0, Drift, DriftTooFar, LastStep, Period, PeriodOutOfRange, Totp,
    TotpParams, TotpState, TotpVerdict, Window, WindowTooWide,
};
