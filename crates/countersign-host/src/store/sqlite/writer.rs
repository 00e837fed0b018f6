//! The home of group commit: one thread that makes many callers' writes durable at once.
//!
//! What costs time in a durable write is waiting for the disk, once for each commit. So the
//! writer takes everything that waits in its queue into one transaction, and answers nobody
//! before that transaction is on disk. Each write is conditional on its own: the writes of a
//! batch see each other in the order of the queue, and a conflict of one leaves the others alone.

use super::store_error;
use crate::store::{Deleted, Expected, Key, OperationId, Revision, Saved, StoreError};
use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};

/// The most writes in one transaction. Beyond this a longer batch gains nothing measurable and
/// makes its first caller wait for its last.
const MAX_BATCH: usize = 256;

/// A write that waits for its turn, and where its answer goes.
pub(super) enum Write {
    Save {
        key: Key,
        expected: Expected,
        operation: OperationId,
        value: Vec<u8>,
        reply: Reply<Saved>,
    },
    Delete {
        key: Key,
        expected: Revision,
        reply: Reply<Deleted>,
    },
    /// Changes nothing, but is answered only once a write lock was had.
    Probe { reply: Reply<()> },
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Serves the queue until its last sender is gone and it is empty.
pub(super) fn run(mut connection: Connection, mut queue: mpsc::Receiver<Write>) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while let Some(first) = queue.blocking_recv() {
        batch.push(first);
        while batch.len() < MAX_BATCH {
            let Ok(next) = queue.try_recv() else { break };
            batch.push(next);
        }
        let outcome = commit(&mut connection, &batch);
        for (index, write) in batch.drain(..).enumerate() {
            let verdict = match &outcome {
                Ok(verdicts) => Ok(verdicts[index]),
                Err(error) => Err(error.clone()),
            };
            write.answer(verdict);
        }
    }
}

/// What one write of a batch did.
#[derive(Clone, Copy)]
enum Verdict {
    Written(Revision),
    Conflict,
}

impl Write {
    fn answer(self, verdict: Result<Verdict, StoreError>) {
        // A caller that no longer waits has dropped its end; its write stands all the same.
        match self {
            Self::Save { reply, .. } => drop(reply.send(verdict.map(|verdict| match verdict {
                Verdict::Written(revision) => Saved::Saved(revision),
                Verdict::Conflict => Saved::Conflict,
            }))),
            Self::Delete { reply, .. } => drop(reply.send(verdict.map(|verdict| match verdict {
                Verdict::Written(_) => Deleted::Deleted,
                Verdict::Conflict => Deleted::Conflict,
            }))),
            Self::Probe { reply } => drop(reply.send(verdict.map(|_| ()))),
        }
    }
}

/// One transaction for the whole batch. On any error nothing of it is written: dropping the
/// transaction rolls back.
fn commit(connection: &mut Connection, batch: &[Write]) -> Result<Vec<Verdict>, StoreError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(|error| store_error(&error))?;
    let verdicts = apply(&transaction, batch).map_err(|error| store_error(&error))?;
    transaction.commit().map_err(|error| store_error(&error))?;
    Ok(verdicts)
}

fn apply(connection: &Connection, batch: &[Write]) -> rusqlite::Result<Vec<Verdict>> {
    let before: i64 = connection
        .prepare_cached("SELECT last FROM sequence WHERE id = 1")?
        .query_row([], |row| row.get(0))?;
    let mut last = before;
    let mut verdicts = Vec::with_capacity(batch.len());
    for write in batch {
        let next = last + 1;
        verdicts.push(if apply_one(connection, write, next)? {
            last = next;
            Verdict::Written(Revision::from_number(next.unsigned_abs()))
        } else {
            Verdict::Conflict
        });
    }
    if last != before {
        connection
            .prepare_cached("UPDATE sequence SET last = ?1 WHERE id = 1")?
            .execute([last])?;
    }
    Ok(verdicts)
}

/// Whether the write met its condition, and so changed its one row.
fn apply_one(connection: &Connection, write: &Write, next: i64) -> rusqlite::Result<bool> {
    let changed = match write {
        Write::Save {
            key,
            expected: Expected::Absent,
            operation,
            value,
            ..
        } => connection
            .prepare_cached(
                "INSERT INTO record (kind, key, revision, operation, value)
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (kind, key) DO NOTHING",
            )?
            .execute(params![
                key.kind().id(),
                key.text().as_bytes(),
                next,
                operation.as_bytes(),
                value
            ])?,
        Write::Save {
            key,
            expected: Expected::At(revision),
            operation,
            value,
            ..
        } => connection
            .prepare_cached(
                "UPDATE record SET revision = ?3, operation = ?4, value = ?5
                 WHERE kind = ?1 AND key = ?2 AND revision = ?6",
            )?
            .execute(params![
                key.kind().id(),
                key.text().as_bytes(),
                next,
                operation.as_bytes(),
                value,
                stored_revision(*revision)
            ])?,
        Write::Delete { key, expected, .. } => connection
            .prepare_cached("DELETE FROM record WHERE kind = ?1 AND key = ?2 AND revision = ?3")?
            .execute(params![
                key.kind().id(),
                key.text().as_bytes(),
                stored_revision(*expected)
            ])?,
        Write::Probe { .. } => return Ok(false),
    };
    Ok(changed == 1)
}

/// A revision beyond what SQLite can hold was never given out; zero is no record's revision, so
/// expecting it is a conflict.
fn stored_revision(revision: Revision) -> i64 {
    i64::try_from(revision.number()).unwrap_or(0)
}
