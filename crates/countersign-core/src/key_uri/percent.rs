//! The home of percent-encoding (RFC 3986 §2.1): text inside a URI, written, and read in place.

use core::fmt::{self, Write};

/// A text of a key URI: as it is, or percent-encoded inside the URI that it was read from.
///
/// There is no heap to decode into, so it is decoded wherever it is looked at: by [`Self::chars`],
/// by `Display`, and by `==`, which compares what both say and not how they spell it.
#[derive(Clone, Copy)]
pub struct UriText<'a> {
    source: &'a str,
    code: Code,
}

/// What stands for another character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    /// Nothing.
    Plain,
    /// `%` and two hexadecimal digits.
    Percent,
    /// These, and `+` for a space, as in forms.
    Form,
}

impl<'a> UriText<'a> {
    /// The text as it is.
    pub(super) const fn plain(source: &'a str) -> Self {
        Self {
            source,
            code: Code::Plain,
        }
    }

    /// A part of a URI; nothing if it is not UTF-8 once decoded. A `%` without two hexadecimal
    /// digits after it is left as it is: see [`has_lone_percent`].
    pub(super) fn encoded(source: &'a str) -> Option<Self> {
        let text = Self {
            source,
            code: Code::Percent,
        };
        Chars(text.bytes()).all(|char| char.is_ok()).then_some(text)
    }

    /// The same part of a URI, with each `+` read as a space.
    pub(super) const fn with_plus_as_space(self) -> Self {
        Self {
            source: self.source,
            code: Code::Form,
        }
    }

    /// The characters it stands for.
    pub fn chars(&self) -> impl Iterator<Item = char> {
        // Checked when it was read, so there is no failure to end at.
        Chars(self.bytes()).map_while(Result::ok)
    }

    /// The UTF-8 bytes it stands for.
    pub(crate) fn bytes(&self) -> Bytes<'a> {
        Bytes {
            source: self.source.as_bytes(),
            code: self.code,
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

/// Whether there is a `%` without two hexadecimal digits after it.
pub(super) fn has_lone_percent(source: &str) -> bool {
    let bytes = source.as_bytes();
    let escapes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    escapes
        .map(|(at, _)| bytes.iter().skip(at).skip(1))
        .any(|mut after| {
            let mut is_digit = || after.next().is_some_and(u8::is_ascii_hexdigit);
            !(is_digit() && is_digit())
        })
}

/// The bytes of a text.
#[derive(Clone)]
pub(crate) struct Bytes<'a> {
    source: &'a [u8],
    code: Code,
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if let ([b'%', high, low, rest @ ..], Code::Percent | Code::Form) = (self.source, self.code)
            && let Some((high, low)) = hex_digit(*high).zip(hex_digit(*low))
        {
            self.source = rest;
            return Some((high << 4) | low);
        }
        let (byte, rest) = self.source.split_first()?;
        self.source = rest;
        match (byte, self.code) {
            (b'+', Code::Form) => Some(b' '),
            _ => Some(*byte),
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
