//! The home of time on a token: the chip that keeps it, and how far it is trusted.

use countersign_core::UnixTime;

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
