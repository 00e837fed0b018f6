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
}

/// Reads fields in the order in which they have to be.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) const fn of(data: &'a [u8]) -> Self {
        Self { rest: data }
    }

    /// The value of the next field, which has to be this one.
    ///
    /// # Errors
    /// [`Status::WRONG_DATA`] if it is another, none, or cut off.
    pub(crate) fn value(&mut self, tag: Tag) -> Result<&'a [u8], Status> {
        self.optional(tag)?.ok_or(Status::WRONG_DATA)
    }

    /// The value of the next field, if it is this one.
    ///
    /// # Errors
    /// [`Status::WRONG_DATA`] if it is this one and cut off.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<&'a [u8]>, Status> {
        let Some(after) = self.after(tag) else {
            return Ok(None);
        };
        let (length, after) = length(after).ok_or(Status::WRONG_DATA)?;
        let (value, rest) = after.split_at_checked(length).ok_or(Status::WRONG_DATA)?;
        self.rest = rest;
        Ok(Some(value))
    }

    /// The byte that follows a tag which has no length, if the next field is that.
    ///
    /// # Errors
    /// [`Status::WRONG_DATA`] if it is this one and cut off.
    pub(crate) fn optional_byte(&mut self, tag: Tag) -> Result<Option<u8>, Status> {
        let Some(after) = self.after(tag) else {
            return Ok(None);
        };
        let (byte, rest) = after.split_first().ok_or(Status::WRONG_DATA)?;
        self.rest = rest;
        Ok(Some(*byte))
    }

    /// That nothing follows.
    ///
    /// # Errors
    /// [`Status::WRONG_DATA`] if something does.
    pub(crate) const fn finish(self) -> Result<(), Status> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Status::WRONG_DATA)
        }
    }

    /// What follows the tag, if it is the next.
    fn after(&self, tag: Tag) -> Option<&'a [u8]> {
        let (next, after) = self.rest.split_first()?;
        (*next == tag.0).then_some(after)
    }
}

/// A length, in one byte, or in one or two after `81` or `82`; and what follows it.
fn length(from: &[u8]) -> Option<(usize, &[u8])> {
    match from {
        [short @ 0..=Tag::SHORT_LEN, rest @ ..] => Some((usize::from(*short), rest)),
        [0x81, length, rest @ ..] => Some((usize::from(*length), rest)),
        [0x82, high, low, rest @ ..] => {
            Some((usize::from(u16::from_be_bytes([*high, *low])), rest))
        }
        _ => None,
    }
}
