//! One-time passwords, MFA preferences and the sign-in challenge machine, without `std` and
//! without an allocator.
#![no_std]

mod algorithm;
mod code;
mod entropy;
mod hotp;
mod key_uri;
mod secret;
mod totp;
mod time;

pub use algorithm::{Algorithm, AlgorithmId, Keyed, Sha1, Sha256, Sha512, Tag};
pub use code::{Code, CodeError, Digits, DigitsOutOfRange};
pub use entropy::Entropy;
pub use hotp::{AcceptedCounter, Hotp, HotpVerdict, LookAhead, LookAheadTooFar};
pub use key_uri::{KeyUri, KeyUriError, MovingFactor, UriText};
pub use secret::{Base32Secret, SecretError, SharedSecret};
pub use totp::{
    AcceptedStep, BeforeT0, LastStep, Period, PeriodOutOfRange, Totp, TotpParams, TotpVerdict,
    Window, WindowTooWide,
};
pub use time::{TimeOutOfRange, UnixTime};
