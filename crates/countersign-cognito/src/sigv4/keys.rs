//! The configured access keys: identifier to secret.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

/// The access keys that admin calls may be signed with. Secrets are wiped on drop and not
/// printed.
#[derive(Clone, Default)]
pub struct AccessKeys(BTreeMap<String, Zeroizing<String>>);

/// Why an access key cannot be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessKeysError {
    /// The identifier is empty, longer than 128 characters or not alphanumeric.
    #[error("an access key id is 1 to 128 ASCII letters and digits")]
    Id,
    /// The secret is shorter than 16 characters.
    #[error("an access key's secret has at least 16 characters")]
    Secret,
}

impl AccessKeys {
    /// No keys: every admin operation is refused.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a key.
    ///
    /// # Errors
    /// [`AccessKeysError`] for an identifier that cannot stand in a signature, or a secret short
    /// enough to be guessed.
    pub fn insert(&mut self, id: &str, secret: &str) -> Result<(), AccessKeysError> {
        let well_formed = (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !well_formed {
            return Err(AccessKeysError::Id);
        }
        if secret.len() < 16 {
            return Err(AccessKeysError::Secret);
        }
        self.0
            .insert(id.to_owned(), Zeroizing::new(secret.to_owned()));
        Ok(())
    }

    pub(super) fn secret(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|secret| secret.as_str())
    }
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
