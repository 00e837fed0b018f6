//! The home of why the vault does not do what was asked, and of how full it is.

/// Why nothing was read or stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum VaultError {
    /// The medium failed to read, write or erase. What was being stored is old or new.
    Medium,
    /// The medium is too small, too large, or of pages or words of a length that is not served.
    Geometry,
    /// The medium holds something else, or a form of a newer version. Nothing was changed.
    Foreign,
    /// The medium is a vault sealed under another device key. Nothing was changed.
    WrongKey,
    /// The medium holds more records than this vault's index has places for. All of them stay.
    TooManyRecords,
    /// This record's bytes are not those that were sealed. It can be removed or replaced.
    Damaged,
    /// There is no room. Everything stored stays, and can be updated and removed.
    Full,
    /// The body is longer than [`Vault::max_body`](crate::Vault::max_body).
    TooLong,
    /// The record is longer than the buffer that was given for it.
    BufferTooShort,
}

impl core::fmt::Display for VaultError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Medium => "the storage medium failed",
            Self::Geometry => "the storage medium is of a kind that is not served",
            Self::Foreign => "the storage medium holds something else or a newer format",
            Self::WrongKey => "the records are sealed under another device key",
            Self::TooManyRecords => "there are more records than the index has places for",
            Self::Damaged => "the record is damaged",
            Self::Full => "there is no room for the record",
            Self::TooLong => "the record is too long to be stored",
            Self::BufferTooShort => "the buffer is too short for the record",
        })
    }
}

impl core::error::Error for VaultError {}

/// How full a vault is. Lengths are in bytes of the medium, with all a record takes besides its
/// body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Usage {
    /// What the records take.
    pub used: usize,
    /// What records may take before one with a body of more than 64 bytes is refused. Shorter ones
    /// are taken beyond that, so `used` can be the greater of the two.
    pub capacity: usize,
    /// How many records there are, damaged ones included.
    pub records: usize,
    /// How many of them are known to be damaged.
    pub damaged: usize,
}
