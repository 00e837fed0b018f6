//! The home of the index: which records there are and where, in memory and in order.

use heapless::Vec;

use super::VaultError;
use super::geometry::GRANULE;

/// Where one record is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: u16,
    pub(super) place: u16,
    /// Length on the medium in granules. A record is at most 255 of them long.
    pub(super) granules: u8,
    pub(super) damaged: bool,
}

impl Entry {
    /// Length on the medium in bytes.
    pub(super) fn len(self) -> usize {
        usize::from(self.granules).saturating_mul(GRANULE)
    }
}

/// Entries in ascending order of their keys.
pub(super) struct Index<const N: usize>(Vec<Entry, N>);

impl<const N: usize> Index<N> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.0
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn has_room(&self) -> bool {
        !self.0.is_full()
    }

    pub(super) fn get(&self, key: u16) -> Option<Entry> {
        let at = self.search(key).ok()?;
        self.0.get(at).copied()
    }

    /// The first entry whose key is at least this one.
    pub(super) fn at_least(&self, key: u16) -> Option<Entry> {
        let at = match self.search(key) {
            Ok(at) | Err(at) => at,
        };
        self.0.get(at).copied()
    }

    /// Puts an entry in, in place of the one of its key if there is one.
    pub(super) fn put(&mut self, entry: Entry) -> Result<(), VaultError> {
        match self.search(entry.key) {
            Ok(at) => {
                if let Some(old) = self.0.get_mut(at) {
                    *old = entry;
                }
                Ok(())
            }
            Err(at) => {
                let mut carried = entry;
                if !self.has_room() {
                    return Err(VaultError::TooManyRecords);
                }
                for entry in self.0.iter_mut().skip(at) {
                    core::mem::swap(entry, &mut carried);
                }
                self.0.push(carried).map_err(|_| VaultError::TooManyRecords)
            }
        }
    }

    pub(super) fn remove(&mut self, key: u16) {
        let Ok(at) = self.search(key) else { return };
        let Some(mut carried) = self.0.pop() else {
            return;
        };
        for entry in self.0.iter_mut().skip(at).rev() {
            core::mem::swap(entry, &mut carried);
        }
    }

    fn search(&self, key: u16) -> Result<usize, usize> {
        self.0.binary_search_by_key(&key, |entry| entry.key)
    }
}
