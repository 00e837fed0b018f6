//! The home of typed records: sealed before they reach the store, changed by compare-and-swap.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, MutexGuard};
use zeroize::Zeroizing;

use crate::Error;
use crate::random::{Random, draw};
use crate::seal::{KeyRing, Purpose};
use crate::store::{
    Deleted, Expected, Key, Kind, OperationId, Revision, Saved, Store, save_surely,
};

/// Records of any serialisable type, each sealed under its own key's name, so that a record that
/// was moved to another place does not open.
#[derive(Clone)]
pub struct Records {
    store: Arc<dyn Store>,
    keys: Arc<KeyRing>,
    random: Arc<dyn Random>,
    /// Callers on this node that change the same record take turns, so that conflicts come only
    /// from other nodes.
    turns: Arc<[Mutex<()>]>,
}

/// What a change comes to.
pub enum Change<T> {
    /// Save the record, which must be there, then return this.
    Save(T),
    /// Leave the store as it is and return this.
    Keep(T),
    /// Delete the record, then return this.
    Delete(T),
}

impl<T> Change<T> {
    /// The same change with another value.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Save(value) => Change::Save(of(value)),
            Self::Keep(value) => Change::Keep(of(value)),
            Self::Delete(value) => Change::Delete(of(value)),
        }
    }
}

impl Records {
    pub(crate) fn new(store: Arc<dyn Store>, keys: Arc<KeyRing>, random: Arc<dyn Random>) -> Self {
        let turns = (0..TURNS).map(|_| Mutex::new(())).collect();
        Self {
            store,
            keys,
            random,
            turns,
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`Error::Store`], and [`Error::RecordUnreadable`] for what is damaged, moved, or sealed
    /// under a key that is gone.
    pub async fn load<R: DeserializeOwned>(&self, key: &Key) -> Result<Option<R>, Error> {
        Ok(self.load_at(key).await?.map(|(record, _)| record))
    }

    /// Makes a new record; `false` if there is one already.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Random`], [`Error::Seal`].
    pub async fn create<R: Serialize>(&self, key: &Key, record: &R) -> Result<bool, Error> {
        let _turn = self.turn(key).await;
        Ok(matches!(
            self.save(key, Expected::Absent, record).await?,
            Saved::Saved(_)
        ))
    }

    /// Changes a record: loads it, lets `decide` change it, saves it if nobody else has meanwhile,
    /// and otherwise does it all again on what is there now. `decide` gets `None` if there is no
    /// record, and may run several times.
    ///
    /// # Errors
    /// What `decide` returns, in which case nothing is saved; otherwise as [`Records::create`],
    /// and [`Error::Contended`] after many rounds.
    pub async fn change<R, T>(
        &self,
        key: &Key,
        mut decide: impl FnMut(&mut Option<R>) -> Result<Change<T>, Error>,
    ) -> Result<T, Error>
    where
        R: Serialize + DeserializeOwned,
    {
        let _turn = self.turn(key).await;
        for _ in 0..MAX_ROUNDS {
            let (mut record, expected) = match self.load_at(key).await? {
                Some((record, revision)) => (Some(record), Expected::At(revision)),
                None => (None, Expected::Absent),
            };
            let (saved, value) = match (decide(&mut record)?, expected) {
                (Change::Keep(value), _) | (Change::Delete(value), Expected::Absent) => {
                    return Ok(value);
                }
                (Change::Delete(value), Expected::At(revision)) => (
                    self.store.delete(key, revision).await? == Deleted::Deleted,
                    value,
                ),
                (Change::Save(value), expected) => {
                    let record = record.as_ref().ok_or(Error::RecordUnreadable)?;
                    let saved = self.save(key, expected, record).await?;
                    (matches!(saved, Saved::Saved(_)), value)
                }
            };
            if saved {
                return Ok(value);
            }
        }
        Err(Error::Contended)
    }

    /// The records of a kind whose names start with `prefix`, in the order of their names, after
    /// the name `after`.
    ///
    /// # Errors
    /// As [`Records::load`].
    pub async fn list<R: DeserializeOwned>(
        &self,
        kind: Kind,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, R)>, Error> {
        let page = self.store.list(kind, prefix, after, limit).await?;
        page.into_iter()
            .map(|(name, stored)| {
                let key = Key::new(kind, name.clone()).map_err(|_| Error::RecordUnreadable)?;
                Ok((name, self.open(&key, &stored.value)?))
            })
            .collect()
    }

    /// Whether the store can serve.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.store.ready().await?)
    }

    async fn load_at<R: DeserializeOwned>(
        &self,
        key: &Key,
    ) -> Result<Option<(R, Revision)>, Error> {
        let Some(stored) = self.store.load(key).await? else {
            return Ok(None);
        };
        Ok(Some((self.open(key, &stored.value)?, stored.revision)))
    }

    fn open<R: DeserializeOwned>(&self, key: &Key, sealed: &[u8]) -> Result<R, Error> {
        let plain = self
            .keys
            .open(Purpose::Record, &associated(key), sealed)
            .map_err(|_| Error::RecordUnreadable)?;
        match plain.split_first() {
            Some((&FORMAT, record)) => {
                postcard::from_bytes(record).map_err(|_| Error::RecordUnreadable)
            }
            _ => Err(Error::RecordUnreadable),
        }
    }

    async fn save<R: Serialize>(
        &self,
        key: &Key,
        expected: Expected,
        record: &R,
    ) -> Result<Saved, Error> {
        let mut plain = Zeroizing::new(Vec::with_capacity(ROOM));
        plain.push(FORMAT);
        let plain = Zeroizing::new(
            postcard::to_extend(record, std::mem::take(&mut *plain))
                .map_err(|_| Error::RecordUnreadable)?,
        );
        let sealed = self.keys.seal(
            self.random.as_ref(),
            Purpose::Record,
            &associated(key),
            &plain,
        )?;
        let operation = OperationId::from_bytes(*draw(self.random.as_ref())?);
        Ok(save_surely(self.store.as_ref(), key, expected, operation, sealed).await?)
    }

    async fn turn(&self, key: &Key) -> MutexGuard<'_, ()> {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        let hash = BuildHasherDefault::<DefaultHasher>::new().hash_one(key);
        let place = usize::try_from(hash % TURNS).expect("less than TURNS");
        self.turns[place].lock().await
    }
}

/// What a sealed record is bound to: its kind and name.
fn associated(key: &Key) -> Vec<u8> {
    let mut bound = vec![key.kind().id()];
    bound.extend_from_slice(key.text().as_bytes());
    bound
}

const FORMAT: u8 = 1;
/// Room for a usual record, so that its plain text is seldom moved while it grows.
const ROOM: usize = 2048;
const TURNS: u64 = 256;
const MAX_ROUNDS: u32 = 64;
