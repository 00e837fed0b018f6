//! The home of percent-encoding (RFC 3986 §2.1): text inside a URI, written, and read in place.

use core::fmt::{self, Write};

/// A text of a key URI: as it is, or percent-encoded inside the URI that it was read from.
///
/// There is no heap to decode into, so it is decoded wherever it is looked at: by [`Self::chars`],
/// by `Display`, and by `==`, which compares what both say and not how they spell it.
#[derive(Clone, Copy)]
pub struct UriText<'a> {
    source: &'a str,
    encoded: bool,
}

impl<'a> UriText<'a> {
    /// The text as it is.
    pub(super) const fn plain(source: &'a str) -> Self {
        Self {
            source,
            encoded: false,
        }
    }

    /// A part of a URI; nothing if it has a `%` without two hexadecimal digits after it, or is not
    /// UTF-8 once decoded.
    pub(super) fn encoded(source: &'a str) -> Option<Self> {
        let text = Self {
            source,
            encoded: true,
        };
        Chars(text.bytes()).all(|char| char.is_ok()).then_some(text)
    }

    /// The characters it stands for.
    pub fn chars(&self) -> impl Iterator<Item = char> {
        // Checked when it was read, so there is no failure to end at.
        Chars(self.bytes()).map_while(Result::ok)
    }

    /// The UTF-8 bytes it stands for.
    pub(super) fn bytes(&self) -> Bytes<'a> {
        Bytes {
            source: self.source.as_bytes(),
            encoded: self.encoded,
        }
    }

    /// Writes it percent-encoded: everything but the unreserved characters of RFC 3986 §2.3.
    pub(super) fn write_encoded(&self, out: &mut impl Write) -> fmt::Result {
        for byte in self.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    out.write_char(byte.into())?;
                }
                _ => write!(out, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

impl PartialEq for UriText<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl Eq for UriText<'_> {}

impl PartialEq<str> for UriText<'_> {
    fn eq(&self, other: &str) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl PartialEq<&str> for UriText<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Display for UriText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chars().try_for_each(|char| f.write_char(char))
    }
}

impl fmt::Debug for UriText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        self.chars()
            .flat_map(char::escape_debug)
            .try_for_each(|char| f.write_char(char))?;
        f.write_char('"')
    }
}

/// The bytes of a text. A `%` without two hexadecimal digits after it comes out as it is, followed
/// by a byte that no UTF-8 has, so that reading it as text fails.
#[derive(Clone)]
pub(super) struct Bytes<'a> {
    source: &'a [u8],
    encoded: bool,
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        match self.source {
            [b'%', high, low, rest @ ..] if self.encoded => {
                self.source = rest;
                let (high, low) = (hex_digit(*high), hex_digit(*low));
                Some(
                    high.zip(low)
                        .map_or(NOT_UTF8, |(high, low)| (high << 4) | low),
                )
            }
            [b'%', ..] if self.encoded => {
                self.source = &[];
                Some(NOT_UTF8)
            }
            [byte, rest @ ..] => {
                self.source = rest;
                Some(*byte)
            }
            [] => None,
        }
    }
}

/// UTF-8 bytes read as characters.
struct Chars<'a>(Bytes<'a>);

struct NotUtf8;

impl Iterator for Chars<'_> {
    type Item = Result<char, NotUtf8>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.0.next()?;
        let length = match first {
            0x00..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let mut buffer = [first, 0, 0, 0];
        for slot in buffer.iter_mut().take(length).skip(1) {
            let Some(byte) = self.0.next() else {
                return Some(Err(NotUtf8));
            };
            *slot = byte;
        }
        let text = buffer
            .get(..length)
            .and_then(|bytes| core::str::from_utf8(bytes).ok());
        Some(text.and_then(|text| text.chars().next()).ok_or(NotUtf8))
    }
}

const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(byte.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

const NOT_UTF8: u8 = 0xff;
