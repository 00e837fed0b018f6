//! The home of the time that a client signs: `Tue Nov 24 04:05:06 UTC 2026`.

use countersign_core::UnixTime;

/// The text is not a time in the form that clients sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form `Tue Nov 24 04:05:06 UTC 2026`")]
pub struct TimestampMalformed;

/// Reads `EEE MMM d HH:mm:ss UTC yyyy`: English names, the day of the month without a leading
/// zero, single spaces, years 1970 to 9999. The day of the week must be that of the date.
///
/// What is signed is the received text; the time read from it only tells whether it is recent.
///
/// # Errors
/// [`TimestampMalformed`] for any other text.
pub fn parse_timestamp(text: &str) -> Result<UnixTime, TimestampMalformed> {
    parse(text)
        .and_then(|secs| UnixTime::from_secs(secs).ok())
        .ok_or(TimestampMalformed)
}

fn parse(text: &str) -> Option<u64> {
    let mut words = text.split(' ');
    let weekday = index_of(&WEEKDAYS, words.next()?)?;
    let month = index_of(&MONTHS, words.next()?)?;
    let day_text = words.next()?;
    let day = number(day_text, 1).or_else(|| number(day_text, 2).filter(|day| *day >= 10))?;
    let secs_of_day = time_of_day(words.next()?)?;
    if words.next()? != "UTC" {
        return None;
    }
    let year = number(words.next()?, 4).filter(|year| *year >= EPOCH_YEAR)?;
    if words.next().is_some() || !(1..=days_in(month, year)).contains(&day) {
        return None;
    }
    let days = days_before_year(year) + days_before_month(month, year) + (day - 1);
    // 1970-01-01 was a Thursday.
    if (days + 4) % 7 != weekday {
        return None;
    }
    Some(days * SECS_PER_DAY + secs_of_day)
}

/// `HH:mm:ss`; a leap second has no place in Unix time and is refused.
fn time_of_day(text: &str) -> Option<u64> {
    let mut fields = text.split(':');
    let mut field = |below| number(fields.next()?, 2).filter(|n| *n < below);
    let secs = (field(24)? * 60 + field(60)?) * 60 + field(60)?;
    fields.next().is_none().then_some(secs)
}

/// A number of exactly `digits` ASCII digits.
fn number(text: &str, digits: usize) -> Option<u64> {
    let all_digits = text.bytes().all(|b| b.is_ascii_digit());
    if text.len() == digits && all_digits {
        text.parse().ok()
    } else {
        None
    }
}

fn index_of(names: &[&str], name: &str) -> Option<u64> {
    (0..)
        .zip(names)
        .find(|(_, known)| **known == name)
        .map(|(index, _)| index)
}

fn days_before_year(year: u64) -> u64 {
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    (year - EPOCH_YEAR) * 365 + leap_days(year - 1) - leap_days(EPOCH_YEAR - 1)
}

fn days_before_month(month: u64, year: u64) -> u64 {
    (0..month).map(|earlier| days_in(earlier, year)).sum()
}

/// Days in a month that is counted from zero.
fn days_in(month: u64, year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 if leap => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

const EPOCH_YEAR: u64 = 1970;
const SECS_PER_DAY: u64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
