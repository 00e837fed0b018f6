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
    /// Something did not fit, or had no length of one byte.
    overflown: bool,
}

impl Response {
    /// The longest answer: that of the short coding, 256 bytes and the status word.
    pub const MAX_LEN: usize = Self::DATA_MAX_LEN + 2;
    const DATA_MAX_LEN: usize = 256;

    /// No answer yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            overflown: false,
        }
    }

    /// The bytes to send: never empty and never without a status word once a token has answered.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.bytes.zeroize();
        self.overflown = false;
    }

    /// How many bytes of data there are so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes back what was added since there were `length` bytes, if it did not fit.
    pub(crate) fn take_back(&mut self, length: usize) -> bool {
        let overflown = self.overflown;
        if overflown {
            self.bytes.truncate(length);
            self.overflown = false;
        }
        overflown
    }

    /// Adds bytes. The callers add no more than there is room for; what does not fit makes the
    /// answer an error, not a shorter one.
    #[inline(never)]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let fits = self.bytes.len().saturating_add(bytes.len()) <= Self::DATA_MAX_LEN;
        if !fits || self.bytes.extend_from_slice(bytes).is_err() {
            self.overflown = true;
        }
    }

    /// Adds a number in `length` bytes, at most four, the highest first.
    pub(crate) fn number(&mut self, number: u32, length: usize) {
        let bytes = number.to_be_bytes();
        let first = bytes.len().saturating_sub(length);
        self.bytes(bytes.get(first..).unwrap_or_default());
    }

    /// Adds a tag and the length of its value, which comes next and has less than 128 bytes.
    pub(crate) fn begin(&mut self, tag: Tag, length: usize) {
        let length = u8::try_from(length).unwrap_or(u8::MAX);
        self.overflown |= length > Tag::SHORT_LEN;
        self.bytes(&[tag.0, length]);
    }

    /// Adds a tag, a length, and a value, which has less than 128 bytes.
    #[inline(never)]
    pub(crate) fn field(&mut self, tag: Tag, value: &[u8]) {
        self.begin(tag, value.len());
        self.bytes(value);
    }

    /// Ends the answer. What is not an answer to a command that was done carries no data.
    pub(crate) fn finish(&mut self, done: Result<(), Status>) {
        let mut status = done.err().unwrap_or(Status::DONE);
        if self.overflown {
            status = Status::MEMORY_FAILURE;
        }
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
