//! The home of a clock chip on an I2C bus, as its registers are: DS1307 or DS3231.

use std::cell::RefCell;
use std::rc::Rc;

use countersign_token::Rtc;
use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};

use crate::clock_calendar::{FIRST, at, moments, oracle};

/// Both chips answer at this address.
const ADDRESS: u8 = 0x68;
pub(crate) const SECONDS: usize = 0;
pub(crate) const HOURS: usize = 2;
pub(crate) const MONTH: usize = 5;
pub(crate) const YEAR: usize = 6;
pub(crate) const CONTROL: usize = 0x0e;
pub(crate) const STATUS: usize = 0x0f;
/// The clock halt bit of the DS1307, in the seconds.
pub(crate) const HALT: u8 = 0x80;
/// The oscillator stop flag of the DS3231, in the status.
pub(crate) const STOPPED: u8 = 0x80;
/// The century bit of the DS3231, in the month.
pub(crate) const CENTURY: u8 = 0x80;
/// Twelve-hour mode, in the hours.
pub(crate) const TWELVE_HOURS: u8 = 0x40;
pub(crate) const PM: u8 = 0x20;

/// A chip. Clones are the same chip, so a test can look into it while a driver owns it.
#[derive(Clone)]
pub(crate) struct Chip(Rc<RefCell<Registers>>);

struct Registers {
    bytes: [u8; 0x40],
    pointer: usize,
    has_century: bool,
    is_there: bool,
}

impl Chip {
    /// A DS1307 as it comes: halted, on its first day.
    pub(crate) fn ds1307() -> Self {
        let chip = Self::new(false);
        chip.poke(SECONDS, HALT);
        chip
    }

    /// A DS3231 as it comes: it has been stopped.
    pub(crate) fn ds3231() -> Self {
        let chip = Self::new(true);
        chip.poke(CONTROL, 0x1c);
        chip.poke(STATUS, STOPPED | 0x08);
        chip
    }

    pub(crate) fn peek(&self, register: usize) -> u8 {
        self.0.borrow().bytes[register]
    }

    pub(crate) fn poke(&self, register: usize, value: u8) {
        self.0.borrow_mut().bytes[register] = value;
    }

    /// Takes the chip off the bus, or puts it back.
    pub(crate) fn set_there(&self, is_there: bool) {
        self.0.borrow_mut().is_there = is_there;
    }

    /// Seconds to year: the registers that show a moment, as the oracle has it.
    pub(crate) fn shown_at(secs: u64) -> [u8; 7] {
        let (year, [month, day, hour, minute, second, weekday]) = oracle(secs);
        let year = u8::try_from(year - 2000).unwrap();
        [second, minute, hour, weekday, day, month, year].map(bcd)
    }

    pub(crate) fn shown(&self) -> [u8; 7] {
        *self.0.borrow().bytes.first_chunk().unwrap()
    }

    pub(crate) fn show(&self, shown: [u8; 7]) {
        *self.0.borrow_mut().bytes.first_chunk_mut().unwrap() = shown;
    }

    /// Lets a second go by on the chip, by its own carries.
    pub(crate) fn tick(&self) {
        let registers = &mut *self.0.borrow_mut();
        let bytes = &mut registers.bytes;
        let halted = bytes[SECONDS] & HALT != 0 && !registers.has_century;
        if halted || carries(&mut bytes[SECONDS], 0, 0x59) {
            return;
        }
        if carries(&mut bytes[1], 0, 0x59) || carries(&mut bytes[HOURS], 0, 0x23) {
            return;
        }
        carries(&mut bytes[3], 1, 7);
        let leap = binary(bytes[YEAR]).is_multiple_of(4);
        let last = match bytes[MONTH] & !CENTURY {
            0x02 if leap => 0x29,
            0x02 => 0x28,
            0x04 | 0x06 | 0x09 | 0x11 => 0x30,
            _ => 0x31,
        };
        if carries(&mut bytes[4], 1, last) {
            return;
        }
        let century = bytes[MONTH] & CENTURY;
        let mut month = bytes[MONTH] & !CENTURY;
        let stays = carries(&mut month, 1, 0x12);
        bytes[MONTH] = month | century;
        if !stays && !carries(&mut bytes[YEAR], 0, 0x99) && registers.has_century {
            bytes[MONTH] ^= CENTURY;
        }
    }

    fn new(has_century: bool) -> Self {
        let mut bytes = [0; 0x40];
        bytes[3..6].fill(1);
        Self(Rc::new(RefCell::new(Registers {
            bytes,
            pointer: 0,
            has_century,
            is_there: true,
        })))
    }
}

impl ErrorType for Chip {
    type Error = ErrorKind;
}

impl I2c for Chip {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        let registers = &mut *self.0.borrow_mut();
        if address != ADDRESS || !registers.is_there {
            return Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
        }
        for operation in operations {
            match operation {
                Operation::Write(sent) => {
                    let (pointer, values) = sent.split_first().expect("a register is named");
                    registers.pointer = usize::from(*pointer);
                    for value in values {
                        registers.bytes[registers.pointer % 0x40] = *value;
                        registers.pointer += 1;
                    }
                }
                Operation::Read(into) => {
                    for slot in into.iter_mut() {
                        *slot = registers.bytes[registers.pointer % 0x40];
                        registers.pointer += 1;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What the chips show is put there by the oracle and read through driver and adapter; what those
/// write is compared with the oracle's registers.
#[track_caller]
pub(crate) fn check_every_day(chip: &Chip, clock: &mut impl Rtc) {
    clock.write_rtc(at(FIRST)).unwrap();
    for secs in moments() {
        let shown = Chip::shown_at(secs);
        chip.show(shown);
        assert_eq!(clock.read_rtc(), Ok(at(secs)), "reading {secs}");
        chip.show(Chip::shown_at(FIRST));
        clock.write_rtc(at(secs)).unwrap();
        assert_eq!(chip.shown(), shown, "writing {secs}");
    }
}

/// Two decimal digits in a byte.
pub(crate) const fn bcd(number: u8) -> u8 {
    number / 10 * 16 + number % 10
}

const fn binary(bcd: u8) -> u8 {
    bcd / 16 * 10 + bcd % 16
}

/// Counts a register on in decimal; from `last` it goes to `first`, and that is `false`.
fn carries(register: &mut u8, first: u8, last: u8) -> bool {
    if *register == last {
        *register = first;
        return false;
    }
    *register = bcd(binary(*register) + 1);
    true
}
