//! The home of what tests put around a token in place of a device: a flash chip whose power can be
//! cut, somebody who answers questions, clocks that the test moves, seeded randomness.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use countersign_core::UnixTime;
use countersign_token::{
    Answer, Ask, DeviceKey, Key, Presence, Random, Rtc, RtcFault, Space, Token, Uptime, Vault,
};
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// A flash chip with words of 4 bytes and pages of `PAGE`. Clones are the same chip, so a test can
/// look at it while a token owns it.
#[derive(Clone)]
pub(crate) struct Flash<const PAGE: usize = 1024> {
    chip: Rc<Chip>,
}

struct Chip {
    bytes: RefCell<Vec<u8>>,
    /// Words written and pages erased so far.
    operations: Cell<u64>,
    cut: Cell<Option<Cut>>,
    /// How many more reads work.
    reads: Cell<u64>,
    /// After a cut nothing works until the power is back.
    is_off: Cell<bool>,
}

/// When the power goes, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// How many more operations are done in full.
    pub(crate) after: u64,
    pub(crate) how: How,
}

impl Cut {
    pub(crate) const fn at(after: u64, how: How) -> Self {
        Self { after, how }
    }
}

/// What is left of the operation that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Nothing: it has not begun.
    Clean,
    /// Some of its bits, chosen by this seed.
    Torn(u64),
}

/// The chip has no power, or was asked for what it cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoPower;

impl NorFlashError for NoPower {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

const WORD: usize = 4;

impl<const PAGE: usize> Flash<PAGE> {
    /// A blank chip of so many pages.
    pub(crate) fn blank(pages: usize) -> Self {
        Self::of(vec![0xff; pages * PAGE])
    }

    /// A chip that holds these bytes, switched on.
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        assert_eq!(bytes.len() % PAGE, 0);
        let chip = Chip {
            bytes: RefCell::new(bytes),
            operations: Cell::new(0),
            cut: Cell::new(None),
            reads: Cell::new(u64::MAX),
            is_off: Cell::new(false),
        };
        Self {
            chip: Rc::new(chip),
        }
    }

    /// Everything on it.
    pub(crate) fn image(&self) -> Vec<u8> {
        self.chip.bytes.borrow().clone()
    }

    /// Another chip with the same bytes, switched on.
    pub(crate) fn copy(&self) -> Self {
        Self::of(self.image())
    }

    /// Words written and pages erased so far.
    pub(crate) fn operations(&self) -> u64 {
        self.chip.operations.get()
    }

    /// Lets the power go.
    pub(crate) fn cut(&self, cut: Cut) {
        self.chip.cut.set(Some(cut));
    }

    pub(crate) fn is_off(&self) -> bool {
        self.chip.is_off.get()
    }

    /// Has so many more reads work, and then none.
    pub(crate) fn fail_reads_after(&self, reads: u64) {
        self.chip.reads.set(reads);
    }

    /// Brings the power back, and has it stay.
    pub(crate) fn power_up(&self) {
        self.chip.reads.set(u64::MAX);
        self.chip.cut.set(None);
        self.chip.is_off.set(false);
    }

    /// Changes a byte behind the token's back.
    pub(crate) fn spoil(&self, place: usize) {
        self.chip.bytes.borrow_mut()[place] ^= 0x40;
    }

    fn powered(&self) -> Result<(), NoPower> {
        if self.is_off() { Err(NoPower) } else { Ok(()) }
    }

    /// Counts an operation. `Some` if the power goes during it.
    fn begin(&self) -> Result<Option<How>, NoPower> {
        self.powered()?;
        match self.chip.cut.get() {
            Some(Cut { after: 0, how }) => {
                self.chip.is_off.set(true);
                Ok(Some(how))
            }
            Some(Cut { after, how }) => {
                let after = after - 1;
                self.chip.cut.set(Some(Cut { after, how }));
                self.chip.operations.set(self.operations() + 1);
                Ok(None)
            }
            None => {
                self.chip.operations.set(self.operations() + 1);
                Ok(None)
            }
        }
    }
}

impl<const PAGE: usize> ErrorType for Flash<PAGE> {
    type Error = NoPower;
}

impl<const PAGE: usize> ReadNorFlash for Flash<PAGE> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NoPower> {
        self.powered()?;
        let reads = self.chip.reads.get().checked_sub(1).ok_or(NoPower)?;
        self.chip.reads.set(reads);
        let from = offset as usize;
        bytes.copy_from_slice(&self.chip.bytes.borrow()[from..from + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.chip.bytes.borrow().len()
    }
}

impl<const PAGE: usize> NorFlash for Flash<PAGE> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NoPower> {
        let (from, to) = (from as usize, to as usize);
        assert!(
            from.is_multiple_of(PAGE) && to.is_multiple_of(PAGE),
            "pages are erased whole"
        );
        for page in (from..to).step_by(PAGE) {
            let cut = self.begin()?;
            let mut bytes = self.chip.bytes.borrow_mut();
            let page = &mut bytes[page..page + PAGE];
            match cut {
                None => page.fill(0xff),
                Some(How::Clean) => return Err(NoPower),
                Some(How::Torn(seed)) => {
                    // Erasing sets bits, each in its own time.
                    let mut random = Seeded(seed);
                    for byte in page {
                        *byte |= random.byte() | random.byte();
                    }
                    return Err(NoPower);
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NoPower> {
        let offset = offset as usize;
        assert!(offset.is_multiple_of(WORD), "words are written whole");
        assert!(bytes.len().is_multiple_of(WORD), "words are written whole");
        for (word, at) in bytes.chunks(WORD).zip((offset..).step_by(WORD)) {
            let cut = self.begin()?;
            let mut chip = self.chip.bytes.borrow_mut();
            let places = chip[at..at + WORD].iter_mut().zip(word);
            match cut {
                None => places.for_each(|(place, byte)| *place &= byte),
                Some(How::Clean) => return Err(NoPower),
                Some(How::Torn(seed)) => {
                    let mut random = Seeded(seed);
                    places.for_each(|(place, byte)| *place &= byte | random.byte());
                    return Err(NoPower);
                }
            }
        }
        Ok(())
    }
}

impl<const PAGE: usize> MultiwriteNorFlash for Flash<PAGE> {}

/// Randomness that is the same in every run (`SplitMix64`).
#[derive(Clone, Debug)]
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.number().to_le_bytes()[0]
    }

    /// Below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.number() % limit as u64).unwrap()
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }
}

impl Random for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.byte());
    }
}

/// Whoever holds the device, and its clocks.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    /// Answers to the next questions, and then always the last.
    pub(crate) answers: VecDeque<Answer>,
    pub(crate) otherwise: Answer,
    /// What was asked so far, as text.
    pub(crate) asked: Vec<String>,
    /// What the clock says; `None` if it has stopped.
    pub(crate) time: Option<UnixTime>,
    pub(crate) uptime_millis: u64,
}

impl Desk {
    /// Somebody who allows everything, in 2026.
    pub(crate) fn new() -> Self {
        Self {
            answers: VecDeque::new(),
            otherwise: Answer::Allowed,
            asked: Vec::new(),
            time: UnixTime::from_secs(1_790_000_000).ok(),
            uptime_millis: 1_000,
        }
    }

    /// What was asked since the last time.
    pub(crate) fn take_asked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.asked)
    }
}

impl Presence for Desk {
    fn ask(&mut self, ask: &Ask<'_>) -> Answer {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        self.asked.push(match ask {
            Ask::Calculate(name) => format!("calculate {}", text(name)),
            Ask::Overwrite(name) => format!("overwrite {}", text(name)),
            other => format!("{other:?}"),
        });
        self.answers.pop_front().unwrap_or(self.otherwise)
    }
}

impl Rtc for Desk {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        self.time.ok_or(RtcFault)
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        self.time = Some(now);
        Ok(())
    }
}

impl Uptime for Desk {
    fn uptime_millis(&mut self) -> u64 {
        self.uptime_millis
    }
}

/// A token as the tests have it.
pub(crate) type TestToken<const PAGE: usize = 1024> = Token<Flash<PAGE>, Seeded>;

/// The key that the tests seal under.
pub(crate) fn device_key() -> DeviceKey {
    DeviceKey::new([0xd7; DeviceKey::LEN])
}

/// A token on this chip, as it is after power-up. Runs with the same seed are the same.
pub(crate) fn power_up<const PAGE: usize>(flash: &Flash<PAGE>, seed: u64) -> TestToken<PAGE> {
    Token::open(flash.clone(), device_key(), Seeded(seed)).expect("the token starts")
}

/// Every record on a chip, with its body; `None` for a damaged one.
pub(crate) fn records<const PAGE: usize>(flash: &Flash<PAGE>) -> BTreeMap<Key, Option<Vec<u8>>> {
    let mut vault = Vault::<_>::mount(flash.copy(), device_key()).expect("it is a vault");
    let mut records = BTreeMap::new();
    for space in [
        Space::Setting,
        Space::Credential,
        Space::Counter,
        Space::LastStep,
    ] {
        let keys: Vec<Key> = vault.keys(space).collect();
        for key in keys {
            let mut body = [0; 1024];
            let length = vault.get(key, &mut body).ok().flatten();
            records.insert(key, length.map(|length| body[..length].to_vec()));
        }
    }
    records
}
