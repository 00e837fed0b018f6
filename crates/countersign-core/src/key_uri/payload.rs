//! The home of an export's payload: base64 (RFC 4648 §4) decoded into the caller's buffer, which is
//! wiped in the end.

use zeroize::Zeroize;

use super::{MigrationError, UriText};

/// The caller's buffer and how much of it is in use.
pub(super) struct Payload<'a> {
    buffer: &'a mut [u8],
    len: usize,
}

impl<'a> Payload<'a> {
    pub(super) const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// What was decoded.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Decodes base64 of either alphabet, padded or not. A space is a `+` that was not encoded and
    /// has gone through a form.
    pub(super) fn decode(&mut self, data: UriText<'_>) -> Result<(), MigrationError> {
        let mut symbols = [0_u8; 4];
        let mut filled: usize = 0;
        let mut padding: usize = 0;
        for byte in data.bytes() {
            if byte == b'=' {
                padding = padding.saturating_add(1);
                continue;
            }
            if padding > 0 {
                return Err(MigrationError::Encoding);
            }
            if let Some(slot) = symbols.get_mut(filled) {
                *slot = match byte {
                    b' ' | b'-' => b'+',
                    b'_' => b'/',
                    _ => byte,
                };
            }
            filled = filled.saturating_add(1);
            if filled == symbols.len() {
                self.decode_group(&symbols)?;
                filled = 0;
            }
        }
        let is_padded = padding == 0 || padding.saturating_add(filled) == symbols.len();
        match symbols.get(..filled) {
            Some([]) if padding == 0 => {}
            Some(rest) if is_padded && filled > 0 => self.decode_group(rest)?,
            _ => return Err(MigrationError::Encoding),
        }
        symbols.zeroize();
        Ok(())
    }

    /// Decodes up to four symbols and appends what they stand for. Stray bits are refused, and so
    /// is a single symbol, which is less than a byte.
    fn decode_group(&mut self, symbols: &[u8]) -> Result<(), MigrationError> {
        let values = symbols.iter().map(|symbol| value(*symbol));
        let padded = values.chain(core::iter::repeat(0)).take(4);
        let (word, invalid) = padded.fold((0_i32, 0), |(word, invalid), value| {
            ((word << 6) | (value & 0x3f), invalid | value)
        });
        let [_, mut decoded @ ..] = word.to_be_bytes();
        let count = symbols.len().saturating_sub(1);
        let has_stray_bits = decoded.iter().skip(count).any(|byte| *byte != 0);
        if count == 0 || invalid < 0 || has_stray_bits {
            return Err(MigrationError::Encoding);
        }
        let mut slots = self.buffer.iter_mut().skip(self.len);
        for byte in decoded.iter().take(count) {
            *slots.next().ok_or(MigrationError::BufferTooSmall)? = *byte;
        }
        self.len = self.len.saturating_add(count);
        decoded.zeroize();
        Ok(())
    }
}

impl Drop for Payload<'_> {
    fn drop(&mut self) {
        self.buffer.zeroize();
    }
}

/// The six bits that a symbol stands for, or -1. The payload is secret, so no table is looked up
/// and nothing branches.
fn value(symbol: u8) -> i32 {
    let symbol = i32::from(symbol);
    let one_of = |first: u8, last: u8, value_of_first: i32| {
        let above = symbol.wrapping_sub(i32::from(first));
        let below = i32::from(last).wrapping_sub(symbol);
        // All ones if neither is negative.
        let is_within = !((above | below) >> 31);
        is_within & above.wrapping_add(value_of_first).wrapping_add(1)
    };
    let value_plus_one = one_of(b'A', b'Z', 0)
        | one_of(b'a', b'z', 26)
        | one_of(b'0', b'9', 52)
        | one_of(b'+', b'+', 62)
        | one_of(b'/', b'/', 63);
    value_plus_one.wrapping_sub(1)
}
