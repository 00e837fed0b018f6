//! The home of the index: which records there are and where, in memory and in order.

use heapless::Vec;

use super::VaultError;
use super::medium::GRANULE;

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
    /// Where there is no record.
    pub(super) const NONE: Self = Self {
        key: 0,
        place: 0,
        granules: 0,
        damaged: false,
    };

    /// The address of the record.
    pub(super) fn at(self) -> usize {
        usize::from(self.place).saturating_mul(GRANULE)
    }

    /// Length on the medium in bytes.
    pub(super) fn len(self) -> usize {
        usize::from(self.granules).saturating_mul(GRANULE)
    }
}

/// The number of the granule at an address. A medium is at most 2^16 granules long.
pub(super) fn place(at: usize) -> u16 {
    let [low, high, ..] = at.div_euclid(GRANULE).to_le_bytes();
    u16::from_le_bytes([low, high])
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
        for entry in &self.0 {
            if entry.key == key {
                return Some(*entry);
            }
        }
        None
    }

    /// The first entry whose key is at least this one.
    pub(super) fn at_least(&self, key: u16) -> Option<Entry> {
        let at = self.0.partition_point(|entry| entry.key < key);
        self.0.get(at).copied()
    }

    /// Puts an entry in, in place of the one of its key if there is one. If there is no room, the
    /// greatest falls out.
    pub(super) fn put(&mut self, entry: Entry) -> Result<(), VaultError> {
        let mut carried = entry;
        for place in &mut self.0 {
            if place.key >= carried.key {
                core::mem::swap(place, &mut carried);
                if carried.key == entry.key {
                    return Ok(());
                }
            }
        }
        self.0.push(carried).map_err(|_| VaultError::TooManyRecords)
    }

    pub(super) fn remove(&mut self, key: u16) {
        self.0.retain(|entry| entry.key != key);
    }
}
