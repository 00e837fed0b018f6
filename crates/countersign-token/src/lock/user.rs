//! The home of a lock's user: the number, the label, the kind of factor and the PIN.

use countersign_core::{Keyed, Sha256, SharedSecret, Tag};
use zeroize::{Zeroize, Zeroizing};

use super::guard::Attempt;
use crate::{Pin, Random};

/// The number that a user types first: 1 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserNumber(u8);

impl UserNumber {
    /// The highest number.
    pub const MAX: u8 = 99;

    /// Checks a number; `None` unless it is 1 to 99.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        match number {
            1..=Self::MAX => Some(Self(number)),
            _ => None,
        }
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Every number, ascending.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::MAX).map(Self)
    }
}

/// What a user is called in the administration and in the authenticator app: up to 16 printable
/// ASCII characters without a colon and without spaces at the ends, or none at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(heapless::String<{ Label::MAX_LEN }>);

/// The text is not a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALabel;

impl Label {
    /// The most bytes.
    pub const MAX_LEN: usize = 16;

    /// Checks a label.
    ///
    /// # Errors
    /// [`NotALabel`] for more bytes than [`Label::MAX_LEN`], other characters than printable
    /// ASCII, a colon, or a space at either end.
    pub fn new(text: &str) -> Result<Self, NotALabel> {
        let printable = |byte: u8| matches!(byte, b' '..=b'~') && byte != b':';
        let bytes = text.as_bytes();
        if bytes.first() == Some(&b' ')
            || bytes.last() == Some(&b' ')
            || !text.bytes().all(printable)
        {
            return Err(NotALabel);
        }
        let mut label = heapless::String::new();
        label.push_str(text).map_err(|_| NotALabel)?;
        Ok(Self(label))
    }

    /// The text; empty if there is no label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl core::fmt::Display for NotALabel {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a label has at most 16 printable characters, and no colon")
    }
}

impl core::error::Error for NotALabel {}

/// What makes each code of a user differ from the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The time (TOTP, RFC 6238): needs a lock that knows it.
    Time,
    /// A counter (HOTP, RFC 4226): for locks without a clock.
    Counter,
}

impl Kind {
    pub(super) const fn to_byte(self) -> u8 {
        match self {
            Self::Time => 1,
            Self::Counter => 2,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Time),
            2 => Some(Self::Counter),
            _ => None,
        }
    }
}

/// What became of a PIN.
#[must_use]
pub(super) enum PinVerdict {
    /// It is the user's.
    Right(RightPin),
    /// It is not, or there is no such user.
    Wrong,
}

/// Proof that a PIN was right. Only [`User::check_pin`] makes one.
#[must_use]
pub(super) struct RightPin(());

/// A user as stored.
///
/// | field | bytes |
/// |---|---|
/// | format, 1 | 1 |
/// | kind: 1 time, 2 counter | 1 |
/// | salt of the PIN | 16 |
/// | digest of the PIN: HMAC-SHA-256 under the salt | 32 |
/// | label: length, text, zeros | 1 + 16 |
/// | shared secret of a counter: length 20, bytes; zeros where the account has it | 1 + 20 |
pub(super) struct User {
    pub(super) kind: Kind,
    pub(super) label: Label,
    /// Only of a counter; the account of the other kind has its own.
    pub(super) secret: Option<SharedSecret>,
    salt: [u8; SALT_LEN],
    digest: [u8; DIGEST_LEN],
}

impl User {
    pub(super) const ENCODED_LEN: usize = 1 + 1 + SALT_LEN + DIGEST_LEN + 1 + 16 + 1 + SECRET_LEN;

    pub(super) fn new(
        kind: Kind,
        label: Label,
        secret: Option<SharedSecret>,
        pin: &Pin,
        random: &mut impl Random,
    ) -> Self {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt);
        let mut digest = [0; DIGEST_LEN];
        for (slot, byte) in digest.iter_mut().zip(digest_of(&salt, pin).as_bytes()) {
            *slot = *byte;
        }
        Self {
            kind,
            label,
            secret,
            salt,
            digest,
        }
    }

    /// Whether `pin` is the PIN of `user`. Without a user it is as much work, and it is wrong.
    pub(super) fn check_pin(user: Option<&Self>, pin: &Pin, _: Attempt) -> PinVerdict {
        let nobody = ([0; SALT_LEN], [0; DIGEST_LEN]);
        let (salt, digest) = user.map_or((&nobody.0, &nobody.1), |user| (&user.salt, &user.digest));
        let equal = digest_of(salt, pin).ct_eq(digest);
        if equal && user.is_some() {
            return PinVerdict::Right(RightPin(()));
        }
        PinVerdict::Wrong
    }

    pub(super) fn encode(&self) -> Zeroizing<[u8; Self::ENCODED_LEN]> {
        let mut stored = Zeroizing::new([0; Self::ENCODED_LEN]);
        let secret = self.secret.as_ref().map_or(&[][..], SharedSecret::as_bytes);
        let label = self.label.as_str().as_bytes();
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap_or(0);
        let label_room = core::iter::repeat_n(&0, Label::MAX_LEN.saturating_sub(label.len()));
        let fields = [FORMAT, self.kind.to_byte()];
        let text_length = [length(label)];
        let secret_length = [length(secret)];
        let bytes = fields
            .iter()
            .chain(&self.salt)
            .chain(&self.digest)
            .chain(&text_length)
            .chain(label)
            .chain(label_room)
            .chain(&secret_length)
            .chain(secret);
        for (slot, byte) in stored.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        stored
    }

    /// Reads what [`User::encode`] writes; `None` for anything else.
    pub(super) fn decode(stored: &[u8]) -> Option<Self> {
        let (&[format, kind], rest) = stored.split_first_chunk()?;
        let (salt, rest) = rest.split_first_chunk::<SALT_LEN>()?;
        let (digest, rest) = rest.split_first_chunk::<DIGEST_LEN>()?;
        let (&[label_len], rest) = rest.split_first_chunk()?;
        let (label, rest) = rest.split_first_chunk::<{ Label::MAX_LEN }>()?;
        let (&[secret_len], rest) = rest.split_first_chunk()?;
        let (secret, rest) = rest.split_first_chunk::<SECRET_LEN>()?;
        let kind = Kind::from_byte(kind)?;
        let (text, room) = label.split_at_checked(usize::from(label_len))?;
        let secret = match (kind, usize::from(secret_len)) {
            (Kind::Time, 0) if secret.iter().all(|byte| *byte == 0) => None,
            (Kind::Counter, SECRET_LEN) => Some(SharedSecret::from_bytes(secret).ok()?),
            _ => return None,
        };
        if format != FORMAT || !rest.is_empty() || room.iter().any(|byte| *byte != 0) {
            return None;
        }
        Some(Self {
            kind,
            label: Label::new(core::str::from_utf8(text).ok()?).ok()?,
            secret,
            salt: *salt,
            digest: *digest,
        })
    }
}

impl Drop for User {
    fn drop(&mut self) {
        self.salt.zeroize();
        self.digest.zeroize();
    }
}

/// The digest is no protection of a PIN, which has few values: the seal around the record is. It
/// keeps the digits out of every buffer but the one they are typed into.
fn digest_of(salt: &[u8; SALT_LEN], pin: &Pin) -> Tag<Sha256> {
    Keyed::<Sha256>::new(salt).mac(&[b"countersign lock PIN", pin.as_bytes()])
}

const FORMAT: u8 = 1;
const SALT_LEN: usize = 16;
const DIGEST_LEN: usize = 32;
const SECRET_LEN: usize = SharedSecret::GENERATED_LEN;
