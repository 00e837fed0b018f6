//! The home of an export's payload: base64 (RFC 4648 §4) decoded into the caller's buffer, which is
//! wiped in the end.

use base64ct::{Base64Unpadded, Encoding};
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

    /// Decodes up to four symbols and appends what they stand for. Stray bits are refused.
    fn decode_group(&mut self, symbols: &[u8]) -> Result<(), MigrationError> {
        let mut decoded = [0; 3];
        let bytes =
            Base64Unpadded::decode(symbols, &mut decoded).map_err(|_| MigrationError::Encoding)?;
        let mut slots = self.buffer.iter_mut().skip(self.len);
        for byte in bytes {
            *slots.next().ok_or(MigrationError::BufferTooSmall)? = *byte;
        }
        self.len = self.len.saturating_add(bytes.len());
        decoded.zeroize();
        Ok(())
    }
}

impl Drop for Payload<'_> {
    fn drop(&mut self) {
        self.buffer.zeroize();
    }
}
