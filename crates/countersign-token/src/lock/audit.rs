//! The home of the audit ring: who did what at the lock, and when.

use countersign_core::UnixTime;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{UserNumber, slot};
use crate::Random;
use crate::vault::{Vault, VaultError};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A right code opened the door.
    Opened,
    /// The first right code of a new user was shown; the door stayed shut.
    Enrolled,
    /// The PIN or the code was wrong, or there is no such user.
    Wrong,
    /// The PIN was right, and the code was one that had been used.
    Replay,
    /// The PIN was right, and the code could not be looked at: the lock does not know the time.
    TimeUnset,
    /// The last try at this number was wrong: it is locked.
    Locked,
    /// The clock was set. The time of the entry is the new one.
    TimeSet,
    /// A user was added.
    UserAdded,
    /// A user was removed.
    UserRemoved,
    /// An administrator gave a user new tries.
    UserUnlocked,
}

impl Event {
    const ALL: [Self; 10] = [
        Self::Opened,
        Self::Enrolled,
        Self::Wrong,
        Self::Replay,
        Self::TimeUnset,
        Self::Locked,
        Self::TimeSet,
        Self::UserAdded,
        Self::UserRemoved,
        Self::UserUnlocked,
    ];

    /// One word, for a log on a line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Enrolled => "enrolled",
            Self::Wrong => "wrong",
            Self::Replay => "replay",
            Self::TimeUnset => "time-unset",
            Self::Locked => "locked",
            Self::TimeSet => "time-set",
            Self::UserAdded => "added",
            Self::UserRemoved => "removed",
            Self::UserUnlocked => "unlocked",
        }
    }

    const fn to_byte(self) -> u8 {
        match self {
            Self::Opened => 1,
            Self::Enrolled => 2,
            Self::Wrong => 3,
            Self::Replay => 4,
            Self::TimeUnset => 5,
            Self::Locked => 6,
            Self::TimeSet => 7,
            Self::UserAdded => 8,
            Self::UserRemoved => 9,
            Self::UserUnlocked => 10,
        }
    }
}

/// One entry of the audit ring.
///
/// | field | bytes |
/// |---|---|
/// | format, 1 | 1 |
/// | number of the entry, from 0 | 4 |
/// | time in seconds since 1970; zero if the lock did not know it | 8 |
/// | event, 1 to 10 in the order of [`Event`] | 1 |
/// | user number; zero if it concerns none | 1 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counts up from 0 over the life of the lock, so that gaps are seen.
    pub number: u32,
    /// When it was, if the lock knew the time.
    pub at: Option<UnixTime>,
    /// What happened.
    pub event: Event,
    /// The number that was typed or administered, whether there was such a user or not.
    pub user: Option<UserNumber>,
}

impl AuditEntry {
    pub(super) const LEN: usize = 1 + 4 + 8 + 1 + 1;

    fn encode(&self) -> [u8; Self::LEN] {
        let mut stored = [0; Self::LEN];
        let number = self.number.to_be_bytes();
        let at = self.at.map_or(0, UnixTime::secs).to_be_bytes();
        let user = self.user.map_or(0, UserNumber::get);
        let bytes = [FORMAT]
            .into_iter()
            .chain(number)
            .chain(at)
            .chain([self.event.to_byte(), user]);
        for (slot, byte) in stored.iter_mut().zip(bytes) {
            *slot = byte;
        }
        stored
    }

    fn decode(stored: &[u8]) -> Option<Self> {
        let (&[format], rest) = stored.split_first_chunk()?;
        let (number, rest) = rest.split_first_chunk()?;
        let (at, rest) = rest.split_first_chunk()?;
        let &[event, user] = rest else {
            return None;
        };
        let at = match u64::from_be_bytes(*at) {
            0 => None,
            secs => Some(UnixTime::from_secs(secs).ok()?),
        };
        let user = match user {
            0 => None,
            number => Some(UserNumber::new(number)?),
        };
        let event = Event::ALL
            .into_iter()
            .find(|known| known.to_byte() == event)?;
        (format == FORMAT).then_some(Self {
            number: u32::from_be_bytes(*number),
            at,
            event,
            user,
        })
    }
}

/// Where the ring goes on.
pub(super) struct Audit {
    next: u32,
}

impl Audit {
    /// How many entries there are at most; the oldest makes room for a new one.
    pub(super) const CAPACITY: u8 = 64;

    /// Finds the newest entry.
    pub(super) fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Self, VaultError> {
        let mut next = 0;
        for place in 0..Self::CAPACITY {
            if let Some(entry) = read(place, vault)? {
                next = next.max(entry.number.saturating_add(1));
            }
        }
        Ok(Self { next })
    }

    /// Writes an entry in place of the oldest. Either it is there afterwards or that still is.
    pub(super) fn write<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        event: Event,
        user: Option<UserNumber>,
        at: Option<UnixTime>,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        let entry = AuditEntry {
            number: self.next,
            at,
            event,
            user,
        };
        let key = slot::audit(place_of(self.next));
        vault.put(key, &entry.encode(), random)?;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// The number that the next entry will have.
    pub(super) const fn next(&self) -> u32 {
        self.next
    }

    /// The entry of this number, if the ring still has it.
    pub(super) fn entry<F: MultiwriteNorFlash, const N: usize>(
        number: u32,
        vault: &mut Vault<F, N>,
    ) -> Result<Option<AuditEntry>, VaultError> {
        let found = read(place_of(number), vault)?;
        Ok(found.filter(|entry| entry.number == number))
    }
}

/// A damaged entry is no reason to keep the door shut; it is a gap in the numbers.
fn read<F: MultiwriteNorFlash, const N: usize>(
    place: u8,
    vault: &mut Vault<F, N>,
) -> Result<Option<AuditEntry>, VaultError> {
    let mut stored = [0; AuditEntry::LEN];
    let length = match vault.get(slot::audit(place), &mut stored) {
        Err(VaultError::Damaged | VaultError::BufferTooShort) => None,
        read => read?,
    };
    Ok(length
        .and_then(|length| stored.get(..length))
        .and_then(AuditEntry::decode))
}

fn place_of(number: u32) -> u8 {
    // A power of two, so that it is the low bits of the number.
    let [.., low] = number.to_be_bytes();
    low & Audit::CAPACITY.saturating_sub(1)
}

const FORMAT: u8 = 1;
