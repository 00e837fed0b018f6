//! The home of dates: what a clock chip shows for a moment, and the moment of what it shows.

use core::fmt;

use countersign_core::UnixTime;

/// A date with its time of day in UTC, from 2000-01-01 00:00:00 to 2099-12-31 23:59:59: the range
/// of a chip with two digits for the year.
///
/// ```
/// use countersign_core::UnixTime;
/// use countersign_token::Calendar;
///
/// let leap_day = Calendar::new(2024, 2, 29, 12, 34, 56)?;
/// assert_eq!(leap_day.to_unix(), UnixTime::from_secs(1_709_210_096).unwrap());
/// assert_eq!(Calendar::from_unix(leap_day.to_unix())?, leap_day);
/// assert!(Calendar::new(2023, 2, 29, 12, 34, 56).is_err());
/// # Ok::<(), countersign_token::NotADate>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Calendar {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

/// There is no such date, or it lies outside 2000 to 2099.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADate;

impl Calendar {
    /// The first moment of the range.
    pub const FIRST: UnixTime = UnixTime::EPOCH.plus_secs(946_684_800);
    /// The last moment of the range.
    pub const LAST: UnixTime = Self::FIRST.plus_secs(36_525 * SECS_A_DAY - 1);

    /// A date: `year` 2000 to 2099, `month` 1 to 12, `day` from 1 to the month's last, `hour` 0 to
    /// 23, `minute` and `second` 0 to 59. There are no leap seconds.
    ///
    /// # Errors
    /// [`NotADate`] if one of them is out of its range.
    pub fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Result<Self, NotADate> {
        let date = Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        };
        // What is no date is the moment of another one, or of none.
        if Self::from_unix(date.to_unix()) == Ok(date) {
            Ok(date)
        } else {
            Err(NotADate)
        }
    }

    /// What a clock shows at `time`.
    ///
    /// # Errors
    /// [`NotADate`] before 2000 and after 2099.
    pub fn from_unix(time: UnixTime) -> Result<Self, NotADate> {
        if time < Self::FIRST || time > Self::LAST {
            return Err(NotADate);
        }
        let since_first = u32::try_from(time.secs_since(Self::FIRST)).map_err(|_| NotADate)?;
        let (days, of_day) = (since_first / SECS_A_DAY, since_first % SECS_A_DAY);

        // Years that begin in March end with the leap day, where there is one. 2000 has one and
        // 2100 is out of range, so every fourth year does. In quarters of a day:
        let quarters = days.wrapping_add(DAYS_BEFORE).wrapping_mul(4) | 3;
        let (years, day) = (quarters / 1461, quarters % 1461 / 4);
        // Five months in turn have 153 days.
        let month = day.wrapping_mul(5).wrapping_add(2) / 153;
        let day = day.wrapping_sub(days_before(month)).wrapping_add(1);
        let january = month / 10;
        let month = month.wrapping_add(3).wrapping_sub(january.wrapping_mul(12));
        let [_, _, year @ ..] = years
            .wrapping_add(MARCH_YEAR)
            .wrapping_add(january)
            .to_be_bytes();
        Ok(Self {
            year: u16::from_be_bytes(year),
            month: small(month),
            day: small(day),
            hour: small(of_day / 3_600),
            minute: small(of_day / 60 % 60),
            second: small(of_day % 60),
        })
    }

    /// The moment at which a clock shows this.
    #[must_use]
    pub fn to_unix(self) -> UnixTime {
        // Nothing wraps for a date. See `from_unix` for the years.
        let month = u32::from(self.month).wrapping_add(9);
        let years = u32::from(self.year)
            .wrapping_sub(MARCH_YEAR.wrapping_add(1))
            .wrapping_add(month / 12);
        let days = (years.wrapping_mul(1461) / 4)
            .wrapping_add(days_before(month % 12))
            .wrapping_add(self.day.into())
            .wrapping_sub(DAYS_BEFORE.wrapping_add(1));
        let minutes = u32::from(self.hour)
            .wrapping_mul(60)
            .wrapping_add(self.minute.into());
        let of_day = minutes.wrapping_mul(60).wrapping_add(self.second.into());
        Self::FIRST.plus_secs(days.wrapping_mul(SECS_A_DAY).wrapping_add(of_day))
    }

    /// 2000 to 2099.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// 0 to 59.
    #[must_use]
    pub const fn second(self) -> u8 {
        self.second
    }
}

impl fmt::Display for Calendar {
    /// `2026-11-24 14:05:09`, always 19 characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )
    }
}

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no such date between 2000 and 2099")
    }
}

impl core::error::Error for NotADate {}

/// The days of a year that begins in March before one of its months, March being 0.
const fn days_before(month: u32) -> u32 {
    month.wrapping_mul(153).wrapping_add(2) / 5
}

/// The lowest byte of a number, which is all of it here.
const fn small(number: u32) -> u8 {
    let [.., lowest] = number.to_be_bytes();
    lowest
}

const SECS_A_DAY: u32 = 86_400;
/// A year that began in March after a leap day, and its days before 2000.
const MARCH_YEAR: u32 = 1996;
const DAYS_BEFORE: u32 = 4 * 365 + 1 - 60;
