//! The home of the store that lives and dies with its process.

use super::{
    Deleted, Expected, Key, Kind, MAX_PAGE, MAX_VALUE_LEN, OperationId, Revision, Saved, Store,
    StoreError, Stored,
};
use async_trait::async_trait;
use core::ops::Bound;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Records in memory: for tests, demonstrations and embedders that need no durability.
#[derive(Debug)]
pub struct MemoryStore {
    records: Mutex<Records>,
    max_records: usize,
}

#[derive(Debug, Default)]
struct Records {
    by_key: BTreeMap<(Kind, String), Stored>,
    /// One counter for all keys, so that a deleted and recreated record gets a new number.
    last_revision: u64,
}

impl MemoryStore {
    /// An empty store without a bound on the number of records.
    #[must_use]
    pub fn new() -> Self {
        Self::bounded(usize::MAX)
    }

    /// An empty store that holds at most `max_records`; a save beyond is [`StoreError::Full`].
    #[must_use]
    pub fn bounded(max_records: usize) -> Self {
        Self {
            records: Mutex::default(),
            max_records,
        }
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        // Every change below is one call on the map, so a panic elsewhere leaves it whole.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        Ok(self.records().by_key.get(&name(key)).cloned())
    }

    async fn save(
        &self,
        key: &Key,
        expected: Expected,
        operation: OperationId,
        value: Vec<u8>,
    ) -> Result<Saved, StoreError> {
        if value.len() > MAX_VALUE_LEN {
            return Err(StoreError::TooLarge);
        }
        let mut records = self.records();
        let found = records.by_key.get(&name(key)).map(|stored| stored.revision);
        match (expected, found) {
            (Expected::Absent, None) if records.by_key.len() >= self.max_records => {
                return Err(StoreError::Full);
            }
            (Expected::Absent, None) => {}
            (Expected::At(revision), Some(current)) if revision == current => {}
            _ => return Ok(Saved::Conflict),
        }
        records.last_revision += 1;
        let revision = Revision::from_number(records.last_revision);
        let stored = Stored {
            revision,
            operation,
            value,
        };
        records.by_key.insert(name(key), stored);
        Ok(Saved::Saved(revision))
    }

    async fn delete(&self, key: &Key, expected: Revision) -> Result<Deleted, StoreError> {
        let mut records = self.records();
        let name = name(key);
        match records.by_key.get(&name) {
            Some(stored) if stored.revision == expected => {
                records.by_key.remove(&name);
                Ok(Deleted::Deleted)
            }
            _ => Ok(Deleted::Conflict),
        }
    }

    async fn list(
        &self,
        kind: Kind,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded((kind, after.to_owned())),
            _ => Bound::Included((kind, prefix.to_owned())),
        };
        Ok(self
            .records()
            .by_key
            .range((from, Bound::Unbounded))
            .take_while(|((of, text), _)| *of == kind && text.starts_with(prefix))
            .take(usize::from(limit.min(MAX_PAGE)))
            .map(|((_, text), stored)| (text.clone(), stored.clone()))
            .collect())
    }

    async fn ready(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

fn name(key: &Key) -> (Kind, String) {
    (key.kind(), key.text().to_owned())
}
