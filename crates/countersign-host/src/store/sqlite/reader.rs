//! The home of reading: threads that each hold one connection and see what is committed.

use super::store_error;
use crate::store::{Key, Kind, MAX_PAGE, OperationId, Revision, StoreError, Stored};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// A question to the database, and where its answer goes.
pub(super) enum Read {
    Load {
        key: Key,
        reply: oneshot::Sender<Result<Option<Stored>, StoreError>>,
    },
    List {
        kind: Kind,
        prefix: String,
        after: Option<String>,
        limit: u16,
        reply: oneshot::Sender<Result<Vec<(String, Stored)>, StoreError>>,
    },
}

/// The queue that the readers share: whoever is free takes the lock and waits for the next.
pub(super) type Queue = Arc<Mutex<mpsc::Receiver<Read>>>;

/// Serves the queue until its last sender is gone and it is empty.
pub(super) fn run(connection: &Connection, queue: &Queue) {
    while let Some(read) = next(queue) {
        // A caller that no longer waits has dropped its end, and needs no answer.
        match read {
            Read::Load { key, reply } => drop(reply.send(load(connection, &key))),
            Read::List {
                kind,
                prefix,
                after,
                limit,
                reply,
            } => drop(reply.send(list(connection, kind, &prefix, after.as_deref(), limit))),
        }
    }
}

fn next(queue: &Queue) -> Option<Read> {
    queue
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .blocking_recv()
}

fn load(connection: &Connection, key: &Key) -> Result<Option<Stored>, StoreError> {
    connection
        .prepare_cached(
            "SELECT revision, operation, value FROM record WHERE kind = ?1 AND key = ?2",
        )
        .and_then(|mut statement| {
            statement
                .query_row(params![key.kind().id(), key.text().as_bytes()], stored)
                .optional()
        })
        .map_err(|error| store_error(&error))
}

fn list(
    connection: &Connection,
    kind: Kind,
    prefix: &str,
    after: Option<&str>,
    limit: u16,
) -> Result<Vec<(String, Stored)>, StoreError> {
    list_rows(connection, kind, prefix, after, limit)
        .map_err(|error| store_error(&error))?
        .into_iter()
        .map(|(key, stored)| {
            let text = String::from_utf8(key).map_err(|_| StoreError::Damaged)?;
            Ok((text, stored))
        })
        .collect()
}

fn list_rows(
    connection: &Connection,
    kind: Kind,
    prefix: &str,
    after: Option<&str>,
    limit: u16,
) -> rusqlite::Result<Vec<(Vec<u8>, Stored)>> {
    connection
        .prepare_cached(
            "SELECT revision, operation, value, key FROM record
             WHERE kind = ?1 AND key >= ?2 AND key > ?3 AND (?4 IS NULL OR key < ?4)
             ORDER BY key LIMIT ?5",
        )?
        .query_map(
            params![
                kind.id(),
                prefix.as_bytes(),
                // No key is empty, so every key is after this one.
                after.unwrap_or_default().as_bytes(),
                beyond(prefix),
                limit.min(MAX_PAGE)
            ],
            |row| Ok((row.get(3)?, stored(row)?)),
        )?
        .collect()
}

/// The first bytes after everything that begins with `prefix`, or `None` if that is the end.
/// UTF-8 has no byte 0xFF, so the last byte can always be raised by one.
fn beyond(prefix: &str) -> Option<Vec<u8>> {
    let mut bytes = prefix.as_bytes().to_vec();
    *bytes.last_mut()? += 1;
    Some(bytes)
}

/// The first three columns: revision, operation, value.
fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    // The table refuses revisions below one.
    let revision: i64 = row.get(0)?;
    Ok(Stored {
        revision: Revision::from_number(revision.unsigned_abs()),
        operation: OperationId::from_bytes(row.get(1)?),
        value: row.get(2)?,
    })
}
