//! The home of the serial line's two uses: a byte is a key of the keypad, or part of a command.
//!
//! Digits, `*` and `#` at the start of a line are keys, and count at once. A letter begins a
//! command, which ends with the line. So a keypad with a serial encoder and the service port share
//! one line; on a real door the keypad would be wired to pins.

use countersign_token::lock::Key;

/// What a byte came to.
pub(crate) enum Input {
    /// A key.
    Key(Key),
    /// A command is complete: see [`Line::words`].
    Command,
    /// A line was too long; nothing of it was looked at.
    TooLong,
}

/// A line that is coming in. What is in it may be secret; it is wiped when it is done with.
pub(crate) struct Line {
    bytes: [u8; MAX_LEN],
    length: usize,
}

impl Line {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; MAX_LEN],
            length: 0,
        }
    }

    /// Takes a byte.
    pub(crate) fn take(&mut self, byte: u8) -> Option<Input> {
        match byte {
            b'\r' => None,
            b'\n' if self.length == 0 => None,
            b'\n' if self.length > MAX_LEN => {
                self.clear();
                Some(Input::TooLong)
            }
            b'\n' => Some(Input::Command),
            _ if self.length == 0 && !byte.is_ascii_lowercase() => {
                Key::from_ascii(byte).map(Input::Key)
            }
            _ => {
                match self.bytes.get_mut(self.length) {
                    Some(slot) => {
                        *slot = byte;
                        self.length += 1;
                    }
                    None => self.length = MAX_LEN + 1,
                }
                None
            }
        }
    }

    /// The words of the command, divided by single spaces.
    pub(crate) fn words(&self) -> Words<'_> {
        Words {
            rest: self.bytes.get(..self.length).unwrap_or_default(),
        }
    }

    /// Forgets the line.
    pub(crate) fn clear(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.bytes);
        self.length = 0;
    }
}

/// The words that are left of a line.
pub(crate) struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    /// Everything that is left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// A word of 32 bytes in hexadecimal.
    pub(crate) fn key(&mut self) -> Option<[u8; 32]> {
        let word = self.next()?;
        let (pairs, odd) = word.as_chunks::<2>();
        if pairs.len() != 32 || !odd.is_empty() {
            return None;
        }
        let mut key = [0; 32];
        for (slot, [high, low]) in key.iter_mut().zip(pairs) {
            *slot = nibble(*high)? << 4 | nibble(*low)?;
        }
        Some(key)
    }

    /// A word that is a decimal number.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let word = self.next()?;
        if word.is_empty() {
            return None;
        }
        word.iter().try_fold(0_u64, |number, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit < 10)
                .then_some(())
                .and_then(|()| number.checked_mul(10))
                .and_then(|tens| tens.checked_add(digit.into()))
        })
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b' ');
        let (word, rest) = match end {
            Some(end) => self.rest.split_at_checked(end)?,
            None => (self.rest, &[][..]),
        };
        self.rest = rest.get(1..).unwrap_or_default();
        Some(word)
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// The longest command adds a user: `add 99 counter 12345678`, a tag of 64 digits, and a label.
const MAX_LEN: usize = 112;
