//! What goes over the bus when the clock is read and set, transaction by transaction.

use countersign_token::{Rtc, RtcFault, Rtcc03, RtccClock};
use ds323x::Ds323x;
use ds1307::Ds1307;
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};

use crate::clock_calendar::at;

const ADDRESS: u8 = 0x68;
/// 2026-09-21 14:13:20, a Monday, from the seconds on.
const SHOWN: [u8; 7] = [0x20, 0x13, 0x14, 0x02, 0x21, 0x09, 0x26];
const MOMENT: u64 = 1_790_000_000;

fn read(register: u8, bytes: &[u8]) -> Transaction {
    Transaction::write_read(ADDRESS, vec![register], bytes.to_vec())
}

fn write(register: u8, bytes: &[u8]) -> Transaction {
    Transaction::write(ADDRESS, [&[register], bytes].concat())
}

#[test]
fn a_ds1307_is_read_at_once_after_its_halt_bit() {
    let mut bus = Mock::new(&[read(0x00, &[0x20]), read(0x00, &SHOWN)]);
    let mut clock = RtccClock::new(Rtcc03(Ds1307::new(bus.clone())))
        .kept_running(|chip| matches!(chip.0.running(), Ok(true)));
    assert_eq!(clock.read_rtc(), Ok(at(MOMENT)));
    bus.done();
}

#[test]
fn a_halted_ds1307_is_not_read_on() {
    let mut bus = Mock::new(&[read(0x00, &[0xa0])]);
    let mut clock = RtccClock::new(Rtcc03(Ds1307::new(bus.clone())))
        .kept_running(|chip| matches!(chip.0.running(), Ok(true)));
    assert_eq!(clock.read_rtc(), Err(RtcFault));
    bus.done();
}

#[test]
fn a_ds1307_is_set_at_once_and_started_after_that() {
    let mut halted = SHOWN;
    halted[0] |= 0x80;
    let mut bus = Mock::new(&[
        read(0x00, &[0x80]),
        write(0x00, &halted),
        read(0x00, &[0xa0]),
        write(0x00, &[0x20]),
    ]);
    let mut clock = RtccClock::new(Rtcc03(Ds1307::new(bus.clone())))
        .started(|chip| chip.0.set_running().is_ok());
    assert_eq!(clock.write_rtc(at(MOMENT)), Ok(()));
    bus.done();
}

#[test]
fn a_ds3231_is_read_at_once_after_its_stop_flag() {
    let mut bus = Mock::new(&[read(0x0f, &[0x08]), read(0x00, &SHOWN)]);
    let mut clock = RtccClock::new(Ds323x::new_ds3231(bus.clone()))
        .kept_running(|chip| matches!(chip.has_been_stopped(), Ok(false)));
    assert_eq!(clock.read_rtc(), Ok(at(MOMENT)));
    bus.done();
}

#[test]
fn a_ds3231_is_set_at_once_and_its_stop_flag_cleared_after_that() {
    let mut bus = Mock::new(&[write(0x00, &SHOWN), write(0x0f, &[0x0b])]);
    let mut clock = RtccClock::new(Ds323x::new_ds3231(bus.clone()))
        .started(|chip| chip.clear_has_been_stopped_flag().is_ok());
    assert_eq!(clock.write_rtc(at(MOMENT)), Ok(()));
    bus.done();
}

#[test]
fn an_error_on_the_bus_is_a_fault() {
    let silent = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    let mut bus = Mock::new(&[
        read(0x00, &[0; 7]).with_error(silent),
        write(0x00, &SHOWN).with_error(silent),
    ]);
    let mut clock = RtccClock::new(Ds323x::new_ds3231(bus.clone()));
    assert_eq!(clock.read_rtc(), Err(RtcFault));
    assert_eq!(clock.write_rtc(at(MOMENT)), Err(RtcFault));
    bus.done();
}
