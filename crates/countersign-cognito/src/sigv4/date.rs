//! The time stamp of a signature: `YYYYMMDDTHHMMSSZ`.

use countersign_core::UnixTime;

/// Reads `YYYYMMDDTHHMMSSZ` (ISO 8601 basic format, UTC).
pub(super) fn parse(text: &str) -> Option<UnixTime> {
    let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
    if bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let year = number(&bytes[..4])?;
    let month = number(&bytes[4..6])?;
    let day = number(&bytes[6..8])?;
    let hour = number(&bytes[9..11])?;
    let minute = number(&bytes[11..13])?;
    let second = number(&bytes[13..15])?;
    let valid = year >= 1970
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !valid {
        return None;
    }
    let secs = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    UnixTime::from_secs(secs).ok()
}

/// Days in the Gregorian calendar, counting years from March so that the leap day comes last.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year;
    days - DAYS_TO_1970
}

/// The same count for 1 January 1970.
const DAYS_TO_1970: u64 = 719_468;

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |value: u64, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + u64::from(digit - b'0'))
    })
}
