//! Clock chips without a driver, on models of their registers and transaction by transaction.

use countersign_token::{ClockChip, RegisterClock, Rtc, RtcFault};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};

use crate::clock_calendar::{DAY, DAYS, FIRST, at};
use crate::drivers_chip::{
    CENTURY, CONTROL, Chip, HALT, HOURS, PM, SECONDS, STATUS, STOPPED, TWELVE_HOURS, bcd,
    check_every_day,
};

const NOW: u64 = 1_790_000_000;
/// [`NOW`], a Monday, from the seconds on.
const SHOWN: [u8; 7] = [0x20, 0x13, 0x14, 0x02, 0x21, 0x09, 0x26];
const DS1338_FLAG: usize = 0x07;

/// Each kind of chip as it comes, and a clock on it.
fn each() -> [(Chip, RegisterClock<Chip>); 3] {
    let on = |chip: Chip, kind| (chip.clone(), RegisterClock::new(chip, kind));
    let ds1338 = Chip::ds1307();
    ds1338.poke(DS1338_FLAG, 0xb3);
    let ds3231 = Chip::ds3231();
    ds3231.poke(CONTROL, 0x9c);
    [
        on(Chip::ds1307(), ClockChip::Ds1307),
        on(ds1338, ClockChip::Ds1338),
        on(ds3231, ClockChip::Ds3231),
    ]
}

#[test]
fn every_day_is_right() {
    for (chip, mut clock) in each() {
        check_every_day(&chip, &mut clock);
    }
}

#[test]
fn a_chip_that_stood_still_has_no_time_until_it_is_set() {
    for (chip, mut clock) in each() {
        assert_eq!(clock.read_rtc(), Err(RtcFault));
        clock.write_rtc(at(NOW)).unwrap();
        assert_eq!(clock.read_rtc(), Ok(at(NOW)));
        chip.tick();
        assert_eq!(clock.read_rtc(), Ok(at(NOW + 1)));
    }
}

/// Each sign by itself, and what else is in its register stays.
#[test]
fn each_sign_of_standing_still_counts() {
    let [
        (ds1307, mut first),
        (ds1338, mut second),
        (ds3231, mut third),
    ] = each();
    for clock in [&mut first, &mut second, &mut third] {
        clock.write_rtc(at(NOW)).unwrap();
    }
    ds1307.poke(SECONDS, ds1307.peek(SECONDS) | HALT);
    assert_eq!(first.read_rtc(), Err(RtcFault));
    assert_eq!(ds1338.peek(DS1338_FLAG), 0x93);
    ds1338.poke(DS1338_FLAG, 0x20);
    assert_eq!(second.read_rtc(), Err(RtcFault));
    ds1338.poke(DS1338_FLAG, 0xdf);
    assert_eq!(second.read_rtc(), Ok(at(NOW)));
    assert_eq!((ds3231.peek(CONTROL), ds3231.peek(STATUS)), (0x1c, 0x08));
    ds3231.poke(STATUS, STOPPED);
    assert_eq!(third.read_rtc(), Err(RtcFault));
}

#[test]
fn every_hour_is_right_in_either_mode() {
    let midnight = FIRST + 9_000 * DAY;
    for (chip, mut clock) in each() {
        clock.write_rtc(at(FIRST)).unwrap();
        for hour in 0..24 {
            let moment = midnight + u64::from(hour) * 3_600 + 1_234;
            let mut shown = Chip::shown_at(moment);
            let half = if hour < 12 { 0 } else { PM };
            let of_half = if hour % 12 == 0 { 12 } else { hour % 12 };
            shown[HOURS] = TWELVE_HOURS | half | bcd(of_half);
            chip.show(shown);
            assert_eq!(clock.read_rtc(), Ok(at(moment)), "{hour}");
            clock.write_rtc(at(moment)).unwrap();
            assert_eq!(chip.peek(HOURS), bcd(hour));
        }
    }
}

/// Of all values of each register those are a time that the datasheets name.
#[test]
fn only_decimal_dates_are_a_time() {
    let counts = [60, 60, 24 + 24, 256, 30, 12, 100];
    for (register, expected) in counts.into_iter().enumerate() {
        for (chip, mut clock) in each() {
            clock.write_rtc(at(NOW)).unwrap();
            let mut right = 0;
            for value in 0..=u8::MAX {
                let mut shown = SHOWN;
                shown[register] = value;
                chip.show(shown);
                right += u32::from(clock.read_rtc().is_ok());
            }
            assert_eq!(right, expected, "register {register}");
        }
    }
}

#[test]
fn no_time_outside_the_century_is_read_or_written() {
    let [_, _, (chip, mut clock)] = each();
    clock.write_rtc(at(FIRST + DAYS * DAY - 1)).unwrap();
    chip.tick();
    assert_eq!(chip.peek(5), CENTURY | 0x01);
    assert_eq!(clock.read_rtc(), Err(RtcFault));
    for secs in [0, FIRST - 1, FIRST + DAYS * DAY, 1 << 40] {
        let before = chip.shown();
        assert_eq!(clock.write_rtc(at(secs)), Err(RtcFault));
        assert_eq!(chip.shown(), before);
    }
}

#[test]
fn a_chip_that_does_not_answer_has_no_time() {
    for (chip, mut clock) in each() {
        clock.write_rtc(at(NOW)).unwrap();
        chip.set_there(false);
        assert_eq!(clock.read_rtc(), Err(RtcFault));
        assert_eq!(clock.write_rtc(at(NOW)), Err(RtcFault));
    }
}

fn write(bytes: &[u8]) -> Transaction {
    Transaction::write(0x68, bytes.to_vec())
}

fn read(bytes: &[u8]) -> Transaction {
    Transaction::read(0x68, bytes.to_vec())
}

/// No repeated start: some controllers cannot make one.
#[test]
fn reading_takes_plain_transactions() {
    let mut bus = Mock::new(&[write(&[0x0f]), read(&[0x08]), write(&[0x00]), read(&SHOWN)]);
    let mut clock = RegisterClock::new(bus.clone(), ClockChip::Ds3231);
    assert_eq!(clock.read_rtc(), Ok(at(NOW)));
    bus.done();
    let mut bus = Mock::new(&[write(&[0x00]), read(&SHOWN)]);
    let mut clock = RegisterClock::new(bus.clone(), ClockChip::Ds1307);
    assert_eq!(clock.read_rtc(), Ok(at(NOW)));
    bus.done();
}

/// The flag goes last: a chip whose setting was cut short says that it stood still.
#[test]
fn setting_writes_the_time_at_once_and_clears_the_flag_last() {
    let time = [&[0x00], &SHOWN[..]].concat();
    let mut bus = Mock::new(&[
        write(&time),
        write(&[0x0e]),
        read(&[0x9c]),
        write(&[0x0e, 0x1c]),
        write(&[0x0f]),
        read(&[0x8b]),
        write(&[0x0f, 0x0b]),
    ]);
    let mut clock = RegisterClock::new(bus.clone(), ClockChip::Ds3231);
    assert_eq!(clock.write_rtc(at(NOW)), Ok(()));
    bus.done();
    // The first midnight of the month before that: some check a day against the month that they
    // are in, and what is left if the power goes is not after the time that was to be set.
    let mut bus = Mock::new(&[
        write(&[0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x09, 0x26]),
        write(&time),
        write(&[0x07]),
        read(&[0x20]),
        write(&[0x07, 0x00]),
    ]);
    let mut clock = RegisterClock::new(bus.clone(), ClockChip::Ds1338);
    assert_eq!(clock.write_rtc(at(NOW)), Ok(()));
    bus.done();
}
