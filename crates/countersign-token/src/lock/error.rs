//! The home of why a lock cannot do its work.

use crate::vault::VaultError;

/// Why a lock cannot do what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockError {
    /// The storage fails, is full or is not the lock's.
    Vault(VaultError),
    /// A record of this lock says nothing that can be understood.
    Damaged,
    /// The clock cannot be set.
    Clock,
    /// There is an admin key already.
    AdminKeySet,
}

impl From<VaultError> for LockError {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl core::fmt::Display for LockError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Vault(error) => return core::fmt::Display::fmt(error, f),
            Self::Damaged => "a record of the lock is damaged",
            Self::Clock => "the clock cannot be set",
            Self::AdminKeySet => "there is an admin key already",
        })
    }
}

impl core::error::Error for LockError {}
