//! The home of reading and writing fields one after the other, without a panic.

/// Writes fields in order. What does not fit is dropped: every buffer has the length of its form.
pub(super) struct Writer<'a> {
    bytes: &'a mut [u8],
    at: usize,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Goes on after what is there already.
    pub(super) const fn at(bytes: &'a mut [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) fn bytes(&mut self, field: &[u8]) {
        let end = self.at.saturating_add(field.len());
        if let Some(to) = self.bytes.get_mut(self.at..end) {
            copy(to, field);
            self.at = end;
        }
    }

    /// Zeros up to this length in all.
    pub(super) fn zeros_to(&mut self, end: usize) {
        if let Some(rest) = self.bytes.get_mut(self.at..end) {
            rest.fill(0);
            self.at = end;
        }
    }

    /// Everything up to here.
    pub(super) fn written(&self) -> &[u8] {
        self.bytes.get(..self.at).unwrap_or_default()
    }
}

/// Reads fields in the order in which a [`Writer`] wrote them.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*field)
    }
}

/// Copies as much as both have.
pub(super) fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
