//! What errors say: each its own thing, in plain words, for an end user's log.

use std::collections::HashSet;
use std::error::Error;

use countersign_core::ocra::{
    InputError, PinHashLength, QuestionError, ResponseError, SuiteError, ToleranceTooWide,
    WrongAlgorithm,
};
use countersign_core::{
    BeforeT0, CodeError, CountersUsedUp, DecodeError, DigitsOutOfRange, DriftTooFar, KeyUriError,
    LookAheadTooFar, MfaType, MigrationEntryError, MigrationError, PeriodOutOfRange, PolicyError,
    PreferenceError, RecoveryCodeError, RecoveryNotAllowed, SecretError, SteamCodeError,
    TimeOutOfRange, WindowTooWide,
};

/// The texts of one type's errors are different, and read as the end of a sentence.
#[track_caller]
fn check(errors: &[&dyn Error]) {
    let mut seen = HashSet::new();
    for error in errors {
        let text = error.to_string();
        assert!(text.len() > 12, "{error:?} says only `{text}`");
        assert!(
            !text.ends_with(['.', ' ', '\n']) && !text.starts_with(' '),
            "{error:?}: `{text}`"
        );
        assert!(seen.insert(text.clone()), "`{text}` is said twice");
    }
}

#[test]
fn of_secrets_codes_and_numbers() {
    check(&[
        &SecretError::Empty,
        &SecretError::TooShort,
        &SecretError::TooLong,
        &SecretError::Alphabet,
        &SecretError::Padding,
        &SecretError::Length,
        &SecretError::TrailingBits,
    ]);
    check(&[&CodeError::Length, &CodeError::NotDigits]);
    check(&[&SteamCodeError::Length, &SteamCodeError::Alphabet]);
    check(&[&RecoveryCodeError::Length, &RecoveryCodeError::Alphabet]);
    check(&[
        &DigitsOutOfRange,
        &PeriodOutOfRange,
        &WindowTooWide,
        &DriftTooFar,
        &BeforeT0,
        &LookAheadTooFar,
        &CountersUsedUp,
        &TimeOutOfRange,
        &DecodeError,
        &RecoveryNotAllowed,
    ]);
}

#[test]
fn of_key_uris_and_exports() {
    check(&[
        &KeyUriError::TooLong,
        &KeyUriError::Scheme,
        &KeyUriError::Type,
        &KeyUriError::Encoder,
        &KeyUriError::Encoding,
        &KeyUriError::Account,
        &KeyUriError::Issuer,
        &KeyUriError::IssuerMismatch,
        &KeyUriError::Duplicate,
        &KeyUriError::SecretMissing,
        &KeyUriError::Secret(SecretError::TooShort),
        &KeyUriError::Algorithm,
        &KeyUriError::Digits,
        &KeyUriError::Period,
        &KeyUriError::CounterMissing,
        &KeyUriError::Counter,
        &KeyUriError::T0,
    ]);
    check(&[
        &MigrationError::TooLong,
        &MigrationError::Scheme,
        &MigrationError::DataMissing,
        &MigrationError::Duplicate,
        &MigrationError::Encoding,
        &MigrationError::BufferTooSmall,
        &MigrationError::Malformed,
        &MigrationError::TooManyEntries,
        &MigrationEntryError::Malformed,
        &MigrationEntryError::Key(KeyUriError::Digits),
    ]);
}

#[test]
fn of_preferences_and_policies() {
    check(&[
        &PreferenceError::TwoPreferred,
        &PreferenceError::NotEnrolled(MfaType::Sms),
        &PreferenceError::LastFactor,
    ]);
    check(&[
        &PolicyError::StepSecs,
        &PolicyError::SetUpSecs,
        &PolicyError::NoFactorAllowed,
        &PolicyError::LockAt,
        &PolicyError::YearlyFailures,
        &PolicyError::Backoff,
        &PolicyError::Deliveries,
    ]);
}

#[test]
fn of_challenge_response() {
    check(&[
        &SuiteError::Version,
        &SuiteError::CryptoFunction,
        &SuiteError::ResponseLength,
        &SuiteError::Question,
        &SuiteError::Pin,
        &SuiteError::Session,
        &SuiteError::TimeStep,
        &SuiteError::Trailing,
    ]);
    check(&[&QuestionError::Length, &QuestionError::Alphabet]);
    check(&[&ResponseError::Length, &ResponseError::Alphabet]);
    check(&[
        &InputError::Question,
        &InputError::Counter,
        &InputError::Pin,
        &InputError::Session,
        &InputError::Time,
    ]);
    check(&[&ToleranceTooWide, &PinHashLength, &WrongAlgorithm]);
}
