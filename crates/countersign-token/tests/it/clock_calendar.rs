//! Every day from 2000 to 2099, against an independent calendar.

use countersign_core::UnixTime;
use countersign_token::{Calendar, NotADate};
use time::OffsetDateTime;

/// 2000-01-01 00:00:00.
pub(crate) const FIRST: u64 = 946_684_800;
pub(crate) const DAYS: u64 = 36_525;
pub(crate) const DAY: u64 = 86_400;

/// Some seconds of each day: its ends, noon, and one that is another every day.
pub(crate) fn moments() -> impl Iterator<Item = u64> {
    (0..DAYS).flat_map(|day| {
        let wandering = day * 7_919 % DAY;
        [0, 1, 43_199, 43_200, wandering, DAY - 1].map(|of_day| FIRST + day * DAY + of_day)
    })
}

pub(crate) fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs).unwrap()
}

/// Year, month, day, hour, minute, second and day of the week, Sunday being 1, as the `time` crate
/// has them.
pub(crate) fn oracle(secs: u64) -> (u16, [u8; 6]) {
    let date = OffsetDateTime::from_unix_timestamp(secs.try_into().unwrap()).unwrap();
    let year = date.year().try_into().unwrap();
    let month = u8::from(date.month());
    let weekday = date.weekday().number_from_sunday();
    (
        year,
        [
            month,
            date.day(),
            date.hour(),
            date.minute(),
            date.second(),
            weekday,
        ],
    )
}

#[test]
fn every_day_is_right_both_ways() {
    let mut seen = 0;
    for secs in moments() {
        let (year, [month, day, hour, minute, second, _]) = oracle(secs);
        let date = Calendar::from_unix(at(secs)).unwrap();
        let parts = [
            date.month(),
            date.day(),
            date.hour(),
            date.minute(),
            date.second(),
        ];
        assert_eq!(
            (date.year(), parts),
            (year, [month, day, hour, minute, second]),
            "{secs}"
        );
        let built = Calendar::new(year, month, day, hour, minute, second).unwrap();
        assert_eq!(built.to_unix(), at(secs));
        seen += 1;
    }
    assert_eq!(seen, 219_150);
}

/// How many dates of a year exist, among all that could be written with two digits each.
#[test]
fn no_other_date_exists() {
    for year in 1999..=2101 {
        let existing = (0..=99).flat_map(|month| (0..=99).map(move |day| (month, day)));
        let existing = existing
            .filter(|(month, day)| Calendar::new(year, *month, *day, 0, 0, 0).is_ok())
            .count();
        let expected = match year {
            1999 | 2100 | 2101 => 0,
            year if year % 4 == 0 => 366,
            _ => 365,
        };
        assert_eq!(existing, expected, "{year}");
    }
}

#[test]
fn no_other_time_of_day_exists() {
    let existing = |hour, minute, second| Calendar::new(2026, 11, 24, hour, minute, second).is_ok();
    for part in 0..=u8::MAX {
        assert_eq!(existing(part, 0, 0), part < 24);
        assert_eq!(existing(0, part, 0), part < 60);
        assert_eq!(existing(23, 59, part), part < 60);
    }
}

#[test]
fn the_range_ends_where_it_says() {
    assert_eq!(Calendar::FIRST, at(FIRST));
    assert_eq!(Calendar::LAST, at(FIRST + DAYS * DAY - 1));
    assert_eq!(Calendar::from_unix(at(FIRST - 1)), Err(NotADate));
    assert_eq!(Calendar::from_unix(at(FIRST + DAYS * DAY)), Err(NotADate));
    assert_eq!(Calendar::from_unix(UnixTime::EPOCH), Err(NotADate));
    assert_eq!(Calendar::from_unix(UnixTime::MAX), Err(NotADate));
}

#[test]
fn a_date_is_shown_in_nineteen_characters() {
    #[track_caller]
    fn check(secs: u64, expected: &str) {
        assert_eq!(Calendar::from_unix(at(secs)).unwrap().to_string(), expected);
    }

    check(1_234_567_890, "2009-02-13 23:31:30");
    check(1_709_210_096, "2024-02-29 12:34:56");
    check(946_684_805, "2000-01-01 00:00:05");
}
