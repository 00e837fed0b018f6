//! The home of the response APDU: up to 256 bytes and a status word.

use core::fmt;

use heapless::Vec;
use zeroize::Zeroize;

use super::{Status, Tag};

/// An answer to the host: at most [`Response::MAX_LEN`] bytes, the last two a status word.
///
/// It can carry codes: wiped on drop and before it is used again, never shown by `Debug`.
///
/// ```
/// use countersign_token::Response;
///
/// let response = Response::new();
/// assert!(response.as_bytes().is_empty()); // until a token fills it
/// assert_eq!(Response::MAX_LEN, 258);
/// ```
pub struct Response {
    bytes: Vec<u8, { Response::MAX_LEN }>,
}

impl Response {
    /// The longest answer: that of the short coding, 256 bytes and the status word.
    pub const MAX_LEN: usize = Self::DATA_MAX_LEN + 2;
    const DATA_MAX_LEN: usize = 256;

    /// No answer yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// The bytes to send: never empty and never without a status word once a token has answered.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.bytes.zeroize();
    }

    /// How many bytes of data still fit.
    pub(crate) fn room(&self) -> usize {
        Self::DATA_MAX_LEN.saturating_sub(self.bytes.len())
    }

    /// Adds bytes. The callers add no more than there is room for; what does not fit makes the
    /// answer an error, not a shorter one.
    ///
    /// # Errors
    /// [`Status::MEMORY_FAILURE`] if they do not fit.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Status> {
        if bytes.len() > self.room() {
            return Err(Status::MEMORY_FAILURE);
        }
        let added = self.bytes.extend_from_slice(bytes);
        added.map_err(|_| Status::MEMORY_FAILURE)
    }

    /// Adds a tag, a length, and a value in two parts, which are shorter than 128 bytes together.
    ///
    /// # Errors
    /// [`Status::MEMORY_FAILURE`] if it does not fit.
    pub(crate) fn field(&mut self, tag: Tag, head: &[u8], tail: &[u8]) -> Result<(), Status> {
        let length = head.len().saturating_add(tail.len());
        let length = u8::try_from(length).unwrap_or(u8::MAX);
        if length > Tag::SHORT_LEN {
            return Err(Status::MEMORY_FAILURE);
        }
        self.bytes(&[tag.0, length])?;
        self.bytes(head)?;
        self.bytes(tail)
    }

    /// Ends the answer. What is not an answer to a command that was done carries no data.
    pub(crate) fn finish(&mut self, status: Status) {
        if status != Status::DONE && status != Status::MORE {
            self.clear();
        }
        // There is always room: the data is two bytes shorter than the answer.
        let _ = self.bytes.extend_from_slice(&status.to_bytes());
    }
}

impl Default for Response {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response(..)")
    }
}
