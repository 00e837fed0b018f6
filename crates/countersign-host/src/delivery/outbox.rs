//! The home of the outbox file: delivery for development, one JSON line for each message.

use super::{Delivery, DeliveryError, Message, timestamp::rfc3339};
use async_trait::async_trait;
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Appends every message to a file instead of sending it. Codes stand in it in clear, so it is
/// for development and tests; the file is created with permissions 0600.
///
/// The file is opened anew for each message: it may be moved or deleted at any time.
#[derive(Clone, Debug)]
pub struct Outbox {
    path: PathBuf,
}

/// One line. The order of the fields is the order in the file.
#[derive(Serialize)]
struct Line<'a> {
    at: &'a str,
    medium: &'a str,
    destination: &'a str,
    purpose: &'a str,
    code: &'a str,
}

impl Outbox {
    /// The outbox at that path. Creates the file, so that a path that cannot work shows now.
    ///
    /// # Errors
    /// The system's error if the file cannot be created or opened for appending.
    pub fn create(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        append(&path, &[])?;
        Ok(Self { path })
    }
}

#[async_trait]
impl Delivery for Outbox {
    async fn deliver(&self, message: Message) -> Result<(), DeliveryError> {
        let path = self.path.clone();
        let appended = tokio::task::spawn_blocking(move || append(&path, &line(&message)))
            .await
            .map_err(|_| DeliveryError::Unavailable)?;
        appended.map_err(|error| {
            tracing::warn!(kind = ?error.kind(), "the outbox cannot be written");
            DeliveryError::Unavailable
        })
    }
}

fn line(message: &Message) -> Zeroizing<Vec<u8>> {
    let line = Line {
        at: &rfc3339(message.at),
        medium: message.medium.name(),
        destination: &message.destination,
        purpose: message.purpose.name(),
        code: message.code.as_str(),
    };
    let mut bytes = serde_json::to_vec(&line).expect("strings are always JSON");
    bytes.push(b'\n');
    Zeroizing::new(bytes)
}

/// Appends in one write: lines of several processes may interleave, but never mix.
fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(line)
}
