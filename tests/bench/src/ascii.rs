//! The home of a text of a few bytes that is written by `fmt` without a heap.

use std::fmt::{self, Write};

/// Up to 256 bytes of text.
pub struct Ascii {
    bytes: [u8; 256],
    length: usize,
}

impl Ascii {
    /// What `write!` makes of `arguments`.
    #[must_use]
    pub fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self::new();
        text.write_fmt(arguments).expect("the text fits");
        text
    }

    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; 256],
            length: 0,
        }
    }
}

impl Default for Ascii {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Ascii {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl AsRef<[u8]> for Ascii {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
