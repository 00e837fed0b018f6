//! The home of time on this board: how long it runs, and the time that it was told.
//!
//! A micro:bit has no clock that goes on without power. So the time is unset after every start,
//! until an administrator sets it; then it is counted by the chip's crystal. A lock with a clock
//! chip implements `Rtc` by that instead.

use countersign_core::UnixTime;
use countersign_token::{Rtc, RtcFault, Uptime};

use crate::register::Register;

/// TIMER0, counting microseconds, and the time of day on top of it.
pub(crate) struct Clock {
    /// What the timer stood at when it was last looked at.
    last: u32,
    micros: u64,
    /// The time, and the uptime in milliseconds at which it was that.
    set: Option<(UnixTime, u64)>,
}

/// The timer's interrupt, by its number in the interrupt controller.
pub(crate) const INTERRUPT: u32 = 8;

impl Clock {
    /// Starts the timer.
    pub(crate) fn start() -> Self {
        MODE_TIMER.write(0);
        BIT_MODE.write(BITS_32);
        PRESCALER.write(SIXTEENTH);
        INTEN_SET.write(COMPARE_1_BIT);
        CLEAR.write(1);
        START.write(1);
        Self {
            last: 0,
            micros: 0,
            set: None,
        }
    }

    /// Raises the timer's interrupt in so many milliseconds, at most an hour.
    pub(crate) fn wake_in(&mut self, millis: u32) {
        COMPARED_1.write(0);
        COMPARE_1.write(self.now().wrapping_add(millis.wrapping_mul(1000)));
    }

    /// What the timer stands at. It goes round in 71 minutes, so somebody has to look before.
    fn now(&mut self) -> u32 {
        CAPTURE_0.write(1);
        let now = COMPARE_0.read();
        self.micros += u64::from(now.wrapping_sub(self.last));
        self.last = now;
        now
    }
}

impl Uptime for Clock {
    fn uptime_millis(&mut self) -> u64 {
        self.now();
        self.micros / 1000
    }
}

impl Rtc for Clock {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        let uptime = self.uptime_millis();
        let (time, at) = self.set.ok_or(RtcFault)?;
        let secs = u32::try_from(uptime.saturating_sub(at) / 1000).map_err(|_| RtcFault)?;
        Ok(time.plus_secs(secs))
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        self.set = Some((now, self.uptime_millis()));
        Ok(())
    }
}

const BITS_32: u32 = 3;
/// 16 MHz divided by two to the power of it.
const SIXTEENTH: u32 = 4;
const COMPARE_1_BIT: u32 = 1 << 17;
// SAFETY: registers of TIMER0.
const START: Register = unsafe { Register::at(0x4000_8000) };
// SAFETY: as above.
const CLEAR: Register = unsafe { Register::at(0x4000_800c) };
// SAFETY: as above.
const CAPTURE_0: Register = unsafe { Register::at(0x4000_8040) };
// SAFETY: as above.
const COMPARED_1: Register = unsafe { Register::at(0x4000_8144) };
// SAFETY: as above.
const INTEN_SET: Register = unsafe { Register::at(0x4000_8304) };
// SAFETY: as above.
const MODE_TIMER: Register = unsafe { Register::at(0x4000_8504) };
// SAFETY: as above.
const BIT_MODE: Register = unsafe { Register::at(0x4000_8508) };
// SAFETY: as above.
const PRESCALER: Register = unsafe { Register::at(0x4000_8510) };
// SAFETY: as above.
const COMPARE_0: Register = unsafe { Register::at(0x4000_8540) };
// SAFETY: as above.
const COMPARE_1: Register = unsafe { Register::at(0x4000_8544) };
