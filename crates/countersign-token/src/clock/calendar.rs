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
        let years = year.checked_sub(FIRST_YEAR).ok_or(NotADate)?;
        let position = month.checked_sub(1).ok_or(NotADate)?;
        let length = month_lengths(years).nth(position.into()).ok_or(NotADate)?;
        let in_range = years < 100
            && (1..=length).contains(&u32::from(day))
            && hour < 24
            && minute < 60
            && second < 60;
        if !in_range {
            return Err(NotADate);
        }
        Ok(Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        })
    }

    /// What a clock shows at `time`.
    ///
    /// # Errors
    /// [`NotADate`] before 2000 and after 2099.
    pub fn from_unix(time: UnixTime) -> Result<Self, NotADate> {
        let since_first = time.secs().checked_sub(Self::FIRST.secs());
        let since_first = since_first.ok_or(NotADate)?;
        let since_first = u32::try_from(since_first).map_err(|_| NotADate)?;
        let (days, of_day) = (since_first / SECS_A_DAY, since_first % SECS_A_DAY);

        // 2000 is a leap year and 2100 is out of range, so every fourth year is one.
        let (fours, of_four) = (days / DAYS_IN_FOUR_YEARS, days % DAYS_IN_FOUR_YEARS);
        let (year_of_four, mut day) = match of_four.checked_sub(366) {
            None => (0, of_four),
            Some(later) => ((later / 365).saturating_add(1), later % 365),
        };
        let years = fours.saturating_mul(4).saturating_add(year_of_four);
        let years = u16::try_from(years).map_err(|_| NotADate)?;
        let mut month: u8 = 1;
        for length in month_lengths(years) {
            let Some(later) = day.checked_sub(length) else {
                break;
            };
            day = later;
            month = month.saturating_add(1);
        }
        Self::new(
            FIRST_YEAR.saturating_add(years),
            month,
            small(day.saturating_add(1)),
            small(of_day / 3_600),
            small(of_day / 60 % 60),
            small(of_day % 60),
        )
    }

    /// The moment at which a clock shows this.
    #[must_use]
    pub fn to_unix(self) -> UnixTime {
        let years = self.year.saturating_sub(FIRST_YEAR);
        let leap_days = years.saturating_add(3) / 4;
        let months_before = usize::from(self.month.saturating_sub(1));
        let days = u32::from(years)
            .saturating_mul(365)
            .saturating_add(leap_days.into())
            .saturating_add(month_lengths(years).take(months_before).sum())
            .saturating_add(u32::from(self.day).saturating_sub(1));
        let of_day = u32::from(self.hour)
            .saturating_mul(3_600)
            .saturating_add(u32::from(self.minute).saturating_mul(60))
            .saturating_add(self.second.into());
        Self::FIRST.plus_secs(days.saturating_mul(SECS_A_DAY).saturating_add(of_day))
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

/// The days in the months of the year that comes so many after 2000.
fn month_lengths(years: u16) -> impl Iterator<Item = u32> {
    let february = if years.is_multiple_of(4) { 29 } else { 28 };
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter()
}

/// A number that is known to fit.
fn small(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

const FIRST_YEAR: u16 = 2000;
const SECS_A_DAY: u32 = 86_400;
const DAYS_IN_FOUR_YEARS: u32 = 4 * 365 + 1;
