//! The home of short strings of bytes, and of copying them without a panic.

use heapless::Vec;
use zeroize::{Zeroize, optimization_barrier};

/// 1 to 64 bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Short(Vec<u8, { Short::MAX_LEN }>);

impl Short {
    pub(crate) const MAX_LEN: usize = 64;

    pub(crate) const fn unfilled() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn new(from: &[u8]) -> Option<Self> {
        let mut short = Self::unfilled();
        short.fill(from).map(|()| short)
    }

    /// Puts these bytes into one that is unfilled.
    pub(crate) fn fill(&mut self, from: &[u8]) -> Option<()> {
        if from.is_empty() {
            return None;
        }
        self.0.extend_from_slice(from).ok()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn wipe(&mut self) {
        self.0.zeroize();
    }
}

/// Overwrites what was secret: at once, where `zeroize` would write byte by byte.
pub(crate) fn wipe<const N: usize>(bytes: &mut [u8; N]) {
    *bytes = [0; N];
    optimization_barrier(bytes);
}

/// Copies as much as both have.
pub(crate) fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
