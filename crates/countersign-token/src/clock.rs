//! The home of time on a token: the chip that keeps it, and how far it is trusted.

use core::fmt;

use countersign_core::UnixTime;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::vault::{Key, Space, Vault, VaultError};
use crate::{Random, setting};

mod calendar;
#[cfg(feature = "rtcc")]
mod drivers;
mod order;
mod registers;
mod settings;
mod trim;

pub use calendar::{Calendar, NotADate};
#[cfg(feature = "rtcc-0-3")]
pub use drivers::Rtcc03;
#[cfg(feature = "rtcc")]
pub use drivers::RtccClock;
pub(crate) use order::AdminChallenge;
pub use order::{AdminKey, AuthenticOrder, Order, OrderVerdict};
pub use registers::{ClockChip, RegisterClock};
use settings::{HighWater, Synced};
pub use trim::{Trim, TrimTooFar};

/// A clock that goes on while the power is off, in UTC.
pub trait Rtc {
    /// Reads the time.
    ///
    /// # Errors
    /// [`RtcFault`] if the chip does not answer, says that it had stopped, or holds no date.
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault>;

    /// Sets the time.
    ///
    /// # Errors
    /// [`RtcFault`] if the chip does not answer or cannot hold this year.
    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault>;
}

/// The clock cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtcFault;

/// A clock that starts with the power.
pub trait Uptime {
    /// Milliseconds since the device started.
    fn uptime_millis(&mut self) -> u64;
}

/// The device's clock, as far as it is trusted.
///
/// It is set by an order that carries the admin key's proof, and by nothing else. The latest time
/// it ever showed is kept, so that setting it forward to read off codes of the future and then
/// back again does not work (as in CVE-2021-32033): what lies further back than
/// [`Clock::BACKWARDS_SECS`] is neither believed nor accepted. Only erasing everything, the
/// accounts included, gives that memory up.
#[derive(Debug)]
pub struct Clock {
    /// When it was set; `None` if never.
    synced: Option<Synced>,
    /// The latest time that the store knows of.
    stored_mark: HighWater,
    /// The latest time since the power came, or at which it was set.
    latest: UnixTime,
}

/// What the clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is trusted.
    Known {
        /// The time in UTC, the trim applied.
        now: UnixTime,
        /// When it was last set.
        last_synced: UnixTime,
    },
    /// It was never set, stands still, does not answer, or went back. No code may be shown.
    Unset,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obeyed {
    /// It holds.
    Done,
    /// It would have set the clock back too far.
    Backwards,
    /// The chip did not take the time, or does not answer.
    ChipFault,
    /// The trim of a clock that was never set means nothing.
    NeverSet,
}

impl Clock {
    /// How far behind the latest time it ever showed the clock may be, in seconds.
    pub const BACKWARDS_SECS: u64 = 600;
    /// How far the clock goes on before the latest time is stored again, in seconds. A power cut
    /// forgets so much of it at most.
    pub const MARK_EVERY_SECS: u64 = 600;

    /// Reads what the store knows of the clock.
    ///
    /// # Errors
    /// [`VaultError`] if the medium cannot be read.
    pub fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Self, VaultError> {
        let mut stored = [0; Synced::ENCODED_LEN];
        let synced = readable(vault.get(Synced::KEY, &mut stored))?;
        let synced = synced.and_then(|length| Synced::decode(stored.get(..length)?));
        let mut stored = [0; HighWater::ENCODED_LEN];
        let mark = readable(vault.get(HighWater::KEY, &mut stored))?;
        let mark = mark.and_then(|length| HighWater::decode(stored.get(..length)?));
        let mut clock = Self::unset();
        match (synced, mark) {
            (Some(synced), Some(mark)) => {
                clock.synced = Some(synced);
                clock.stored_mark = mark;
                clock.latest = synced.at;
            }
            // Without one of the two nothing is believed until the clock is set again. It still
            // cannot be set to before what the other one says.
            (Some(synced), None) => clock.latest = synced.at,
            (None, Some(mark)) => clock.stored_mark = mark,
            (None, None) => {}
        }
        Ok(clock)
    }

    /// The clock of a device that knows nothing.
    #[must_use]
    pub fn unset() -> Self {
        Self {
            synced: None,
            stored_mark: HighWater(UnixTime::EPOCH),
            latest: UnixTime::EPOCH,
        }
    }

    /// Reads the clock. A time that the store does not know of yet is stored before it is shown.
    ///
    /// # Errors
    /// [`VaultError`] if the latest time cannot be stored; then no time is known.
    pub fn read<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        rtc: &mut impl Rtc,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Reading, VaultError> {
        let Some(synced) = self.synced else {
            return Ok(Reading::Unset);
        };
        let Some(now) = steady(rtc, self.latest).and_then(|chip| synced.utc(chip)) else {
            return Ok(Reading::Unset);
        };
        if self.is_too_far_back(now) {
            return Ok(Reading::Unset);
        }
        self.remember(now, vault, random)?;
        Ok(Reading::Known {
            now,
            last_synced: synced.at,
        })
    }

    /// Carries an order out.
    ///
    /// # Errors
    /// [`VaultError`] if the store fails. A time that was to be set may be in the chip then; what
    /// is believed of it is as before.
    pub fn obey<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        order: AuthenticOrder,
        rtc: &mut impl Rtc,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Obeyed, VaultError> {
        match order.into_order() {
            Order::SetTime(now) => self.set(now, rtc, vault, random),
            Order::Trim(trim) => self.trim(trim, rtc, vault, random),
        }
    }

    /// The trim in force.
    #[must_use]
    pub fn trim_in_force(&self) -> Trim {
        self.synced.map_or(Trim::NONE, |synced| synced.trim)
    }

    /// The latest time that was ever shown; the epoch if none was.
    #[must_use]
    pub fn high_water(&self) -> UnixTime {
        self.stored_mark.0.max(self.latest)
    }

    fn set<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        now: UnixTime,
        rtc: &mut impl Rtc,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Obeyed, VaultError> {
        if self.is_too_far_back(now) {
            return Ok(Obeyed::Backwards);
        }
        // The mark first: once the chip runs ahead, the store has to know how far it was.
        self.mark(now, vault, random)?;
        let written = rtc.write_rtc(now).and_then(|()| rtc.read_rtc());
        match written {
            Ok(chip) if chip >= now && chip.secs_since(now) <= SETTLING_SECS => {}
            _ => return Ok(Obeyed::ChipFault),
        }
        let synced = Synced {
            at: now,
            chip: now,
            utc: now,
            trim: self.trim_in_force(),
        };
        self.store(synced, vault, random)
    }

    /// From now on the new trim holds. What was gained or lost until now stays, so that the time
    /// does not jump.
    fn trim<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        trim: Trim,
        rtc: &mut impl Rtc,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Obeyed, VaultError> {
        let Some(synced) = self.synced else {
            return Ok(Obeyed::NeverSet);
        };
        let Some(chip) = steady(rtc, self.latest) else {
            return Ok(Obeyed::ChipFault);
        };
        let Some(utc) = synced.utc(chip) else {
            return Ok(Obeyed::ChipFault);
        };
        if self.is_too_far_back(utc) {
            return Ok(Obeyed::Backwards);
        }
        let trimmed = Synced {
            at: synced.at,
            chip,
            utc,
            trim,
        };
        self.store(trimmed, vault, random)
    }

    fn store<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        synced: Synced,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Obeyed, VaultError> {
        vault.put(Synced::KEY, &synced.encode(), random)?;
        self.synced = Some(synced);
        Ok(Obeyed::Done)
    }

    fn is_too_far_back(&self, now: UnixTime) -> bool {
        self.high_water().secs_since(now) > Self::BACKWARDS_SECS
    }

    /// Takes note of a time that is about to be shown.
    fn remember<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        now: UnixTime,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        if now.secs_since(self.stored_mark.0) >= Self::MARK_EVERY_SECS {
            self.mark(now, vault, random)?;
        }
        self.latest = self.latest.max(now);
        Ok(())
    }

    /// Stores the latest time, if it is later than the one that is stored.
    fn mark<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        now: UnixTime,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        if now <= self.stored_mark.0 {
            return Ok(());
        }
        let mark = HighWater(now);
        vault.put(HighWater::KEY, &mark.encode(), random)?;
        self.stored_mark = mark;
        Ok(())
    }
}

/// What the chip says. Where it is far ahead of what it said before it has to say so twice: a
/// single disturbed reading must not become the latest time for ever.
fn steady(rtc: &mut impl Rtc, latest: UnixTime) -> Option<UnixTime> {
    let first = rtc.read_rtc().ok()?;
    if first.secs_since(latest) < Clock::MARK_EVERY_SECS {
        return Some(first);
    }
    let second = rtc.read_rtc().ok()?;
    (second >= first && second.secs_since(first) <= SETTLING_SECS).then_some(second)
}

/// A record that is damaged or of another length is as good as none.
fn readable(read: Result<Option<usize>, VaultError>) -> Result<Option<usize>, VaultError> {
    match read {
        Err(VaultError::Damaged | VaultError::BufferTooShort) => Ok(None),
        read => read,
    }
}

impl Synced {
    const KEY: Key = Key::of(Space::Setting, setting::CLOCK);
}

impl HighWater {
    const KEY: Key = Key::of(Space::Setting, setting::HIGH_WATER);
}

impl fmt::Display for RtcFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the clock chip does not answer or holds no time")
    }
}

impl core::error::Error for RtcFault {}

/// How much a chip may go on between two readings in a row, in seconds.
const SETTLING_SECS: u64 = 2;
