//! The home of what names a record: its kind and its key.

use core::fmt;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A user pool and its policy.
    Pool,
    /// An application that signs users in to a pool.
    Client,
    /// A user: everything that one operation may have to change together.
    Account,
    /// A value of the installation itself, such as a wrapped data key.
    Setting,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Pool, Self::Client, Self::Account, Self::Setting];

    /// The stored number of this kind, which never changes its meaning.
    #[must_use]
    pub const fn id(self) -> u8 {
        match self {
            Self::Pool => 1,
            Self::Client => 2,
            Self::Account => 3,
            Self::Setting => 4,
        }
    }
}

/// The name of one record: a [`Kind`] and 1 to [`Key::MAX_LEN`] bytes of text.
///
/// Keys of one kind are ordered by the bytes of their text. `Debug` shows the kind alone, because
/// the text may name a person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    kind: Kind,
    text: String,
}

/// The text cannot be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is empty.
    #[error("the key is empty")]
    Empty,
    /// The text is longer than [`Key::MAX_LEN`] bytes.
    #[error("the key is longer than {} bytes", Key::MAX_LEN)]
    TooLong,
}

impl Key {
    /// The most bytes in the text of a key.
    pub const MAX_LEN: usize = 512;

    /// The key of that kind and text. Any text will do, NUL and `/` included; the caller sees to
    /// it that two records do not get the same one.
    ///
    /// # Errors
    /// [`KeyError`] if the text is empty or too long.
    pub fn new(kind: Kind, text: impl Into<String>) -> Result<Self, KeyError> {
        let text = text.into();
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if text.len() > Self::MAX_LEN {
            return Err(KeyError::TooLong);
        }
        Ok(Self { kind, text })
    }

    /// What the record is about.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The text, 1 to [`Key::MAX_LEN`] bytes.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?}, ..)", self.kind)
    }
}
