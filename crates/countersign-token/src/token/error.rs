//! The home of what can keep an account from being read, changed or asked for a code.

use core::fmt;

use crate::vault::VaultError;

/// Why an operation on an account did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AccountError {
    /// The PIN has to be entered first.
    Locked,
    /// There is no such account.
    NoSuchAccount,
    /// There is no room for another account.
    Full,
    /// The account counts by the other thing: a counter where time was asked for, or the reverse.
    OtherKind,
    /// The account only takes times that do not go back, and this one would.
    WentBack,
    /// The account only takes challenges of eight bytes.
    ChallengeLength,
    /// Every counter was used (RFC 4226): the account needs a new secret.
    CountersUsedUp,
    /// The record of the account cannot be read.
    Damaged,
    /// The store failed.
    Storage(VaultError),
}

impl From<VaultError> for AccountError {
    #[inline(never)]
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Full => Self::Full,
            VaultError::Damaged | VaultError::BufferTooShort => Self::Damaged,
            error => Self::Storage(error),
        }
    }
}

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "the PIN has to be entered first",
            Self::NoSuchAccount => "there is no such account",
            Self::Full => "there is no room for another account",
            Self::OtherKind => "the account is not of this kind",
            Self::WentBack => "the account does not go back in time",
            Self::ChallengeLength => "the account takes challenges of eight bytes",
            Self::CountersUsedUp => "every counter of the account is used up",
            Self::Damaged => "the record of the account is damaged",
            Self::Storage(error) => return error.fmt(f),
        })
    }
}

impl core::error::Error for AccountError {}
