//! The limits of the protocol's members: length in characters, and pattern.

/// What the text of a member must satisfy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Fewest characters.
    pub(crate) min: usize,
    /// Most characters.
    pub(crate) max: usize,
    /// Which characters, in which order.
    pub(crate) pattern: Pattern,
}

/// Which text is permitted, named by the regular expression that Cognito documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Anything.
    Any,
    /// `[\w+]+`: ASCII letters, digits, `_`, `+`.
    Word,
    /// `[\w+=/]+`.
    WordBase64,
    /// `[\w-]+_[0-9a-zA-Z]+`.
    PoolId,
    /// `[\w\s+=,.@-]+`.
    Name,
    /// `[\S]+`.
    NoSpace,
    /// `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`: no control characters, no white space.
    Visible,
    /// `[0-9]+`.
    Digits,
    /// `[A-Za-z0-9-_=.]+`.
    Token,
}

impl Pattern {
    /// The regular expression, for messages.
    pub(crate) const fn expression(self) -> &'static str {
        match self {
            Self::Any => ".*",
            Self::Word => r"[\w+]+",
            Self::WordBase64 => r"[\w+=/]+",
            Self::PoolId => r"[\w-]+_[0-9a-zA-Z]+",
            Self::Name => r"[\w\s+=,.@-]+",
            Self::NoSpace => r"[\S]+",
            Self::Visible => r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
            Self::Digits => "[0-9]+",
            Self::Token => "[A-Za-z0-9-_=.]+",
        }
    }

    /// Whether a text of at least one character fits.
    pub(crate) fn fits(self, text: &str) -> bool {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        match self {
            Self::Any => true,
            Self::Word => text.chars().all(|c| word(c) || c == '+'),
            Self::WordBase64 => text.chars().all(|c| word(c) || "+=/".contains(c)),
            Self::PoolId => is_pool_id(text),
            Self::Name => text
                .chars()
                .all(|c| word(c) || c.is_whitespace() || "+=,.@-".contains(c)),
            Self::NoSpace => !text.contains(char::is_whitespace),
            Self::Visible => !text.contains(|c: char| c.is_whitespace() || c.is_control()),
            Self::Digits => text.bytes().all(|b| b.is_ascii_digit()),
            Self::Token => text.chars().all(|c| word(c) || "-=.".contains(c)),
        }
    }
}

fn is_pool_id(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(region, name)| {
        !region.is_empty()
            && !name.is_empty()
            && region
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

const fn limit(min: usize, max: usize, pattern: Pattern) -> Limit {
    Limit { min, max, pattern }
}

pub(crate) const CLIENT_ID: Limit = limit(1, 128, Pattern::Word);
pub(crate) const CLIENT_NAME: Limit = limit(1, 128, Pattern::Name);
pub(crate) const POOL_ID: Limit = limit(1, 55, Pattern::PoolId);
pub(crate) const POOL_NAME: Limit = limit(1, 128, Pattern::Name);
pub(crate) const USERNAME: Limit = limit(1, 128, Pattern::Visible);
pub(crate) const PASSWORD: Limit = limit(1, 256, Pattern::NoSpace);
pub(crate) const SECRET_HASH: Limit = limit(1, 128, Pattern::WordBase64);
pub(crate) const CONFIRMATION_CODE: Limit = limit(1, 2048, Pattern::NoSpace);
pub(crate) const USER_CODE: Limit = limit(6, 6, Pattern::Digits);
pub(crate) const SESSION: Limit = limit(20, 4096, Pattern::Any);
pub(crate) const TOKEN: Limit = limit(1, 16_384, Pattern::Token);
pub(crate) const ATTRIBUTE_NAME: Limit = limit(1, 32, Pattern::Visible);
pub(crate) const ATTRIBUTE_VALUE: Limit = limit(0, 2048, Pattern::Any);
/// The model's own limit of 131,072 would let one account store megabytes.
pub(crate) const FRIENDLY_NAME: Limit = limit(0, 256, Pattern::Any);
/// `SRP_A`, the longest, has 768 digits; sessions and secret blocks are shorter than 4,096.
pub(crate) const CHALLENGE_VALUE: Limit = limit(0, 4096, Pattern::Any);
/// The text of a message with its `{####}` placeholder.
pub(crate) const MESSAGE: Limit = limit(6, 20_000, Pattern::Any);
/// The subject line of a message.
pub(crate) const SUBJECT: Limit = limit(1, 140, Pattern::Any);
/// A filter of `ListUsers`.
pub(crate) const FILTER: Limit = limit(0, 256, Pattern::Any);
