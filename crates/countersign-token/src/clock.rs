//! The home of time on a token: the chip that keeps it, and how far it is trusted.

use core::fmt;

use countersign_core::UnixTime;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::Random;
use crate::vault::{Vault, VaultError};

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
        let mut clock = Self::unset();
        clock.reread(vault)?;
        Ok(clock)
    }

    /// [`Self::load`] in its place.
    pub(crate) fn reread<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        vault: &mut Vault<F, N>,
    ) -> Result<(), VaultError> {
        *self = Self::unset();
        self.synced = Synced::load(vault)?;
        if let Some(synced) = &self.synced {
            self.latest = synced.at;
        }
        match HighWater::load(vault)? {
            Some(mark) => self.stored_mark = mark,
            // Without one of the two nothing is believed until the clock is set again. It still
            // cannot be set to before what the other one says.
            None => self.synced = None,
        }
        Ok(())
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
        let Ok(told) = self.told(rtc) else {
            return Ok(Reading::Unset);
        };
        self.remember(told.utc, vault, random)?;
        Ok(Reading::Known {
            now: told.utc,
            last_synced: told.at,
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
            Ok(chip) if is_settled(now, chip) => {}
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
        match self.told(rtc) {
            Ok(told) => self.store(Synced { trim, ..told }, vault, random),
            Err(why) => Ok(why),
        }
    }

    /// What the chip says now and what the time is then, or why that is not known.
    #[inline(never)]
    fn told(&self, rtc: &mut impl Rtc) -> Result<Synced, Obeyed> {
        let synced = self.synced.as_ref().ok_or(Obeyed::NeverSet)?;
        let chip = steady(rtc, self.latest).ok_or(Obeyed::ChipFault)?;
        let utc = synced.utc(chip).ok_or(Obeyed::ChipFault)?;
        if self.is_too_far_back(utc) {
            return Err(Obeyed::Backwards);
        }
        Ok(Synced {
            chip,
            utc,
            ..*synced
        })
    }

    fn store<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        synced: Synced,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<Obeyed, VaultError> {
        synced.save(vault, random)?;
        self.synced = Some(synced);
        Ok(Obeyed::Done)
    }

    #[inline(never)]
    fn is_too_far_back(&self, now: UnixTime) -> bool {
        self.high_water().secs() > later(now, Self::BACKWARDS_SECS)
    }

    /// Takes note of a time that is about to be shown.
    fn remember<F: MultiwriteNorFlash, const N: usize>(
        &mut self,
        now: UnixTime,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        if now.secs() >= later(self.stored_mark.0, Self::MARK_EVERY_SECS) {
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
        mark.save(vault, random)?;
        self.stored_mark = mark;
        Ok(())
    }
}

/// What the chip says. Where it is far ahead of what it said before it has to say so twice: a
/// single disturbed reading must not become the latest time for ever.
fn steady(rtc: &mut impl Rtc, latest: UnixTime) -> Option<UnixTime> {
    let first = rtc.read_rtc().ok()?;
    if first.secs() < later(latest, Clock::MARK_EVERY_SECS) {
        return Some(first);
    }
    let second = rtc.read_rtc().ok()?;
    is_settled(first, second).then_some(second)
}

/// Whether a chip that said or was told `first` may say `second` at once.
fn is_settled(first: UnixTime, second: UnixTime) -> bool {
    (first.secs()..=later(first, SETTLING_SECS)).contains(&second.secs())
}

/// Nothing wraps: times have 41 bits.
const fn later(time: UnixTime, secs: u64) -> u64 {
    time.secs().wrapping_add(secs)
}

impl fmt::Display for RtcFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the clock chip does not answer or holds no time")
    }
}

impl core::error::Error for RtcFault {}

/// How much a chip may go on between two readings in a row, in seconds.
const SETTLING_SECS: u64 = 2;
