//! What the tests of the lock live in: a flash chip whose power can be cut, a clock, people.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use countersign_core::{Code, Digits, Hotp, Sha1, SharedSecret, Totp, TotpParams, UnixTime};
use countersign_token::lock::{
    AdminVerdict, AuditEntry, Command, Entry, Event, Kind, Label, Lock, Opening, UserNumber,
    Verdict,
};
use countersign_token::{AdminKey, DeviceKey, Pin, Rtc, RtcFault, Uptime};
use embedded_hal::digital::{ErrorType as PinErrorType, OutputPin};
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashErrorKind, ReadNorFlash,
};

use crate::vault_chip::{Chip, Cut, Dice, NorChip};

pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const PIN: &str = "2468";
/// As the chip of a micro:bit has them.
const PAGE: usize = 1024;
const PAGES: usize = 32;

/// The flash of a lock. What is in it outlives the device.
#[derive(Clone)]
pub(crate) struct Flash(Rc<RefCell<NorChip<PAGE>>>);

impl Flash {
    pub(crate) fn blank() -> Self {
        Self(Rc::new(RefCell::new(NorChip::blank(PAGES))))
    }

    fn with_image(image: &[u8]) -> Self {
        Self(Rc::new(RefCell::new(NorChip::with_image(image))))
    }

    pub(crate) fn image(&self) -> Vec<u8> {
        self.0.borrow().image().to_vec()
    }

    /// Words written and pages erased so far.
    pub(crate) fn operations(&self) -> usize {
        self.0.borrow().operations()
    }

    /// Pages erased so far.
    pub(crate) fn erasures(&self) -> u32 {
        self.0.borrow().erased.iter().sum()
    }

    /// Cuts the power after so many more operations.
    pub(crate) fn cut_after(&self, operations: usize, cut: Cut) {
        let after = self.operations() + operations;
        let dice = Dice(after as u64);
        self.0.borrow_mut().cut_after(after, cut, dice);
    }

    /// The power is back.
    fn power_up(&self) {
        let image = self.image();
        *self.0.borrow_mut() = NorChip::with_image(&image);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.0.borrow().is_dead()
    }
}

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.borrow_mut().read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        PAGE * PAGES
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        self.0.borrow_mut().erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.borrow_mut().write(offset, bytes)
    }
}

impl MultiwriteNorFlash for Flash {}

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

pub(crate) type Door = Lock<Flash, Dice>;

/// A door with its lock, its clocks and its administrator.
pub(crate) struct House {
    pub(crate) chip: Flash,
    pub(crate) lock: Door,
    pub(crate) clocks: Clocks,
    boots: u64,
}

impl House {
    /// A lock that has its admin key and knows the time.
    pub(crate) fn new() -> Self {
        let chip = Flash::blank();
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
        let chip = Flash::with_image(&self.chip.image());
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

fn open(chip: &Flash, seed: u64) -> Door {
    Lock::open(chip.clone(), device_key(), Dice(seed)).expect("it mounts")
}

pub(crate) fn device_key() -> DeviceKey {
    DeviceKey::new([0xd7; DeviceKey::LEN])
}
