//! What only small processors take, held to the same results as what this machine takes: the files
//! are compiled here a second time.

use core::num::NonZeroU32;

use countersign_core::{Code, Digits, Period, Sha1, SharedSecret, Totp, TotpParams, UnixTime};
use proptest::prelude::*;

#[path = "../../src/totp/long_division.rs"]
mod long_division;
#[path = "../../src/code/narrow.rs"]
mod narrow;

/// What `narrow.rs` takes from the module above it.
const CAPACITY: usize = 10;

fn ascii_digit(number: u64) -> u8 {
    b'0' + u8::try_from(number).unwrap()
}

fn all_digits() -> impl Iterator<Item = Digits> {
    (6..=10).map(|digits| Digits::new(digits).unwrap())
}

#[track_caller]
fn check_number(number: u32, digits: Digits) {
    let code = Code::from_number(number, digits);
    let written = narrow::written(number, digits);
    let (text, rest) = written.split_at(usize::from(digits.get()));
    assert_eq!(text, code.as_bytes());
    assert!(rest.iter().all(|byte| *byte == 0));
    let expected = u64::from(number) % 10_u64.pow(u32::from(digits.get()));
    assert_eq!(narrow::number(&written, digits), expected);
    assert_eq!(narrow::checked(text, digits), Some(written));
}

#[test]
fn digits_are_written_and_read_alike() {
    for digits in all_digits() {
        for number in (0..=u32::MAX).step_by(65_537) {
            check_number(number, digits);
        }
        for number in [0, 9, 10, 999_999, 1_000_000, u32::MAX - 1, u32::MAX] {
            check_number(number, digits);
        }
    }
}

#[test]
fn what_is_no_digit_is_refused_alike() {
    for byte in 0..=0x7f_u8 {
        for place in 0..6 {
            let mut text = *b"123456";
            text[place] = byte;
            let parsed = Code::parse(core::str::from_utf8(&text).unwrap());
            let checked = narrow::checked(&text, Digits::SIX);
            assert_eq!(checked.is_some(), parsed.is_ok(), "{byte} at {place}");
        }
    }
}

#[track_caller]
fn check_division(secs: u64, period: u16) {
    let by = NonZeroU32::new(period.into()).unwrap();
    let (step, phase) = long_division::divided(secs, by);
    assert_eq!(
        (step, phase),
        (
            secs / u64::from(period),
            u32::try_from(secs % u64::from(period)).unwrap()
        )
    );
}

#[test]
fn a_time_is_divided_alike() {
    let most = UnixTime::MAX.secs();
    for period in [1, 2, 29, 30, 60, 3599, 3600] {
        for secs in [
            0,
            1,
            59,
            (1 << 20) - 1,
            1 << 20,
            (1 << 32) - 1,
            1 << 32,
            most - 1,
            most,
        ] {
            check_division(secs, period);
        }
    }
    let secret = SharedSecret::from_bytes(b"12345678901234567890").unwrap();
    let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
    let (step, _) = long_division::divided(most, NonZeroU32::new(30).unwrap());
    assert_eq!(totp.step_at(UnixTime::MAX), Ok(step));
    assert_eq!(Period::DEFAULT.secs(), 30);
}

proptest! {
    #[test]
    fn numbers(number in any::<u32>(), digits in 6_u8..=10) {
        check_number(number, Digits::new(digits).unwrap());
    }

    #[test]
    fn divisions(secs in 0..=UnixTime::MAX.secs(), period in 1_u16..=3600) {
        check_division(secs, period);
    }
}
