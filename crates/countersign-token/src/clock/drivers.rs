//! The home of clock chips with a driver of the `rtcc` family: DS3231, DS3232, DS3234 and others.

use core::fmt;

use countersign_core::UnixTime;
use rtcc::{DateTimeAccess, Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::{Calendar, NotADate, Rtc, RtcFault};

/// Makes an [`Rtc`] of a driver that implements [`DateTimeAccess`].
///
/// A date alone does not tell whether the chip stood still while the battery was empty. Most chips
/// know, each in its own way, so that is asked through `kept_running`. How the flag is cleared and
/// the oscillator started is told by `started`, which is called after the time was set.
///
/// ```
/// # fn demo<E>(driver: impl rtcc::DateTimeAccess<Error = E>) {
/// use countersign_token::RtccClock;
///
/// // With a DS3231 of the `ds323x` crate:
/// //   RtccClock::new(ds3231)
/// //       .kept_running(|chip| matches!(chip.has_been_stopped(), Ok(false)))
/// //       .started(|chip| {
/// //           let running = chip.enable().is_ok();
/// //           running && chip.clear_has_been_stopped_flag().is_ok()
/// //       });
/// let clock = RtccClock::new(driver).kept_running(|_| true).started(|_| true);
/// # let _ = clock;
/// # }
/// ```
pub struct RtccClock<D> {
    driver: D,
    kept_running: fn(&mut D) -> bool,
    started: fn(&mut D) -> bool,
}

impl<D> RtccClock<D> {
    /// A clock that is believed to run at all times. Say more by the methods that follow.
    #[must_use]
    pub fn new(driver: D) -> Self {
        Self {
            driver,
            kept_running: |_| true,
            started: |_| true,
        }
    }

    /// How to ask the chip whether it runs, and ran on since it was set.
    #[must_use]
    pub fn kept_running(self, kept_running: fn(&mut D) -> bool) -> Self {
        Self {
            kept_running,
            ..self
        }
    }

    /// How to start the chip and clear its sign that it had stopped; `false` if it failed.
    #[must_use]
    pub fn started(self, started: fn(&mut D) -> bool) -> Self {
        Self { started, ..self }
    }

    /// Gives the driver back.
    pub fn into_driver(self) -> D {
        self.driver
    }
}

impl<D: DateTimeAccess> Rtc for RtccClock<D> {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        if !(self.kept_running)(&mut self.driver) {
            return Err(RtcFault);
        }
        let shown = self.driver.datetime().map_err(|_| RtcFault)?;
        let date = from_chrono(&shown).map_err(|_| RtcFault)?;
        Ok(date.to_unix())
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        let date = Calendar::from_unix(now).map_err(|_| RtcFault)?;
        let shown = to_chrono(date).ok_or(RtcFault)?;
        self.driver.set_datetime(&shown).map_err(|_| RtcFault)?;
        if (self.started)(&mut self.driver) {
            return Ok(());
        }
        Err(RtcFault)
    }
}

impl<D> fmt::Debug for RtccClock<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RtccClock(..)")
    }
}

/// Makes a driver that is still at version 0.3 of `rtcc`, such as `ds1307`, one of version 0.4.
#[cfg(feature = "rtcc-0-3")]
#[derive(Debug)]
pub struct Rtcc03<D>(pub D);

#[cfg(feature = "rtcc-0-3")]
impl<D: rtcc_0_3::DateTimeAccess> DateTimeAccess for Rtcc03<D> {
    type Error = D::Error;

    fn datetime(&mut self) -> Result<NaiveDateTime, Self::Error> {
        self.0.datetime()
    }

    fn set_datetime(&mut self, datetime: &NaiveDateTime) -> Result<(), Self::Error> {
        self.0.set_datetime(datetime)
    }
}

fn from_chrono(shown: &NaiveDateTime) -> Result<Calendar, NotADate> {
    Calendar::new(
        u16::try_from(shown.year()).map_err(|_| NotADate)?,
        small(shown.month()),
        small(shown.day()),
        small(shown.hour()),
        small(shown.minute()),
        small(shown.second()),
    )
}

fn to_chrono(date: Calendar) -> Option<NaiveDateTime> {
    let (month, day) = (date.month().into(), date.day().into());
    let (hour, minute, second) = (date.hour(), date.minute(), date.second());
    NaiveDate::from_ymd_opt(date.year().into(), month, day)?.and_hms_opt(
        hour.into(),
        minute.into(),
        second.into(),
    )
}

/// A number of a date; none is too large for a byte.
fn small(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}
