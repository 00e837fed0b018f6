//! The home of talking to the token over its serial line, as a card reader does: the frames of
//! vpcd, with requests and answers (APDUs) in them.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::process::{Failure, Outcome};

/// The token at the other end of a line.
pub(super) struct Card(UnixStream);

/// Longer than any answer takes, the ten seconds of a question to a person included.
const PATIENCE: Duration = Duration::from_secs(30);

impl Card {
    /// Connects to the emulated serial line at `socket` and powers the card up.
    ///
    /// # Errors
    /// If nobody answers there.
    pub(super) fn insert(socket: &Path) -> Result<Self, Failure> {
        let started = Instant::now();
        let stream = loop {
            match UnixStream::connect(socket) {
                Ok(stream) => break stream,
                Err(error) if started.elapsed() > PATIENCE => return Err(failed(&error)),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        };
        stream
            .set_read_timeout(Some(PATIENCE))
            .map_err(|error| failed(&error))?;
        let mut card = Self(stream);
        card.send(&[1])?;
        card.send(&[4])?;
        let atr = card.receive()?;
        if atr.first() != Some(&0x3b) {
            return Err(Failure::new("token: this is no answer to reset"));
        }
        Ok(card)
    }

    /// Sends a request without waiting for its answer.
    ///
    /// # Errors
    /// If the line is closed.
    pub(super) fn send(&mut self, bytes: &[u8]) -> Outcome {
        let length = u16::try_from(bytes.len()).map_err(|_| Failure::new("token: too long"))?;
        let frame = [&length.to_be_bytes(), bytes].concat();
        self.0.write_all(&frame).map_err(|error| failed(&error))
    }

    /// Waits for an answer.
    ///
    /// # Errors
    /// If none comes.
    pub(super) fn receive(&mut self) -> Result<Vec<u8>, Failure> {
        let mut length = [0; 2];
        self.0
            .read_exact(&mut length)
            .map_err(|error| failed(&error))?;
        let mut answer = vec![0; u16::from_be_bytes(length).into()];
        self.0
            .read_exact(&mut answer)
            .map_err(|error| failed(&error))?;
        Ok(answer)
    }

    /// Sends a request, and gives the data of an answer that says that all went well.
    ///
    /// # Errors
    /// If it says anything else. The request is not shown: it may hold a secret.
    pub(super) fn ask(&mut self, what: &str, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        self.send(bytes)?;
        self.answered(what)
    }

    /// Waits for the answer to a request that was sent.
    ///
    /// # Errors
    /// If it does not say that all went well.
    pub(super) fn answered(&mut self, what: &str) -> Result<Vec<u8>, Failure> {
        let mut answer = self.receive()?;
        if answer.ends_with(&[0x90, 0x00]) {
            answer.truncate(answer.len() - 2);
            return Ok(answer);
        }
        let status = answer.last_chunk().map(|word| u16::from_be_bytes(*word));
        Err(Failure::new(format!(
            "token: {what} was answered with {:04x}",
            status.unwrap_or_default()
        )))
    }
}

/// A request of the short coding with data of less than 256 bytes.
pub(super) fn request(instruction: u8, p1: u8, p2: u8, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
    [&[0, instruction, p1, p2, length], data].concat()
}

/// A field: tag, length of less than 128, value.
pub(super) fn field(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    [&[tag, length], value].concat()
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::new(format!("token: {error}"))
}
