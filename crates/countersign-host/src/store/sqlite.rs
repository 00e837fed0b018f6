//! The home of the SQLite store: one writer thread, a few readers, and what SQLite's errors mean.

mod reader;
mod schema;
mod writer;

use super::{
    Deleted, Expected, Key, Kind, MAX_VALUE_LEN, OperationId, Revision, Saved, Store, StoreError,
    Stored,
};
use async_trait::async_trait;
use reader::Read;
use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use writer::Write;

pub use schema::OpenError;

/// How a database file is used.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    path: PathBuf,
    readers: u8,
    lock_wait: Duration,
    queue_len: usize,
}

impl SqliteOptions {
    /// The file at that path, created with permissions 0600 if it is missing; two readers, five
    /// seconds of patience with other processes, 1024 waiting writes.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 2,
            lock_wait: Duration::from_secs(5),
            queue_len: 1024,
        }
    }

    /// How many threads read, at least one.
    #[must_use]
    pub fn readers(mut self, readers: u8) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// How long a write waits for another process's lock before it is [`StoreError::Busy`].
    #[must_use]
    pub fn lock_wait(mut self, lock_wait: Duration) -> Self {
        self.lock_wait = lock_wait;
        self
    }

    /// How many writes may wait in the queue, at least one; callers beyond wait for a place.
    #[must_use]
    pub fn queue_len(mut self, queue_len: usize) -> Self {
        self.queue_len = queue_len.max(1);
        self
    }
}

/// Records in an SQLite file: write-ahead log, `synchronous=FULL`, group commit.
///
/// Acknowledged means durable. Several processes may use one file (a server and its command-line
/// tool): every write is conditional, so what is right on one process is right on several.
/// Dropping the store writes what still waits and closes the file.
///
/// Needs no particular async runtime. A save that fails is never seen by any reader; only a power
/// cut directly after a failing disk could still bring it to life, as a write that was not asked
/// to be forgotten.
#[derive(Debug)]
pub struct SqliteStore {
    /// Both `None` only while dropping.
    writes: Option<mpsc::Sender<Write>>,
    reads: Option<mpsc::Sender<Read>>,
    threads: Vec<JoinHandle<()>>,
}

impl SqliteStore {
    /// Opens the file at that path with the usual [`SqliteOptions`].
    ///
    /// # Errors
    /// [`OpenError`], as for [`SqliteStore::open_with`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(&SqliteOptions::new(path.as_ref()))
    }

    /// Opens the file, creating it where it is missing. Blocks on the disk: call it at start-up.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used, is not ours, is newer, or is everyone's to read.
    pub fn open_with(options: &SqliteOptions) -> Result<Self, OpenError> {
        let connection = schema::open_writer(&options.path, options.lock_wait)?;
        let (writes, write_queue) = mpsc::channel(options.queue_len);
        let (reads, read_queue) = mpsc::channel(options.queue_len);
        let mut store = Self {
            writes: Some(writes),
            reads: Some(reads),
            threads: Vec::new(),
        };
        store.start("countersign-write", move || {
            writer::run(connection, write_queue);
        })?;
        let read_queue = Arc::new(Mutex::new(read_queue));
        for _ in 0..options.readers {
            let reader = schema::open_reader(&options.path, options.lock_wait)?;
            let queue = Arc::clone(&read_queue);
            store.start("countersign-read", move || reader::run(&reader, &queue))?;
        }
        Ok(store)
    }

    fn start(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(OpenError::Thread)?;
        self.threads.push(thread);
        Ok(())
    }

    async fn write<T>(
        &self,
        write: impl FnOnce(writer::Reply<T>) -> Write,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let writes = self.writes.as_ref().ok_or(StoreError::Closed)?;
        writes
            .send(write(reply))
            .await
            .map_err(|_| StoreError::Closed)?;
        // The writer took the write and then died: it may have committed.
        answer.await.map_err(|_| StoreError::Unknown)?
    }

    async fn read<T>(
        &self,
        read: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Read,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let reads = self.reads.as_ref().ok_or(StoreError::Closed)?;
        reads
            .send(read(reply))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.read(|reply| Read::Load { key, reply }).await
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
        let key = key.clone();
        self.write(|reply| Write::Save {
            key,
            expected,
            operation,
            value,
            reply,
        })
        .await
    }

    async fn delete(&self, key: &Key, expected: Revision) -> Result<Deleted, StoreError> {
        let key = key.clone();
        self.write(|reply| Write::Delete {
            key,
            expected,
            reply,
        })
        .await
    }

    async fn list(
        &self,
        kind: Kind,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        self.read(|reply| Read::List {
            kind,
            prefix,
            after,
            limit,
            reply,
        })
        .await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.write(|reply| Write::Probe { reply }).await?;
        self.list(Kind::Setting, "", None, 1).await.map(drop)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // Without a sender the threads end once their queues are empty. The writer, which was
        // started first, ends last: whoever closes last moves the log into the database file, and
        // readers cannot.
        let writer_only = self.threads.len().min(1);
        self.reads = None;
        join(self.threads.split_off(writer_only));
        self.writes = None;
        join(std::mem::take(&mut self.threads));
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a database thread ended in a panic");
        }
    }
}

/// What an error of SQLite means to a caller. Its text names tables and causes, never values.
fn store_error(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DiskFull) => StoreError::Full,
        // What is not SQLite's own error is a column that does not hold what we write.
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) | None => StoreError::Damaged,
        Some(_) => StoreError::Failed(error.to_string()),
    }
}
