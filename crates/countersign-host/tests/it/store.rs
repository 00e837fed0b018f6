//! The stores keep the promises of the trait, and SQLite those of its file.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use countersign_host::store::{
    Deleted, Expected, Key, Kind, MemoryStore, OpenError, OperationId, Revision, Saved,
    SqliteOptions, SqliteStore, Store, StoreError, Stored, conformance, save_surely,
};
use rusqlite::Connection;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_conforms() {
    conformance::run(|| async { MemoryStore::new() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_conforms() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let count = std::cell::Cell::new(0);
    conformance::run(|| {
        count.set(count.get() + 1);
        let path = dir.path().join(format!("{}.db", count.get()));
        async move { SqliteStore::open(path).expect("a new file opens") }
    })
    .await;
}

#[tokio::test]
async fn a_bounded_memory_store_is_full_and_says_so() {
    let store = MemoryStore::bounded(1);
    let first = create(&store, "a").await;
    let answer = store
        .save(&key("b"), Expected::Absent, operation(2), vec![])
        .await;
    assert_eq!(answer, Err(StoreError::Full));
    let answer = store
        .save(&key("a"), Expected::At(first), operation(3), vec![])
        .await;
    assert!(
        matches!(answer, Ok(Saved::Saved(_))),
        "a record that is there can change"
    );
}

#[test]
fn keys_have_bounds_and_debug_hides_them() {
    assert!(Key::new(Kind::Pool, "").is_err());
    assert!(Key::new(Kind::Pool, "k".repeat(512)).is_ok());
    assert!(Key::new(Kind::Pool, "k".repeat(513)).is_err());
    let shown = format!("{:?}", key("alice@example.com"));
    assert_eq!(shown, "Key(Account, ..)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_a_file() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("shared.db");
    let stores = [open(&path), open(&path)].map(Arc::new);
    let mut revision = create(&*stores[0], "a").await;
    for round in 0..50_u8 {
        let mut savers = tokio::task::JoinSet::new();
        for store in &stores {
            let store = Arc::clone(store);
            savers.spawn(async move {
                let at = Expected::At(revision);
                store
                    .save(&key("a"), at, operation(round), vec![round])
                    .await
            });
        }
        let answers = savers.join_all().await;
        let winners: Vec<_> = answers
            .into_iter()
            .filter_map(|answer| match answer.expect("neither waits for long") {
                Saved::Saved(revision) => Some(revision),
                Saved::Conflict => None,
            })
            .collect();
        assert_eq!(winners.len(), 1, "one process wins round {round}");
        revision = winners[0];
    }
}

#[tokio::test]
async fn a_lock_of_another_process_is_busy_and_not_a_conflict() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("locked.db");
    let options = SqliteOptions::new(&path).lock_wait(Duration::from_millis(20));
    let store = SqliteStore::open_with(&options).expect("a new file opens");
    let other = Connection::open(&path).expect("SQLite opens it too");
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the lock is free");
    let answer = store
        .save(&key("a"), Expected::Absent, operation(1), vec![1])
        .await;
    assert_eq!(answer, Err(StoreError::Busy));
    assert_eq!(store.ready().await, Err(StoreError::Busy));
    assert_eq!(store.load(&key("a")).await, Ok(None), "reading goes on");
    other.execute_batch("COMMIT").expect("the lock is ours");
    create(&store, "a").await;
    assert_eq!(store.ready().await, Ok(()));
}

#[tokio::test]
async fn records_survive_closing_and_revisions_go_on() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("kept.db");
    let store = open(&path);
    let first = create(&store, "a").await;
    let gone = create(&store, "gone").await;
    assert_eq!(store.delete(&key("gone"), gone).await, Ok(Deleted::Deleted));
    drop(store);
    let store = open(&path);
    let found = store.load(&key("a")).await.expect("the store can be read");
    assert_eq!(found.map(|stored| stored.revision), Some(first));
    assert!(create(&store, "gone").await.number() > gone.number());
}

#[tokio::test]
async fn writes_of_callers_that_went_away_are_kept() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("dropped.db");
    let store = open(&path);
    for n in 0..100 {
        let (key, name) = (key(&n.to_string()), operation(n));
        let mut save = store.save(&key, Expected::Absent, name, vec![n]);
        // One poll puts the write into the queue; then the caller gives up.
        let waker = std::task::Waker::noop();
        let _ = save
            .as_mut()
            .poll(&mut std::task::Context::from_waker(waker));
    }
    drop(store);
    let page = open(&path).list(Kind::Account, "", None, 1000).await;
    assert_eq!(page.expect("the store can be listed").len(), 100);
}

#[tokio::test]
async fn a_closed_store_is_one_file() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("closed.db");
    let store = open(&path);
    let first = create(&store, "a").await;
    drop(store);
    let files = std::fs::read_dir(dir.path()).expect("the directory is ours");
    assert_eq!(files.count(), 1, "nothing is left in a log");
    let copy = dir.path().join("copy.db");
    std::fs::copy(&path, &copy).expect("the file can be copied");
    let found = open(&copy).load(&key("a")).await;
    let found = found
        .expect("the copy can be read")
        .map(|stored| stored.revision);
    assert_eq!(found, Some(first));
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("private.db");
    let store = open(&path);
    create(&store, "a").await;
    for entry in std::fs::read_dir(dir.path()).expect("the directory is ours") {
        let entry = entry.expect("the directory is ours");
        let mode = entry
            .metadata()
            .expect("the file is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
    }
    drop(store);
    let everyones = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&path, everyones).expect("the file is ours");
    check_refused(&path, |error| matches!(error, OpenError::Exposed));
}

#[test]
fn other_files_are_refused_and_left_alone() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let newer = dir.path().join("newer.db");
    drop(open(&newer));
    let connection = Connection::open(&newer).expect("SQLite opens it too");
    connection
        .pragma_update(None, "user_version", 2)
        .expect("the file is ours");
    drop(connection);
    check_refused(&newer, |error| {
        matches!(error, OpenError::Newer { found: 2 })
    });

    let foreign = dir.path().join("foreign.db");
    std::fs::write(&foreign, b"").expect("the directory is ours");
    close_to_others(&foreign);
    let connection = Connection::open(&foreign).expect("an empty file is a database");
    connection
        .execute_batch("CREATE TABLE theirs (x)")
        .expect("the file is ours");
    drop(connection);
    check_refused(&foreign, |error| matches!(error, OpenError::Foreign));

    let text = dir.path().join("text.db");
    std::fs::write(
        &text,
        "not a database, but long enough to look for one".repeat(50),
    )
    .expect("the directory is ours");
    close_to_others(&text);
    check_refused(&text, |error| matches!(error, OpenError::Sqlite(_)));
    check_refused(&dir.path().join("no/such/place"), |e| {
        matches!(e, OpenError::File(_))
    });
}

/// A reply is lost before or after the write took place; `Some` is what another writer does then.
#[tokio::test]
async fn a_lost_reply_is_resolved_by_reading_back() {
    use Fault::{Interloper, Late, LostReply, LostRequest};
    let saved = |answer: &Result<Saved, StoreError>| matches!(answer, Ok(Saved::Saved(_)));
    check_faults(&[], saved).await;
    check_faults(&[LostReply], saved).await;
    check_faults(&[LostRequest], saved).await;
    check_faults(&[LostRequest, LostReply], saved).await;
    check_faults(&[LostRequest, Late], saved).await;
    let unknown = |answer: &Result<Saved, StoreError>| *answer == Err(StoreError::Unknown);
    check_faults(&[LostRequest, LostRequest, LostRequest], unknown).await;
    check_faults(&[Interloper], unknown).await;
}

#[track_caller]
fn check_refused(path: &Path, expected: impl Fn(&OpenError) -> bool) {
    let error = SqliteStore::open(path).expect_err("the file is refused");
    assert!(expected(&error), "{error:?}");
}

async fn check_faults(faults: &[Fault], expected: impl Fn(&Result<Saved, StoreError>) -> bool) {
    let store = Faulty {
        inner: MemoryStore::new(),
        faults: Mutex::new(faults.iter().copied().collect()),
    };
    let revision = create(&store.inner, "a").await;
    let answer = save_surely(
        &store,
        &key("a"),
        Expected::At(revision),
        operation(9),
        vec![9],
    )
    .await;
    assert!(expected(&answer), "{faults:?}: {answer:?}");
    if answer.is_ok() {
        let stored = store.load(&key("a")).await.expect("memory can be read");
        assert!(stored.is_some_and(|stored| stored.operation == operation(9)));
    }
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The write took place, and its reply is lost.
    LostReply,
    /// The write did not take place, and nobody says so.
    LostRequest,
    /// The write that was lost before lands now, just ahead of this one.
    Late,
    /// The write took place, its reply is lost, and someone else wrote after it.
    Interloper,
}

/// A store whose connection fails as told, once for each fault.
struct Faulty {
    inner: MemoryStore,
    faults: Mutex<VecDeque<Fault>>,
}

#[async_trait]
impl Store for Faulty {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        self.inner.load(key).await
    }

    async fn save(
        &self,
        key: &Key,
        expected: Expected,
        name: OperationId,
        value: Vec<u8>,
    ) -> Result<Saved, StoreError> {
        let fault = self.faults.lock().expect("no test panics here").pop_front();
        match fault {
            Some(Fault::LostRequest) => return Err(StoreError::Unknown),
            Some(Fault::Late) => {
                let _ = self.inner.save(key, expected, name, value.clone()).await?;
                return self.inner.save(key, expected, name, value).await;
            }
            _ => {}
        }
        let answer = self.inner.save(key, expected, name, value).await?;
        match (fault, answer) {
            (Some(Fault::Interloper), Saved::Saved(revision)) => {
                let after = Expected::At(revision);
                let _ = self.inner.save(key, after, operation(77), vec![7]).await?;
                Err(StoreError::Unknown)
            }
            (Some(_), _) => Err(StoreError::Unknown),
            (None, answer) => Ok(answer),
        }
    }

    async fn delete(&self, key: &Key, expected: Revision) -> Result<Deleted, StoreError> {
        self.inner.delete(key, expected).await
    }

    async fn list(
        &self,
        kind: Kind,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.inner.list(kind, prefix, after, limit).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.inner.ready().await
    }
}

fn close_to_others(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path, private).expect("the file is ours");
    }
    #[cfg(not(unix))]
    let _ = path;
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path).expect("the file opens")
}

async fn create(store: &dyn Store, text: &str) -> Revision {
    match store
        .save(&key(text), Expected::Absent, operation(1), vec![1])
        .await
    {
        Ok(Saved::Saved(revision)) => revision,
        other => panic!("the record should be new: {other:?}"),
    }
}

fn key(text: &str) -> Key {
    Key::new(Kind::Account, text).expect("the test's keys are right")
}

fn operation(n: u8) -> OperationId {
    OperationId::from_bytes([n; OperationId::LEN])
}
