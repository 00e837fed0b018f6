//! The home of what a device stores: a sealed map from [`Key`] to bytes that no loss of power
//! breaks.
//!
//! It is kept on a medium that is erased by pages and whose bits can be cleared in place: on-chip
//! flash, or an EEPROM behind `Eeprom`. The modules beneath say where each byte
//! is: `header` for pages, `record` for records, `seal` for the nonce.
//!
//! - What was acknowledged is found after a loss of power at any moment; what was under way is
//!   either old or new; nothing removed comes back.
//! - What was removed, replaced or wiped is not on the medium any more when the call returns:
//!   neither as it was nor sealed. A medium whose bits can be cleared in place is required for
//!   that, which is why this is no log-structured store off the shelf: those leave removed
//!   records until their page is needed.
//! - A damaged record is reported and harms no other.
//! - Pages are erased in turn, so all of them wear alike.

mod chacha;
mod crc;
mod device_key;
mod error;
mod header;
mod index;
mod key;
mod medium;
mod record;
mod recovery;
mod ring;
mod scan;
mod seal;
mod write;

use embedded_storage::nor_flash::MultiwriteNorFlash;

pub use device_key::DeviceKey;
pub use error::{Usage, VaultError};
pub use key::{Key, Space};

use crate::Random;
use index::Index;
use medium::Medium;
use record::{max_body, record_len};
use ring::{NO_PAGE, Newest};
use seal::Sealer;

/// Records of a device, sealed under its key, on the medium `F`. `N` is the greatest number of
/// records; each takes 6 bytes of memory.
///
/// The medium has words of up to 4 bytes, at least 3 pages of 512 to 4,096 bytes, and up to
/// 256 KiB. A record takes its body and 36 bytes, rounded up to a multiple of 4.
pub struct Vault<F, const N: usize = 256> {
    medium: Medium<F>,
    sealer: Sealer,
    index: Index<N>,
    newest: Newest,
    /// A page that is known to be wholly erased; [`NO_PAGE`] if none is.
    erased: usize,
    /// An operation failed half-way: the medium is to be read anew before anything else.
    unsure: bool,
}

impl<F: MultiwriteNorFlash, const N: usize> Vault<F, N> {
    /// Opens the vault on a medium and finishes what a loss of power cut short. A blank medium,
    /// which is one with all bytes erased, is an empty vault.
    ///
    /// # Errors
    /// [`VaultError::Geometry`], [`VaultError::Foreign`], [`VaultError::WrongKey`] and
    /// [`VaultError::TooManyRecords`] if the medium is none that this device can use;
    /// [`VaultError::Medium`].
    pub fn mount(flash: F, key: DeviceKey) -> Result<Self, VaultError> {
        let mut vault = Self::unread(flash, key)?;
        vault.settle()?;
        Ok(vault)
    }

    /// As [`Self::mount`], but nothing is read: what is done first does that.
    pub(crate) fn unread(flash: F, key: DeviceKey) -> Result<Self, VaultError> {
        let medium = Medium::new(flash)?;
        let newest = medium.unopened();
        Ok(Self {
            medium,
            sealer: Sealer::new(key),
            index: Index::new(),
            newest,
            erased: NO_PAGE,
            unsure: true,
        })
    }

    /// Erases a medium, whatever it holds, and opens the empty vault on it. Cut short, it has to
    /// be called again.
    ///
    /// # Errors
    /// [`VaultError::Geometry`], [`VaultError::Medium`].
    pub fn format(flash: F, key: DeviceKey) -> Result<Self, VaultError> {
        let mut medium = Medium::new(flash)?;
        for page in (0..medium.len()).step_by(Medium::<F>::PAGE_LEN) {
            medium.erase(page)?;
        }
        Self::mount(medium.into_flash(), key)
    }

    /// The longest body that a record can have, in bytes: 936 where pages have 1,024.
    #[must_use]
    pub fn max_body(&self) -> usize {
        max_body(Medium::<F>::PAYLOAD)
    }

    /// Reads a record's body into the start of `into` and returns its length; `None` if there is
    /// no such record.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], [`VaultError::BufferTooShort`], [`VaultError::Medium`].
    pub fn get(&mut self, key: Key, into: &mut [u8]) -> Result<Option<usize>, VaultError> {
        self.settle()?;
        match self.index.get(key.code()) {
            Some(entry) => self.open(entry, into).map(Some),
            None => Ok(None),
        }
    }

    /// Stores a record, in place of the one of its key if there is one. When this returns it is
    /// on the medium and the old one is not.
    ///
    /// Updates of bodies up to 64 bytes, to the same length or shorter, never fail for want of
    /// room.
    ///
    /// # Errors
    /// [`VaultError::Full`] and [`VaultError::TooLong`] change nothing. After
    /// [`VaultError::Medium`] the record is either old or new.
    pub fn put(
        &mut self,
        key: Key,
        body: &[u8],
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        if body.len() > self.max_body() {
            return Err(VaultError::TooLong);
        }
        self.settle()?;
        let code = key.code();
        let len = record_len(body.len());
        let old = self.index.get(code);
        let before = old.map_or(0, index::Entry::len);
        let after = self
            .used(0, u32::MAX)
            .wrapping_sub(before)
            .wrapping_add(len);
        let has_place = old.is_some() || self.index.has_room();
        if !has_place || (len > before && after > self.limit(len)) {
            return Err(VaultError::Full);
        }
        self.attempt(|vault| {
            vault.make_room(len, random)?;
            // Making room may have moved the old one.
            let old = vault.index.get(code);
            vault.append(code, body, random)?;
            old.map_or(Ok(()), |old| vault.medium.kill(old))
        })
    }

    /// Removes a record. When this returns, no byte of it is on the medium.
    ///
    /// # Errors
    /// [`VaultError::Medium`]: the record is there or not.
    pub fn remove(&mut self, key: Key) -> Result<(), VaultError> {
        self.settle()?;
        let Some(entry) = self.index.get(key.code()) else {
            return Ok(());
        };
        self.attempt(|vault| {
            vault.medium.kill(entry)?;
            vault.index.remove(key.code());
            Ok(())
        })
    }

    /// Removes every record. Cut short, the next [`mount`](Self::mount) finishes it, or nothing
    /// is removed.
    ///
    /// # Errors
    /// [`VaultError::Medium`]: the next call finishes it, or nothing is removed.
    pub fn wipe(&mut self) -> Result<(), VaultError> {
        self.settle()?;
        if self.newest.sequence == 0 {
            return Ok(());
        }
        self.attempt(|vault| {
            // The header of the page that is opened now says that no older one holds anything.
            vault.index.clear();
            vault.open_next()?;
            vault.clean_free_pages(vault.newest.sequence)
        })
    }

    /// Whether there is such a record, damaged or not.
    #[must_use]
    pub fn contains(&self, key: Key) -> bool {
        self.index.get(key.code()).is_some()
    }

    /// How far writing has come: another value after each record that was stored, and none again
    /// that was there before, wiping included; but for what was copied onto a page while the power
    /// went, which is erased and copied again. All zeros on a blank medium.
    #[must_use]
    pub(crate) fn progress(&self) -> [u8; 8] {
        let [s0, s1, s2, s3] = self.newest.sequence.to_be_bytes();
        let room = u32::try_from(self.newest.room).unwrap_or(u32::MAX);
        let [r0, r1, r2, r3] = room.to_be_bytes();
        [s0, s1, s2, s3, r0, r1, r2, r3]
    }

    /// The keys of a space in ascending order, those of damaged records included.
    pub fn keys(&self, space: Space) -> impl Iterator<Item = Key> {
        let (from, to) = Key::codes(space);
        let entries = self.index.entries().iter();
        entries
            .skip_while(move |entry| entry.key < from)
            .take_while(move |entry| entry.key <= to)
            .filter_map(|entry| Key::from_code(entry.key))
    }

    /// The next key of the same space.
    #[must_use]
    pub fn next_after(&self, key: Key) -> Option<Key> {
        let entry = self.index.at_least(key.code().checked_add(1)?)?;
        Key::from_code(entry.key).filter(|next| next.space() == key.space())
    }

    /// How full the vault is.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let entries = self.index.entries();
        Usage {
            used: self.used(0, u32::MAX),
            capacity: self.limit(usize::MAX),
            records: entries.len(),
            damaged: entries.iter().filter(|entry| entry.damaged).count(),
        }
    }

    /// The medium.
    pub const fn flash(&self) -> &F {
        self.medium.flash()
    }

    /// Gives the medium back.
    #[must_use]
    pub fn into_flash(self) -> F {
        self.medium.into_flash()
    }

    /// Does what changes the medium. If that fails half-way, the medium is read anew, now or, if
    /// that fails as well, before anything else.
    fn attempt(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        self.unsure = true;
        let done = change(self);
        self.finish(done)
    }

    fn finish(&mut self, done: Result<(), VaultError>) -> Result<(), VaultError> {
        match done {
            Ok(()) | Err(VaultError::Full) => self.unsure = false,
            // What counts is the failure that came first.
            Err(_) => drop(self.settle()),
        }
        done
    }

    /// Reads the medium anew if an operation failed half-way.
    fn settle(&mut self) -> Result<(), VaultError> {
        if self.unsure {
            self.recover()?;
            self.unsure = false;
        }
        Ok(())
    }
}

impl<F, const N: usize> core::fmt::Debug for Vault<F, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Vault(..)")
    }
}
