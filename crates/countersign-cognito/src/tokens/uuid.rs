//! UUIDs (RFC 9562), the form of every identifier in a token.

use std::fmt;
use std::str::FromStr;

/// A UUID.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// The version 4 UUID (§5.4) of 16 random bytes, of which 122 bits are kept.
    #[must_use]
    pub const fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }

    /// These 16 bytes in the form of a UUID, as they are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// The text is not 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct UuidMalformed;

impl FromStr for Uuid {
    type Err = UuidMalformed;

    fn from_str(text: &str) -> Result<Self, UuidMalformed> {
        let mut bytes = [0; 16];
        let digits = text.chars().filter(|c| *c != '-');
        for (place, digit) in digits.enumerate() {
            let value = digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok());
            let byte = bytes.get_mut(place / 2).ok_or(UuidMalformed)?;
            *byte = *byte << 4 | value.ok_or(UuidMalformed)?;
        }
        let uuid = Self(bytes);
        // Only the one spelling that is written is read.
        if uuid.to_string() != text {
            return Err(UuidMalformed);
        }
        Ok(uuid)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
