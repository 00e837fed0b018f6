//! What the tests of the lock live in: a flash chip whose power can be cut, a clock, people.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use countersign_core::{Code, Digits, Hotp, Sha1, SharedSecret, Totp, TotpParams, UnixTime};
use countersign_token::lock::{
    AdminVerdict, AuditEntry, Command, Entry, Event, Kind, Label, Lock, Opening, UserNumber,
    Verdict,
};
use countersign_token::{AdminKey, DeviceKey, Pin, Random, Rtc, RtcFault, Uptime};
use embedded_hal::digital::{ErrorType as PinErrorType, OutputPin};
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const PIN: &str = "2468";
const PAGE: usize = 1024;
const PAGES: usize = 32;

/// How a write or an erasure ends that the power goes away under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It does not begin.
    Clean,
    /// It is half done: every other word is written, half of the page is erased.
    Torn,
}

/// A flash chip. What is in it outlives the device.
#[derive(Clone)]
pub(crate) struct Chip(Rc<RefCell<State>>);

struct State {
    bytes: Vec<u8>,
    /// Writes and erasures so far.
    operations: u64,
    cut: Option<(u64, Cut)>,
    dead: bool,
}

#[derive(Debug)]
pub(crate) struct ChipError;

impl NorFlashError for ChipError {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Chip {
    pub(crate) fn blank() -> Self {
        Self(Rc::new(RefCell::new(State {
            bytes: vec![0xff; PAGE * PAGES],
            operations: 0,
            cut: None,
            dead: false,
        })))
    }

    /// Another chip with the same content.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::blank();
        copy.0.borrow_mut().bytes = self.bytes();
        copy
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.borrow().bytes.clone()
    }

    pub(crate) fn operations(&self) -> u64 {
        self.0.borrow().operations
    }

    /// Cuts the power at the write or erasure after so many more.
    pub(crate) fn cut_after(&self, operations: u64, cut: Cut) {
        let mut state = self.0.borrow_mut();
        state.cut = Some((state.operations + operations, cut));
    }

    /// The power is back.
    pub(crate) fn power_up(&self) {
        let mut state = self.0.borrow_mut();
        (state.cut, state.dead) = (None, false);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.0.borrow().dead
    }
}

impl State {
    /// How much of an operation of `units` parts is done.
    fn next(&mut self) -> Result<Option<Cut>, ChipError> {
        if self.dead {
            return Err(ChipError);
        }
        if let Some((at, cut)) = self.cut
            && self.operations >= at
        {
            self.dead = true;
            return Ok(Some(cut));
        }
        self.operations += 1;
        Ok(None)
    }
}

impl ErrorType for Chip {
    type Error = ChipError;
}

impl ReadNorFlash for Chip {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), ChipError> {
        let state = self.0.borrow();
        if state.dead {
            return Err(ChipError);
        }
        let start = offset as usize;
        bytes.copy_from_slice(&state.bytes[start..start + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.borrow().bytes.len()
    }
}

impl NorFlash for Chip {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), ChipError> {
        for page in (from as usize..to as usize).step_by(PAGE) {
            let mut state = self.0.borrow_mut();
            let length = match state.next()? {
                None => PAGE,
                Some(Cut::Clean) => 0,
                Some(Cut::Torn) => PAGE / 2,
            };
            state.bytes[page..page + length].fill(0xff);
            if state.dead {
                return Err(ChipError);
            }
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), ChipError> {
        assert_eq!(
            (offset as usize % 4, bytes.len() % 4),
            (0, 0),
            "whole words"
        );
        let mut state = self.0.borrow_mut();
        let outcome = state.next()?;
        if outcome == Some(Cut::Clean) {
            return Err(ChipError);
        }
        for (index, byte) in bytes.iter().enumerate() {
            if outcome.is_none() || index / 4 % 2 == 0 {
                state.bytes[offset as usize + index] &= byte;
            }
        }
        if state.dead { Err(ChipError) } else { Ok(()) }
    }
}

impl MultiwriteNorFlash for Chip {}

/// The same numbers every time, so that a failing test fails again.
pub(crate) struct Numbers(pub(crate) u64);

impl Random for Numbers {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = self.0.to_be_bytes()[3];
        }
    }
}

/// The clocks of a lock.
#[derive(Clone, Debug)]
pub(crate) struct Clocks {
    pub(crate) uptime_millis: u64,
    pub(crate) rtc: Option<u64>,
}

impl Clocks {
    pub(crate) fn pass(&mut self, secs: u64) {
        self.uptime_millis += 1000 * secs;
        self.rtc = self.rtc.map(|now| now + secs);
    }
}

impl Uptime for Clocks {
    fn uptime_millis(&mut self) -> u64 {
        self.uptime_millis
    }
}

impl Rtc for Clocks {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        let now = self.rtc.ok_or(RtcFault)?;
        UnixTime::from_secs(now).map_err(|_| RtcFault)
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        self.rtc = Some(now.secs());
        Ok(())
    }
}

/// An output that somebody looks at.
#[derive(Clone, Default)]
pub(crate) struct Wire(pub(crate) Rc<Cell<bool>>);

impl PinErrorType for Wire {
    type Error = core::convert::Infallible;
}

impl OutputPin for Wire {
    fn set_low(&mut self) -> Result<(), Self::Error> {
        self.0.set(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Self::Error> {
        self.0.set(true);
        Ok(())
    }
}

pub(crate) type Door = Lock<Chip, Numbers>;

/// A door with its lock, its clocks and its administrator.
pub(crate) struct House {
    pub(crate) chip: Chip,
    pub(crate) lock: Door,
    pub(crate) clocks: Clocks,
    boots: u64,
}

impl House {
    /// A lock that has its admin key and knows the time.
    pub(crate) fn new() -> Self {
        let chip = Chip::blank();
        let mut lock = open(&chip, 1);
        lock.set_admin_key(&admin_key()).expect("there is none");
        let mut house = Self {
            chip,
            lock,
            clocks: Clocks {
                uptime_millis: 5_000,
                rtc: None,
            },
            boots: 1,
        };
        let time = UnixTime::from_secs(START).expect("a time");
        let set = house.administer(&Command::SetTime(time));
        assert!(matches!(set, AdminVerdict::Done), "{set:?}");
        house
    }

    /// The power comes back: the time is kept by the clock chip, the uptime begins anew.
    pub(crate) fn power_cycle(&mut self) {
        self.boots += 1;
        self.chip.power_up();
        self.clocks.uptime_millis = 5_000;
        self.lock = open(&self.chip, self.boots);
    }

    /// The same house, whose chip has a life of its own.
    pub(crate) fn copy(&self) -> Self {
        let chip = self.chip.copy();
        Self {
            lock: open(&chip, 77),
            chip,
            clocks: self.clocks.clone(),
            boots: 77,
        }
    }

    pub(crate) fn administer(&mut self, command: &Command) -> AdminVerdict {
        let challenge = self.lock.challenge();
        let tag = command.tag(&admin_key(), &challenge);
        self.lock.administer(command, &tag, &mut self.clocks)
    }

    /// Adds a user with the PIN of all tests, who has not shown a code yet.
    pub(crate) fn add(&mut self, number: u8, kind: Kind) -> Authenticator {
        let added = self.administer(&add_command(number, kind));
        let AdminVerdict::Added(enrolment) = added else {
            panic!("{added:?}");
        };
        Authenticator {
            secret: enrolment.secret().clone(),
        }
    }

    /// Adds a user and has them show the first code. Half a minute goes by.
    pub(crate) fn enrol(&mut self, number: u8, kind: Kind) -> Authenticator {
        let authenticator = self.add(number, kind);
        let code = authenticator.code(kind, self.clocks.rtc, 0);
        let verdict = self.enter(number, PIN, &code);
        assert!(matches!(verdict, Verdict::Enrolled), "{verdict:?}");
        self.clocks.pass(30);
        authenticator
    }

    pub(crate) fn enter(&mut self, number: u8, pin: &str, code: &Code) -> Verdict {
        self.lock.enter(&entry(number, pin, code), &mut self.clocks)
    }

    /// What it says to an entry, in a word.
    pub(crate) fn says(&mut self, number: u8, pin: &str, code: &Code) -> String {
        said(&self.enter(number, pin, code))
    }

    pub(crate) fn audit(&mut self) -> Vec<AuditEntry> {
        let next = self
            .lock
            .status(&mut self.clocks)
            .expect("it reads")
            .audit_next;
        (0..next)
            .filter_map(|number| self.lock.audit_entry(number).expect("it reads"))
            .collect()
    }

    pub(crate) fn events(&mut self) -> Vec<Event> {
        self.audit().iter().map(|entry| entry.event).collect()
    }
}

/// What a user has in the pocket.
#[derive(Clone)]
pub(crate) struct Authenticator {
    pub(crate) secret: SharedSecret,
}

impl Authenticator {
    pub(crate) fn code(&self, kind: Kind, now: Option<u64>, counter: u64) -> Code {
        match kind {
            Kind::Time => self.at(now.expect("a clock")),
            Kind::Counter => self.nth(counter),
        }
    }

    pub(crate) fn at(&self, now: u64) -> Code {
        let totp = Totp::<Sha1>::new(&self.secret, TotpParams::DEFAULT);
        let now = UnixTime::from_secs(now).expect("a time");
        totp.generate(now).expect("after 1970")
    }

    pub(crate) fn nth(&self, counter: u64) -> Code {
        Hotp::<Sha1>::new(&self.secret, Digits::SIX).generate(counter)
    }
}

pub(crate) fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Opened(Opening::Time(_)) => "opened".to_owned(),
        Verdict::Opened(Opening::Counter(_)) => "opened by counter".to_owned(),
        Verdict::Wait { seconds } => format!("wait {seconds}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

pub(crate) fn add_command(number: u8, kind: Kind) -> Command {
    Command::AddUser {
        number: user(number),
        kind,
        pin: pin(PIN),
        label: Label::new("Ada").expect("a label"),
    }
}

pub(crate) fn entry(number: u8, pin_digits: &str, code: &Code) -> Entry {
    Entry {
        user: user(number),
        pin: pin(pin_digits),
        code: code.clone(),
    }
}

pub(crate) fn user(number: u8) -> UserNumber {
    UserNumber::new(number).expect("1 to 99")
}

pub(crate) fn pin(digits: &str) -> Pin {
    Pin::from_digits(digits.as_bytes()).expect("4 to 8 digits")
}

/// A code that is not `right`.
pub(crate) fn other_than(right: &Code) -> Code {
    let first = right.as_str().as_bytes()[0];
    let changed = char::from(b'0' + (first - b'0' + 1) % 10);
    Code::parse(&format!("{changed}{}", &right.as_str()[1..])).expect("six digits")
}

pub(crate) fn admin_key() -> AdminKey {
    AdminKey::new([0x5a; AdminKey::LEN])
}

fn open(chip: &Chip, seed: u64) -> Door {
    let random = Numbers(0x9e37_79b9_7f4a_7c15 ^ seed);
    Lock::open(chip.clone(), DeviceKey::new([0xd7; 32]), random).expect("it mounts")
}
