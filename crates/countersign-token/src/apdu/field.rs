//! The home of the fields in a command's data: tag, length, value (YKOATH; BER-TLV lengths).

use super::Status;

/// What a field is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u8);

impl Tag {
    /// An account's name; in the answer to SELECT, the identifier of the token.
    pub(crate) const NAME: Self = Self(0x71);
    /// An account as LIST has it: type and hash, then the name.
    pub(crate) const LISTED: Self = Self(0x72);
    /// Type and hash, digits, key; for an access key, type and hash, key.
    pub(crate) const KEY: Self = Self(0x73);
    /// A challenge.
    pub(crate) const CHALLENGE: Self = Self(0x74);
    /// A whole HMAC, in an account's code after the number of digits.
    pub(crate) const RESPONSE: Self = Self(0x75);
    /// The number of digits, and the 31 bits of a truncated HMAC.
    pub(crate) const TRUNCATED: Self = Self(0x76);
    /// In place of a code: ask for this account alone, since that uses a counter up.
    pub(crate) const HOTP: Self = Self(0x77);
    /// What is special about an account: one byte, which follows the tag *without a length*.
    pub(crate) const PROPERTIES: Self = Self(0x78);
    /// The version of the applet.
    pub(crate) const VERSION: Self = Self(0x79);
    /// The first counter of a HOTP account.
    pub(crate) const INITIAL_COUNTER: Self = Self(0x7a);
    /// The hash of the access key.
    pub(crate) const ALGORITHM: Self = Self(0x7b);
    /// In place of a code: ask for this account alone, since somebody has to press a key.
    pub(crate) const TOUCH: Self = Self(0x7c);

    /// The longest value whose length is one byte.
    pub(crate) const SHORT_LEN: u8 = 0x7f;

    /// What stands for a field that is not there; `None` if it has to be.
    const fn absent(self) -> Option<&'static [u8]> {
        match self {
            Self::PROPERTIES => Some(&[0]),
            Self::INITIAL_COUNTER => Some(&[0; 4]),
            _ => None,
        }
    }
}

/// The values of a command's fields: those of `tags`, four at most, in this order, and nothing
/// more. What may be left out has a value all the same.
///
/// # Errors
/// [`Status::WRONG_DATA`] if one is missing, cut off or another, or if something follows.
#[inline(never)]
pub(crate) fn fields<'a>(data: &'a [u8], tags: &[Tag]) -> Result<[&'a [u8]; 4], Status> {
    let mut values = [data; 4];
    match read(data, tags, &mut values) {
        Some(()) => Ok(values),
        None => Err(Status::WRONG_DATA),
    }
}

/// Reads each tag's value into its place; `None` if the data is something else.
fn read<'a>(data: &'a [u8], tags: &[Tag], values: &mut [&'a [u8]]) -> Option<()> {
    let mut rest = data;
    for (tag, value) in tags.iter().zip(values) {
        match rest.split_first() {
            Some((next, after)) if *next == tag.0 => {
                let (length, after) = length(*tag, after)?;
                (*value, rest) = after.split_at_checked(length)?;
            }
            _ => *value = tag.absent()?,
        }
    }
    rest.is_empty().then_some(())
}

/// A length, in one byte, or in one or two after `81` or `82`; and what follows it.
fn length(tag: Tag, from: &[u8]) -> Option<(usize, &[u8])> {
    if tag == Tag::PROPERTIES {
        return Some((1, from));
    }
    match from {
        [short @ 0..=Tag::SHORT_LEN, rest @ ..] => Some((usize::from(*short), rest)),
        [0x81, length, rest @ ..] => Some((usize::from(*length), rest)),
        [0x82, high, low, rest @ ..] => {
            Some((usize::from(u16::from_be_bytes([*high, *low])), rest))
        }
        _ => None,
    }
}
