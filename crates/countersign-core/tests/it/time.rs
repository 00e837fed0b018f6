//! Time: its range, and arithmetic that never leaves it or runs backwards.

use countersign_core::{TimeOutOfRange, UnixTime};
use proptest::prelude::*;

const LAST: u64 = 1 << 40;

#[track_caller]
fn check(secs: i64, expected: Result<u64, TimeOutOfRange>) {
    assert_eq!(
        UnixTime::from_signed_secs(secs).map(UnixTime::secs),
        expected
    );
}

#[test]
fn range() {
    check(0, Ok(0));
    check(59, Ok(59));
    check(1 << 31, Ok(1 << 31));
    check(1 << 32, Ok(1 << 32));
    check(1 << 40, Ok(LAST));
    check((1 << 40) + 1, Err(TimeOutOfRange));
    check(i64::MAX, Err(TimeOutOfRange));
    check(-1, Err(TimeOutOfRange));
    check(i64::MIN, Err(TimeOutOfRange));
    assert_eq!(UnixTime::from_secs(LAST), Ok(UnixTime::MAX));
    assert_eq!(UnixTime::from_secs(LAST + 1), Err(TimeOutOfRange));
    assert_eq!(UnixTime::from_secs(u64::MAX), Err(TimeOutOfRange));
    assert_eq!(UnixTime::from_secs(0), Ok(UnixTime::EPOCH));
}

proptest! {
    #[test]
    fn later_is_later_or_the_end(secs in 0..=LAST, more: u32) {
        let later = UnixTime::from_secs(secs).unwrap().plus_secs(more);
        prop_assert_eq!(later.secs(), (secs + u64::from(more)).min(LAST));
    }

    #[test]
    fn a_clock_set_back_is_no_time_gone_by(a in 0..=LAST, b in 0..=LAST) {
        let time = |secs| UnixTime::from_secs(secs).unwrap();
        prop_assert_eq!(time(a).secs_since(time(b)), a.saturating_sub(b));
        prop_assert_eq!(time(a) < time(b), a < b);
    }
}
