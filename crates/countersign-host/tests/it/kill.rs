//! What was acknowledged survives `kill -9`, whole.
//!
//! The test binary starts itself again as the writer, reads what that acknowledges from a pipe,
//! and kills it after a random number of acknowledgements.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use countersign_host::store::{
    Expected, Key, Kind, OperationId, Saved, SqliteStore, Store, Stored,
};

const KILLS: u32 = 50;
const WRITERS: u64 = 16;
const KEYS_PER_WRITER: u64 = 4;
/// Names the database file to the writer; without it the writer's test has nothing to do.
const WRITER_FILE: &str = "COUNTERSIGN_TEST_WRITER_FILE";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_kill_9() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("killed.db");
    let mut acknowledged = HashMap::new();
    let mut total = 0;
    for round in 0..KILLS {
        let patience = 1 + getrandom::u32().expect("the system is random") % 1000;
        total += write_and_kill(&path, patience, &mut acknowledged);
        let store = SqliteStore::open(&path).expect("the file opens after every kill");
        for (text, (revision, counter)) in &acknowledged {
            let stored = store.load(&key(text)).await.expect("the file can be read");
            let stored = stored.unwrap_or_else(|| panic!("round {round}: {text} is lost"));
            let found = counter_in(&stored);
            assert!(
                found >= *counter,
                "round {round}: {text} fell from {counter} to {found}"
            );
            let same = found == *counter;
            assert_eq!(
                same,
                stored.revision.number() == *revision,
                "round {round}: {text}"
            );
        }
        check_every_record_is_whole(&store).await;
    }
    assert!(
        total > u64::from(KILLS),
        "the writer was under way when it was killed"
    );
}

/// The other process. It never ends by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_writer() {
    let Some(path) = std::env::var_os(WRITER_FILE) else {
        return;
    };
    let store = Arc::new(SqliteStore::open(path).expect("the file opens"));
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            for turn in 0.. {
                let text = format!("pool/{writer}/{}", turn % KEYS_PER_WRITER);
                write_next(&store, &text).await;
            }
        });
    }
    writers.join_all().await;
}

async fn write_next(store: &SqliteStore, text: &str) {
    let key = key(text);
    let found = store.load(&key).await.expect("the file can be read");
    let (expected, counter) = match &found {
        None => (Expected::Absent, 1),
        Some(stored) => (Expected::At(stored.revision), counter_in(stored) + 1),
    };
    let name = OperationId::from_bytes(u128::from(counter).to_be_bytes());
    let answer = store.save(&key, expected, name, value(counter)).await;
    let Ok(Saved::Saved(revision)) = answer else {
        panic!("each key has one writer: {answer:?}");
    };
    let line = format!("acknowledged {text} {} {counter}\n", revision.number());
    std::io::stdout()
        .write_all(line.as_bytes())
        .expect("the pipe is open until the kill");
}

/// Reads `patience` acknowledgements, kills, and reads what was still in the pipe.
fn write_and_kill(
    path: &Path,
    patience: u32,
    acknowledged: &mut HashMap<String, (u64, u64)>,
) -> u64 {
    let mut writer = Command::new(std::env::current_exe().expect("this binary has a path"))
        .args(["--exact", "kill::the_writer", "--nocapture"])
        .env(WRITER_FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this binary starts again");
    let pipe = writer.stdout.take().expect("the pipe was asked for");
    let mut count = 0;
    for line in BufReader::new(pipe).lines() {
        let line = line.expect("the writer writes text");
        let Some(("", rest)) = line.split_once("acknowledged ") else {
            continue;
        };
        let fields: Vec<_> = rest.split(' ').collect();
        let [text, revision, counter] = fields[..] else {
            continue; // The kill cut the line.
        };
        let (Ok(revision), Ok(counter)) = (revision.parse(), counter.parse()) else {
            continue;
        };
        acknowledged.insert(text.to_owned(), (revision, counter));
        count += 1;
        if count == u64::from(patience) {
            writer.kill().expect("the writer runs until it is killed");
        }
    }
    let status = writer.wait().expect("the writer was started here");
    assert!(
        status.code().is_none(),
        "the writer ended by itself: {status}"
    );
    count
}

async fn check_every_record_is_whole(store: &SqliteStore) {
    let page = store.list(Kind::Account, "", None, 1000).await;
    for (text, stored) in page.expect("the file can be listed") {
        let counter = counter_in(&stored);
        assert_eq!(stored.value, value(counter), "{text} is torn");
        let name = u128::from(counter).to_be_bytes();
        assert_eq!(
            stored.operation.as_bytes(),
            &name,
            "{text} has another's operation"
        );
    }
}

/// A counter, then up to 5 KiB that follow from it: longer than a page of the database.
fn value(counter: u64) -> Vec<u8> {
    let mut value = counter.to_be_bytes().to_vec();
    let filling = counter.to_le_bytes()[0];
    value.resize(8 + usize::from(filling) * 20, filling);
    value
}

fn counter_in(stored: &Stored) -> u64 {
    let head = stored
        .value
        .first_chunk()
        .expect("every value begins with a counter");
    u64::from_be_bytes(*head)
}

fn key(text: &str) -> Key {
    Key::new(Kind::Account, text).expect("the test's keys are right")
}
