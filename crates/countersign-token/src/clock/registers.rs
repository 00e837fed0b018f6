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
    fn read<const N: usize>(&mut self, first: u8) -> Result<[u8; N], RtcFault> {
        let mut bytes = [0; N];
        self.bus.write(ADDRESS, &[first]).map_err(|_| RtcFault)?;
        self.bus.read(ADDRESS, &mut bytes).map_err(|_| RtcFault)?;
        Ok(bytes)
    }

    /// Clears bits of a register.
    fn clear(&mut self, register: u8, bits: u8) -> Result<(), RtcFault> {
        let [value] = self.read(register)?;
        let cleared = [register, value & !bits];
        self.bus.write(ADDRESS, &cleared).map_err(|_| RtcFault)
    }

    /// That the chip never stood still since it was set, as far as a flag tells.
    fn ran_on(&mut self) -> Result<(), RtcFault> {
        let (register, stopped) = match self.chip {
            ClockChip::Ds1307 => return Ok(()),
            ClockChip::Ds1338 => DS1338_STOPPED,
            ClockChip::Ds3231 => DS3231_STOPPED,
        };
        let [value] = self.read(register)?;
        if value & stopped == 0 {
            Ok(())
        } else {
            Err(RtcFault)
        }
    }
}

impl<I2C: I2c> Rtc for RegisterClock<I2C> {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        self.ran_on()?;
        let [second, minute, hour, _weekday, day, month, year] = self.read(SECONDS)?;
        // A halt bit of the seconds, or a century bit of the month, is no decimal digit.
        let date = Calendar::new(
            u16::from(decimal(year)?).saturating_add(2000),
            decimal(month)?,
            decimal(day)?,
            hour_of_day(hour)?,
            decimal(minute)?,
            decimal(second)?,
        );
        Ok(date.map_err(|_| RtcFault)?.to_unix())
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        let date = Calendar::from_unix(now).map_err(|_| RtcFault)?;
        let year = u8::try_from(date.year().saturating_sub(2000)).map_err(|_| RtcFault)?;
        // Twenty-four-hour mode, this century, and not halted: all of these bits are zeros.
        let shown = [
            SECONDS,
            digits(date.second()),
            digits(date.minute()),
            digits(date.hour()),
            weekday(now),
            digits(date.day()),
            digits(date.month()),
            digits(year),
        ];
        self.bus.write(ADDRESS, &shown).map_err(|_| RtcFault)?;
        match self.chip {
            ClockChip::Ds1307 => Ok(()),
            ClockChip::Ds1338 => self.clear(DS1338_STOPPED.0, DS1338_STOPPED.1),
            ClockChip::Ds3231 => {
                self.clear(DS3231_HALTED.0, DS3231_HALTED.1)?;
                self.clear(DS3231_STOPPED.0, DS3231_STOPPED.1)
            }
        }
    }
}

impl<I2C> fmt::Debug for RegisterClock<I2C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegisterClock({:?})", self.chip)
    }
}

/// The hour that a register means, in whichever mode it is.
fn hour_of_day(register: u8) -> Result<u8, RtcFault> {
    if register & TWELVE_HOURS == 0 {
        return decimal(register);
    }
    let of_half = match decimal(register & !(TWELVE_HOURS | PM))? {
        12 => 0,
        hour @ 1..=11 => hour,
        _ => return Err(RtcFault),
    };
    Ok(if register & PM == 0 {
        of_half
    } else {
        of_half.saturating_add(12)
    })
}

/// Sunday is 1. The first day of 2000 was a Saturday.
fn weekday(now: UnixTime) -> u8 {
    let days = now.secs_since(Calendar::FIRST) / 86_400;
    let since_sunday = days.saturating_add(6) % 7;
    u8::try_from(since_sunday).unwrap_or(0).saturating_add(1)
}

/// Two decimal digits as a number below a hundred.
fn decimal(register: u8) -> Result<u8, RtcFault> {
    let (tens, ones) = (register >> 4, register & 0x0f);
    if tens > 9 || ones > 9 {
        return Err(RtcFault);
    }
    Ok(tens.saturating_mul(10).saturating_add(ones))
}

/// A number below a hundred as two decimal digits.
const fn digits(number: u8) -> u8 {
    ((number / 10) << 4) | (number % 10)
}

const ADDRESS: u8 = 0x68;
const SECONDS: u8 = 0x00;
const TWELVE_HOURS: u8 = 0x40;
const PM: u8 = 0x20;
/// Register and bit.
const DS1338_STOPPED: (u8, u8) = (0x07, 0x20);
const DS3231_HALTED: (u8, u8) = (0x0e, 0x80);
const DS3231_STOPPED: (u8, u8) = (0x0f, 0x80);
