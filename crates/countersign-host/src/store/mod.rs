//! The home of the record store: one trait, and what a conditional write answers.
//!
//! Everything that must be decided once is one record, and a record changes only by
//! compare-and-swap on its [`Revision`]. Every operation of the service is: load, decide, save if
//! the revision is unchanged, then act. So the store decides races, and nodes that share a store
//! need no coordination of their own.

mod certainty;
pub mod conformance;
mod key;
mod memory;
mod sqlite;

use async_trait::async_trait;
use core::fmt;

pub use certainty::save_surely;
pub use key::{Key, KeyError, Kind};
pub use memory::MemoryStore;
pub use sqlite::{OpenError, SqliteOptions, SqliteStore};

/// The most bytes in the value of a record: 64 KiB.
pub const MAX_VALUE_LEN: usize = 64 * 1024;

/// The most records in one answer of [`Store::list`].
pub const MAX_PAGE: u16 = 1000;

/// Records under compare-and-swap.
///
/// An implementation proves itself with [`conformance::run`]. What it promises:
/// - a write that was acknowledged is durable and is seen by every later read;
/// - of several writes that expect the same revision of a key, at most one is saved;
/// - a revision is never given to a key twice, not even after the record was deleted and created
///   again, so a decision made on an old record cannot be saved over a new one;
/// - "someone else was faster" is an answer ([`Saved::Conflict`]), never an error, and an error
///   never stands for it.
///
/// Dropping the future of a write does not undo the write.
#[async_trait]
pub trait Store: Send + Sync {
    /// The record of that key, or `None`.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot tell.
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError>;

    /// Writes the record if it still is as expected. `operation` is fresh for each decision to
    /// write and is kept with the record, so that a lost reply can be resolved by reading back.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`MAX_VALUE_LEN`]; [`StoreError::Unknown`] if the write
    /// may or may not have happened; any other error if it did not.
    async fn save(
        &self,
        key: &Key,
        expected: Expected,
        operation: OperationId,
        value: Vec<u8>,
    ) -> Result<Saved, StoreError>;

    /// Removes the record if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError`], as for [`Store::save`].
    async fn delete(&self, key: &Key, expected: Revision) -> Result<Deleted, StoreError>;

    /// Records of one kind whose key text begins with `prefix` and comes after `after`, in the
    /// order of the bytes of their keys: at most `limit` and at most [`MAX_PAGE`]. The next page
    /// begins after the last text of this one; an empty page is the end.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot tell.
    async fn list(
        &self,
        kind: Kind,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, Stored)>, StoreError>;

    /// Whether the store can be read and written at this moment.
    ///
    /// # Errors
    /// [`StoreError`], naming why it cannot.
    async fn ready(&self) -> Result<(), StoreError>;
}

/// The version of a record: compared for equality only, and never reused for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Revision(u64);

impl Revision {
    /// The revision of that number, as a store keeps it.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number for a store to keep.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// What a writer believes is in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// There is no such record.
    Absent,
    /// The record has this revision.
    At(Revision),
}

/// The name of one decision to write: 16 random bytes, drawn anew for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperationId([u8; Self::LEN]);

impl OperationId {
    /// Bytes in an operation id.
    pub const LEN: usize = 16;

    /// Takes 16 bytes of the random source.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes for a store to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

/// A record as the store has it. `Debug` leaves the value out.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// What the next write of this record has to expect.
    pub revision: Revision,
    /// The operation that wrote this revision.
    pub operation: OperationId,
    /// The value, at most [`MAX_VALUE_LEN`] bytes.
    pub value: Vec<u8>,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({:?}, ..)", self.revision)
    }
}

/// What became of a conditional save.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The record is written, durably, and now has this revision.
    Saved(Revision),
    /// The record was not as expected, and nothing was written.
    Conflict,
}

/// What became of a conditional deletion.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// The record is gone, durably.
    Deleted,
    /// The record did not have that revision, and nothing was removed.
    Conflict,
}

/// Why a store could not answer. Never a conflict, and never with a key or a value in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The value is longer than [`MAX_VALUE_LEN`]; nothing was written.
    #[error("the value is longer than {MAX_VALUE_LEN} bytes")]
    TooLarge,
    /// There is no room for the record; nothing was written.
    #[error("the store is full")]
    Full,
    /// Another process kept the store locked for too long; nothing was written.
    #[error("another process keeps the store locked")]
    Busy,
    /// The store has stopped; nothing was written.
    #[error("the store is closed")]
    Closed,
    /// What was read is not what this store writes.
    #[error("the store holds a damaged record")]
    Damaged,
    /// The engine failed; nothing was written. The text is the engine's own.
    #[error("the store failed: {0}")]
    Failed(String),
    /// The write may or may not have happened, and reading back could not tell.
    #[error("the outcome of the write is unknown")]
    Unknown,
}
