//! The home of what Google Authenticator exports, `otpauth-migration://offline?data=DATA`: several
//! keys in one text, read without a heap into the caller's buffer.
//!
//! `DATA` is base64 of a Protocol Buffers message:
//!
//! | field | number | kind |
//! |---|---|---|
//! | keys | 1 | message, repeated |
//! | version | 2 | number |
//! | size of the batch, in texts | 3 | number |
//! | index in the batch, from 0 | 4 | number |
//! | id of the batch | 5 | number, may be negative |
//!
//! and each key is:
//!
//! | field | number | kind |
//! |---|---|---|
//! | secret | 1 | bytes |
//! | name, with or without the issuer before a colon | 2 | text |
//! | issuer | 3 | text |
//! | algorithm | 4 | 0 none given, 1 SHA-1, 2 SHA-256, 3 SHA-512, 4 MD5 |
//! | digits | 5 | 0 none given, 1 six, 2 eight |
//! | type | 6 | 1 HOTP, 2 TOTP |
//! | counter | 7 | number |

use core::fmt;

use super::leniency::Leniency;
use super::names::{Spelling, split_once, strip_prefix_ignore_case};
use super::payload::Payload;
use super::protobuf::{Fields, Malformed};
use super::{Deviation, KeyUri, KeyUriError, MovingFactor, Tolerated, UriText};
use crate::{AlgorithmId, Digits, Period, SharedSecret, Strength, StrengthVerdict};

/// An export that was read. Its buffer, full of secrets, is wiped on drop; `Debug` shows none.
///
/// ```
/// use countersign_core::{Migration, MigrationEntry};
///
/// let uri = "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29v\
///            Z2xlLmNvbRoHRXhhbXBsZTAC";
/// let mut buffer = [0; Migration::BUFFER_LEN];
/// let migration = Migration::parse(uri, &mut buffer)?;
/// for entry in migration.entries() {
///     let key = entry.as_ref().map(MigrationEntry::key).unwrap();
///     assert!(key.account() == "alice@google.com");
///     assert!(key.issuer().is_some_and(|issuer| issuer == "Example"));
/// }
/// # Ok::<(), countersign_core::MigrationError>(())
/// ```
pub struct Migration<'a> {
    payload: Payload<'a>,
    version: u32,
    batch: MigrationBatch,
}

/// The place of one text among those of an export, which is split when it has many keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MigrationBatch {
    /// The same in all texts of an export.
    pub id: i32,
    /// Which of them this is, from 0; less than `size`.
    pub index: u32,
    /// How many there are, at least 1.
    pub size: u32,
}

/// One key of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationEntry<'a> {
    key: KeyUri<'a>,
    tolerated: Tolerated,
}

/// Why a text is not an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationError {
    /// More than [`Migration::MAX_LEN`] bytes.
    TooLong,
    /// It does not begin with `otpauth-migration://offline?`.
    Scheme,
    /// There is no `data`.
    DataMissing,
    /// There are two.
    Duplicate,
    /// The data is not percent-encoded base64.
    Encoding,
    /// The buffer has fewer bytes than the data decodes to.
    BufferTooSmall,
    /// The data is no message of this kind: cut off, or not as an encoder writes it.
    Malformed,
    /// More than [`Migration::MAX_ENTRIES`] keys.
    TooManyEntries,
}

/// Why one key of an export cannot be used. The others can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationEntryError {
    /// It is no message of this kind.
    Malformed,
    /// It says what a key URI may not say.
    Key(KeyUriError),
}

impl<'a> Migration<'a> {
    /// The most bytes of text that are read; a QR code holds fewer.
    pub const MAX_LEN: usize = 4096;
    /// A buffer of so many bytes is long enough for every text that is read.
    pub const BUFFER_LEN: usize = Self::MAX_LEN / 4 * 3;
    /// The most keys in one text. The app puts ten into each.
    pub const MAX_ENTRIES: usize = 128;

    /// Reads an export into `buffer`, all of which is wiped in the end, also after an error.
    ///
    /// The keys themselves are read one by one by [`Migration::entries`].
    ///
    /// # Errors
    /// [`MigrationError`] says what is wrong.
    pub fn parse(uri: &str, buffer: &'a mut [u8]) -> Result<Self, MigrationError> {
        let mut payload = Payload::new(buffer);
        let uri = uri.trim_ascii();
        if uri.len() > Self::MAX_LEN {
            return Err(MigrationError::TooLong);
        }
        let rest = strip_prefix_ignore_case(uri, "otpauth-migration://offline")
            .ok_or(MigrationError::Scheme)?;
        let query = rest.strip_prefix('/').unwrap_or(rest);
        let query = query.strip_prefix('?').ok_or(MigrationError::Scheme)?;
        payload.decode(data(query)?)?;
        let (version, batch) = header(payload.bytes())?;
        Ok(Self {
            payload,
            version,
            batch,
        })
    }

    /// The keys, in order. One that cannot be used does not keep the others from being read.
    pub fn entries(&self) -> impl Iterator<Item = Result<MigrationEntry<'_>, MigrationEntryError>> {
        // `parse` has seen that there is no malformed field at this level.
        let fields = Fields::of(self.payload.bytes()).filter_map(Result::ok);
        let messages = fields.filter(|field| field.number == ENTRIES);
        messages.filter_map(|field| field.value.bytes().ok().map(entry))
    }

    /// Which of the texts of an export this is.
    #[must_use]
    pub const fn batch(&self) -> MigrationBatch {
        self.batch
    }

    /// The version that the text says it has; 1 and 2 are known and are read alike.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }
}

impl<'a> MigrationEntry<'a> {
    /// The key, as a key URI would say it. A time-based one has the default period, for which an
    /// export has no word.
    #[must_use]
    pub const fn key(&self) -> &KeyUri<'a> {
        &self.key
    }

    /// The same, by value.
    #[must_use]
    pub fn into_key(self) -> KeyUri<'a> {
        self.key
    }

    /// How strong the secret is. The app takes and exports any.
    #[must_use]
    pub fn strength(&self) -> Strength {
        self.key.secret().strength()
    }

    /// In what the key deviates from what a key URI may say.
    #[must_use]
    pub const fn tolerated(&self) -> Tolerated {
        self.tolerated
    }
}

/// The value of the one parameter that means something.
fn data(query: &str) -> Result<UriText<'_>, MigrationError> {
    let mut data = None;
    let mut rest = Some(query);
    while let Some(parameters) = rest {
        let (parameter, after) = match split_once(parameters, b'&') {
            Some((parameter, after)) => (parameter, Some(after)),
            None => (parameters, None),
        };
        rest = after;
        let (name, value) = split_once(parameter, b'=').unwrap_or((parameter, ""));
        if name.eq_ignore_ascii_case("data") && data.replace(value).is_some() {
            return Err(MigrationError::Duplicate);
        }
    }
    let data = data.filter(|data| !data.is_empty());
    UriText::encoded(data.ok_or(MigrationError::DataMissing)?).ok_or(MigrationError::Encoding)
}

/// Looks through the whole message: its version and batch, the number of keys, and that all of it
/// is well-formed at this level.
fn header(payload: &[u8]) -> Result<(u32, MigrationBatch), MigrationError> {
    let mut entries: usize = 0;
    let [mut version, mut size, mut index, mut id] = [None; 4];
    for field in Fields::of(payload) {
        let field = field?;
        let slot = match field.number {
            ENTRIES => {
                field.value.bytes()?;
                entries = entries.saturating_add(1);
                continue;
            }
            2 => &mut version,
            3 => &mut size,
            4 => &mut index,
            5 => &mut id,
            _ => continue,
        };
        if slot.replace(field.value.varint()?).is_some() {
            return Err(MigrationError::Malformed);
        }
    }
    if entries > Migration::MAX_ENTRIES {
        return Err(MigrationError::TooManyEntries);
    }
    let number = |value: Option<u64>| {
        u32::try_from(value.unwrap_or(0)).map_err(|_| MigrationError::Malformed)
    };
    let batch = MigrationBatch {
        id: low_half(id.unwrap_or(0)),
        index: number(index)?,
        size: number(size)?.max(1),
    };
    if batch.index >= batch.size {
        return Err(MigrationError::Malformed);
    }
    Ok((number(version)?, batch))
}

/// Reads one key.
fn entry(message: &[u8]) -> Result<MigrationEntry<'_>, MigrationEntryError> {
    let (mut secret, mut name, mut issuer) = (None, None, None);
    let [mut algorithm, mut digits, mut kind, mut counter] = [None; 4];
    for field in Fields::of(message) {
        let field = field?;
        let is_repeated = match field.number {
            1 => secret.replace(field.value.bytes()?).is_some(),
            2 => name.replace(field.value.bytes()?).is_some(),
            3 => issuer.replace(field.value.bytes()?).is_some(),
            4 => algorithm.replace(field.value.varint()?).is_some(),
            5 => digits.replace(field.value.varint()?).is_some(),
            6 => kind.replace(field.value.varint()?).is_some(),
            7 => counter.replace(field.value.varint()?).is_some(),
            _ => false,
        };
        if is_repeated {
            return Err(KeyUriError::Duplicate.into());
        }
    }

    let mut leniency = Leniency::<true>::default();
    let (secret, strength) = SharedSecret::import_weak(secret.ok_or(KeyUriError::SecretMissing)?)
        .map_err(KeyUriError::Secret)?;
    if strength.verdict() == StrengthVerdict::Weak {
        leniency.note(Deviation::WeakSecret);
    }
    // Texts that are not given are empty, and the other way round.
    let issuer = text(issuer)?;
    let issuer = (!issuer.is_empty()).then_some(issuer);
    let (issuer, account) = leniency.names(text(name)?, issuer, Spelling::Plain)?;
    let key = KeyUri {
        issuer,
        account,
        secret,
        algorithm: match algorithm.unwrap_or(0) {
            0 | 1 => AlgorithmId::Sha1,
            2 => AlgorithmId::Sha256,
            3 => AlgorithmId::Sha512,
            _ => return Err(KeyUriError::Algorithm.into()),
        },
        digits: match digits.unwrap_or(0) {
            0 | 1 => Digits::SIX,
            2 => Digits::EIGHT,
            _ => return Err(KeyUriError::Digits.into()),
        },
        factor: match kind.unwrap_or(0) {
            1 => MovingFactor::Counter(checked_counter(counter.unwrap_or(0))?),
            2 => MovingFactor::Time(Period::DEFAULT),
            _ => return Err(KeyUriError::Type.into()),
        },
    };
    Ok(MigrationEntry {
        key,
        tolerated: leniency.tolerated(),
    })
}

fn text(bytes: Option<&[u8]>) -> Result<&str, KeyUriError> {
    core::str::from_utf8(bytes.unwrap_or_default()).map_err(|_| KeyUriError::Encoding)
}

/// The format's counter is signed; a negative one is none.
fn checked_counter(counter: u64) -> Result<u64, KeyUriError> {
    i64::try_from(counter)
        .map(|_| counter)
        .map_err(|_| KeyUriError::Counter)
}

/// A number of 32 bits with a sign, which the wire format extends to 64 bits.
const fn low_half(number: u64) -> i32 {
    let [a, b, c, d, ..] = number.to_le_bytes();
    i32::from_le_bytes([a, b, c, d])
}

impl From<Malformed> for MigrationError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<Malformed> for MigrationEntryError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<KeyUriError> for MigrationEntryError {
    fn from(error: KeyUriError) -> Self {
        Self::Key(error)
    }
}

impl fmt::Debug for Migration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migration")
            .field("version", &self.version)
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the export has more than 4096 bytes",
            Self::Scheme => "the export does not begin with otpauth-migration://offline",
            Self::DataMissing => "the export has no data",
            Self::Duplicate => "the export has data twice",
            Self::Encoding => "the export's data is not base64",
            Self::BufferTooSmall => "the export does not fit its buffer",
            Self::Malformed => "the export's data is damaged or of another kind",
            Self::TooManyEntries => "the export has more than 128 keys",
        })
    }
}

impl core::error::Error for MigrationError {}

impl fmt::Display for MigrationEntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the exported key is damaged or of another kind"),
            Self::Key(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for MigrationEntryError {}

/// The number of the field that each key is in.
const ENTRIES: u64 = 1;
