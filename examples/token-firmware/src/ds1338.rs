//! The home of the clock chip, a DS1338: seven registers in binary-coded decimals, and one that
//! tells whether it stood still.

use countersign_core::UnixTime;
use countersign_token::{Calendar, Rtc, RtcFault};
use embedded_hal::i2c::I2c;

/// The chip on its bus. It keeps UTC.
#[derive(Debug)]
pub struct Ds1338<I> {
    bus: I,
}

const ADDRESS: u8 = 0x68;

const SECONDS: u8 = 0;
const DAY: u8 = 4;
const CONTROL: u8 = 7;

/// In the seconds: the oscillator is stopped.
const HALTED: u8 = 0x80;
/// In the hours: counted to twelve.
const TWELVE_HOURS: u8 = 0x40;
/// In the control register: the oscillator was stopped at some time.
const STOPPED: u8 = 0x20;

impl<I: I2c> Ds1338<I> {
    /// The chip on this bus.
    pub const fn new(bus: I) -> Self {
        Self { bus }
    }
}

impl<I: I2c> Rtc for Ds1338<I> {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        let mut registers = [0; 8];
        self.bus
            .write_read(ADDRESS, &[SECONDS], &mut registers)
            .map_err(|_| RtcFault)?;
        let [second, minute, hour, _weekday, day, month, year, control] = registers;
        if second & HALTED != 0 || control & STOPPED != 0 || hour & TWELVE_HOURS != 0 {
            return Err(RtcFault);
        }
        Calendar::new(
            2000 + u16::from(number(year)),
            number(month),
            number(day),
            number(hour),
            number(minute),
            number(second),
        )
        .map(Calendar::to_unix)
        .map_err(|_| RtcFault)
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        let date = Calendar::from_unix(now).map_err(|_| RtcFault)?;
        let [_, year] = date.year().to_be_bytes();
        // 2000 is 0x07d0.
        let year = year.wrapping_sub(0xd0);
        let (month, year) = (decimal(date.month()), decimal(year));
        let registers = [
            SECONDS,
            decimal(date.second()),
            decimal(date.minute()),
            decimal(date.hour()),
            // Nobody asks for the day of the week.
            1,
            decimal(date.day()),
            month,
            year,
        ];
        // The emulated chip carries a day over that its month does not have, register by register:
        // it has to be in the right month first.
        for message in [&[DAY, 1, month, year][..], &registers, &[CONTROL, 0]] {
            self.bus.write(ADDRESS, message).map_err(|_| RtcFault)?;
        }
        Ok(())
    }
}

/// What a register's two decimals come to; more than a date can have if they are none.
fn number(decimals: u8) -> u8 {
    let (tens, ones) = (decimals >> 4, decimals & 15);
    if tens > 9 || ones > 9 {
        return u8::MAX;
    }
    tens * 10 + ones
}

/// A number below 100 in two decimals.
fn decimal(number: u8) -> u8 {
    number / 10 % 10 << 4 | number % 10
}
