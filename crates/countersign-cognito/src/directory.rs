//! The directory of pools and app clients: where their records are kept and found.

use countersign_host::store::{Key, Kind};
use countersign_host::{Change, Records};
use serde::de::DeserializeOwned;

use crate::records::{ClientRecord, PoolRecord};
use crate::wire::{ErrorKind, WireError};

/// Pools and clients, in the host's store.
#[derive(Clone)]
pub struct Directory {
    records: Records,
}

/// One page of a listing, and where the next one begins.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

impl Directory {
    /// The directory in these records.
    #[must_use]
    pub const fn new(records: Records) -> Self {
        Self { records }
    }

    /// The pool of this identifier.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub async fn pool(&self, id: &str) -> Result<PoolRecord, WireError> {
        self.find(Kind::Pool, id, "User pool does not exist.").await
    }

    /// The client of this identifier.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub async fn client(&self, id: &str) -> Result<ClientRecord, WireError> {
        self.find(Kind::Client, id, "User pool client does not exist.")
            .await
    }

    /// Adds a pool; `false` if its identifier is taken.
    ///
    /// # Errors
    /// `InternalErrorException` when the store fails.
    pub async fn add_pool(&self, pool: &PoolRecord) -> Result<bool, WireError> {
        let key = key(Kind::Pool, &pool.id).ok_or_else(WireError::internal)?;
        Ok(self.records.create(&key, pool).await?)
    }

    /// Adds a client; `false` if its identifier is taken.
    ///
    /// # Errors
    /// `InternalErrorException` when the store fails.
    pub async fn add_client(&self, client: &ClientRecord) -> Result<bool, WireError> {
        let key = key(Kind::Client, &client.id).ok_or_else(WireError::internal)?;
        Ok(self.records.create(&key, client).await?)
    }

    /// Changes a pool and returns it as it is now. `change` may run several times.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub async fn change_pool(
        &self,
        id: &str,
        mut change: impl FnMut(&mut PoolRecord) + Send,
    ) -> Result<PoolRecord, WireError> {
        let missing = || WireError::new(ErrorKind::ResourceNotFound, "User pool does not exist.");
        let key = key(Kind::Pool, id).ok_or_else(missing)?;
        let changed = self
            .records
            .change(&key, |pool: &mut Option<PoolRecord>| {
                Ok(match pool {
                    None => Change::Keep(None),
                    Some(pool) => {
                        change(pool);
                        Change::Save(Some(pool.clone()))
                    }
                })
            })
            .await?;
        changed.ok_or_else(missing)
    }

    /// Pools in the order of their identifiers.
    ///
    /// # Errors
    /// `InternalErrorException` when the store fails.
    pub(crate) async fn pools(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<PoolRecord>, WireError> {
        self.page(Kind::Pool, after, limit, |_| true).await
    }

    /// A pool's clients in the order of their identifiers. A client is found by its identifier
    /// alone, so the clients of all pools are gone through: there are few, and it is an
    /// administrator's question.
    ///
    /// # Errors
    /// `InternalErrorException` when the store fails.
    pub(crate) async fn clients(
        &self,
        pool_id: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ClientRecord>, WireError> {
        self.page(Kind::Client, after, limit, |client: &ClientRecord| {
            client.pool_id == pool_id
        })
        .await
    }

    async fn find<R: DeserializeOwned>(
        &self,
        kind: Kind,
        id: &str,
        missing: &'static str,
    ) -> Result<R, WireError> {
        let missing = || WireError::new(ErrorKind::ResourceNotFound, missing);
        let key = key(kind, id).ok_or_else(missing)?;
        self.records.load(&key).await?.ok_or_else(missing)
    }

    async fn page<R: DeserializeOwned>(
        &self,
        kind: Kind,
        after: Option<&str>,
        limit: usize,
        belongs: impl Fn(&R) -> bool + Send,
    ) -> Result<Page<R>, WireError> {
        let mut last = after.map(ToOwned::to_owned);
        let mut items = Vec::new();
        loop {
            let batch = self.records.list(kind, "", last.as_deref(), BATCH).await?;
            if batch.is_empty() {
                return Ok(Page { items, next: None });
            }
            for (id, record) in batch {
                if belongs(&record) {
                    if items.len() == limit {
                        return Ok(Page { items, next: last });
                    }
                    items.push(record);
                }
                last = Some(id);
            }
        }
    }
}

/// Records read from the store at a time.
const BATCH: u16 = 100;

/// `None` for what is too long or too short to be an identifier of anything.
fn key(kind: Kind, id: &str) -> Option<Key> {
    Key::new(kind, id).ok()
}
