//! The home of reading and writing stored forms, field by field and without a panic.

use heapless::Vec;

/// Writes fields one after the other. What does not fit is dropped: every caller's buffer has the
/// length of its form.
pub(crate) struct Writer<'a, const N: usize> {
    to: &'a mut Vec<u8, N>,
}

impl<'a, const N: usize> Writer<'a, N> {
    pub(crate) fn new(to: &'a mut Vec<u8, N>) -> Self {
        Self { to }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let _ = self.to.extend_from_slice(bytes);
    }

    /// A length in one byte, and as many bytes.
    pub(crate) fn counted(&mut self, bytes: &[u8]) {
        let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        self.bytes(&[length]);
        self.bytes(bytes);
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

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*field)
    }

    /// A length in one byte, and as many bytes.
    pub(crate) fn counted(&mut self) -> Option<&'a [u8]> {
        let [length] = self.array()?;
        let (field, rest) = self.rest.split_at_checked(usize::from(length))?;
        self.rest = rest;
        Some(field)
    }

    pub(crate) const fn finish(self) -> Option<()> {
        if self.rest.is_empty() { Some(()) } else { None }
    }
}

/// Two pieces that fill `N` bytes, one after the other.
pub(crate) fn concat<const N: usize>(head: &[u8], tail: &[u8]) -> [u8; N] {
    let mut whole = [0; N];
    for (slot, byte) in whole.iter_mut().zip(head.iter().chain(tail)) {
        *slot = *byte;
    }
    whole
}
