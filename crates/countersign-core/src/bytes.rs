//! The home of reading and writing stored forms, field by field and without a panic.

use crate::UnixTime;

/// Stored bytes are not a form that this version writes: damaged, truncated, or from a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError;

impl core::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the stored form is damaged or from a newer version")
    }
}

impl core::error::Error for DecodeError {}

/// A stored form of its own: the format byte, then what `write` writes.
#[inline]
pub(crate) fn encoded<const N: usize>(format: u8, write: impl FnOnce(&mut Writer<'_>)) -> [u8; N] {
    let mut stored = [0; N];
    let mut out = Writer::new(&mut stored);
    out.u8(format);
    write(&mut out);
    stored
}

/// Reads what [`encoded`] writes: this format, what `read` reads, and nothing after.
#[inline]
pub(crate) fn decoded<T>(
    stored: &[u8],
    format: u8,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let mut from = Reader::new(stored);
    if from.u8()? != format {
        return Err(DecodeError);
    }
    let value = read(&mut from)?;
    from.finish()?;
    Ok(value)
}

/// Writes fields one after the other. What does not fit is dropped: every caller's buffer has the
/// length of its form, and the tests decode all they encode.
pub(crate) struct Writer<'a> {
    rest: &'a mut [u8],
}

impl<'a> Writer<'a> {
    pub(crate) fn new(buffer: &'a mut [u8]) -> Self {
        Self { rest: buffer }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let rest = core::mem::take(&mut self.rest);
        let Some((field, rest)) = rest.split_at_mut_checked(bytes.len()) else {
            return;
        };
        for (to, from) in field.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.rest = rest;
    }

    pub(crate) fn zeros(&mut self, len: usize) {
        for _ in 0..len {
            self.u8(0);
        }
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes(&[value]);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn time(&mut self, value: UnixTime) {
        self.u64(value.secs());
    }
}

/// Reads fields in the order in which a [`Writer`] wrote them.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (field, rest) = self.rest.split_first_chunk::<N>().ok_or(DecodeError)?;
        self.rest = rest;
        Ok(*field)
    }

    pub(crate) fn slice(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let (field, rest) = self.rest.split_at_checked(len).ok_or(DecodeError)?;
        self.rest = rest;
        Ok(field)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        let [value] = self.array()?;
        Ok(value)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn time(&mut self) -> Result<UnixTime, DecodeError> {
        UnixTime::from_secs(self.u64()?).map_err(|_| DecodeError)
    }

    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError)
        }
    }
}
