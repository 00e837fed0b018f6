//! The home of RFC 3339 text for a moment, in UTC.

use countersign_core::UnixTime;

const SECS_PER_DAY: u64 = 86_400;
/// The Gregorian calendar repeats after 400 years.
const DAYS_PER_ERA: u64 = 146_097;
const YEARS_PER_ERA: u64 = 400;
/// From 0000-03-01 to 1970-01-01. Years that begin in March end in their leap day.
const DAYS_TO_EPOCH: u64 = 719_468;

/// `2009-02-13T23:31:30Z` (RFC 3339 §5.6). A year beyond 9999 takes the digits that it needs.
pub(super) fn rfc3339(time: UnixTime) -> String {
    let secs = time.secs();
    let (year, month, day) = date(secs / SECS_PER_DAY);
    let of_day = secs % SECS_PER_DAY;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month (1 to 12) and day (1 to 31) of a count of days since 1970-01-01.
fn date(days_since_epoch: u64) -> (u64, u64, u64) {
    let days = days_since_epoch + DAYS_TO_EPOCH;
    let day_of_era = days % DAYS_PER_ERA;
    // Take the leap days out: one in 1461 days, none in a century, one in four centuries.
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524
        - day_of_era / (DAYS_PER_ERA - 1))
        / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // From March on, five months have 153 days, over and over.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (month, next_year) = if month_from_march < 10 {
        (month_from_march + 3, 0)
    } else {
        (month_from_march - 9, 1)
    };
    let year = days / DAYS_PER_ERA * YEARS_PER_ERA + year_of_era + next_year;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(secs: u64, expected: &str) {
        let time = UnixTime::from_secs(secs).expect("the test's times are in range");
        assert_eq!(rfc3339(time), expected);
    }

    #[test]
    fn moments_have_their_rfc_3339_text() {
        check(0, "1970-01-01T00:00:00Z");
        check(86_399, "1970-01-01T23:59:59Z");
        check(68_169_600, "1972-02-29T00:00:00Z");
        check(951_782_400, "2000-02-29T00:00:00Z");
        check(951_868_800, "2000-03-01T00:00:00Z");
        check(1_234_567_890, "2009-02-13T23:31:30Z");
        check(2_147_483_648, "2038-01-19T03:14:08Z");
        check(4_107_542_399, "2100-02-28T23:59:59Z");
        check(4_107_542_400, "2100-03-01T00:00:00Z");
        check(253_402_300_799, "9999-12-31T23:59:59Z");
        check(UnixTime::MAX.secs(), "36812-02-20T00:36:16Z");
    }
}
