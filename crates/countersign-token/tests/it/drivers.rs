//! Real drivers of clock chips, on chips that are models of their registers.

use countersign_core::UnixTime;
use countersign_token::{Rtc, RtcFault, Rtcc03, RtccClock};
use ds323x::Ds323x;
use ds1307::Ds1307;

use crate::clock_calendar::{DAY, DAYS, FIRST, at};
use crate::drivers_chip::{
    CENTURY, CONTROL, Chip, HALT, HOURS, MONTH, PM, SECONDS, STATUS, STOPPED, TWELVE_HOURS, bcd,
    check_every_day,
};

pub(crate) fn ds1307_on(chip: Chip) -> impl Rtc {
    RtccClock::new(Rtcc03(Ds1307::new(chip)))
        .kept_running(|chip| matches!(chip.0.running(), Ok(true)))
        .started(|chip| chip.0.set_running().is_ok())
}

pub(crate) fn ds3231_on(chip: Chip) -> impl Rtc {
    RtccClock::new(Ds323x::new_ds3231(chip))
        .kept_running(|chip| matches!(chip.has_been_stopped(), Ok(false)))
        .started(|chip| chip.enable().is_ok() && chip.clear_has_been_stopped_flag().is_ok())
}

#[test]
fn every_day_is_right_on_a_ds1307() {
    let chip = Chip::ds1307();
    check_every_day(&chip, &mut ds1307_on(chip.clone()));
}

#[test]
fn every_day_is_right_on_a_ds3231() {
    let chip = Chip::ds3231();
    check_every_day(&chip, &mut ds3231_on(chip.clone()));
}

/// The chip itself goes from each day to the next.
#[track_caller]
fn check_every_midnight(chip: &Chip, clock: &mut impl Rtc) {
    for day in 1..DAYS {
        let midnight = FIRST + day * DAY;
        clock.write_rtc(at(midnight - 1)).unwrap();
        chip.tick();
        assert_eq!(clock.read_rtc(), Ok(at(midnight)));
    }
}

#[test]
fn every_midnight_is_right_on_a_ds1307() {
    let chip = Chip::ds1307();
    check_every_midnight(&chip, &mut ds1307_on(chip.clone()));
}

#[test]
fn every_midnight_is_right_on_a_ds3231() {
    let chip = Chip::ds3231();
    check_every_midnight(&chip, &mut ds3231_on(chip.clone()));
}

#[test]
fn a_ds1307_that_stands_still_has_no_time_until_it_is_set() {
    let chip = Chip::ds1307();
    let mut clock = ds1307_on(chip.clone());
    assert_eq!(clock.read_rtc(), Err(RtcFault));
    clock.write_rtc(at(1_790_000_000)).unwrap();
    chip.tick();
    assert_eq!(clock.read_rtc(), Ok(at(1_790_000_001)));
    chip.poke(SECONDS, chip.peek(SECONDS) | HALT);
    assert_eq!(clock.read_rtc(), Err(RtcFault));
}

#[test]
fn a_ds3231_that_stood_still_has_no_time_until_it_is_set() {
    let chip = Chip::ds3231();
    // The oscillator is off while the chip runs on its battery.
    chip.poke(CONTROL, 0x9c);
    let mut clock = ds3231_on(chip.clone());
    assert_eq!(clock.read_rtc(), Err(RtcFault));
    clock.write_rtc(at(1_790_000_000)).unwrap();
    assert_eq!(chip.peek(CONTROL), 0x1c);
    assert_eq!(clock.read_rtc(), Ok(at(1_790_000_000)));
    chip.poke(STATUS, chip.peek(STATUS) | STOPPED);
    assert_eq!(clock.read_rtc(), Err(RtcFault));
}

#[test]
fn the_century_after_ours_is_no_time() {
    let chip = Chip::ds3231();
    let mut clock = ds3231_on(chip.clone());
    clock.write_rtc(at(FIRST + DAYS * DAY - 1)).unwrap();
    assert_eq!(chip.peek(MONTH), 0x12);
    chip.tick();
    assert_eq!(chip.peek(MONTH), CENTURY | 0x01);
    assert_eq!(clock.read_rtc(), Err(RtcFault));
}

#[test]
fn a_time_that_no_chip_holds_is_not_written() {
    #[track_caller]
    fn check(chip: &Chip, clock: &mut impl Rtc, secs: u64) {
        let before = chip.shown();
        assert_eq!(
            clock.write_rtc(UnixTime::from_secs(secs).unwrap()),
            Err(RtcFault)
        );
        assert_eq!(chip.shown(), before);
    }

    for secs in [0, FIRST - 1, FIRST + DAYS * DAY, 1 << 40] {
        let chip = Chip::ds1307();
        check(&chip, &mut ds1307_on(chip.clone()), secs);
        let chip = Chip::ds3231();
        check(&chip, &mut ds3231_on(chip.clone()), secs);
    }
}

#[test]
fn registers_that_are_no_date_are_no_time() {
    let good = Chip::shown_at(1_790_000_000);
    for (register, value) in [
        (0, 0x60),
        (1, 0x60),
        (2, 0x24),
        (4, 0),
        (4, 0x32),
        (5, 0),
        (5, 0x13),
    ] {
        let mut shown = good;
        shown[register] = value;
        let chip = Chip::ds1307();
        chip.show(shown);
        assert_eq!(
            ds1307_on(chip).read_rtc(),
            Err(RtcFault),
            "{register} {value:#x}"
        );
        let chip = Chip::ds3231();
        chip.poke(STATUS, 0);
        chip.show(shown);
        assert_eq!(
            ds3231_on(chip).read_rtc(),
            Err(RtcFault),
            "{register} {value:#x}"
        );
    }
}

#[test]
fn a_chip_that_does_not_answer_has_no_time() {
    let chip = Chip::ds3231();
    let mut clock = ds3231_on(chip.clone());
    clock.write_rtc(at(1_790_000_000)).unwrap();
    chip.set_there(false);
    assert_eq!(clock.read_rtc(), Err(RtcFault));
    assert_eq!(clock.write_rtc(at(1_790_000_000)), Err(RtcFault));
    chip.set_there(true);
    assert_eq!(clock.read_rtc(), Ok(at(1_790_000_000)));
}

/// Hours of a chip that somebody left in the other mode are read as they are meant, but for those
/// that begin with twelve, which both drivers take for noon or for nonsense. Setting the clock ends
/// that mode, and an unset clock is not believed.
#[test]
fn setting_the_clock_ends_the_twelve_hour_mode() {
    let midnight = FIRST + 9_000 * DAY;
    for hour in 0..24 {
        let chip = Chip::ds3231();
        chip.poke(STATUS, 0);
        let moment = midnight + u64::from(hour) * 3_600 + 1_234;
        let mut shown = Chip::shown_at(moment);
        let half = if hour < 12 { 0 } else { PM };
        let of_half = if hour % 12 == 0 { 12 } else { hour % 12 };
        shown[HOURS] = TWELVE_HOURS | half | bcd(of_half);
        chip.show(shown);
        let mut clock = ds3231_on(chip.clone());
        if hour % 12 != 0 {
            assert_eq!(clock.read_rtc(), Ok(at(moment)), "{hour}");
        }
        clock.write_rtc(at(moment)).unwrap();
        assert_eq!(chip.peek(HOURS), bcd(hour));
        assert_eq!(clock.read_rtc(), Ok(at(moment)), "{hour}");
    }
}
