//! The home of what one operation leaves for the next: bytes that are written once.

use core::cell::{Cell, UnsafeCell};

/// `N` bytes, empty until they are filled, then fixed: like a page of flash that is never erased.
pub(crate) struct Stored<const N: usize> {
    bytes: UnsafeCell<[u8; N]>,
    filled: Cell<bool>,
}

// SAFETY: an image has one thread and no interrupt.
unsafe impl<const N: usize> Sync for Stored<N> {}

impl<const N: usize> Stored<N> {
    pub(crate) const EMPTY: Self = Self {
        bytes: UnsafeCell::new([0; N]),
        filled: Cell::new(false),
    };

    /// Keeps `bytes`, unless something is kept already.
    pub(crate) fn fill(&self, bytes: &[u8]) {
        if self.filled.replace(true) {
            return;
        }
        // SAFETY: `bytes()` hands nothing out before this, and nothing is written after it.
        let place = unsafe { &mut *self.bytes.get() };
        crate::copy(place, bytes);
    }

    /// What was kept, or nothing.
    pub(crate) fn bytes(&'static self) -> &'static [u8] {
        if !self.filled.get() {
            return &[];
        }
        // SAFETY: once filled, the bytes never change.
        crate::opaque(&unsafe { &*self.bytes.get() }[..])
    }
}
