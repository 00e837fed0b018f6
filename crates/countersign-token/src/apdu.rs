//! The home of the command APDU (ISO 7816-4 §5): what a host sends, in short and extended coding.

mod chain;
mod field;
mod response;
mod status;

pub(crate) use chain::Chain;
pub(crate) use field::{Tag, fields};
pub use response::Response;
pub(crate) use status::Status;

/// A command, taken apart.
#[derive(Clone, Copy)]
pub(crate) struct Command<'a> {
    pub(crate) link: Link,
    pub(crate) header: Header,
    /// At most 65,535 bytes.
    pub(crate) data: &'a [u8],
}

/// Whether a command is whole (ISO 7816-4 §5.3.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Class 00.
    Last,
    /// Class 10: more data of the same command follows.
    More,
}

/// Instruction and parameters, in the lower three bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header(u32);

impl Header {
    pub(crate) const fn instruction(self) -> u8 {
        let [_, instruction, _, _] = self.0.to_be_bytes();
        instruction
    }

    /// Both parameters: the first is the higher byte.
    pub(crate) const fn parameters(self) -> u16 {
        let [_, _, p1, p2] = self.0.to_be_bytes();
        u16::from_be_bytes([p1, p2])
    }
}

impl<'a> Command<'a> {
    /// Reads a command.
    ///
    /// | case | after class, instruction and two parameters |
    /// |---|---|
    /// | no data | nothing, or `Le` as one byte or as `00` and two |
    /// | data, short | its length 1 to 255 as one byte, the data, maybe `Le` as one |
    /// | data, extended | `00`, its length 1 to 65,535 as two, the data, maybe `Le` as two |
    ///
    /// `Le`, the expected length, says nothing: an answer of this token is never longer than 256
    /// bytes. A single `00` is also what some hosts send for no data at all, which comes to the
    /// same.
    ///
    /// # Errors
    /// [`Status::WRONG_LENGTH`] and [`Status::CLASS_NOT_SUPPORTED`].
    pub(crate) fn read(request: &'a [u8]) -> Result<Self, Status> {
        let ([class, header @ ..], body) = request
            .split_first_chunk::<4>()
            .ok_or(Status::WRONG_LENGTH)?;
        let link = match class {
            0x00 => Link::Last,
            0x10 => Link::More,
            _ => return Err(Status::CLASS_NOT_SUPPORTED),
        };
        let [instruction, p1, p2] = *header;
        Ok(Self {
            link,
            header: Header(u32::from_be_bytes([0, instruction, p1, p2])),
            data: data(body).ok_or(Status::WRONG_LENGTH)?,
        })
    }
}

/// The data of what follows the header, if nothing but an expected length follows it.
fn data(body: &[u8]) -> Option<&[u8]> {
    let (length, rest, expected_len) = match body {
        [] | [_] | [0, _, _] => return Some(&[]),
        [0, high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest, 2),
        [length, rest @ ..] => (u16::from(*length), rest, 1),
    };
    let (data, expected) = rest.split_at_checked(usize::from(length))?;
    let fits = expected.is_empty() || expected.len() == expected_len;
    (!data.is_empty() && fits).then_some(data)
}
