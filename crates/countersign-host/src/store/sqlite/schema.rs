//! The home of the database file: its permissions, its settings and the form of its tables.

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;

/// The form of the tables below, kept in `user_version`.
const SCHEMA_VERSION: i32 = 1;

/// "CSGN" in `application_id`, so that another program's database is not taken for ours.
const APPLICATION_ID: i32 = 0x4353_474E;

/// `sequence` counts revisions for the whole store: a record that is deleted and created again
/// cannot get a revision that it has had before. Keys are blobs, so that they are ordered by
/// their bytes and may contain NUL.
const SCHEMA: &str = "
    CREATE TABLE record (
        kind      INTEGER NOT NULL,
        key       BLOB NOT NULL,
        revision  INTEGER NOT NULL CHECK (revision > 0),
        operation BLOB NOT NULL CHECK (length(operation) = 16),
        value     BLOB NOT NULL,
        PRIMARY KEY (kind, key)
    ) STRICT;
    CREATE TABLE sequence (
        id   INTEGER PRIMARY KEY CHECK (id = 1),
        last INTEGER NOT NULL CHECK (last >= 0)
    ) STRICT;
    INSERT INTO sequence (id, last) VALUES (1, 0);
";

/// Why a database file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be created or read.
    #[error("the database file cannot be opened")]
    File(#[source] io::Error),
    /// Users of the machine beyond owner and group may read or write the file.
    #[error("the database file is open to every user of the machine; take their rights away")]
    Exposed,
    /// The file is a database of another program.
    #[error("the file is a database of another program")]
    Foreign,
    /// A newer version of this program wrote the file.
    #[error("the database has form {found}; this version knows up to {SCHEMA_VERSION}")]
    Newer {
        /// The form of the file.
        found: i32,
    },
    /// The file system cannot do write-ahead logging, as on most network file systems.
    #[error("the file system does not support write-ahead logging")]
    NoWriteAheadLog,
    /// SQLite refused.
    #[error("SQLite cannot open the database")]
    Sqlite(#[from] rusqlite::Error),
    /// The system refused a thread.
    #[error("a thread for the database cannot be started")]
    Thread(#[source] io::Error),
}

/// Opens the connection that writes, creating file and tables where they are missing.
pub(super) fn open_writer(path: &Path, lock_wait: Duration) -> Result<Connection, OpenError> {
    create_private(path)?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(lock_wait)?;
    refuse_foreign(&connection)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::NoWriteAheadLog);
    }
    // FULL syncs the log at every commit. With NORMAL a power cut could bring an older record
    // back, and with it a code that was already spent.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    create_tables(&mut connection)?;
    Ok(connection)
}

/// Opens a connection that reads. The writer has been opened before.
pub(super) fn open_reader(path: &Path, lock_wait: Duration) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(lock_wait)?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(connection)
}

fn refuse_foreign(connection: &Connection) -> Result<(), OpenError> {
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (id, tables) {
        (APPLICATION_ID, _) | (0, 0) => Ok(()),
        _ => Err(OpenError::Foreign),
    }
}

/// Creates the tables of a new file. The version is read inside the transaction, so of two
/// processes that start at once one creates them and the other finds them.
fn create_tables(connection: &mut Connection) -> Result<(), OpenError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        0 => {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            transaction.commit()?;
            Ok(())
        }
        SCHEMA_VERSION => Ok(()),
        found => Err(OpenError::Newer { found }),
    }
}

/// Sees to it that the file exists and is not everyone's. SQLite gives its log and its index the
/// permissions of the file.
fn create_private(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(OpenError::File)?;
    refuse_exposed(&file)
}

#[cfg(unix)]
fn refuse_exposed(file: &File) -> Result<(), OpenError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file
        .metadata()
        .map_err(OpenError::File)?
        .permissions()
        .mode();
    if mode & 0o007 != 0 {
        return Err(OpenError::Exposed);
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_exposed(_: &File) -> Result<(), OpenError> {
    Ok(())
}
