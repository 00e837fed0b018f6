//! The home of clock chips whose registers are read and written without a driver: the DS1307 and
//! those that resemble it.

use core::fmt;

use countersign_core::UnixTime;
use embedded_hal::i2c::I2c;

use super::{Calendar, Rtc, RtcFault};

/// A clock chip on an I2C bus, at address 68 (hex).
///
/// It does what a driver with `RtccClock` does, in less code: no other crate is linked, reading
/// takes no repeated start, digits that are not decimal are refused, and hours in twelve-hour mode
/// are read as they are meant.
///
/// ```
/// use countersign_token::{ClockChip, RegisterClock, Rtc};
///
/// fn show(bus: impl embedded_hal::i2c::I2c) {
///     let mut clock = RegisterClock::new(bus, ClockChip::Ds3231);
///     if let Ok(now) = clock.read_rtc() {
///         // It ran on since it was set.
///         assert!(now.secs() >= 946_684_800);
///     }
/// }
/// ```
pub struct RegisterClock<I2C> {
    bus: I2C,
    chip: ClockChip,
}

/// Where a chip says that it stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockChip {
    /// DS1307: its seconds have a bit that halts it.
    Ds1307,
    /// DS1338: the same, and a flag in register 07.
    Ds1338,
    /// DS3231 and DS3232: a flag in register 0F, and a bit in register 0E that halts it while it
    /// runs on its battery.
    Ds3231,
}

impl<I2C: I2c> RegisterClock<I2C> {
    /// The chip on this bus.
    pub const fn new(bus: I2C, chip: ClockChip) -> Self {
        Self { bus, chip }
    }

    /// Gives the bus back.
    pub fn into_bus(self) -> I2C {
        self.bus
    }

    /// Reads registers from `first` on, in two transactions: the address of the register stays.
    fn read(&mut self, first: u8, bytes: &mut [u8]) -> Result<(), RtcFault> {
        self.write(&[first])?;
        self.bus.read(ADDRESS, bytes).map_err(|_| RtcFault)
    }

    /// Writes the number of a register, and registers from there on.
    fn write(&mut self, bytes: &[u8]) -> Result<(), RtcFault> {
        self.bus.write(ADDRESS, bytes).map_err(|_| RtcFault)
    }

    /// Reads one register.
    fn register(&mut self, register: u8) -> Result<u8, RtcFault> {
        let mut value = [0];
        self.read(register, &mut value)?;
        let [value] = value;
        Ok(value)
    }

    /// Clears bits of a register.
    fn clear(&mut self, (register, bits): (u8, u8)) -> Result<(), RtcFault> {
        let value = self.register(register)?;
        self.write(&[register, value & !bits])
    }

    /// That the chip never stood still since it was set, as far as a flag tells.
    fn ran_on(&mut self) -> Result<(), RtcFault> {
        let (register, stopped) = match self.chip {
            ClockChip::Ds1307 => return Ok(()),
            ClockChip::Ds1338 => DS1338_STOPPED,
            ClockChip::Ds3231 => DS3231_STOPPED,
        };
        if self.register(register)? & stopped == 0 {
            Ok(())
        } else {
            Err(RtcFault)
        }
    }
}

impl<I2C: I2c> Rtc for RegisterClock<I2C> {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        self.ran_on()?;
        let mut shown = [0; 7];
        self.read(SECONDS, &mut shown)?;
        let [_, _, hour, ..] = shown;
        // A halt bit of the seconds, or a century bit of the month, is no decimal digit.
        for part in &mut shown {
            *part = number(*part);
        }
        let [second, minute, _, _weekday, day, month, year] = shown;
        let year = u16::from(year).saturating_add(2000);
        let date = Calendar::new(year, month, day, hour_of_day(hour), minute, second);
        Ok(date.map_err(|_| RtcFault)?.to_unix())
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        let date = Calendar::from_unix(now).map_err(|_| RtcFault)?;
        let year = u8::try_from(date.year().saturating_sub(2000)).map_err(|_| RtcFault)?;
        // Twenty-four-hour mode, this century, and not halted: all of these bits are zeros.
        let mut shown = [
            SECONDS,
            date.second(),
            date.minute(),
            date.hour(),
            weekday(now),
            date.day(),
            date.month(),
            year,
        ];
        for part in &mut shown {
            *part = digits(*part);
        }
        let [.., month, year] = shown;
        if self.chip == ClockChip::Ds1338 {
            // An emulated one carries a day over that its month does not have, register by
            // register: it has to be in the right month first. If the power goes in between, the
            // first midnight of that month is not after the time that was to be set.
            self.write(&[SECONDS, 0, 0, 0, 1, 1, month, year])?;
        }
        self.write(&shown)?;
        match self.chip {
            ClockChip::Ds1307 => Ok(()),
            ClockChip::Ds1338 => self.clear(DS1338_STOPPED),
            ClockChip::Ds3231 => {
                self.clear(DS3231_HALTED)?;
                self.clear(DS3231_STOPPED)
            }
        }
    }
}

impl<I2C> fmt::Debug for RegisterClock<I2C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegisterClock({:?})", self.chip)
    }
}

/// The hour that a register means, in whichever mode it is; more than a day has if it is none.
fn hour_of_day(register: u8) -> u8 {
    if register & TWELVE_HOURS == 0 {
        return number(register);
    }
    let of_half = match number(register & !(TWELVE_HOURS | PM)) {
        12 => 0,
        hour @ 1..=11 => hour,
        _ => NO_NUMBER,
    };
    if register & PM == 0 {
        of_half
    } else {
        of_half.saturating_add(12)
    }
}

/// Sunday is 1. The first day of 2000 was a Saturday.
fn weekday(now: UnixTime) -> u8 {
    // Of this century: 32 bits of seconds last until 2136.
    let secs = u32::try_from(now.secs_since(Calendar::FIRST)).unwrap_or(0);
    let [since_sunday, ..] = ((secs / 86_400).saturating_add(6) % 7).to_le_bytes();
    since_sunday.saturating_add(1)
}

/// What two decimal digits come to; more than a date can have if they are none.
fn number(register: u8) -> u8 {
    let (tens, ones) = (register >> 4, register & 0x0f);
    if tens > 9 || ones > 9 {
        return NO_NUMBER;
    }
    tens.saturating_mul(10).saturating_add(ones)
}

/// A number below a hundred as two decimal digits.
const fn digits(number: u8) -> u8 {
    ((number / 10) << 4) | (number % 10)
}

const ADDRESS: u8 = 0x68;
const SECONDS: u8 = 0x00;
const TWELVE_HOURS: u8 = 0x40;
const PM: u8 = 0x20;
/// No part of a date is as large, nor is the year of a century.
const NO_NUMBER: u8 = u8::MAX;
/// Register and bit.
const DS1338_STOPPED: (u8, u8) = (0x07, 0x20);
const DS3231_HALTED: (u8, u8) = (0x0e, 0x80);
const DS3231_STOPPED: (u8, u8) = (0x0f, 0x80);
