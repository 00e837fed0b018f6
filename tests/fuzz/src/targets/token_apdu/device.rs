//! The device around the token: flash in memory, somebody who answers, a clock.

use countersign_core::UnixTime;
use countersign_token::{
    Answer, Ask, DeviceKey, Presence, Random, Response, Rtc, RtcFault, Token, Uptime,
};
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase,
    check_read, check_write,
};

/// Few and small pages, so that they fill up.
const PAGE: usize = 512;
const PAGES: usize = 8;
/// Records of the store at most.
pub(super) const RECORDS: usize = 32;

/// A token with its device.
pub(super) struct Device {
    pub(super) token: Token<Flash, Counting, RECORDS>,
    pub(super) desk: Desk,
    starts: u64,
}

/// A flash chip.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Flash(Vec<u8>);

/// Bytes that do not come again.
pub(super) struct Counting(u64);

/// Who holds the device, and its clocks.
pub(super) struct Desk {
    pub(super) answer: Answer,
    /// Whether something was allowed since the last look.
    pub(super) has_allowed: bool,
    pub(super) uptime_millis: u64,
}

impl Device {
    /// A new device.
    pub(super) fn new() -> Self {
        Self::on(Flash(vec![0xff; PAGE * PAGES]), 0)
    }

    /// The device with this chip, the so many-th time that it starts.
    pub(super) fn on(flash: Flash, starts: u64) -> Self {
        Self {
            token: started(flash, starts),
            desk: Desk {
                answer: Answer::TimedOut,
                has_allowed: false,
                uptime_millis: 0,
            },
            starts,
        }
    }

    /// The answer to a request, which is never longer than a short APDU's.
    pub(super) fn send(&mut self, request: &[u8]) -> Vec<u8> {
        let mut response = Response::new();
        self.token.apdu(request, &mut self.desk, &mut response);
        let bytes = response.as_bytes();
        assert!((2..=258).contains(&bytes.len()), "{}", bytes.len());
        bytes.to_vec()
    }

    /// Takes the power away and gives it back.
    pub(super) fn power_cycle(&mut self) {
        self.starts += 1;
        self.token = started(self.token.flash().clone(), self.starts);
        self.desk.uptime_millis = 0;
    }
}

pub(super) fn device_key() -> DeviceKey {
    DeviceKey::new([0xd7; DeviceKey::LEN])
}

fn started(flash: Flash, start: u64) -> Token<Flash, Counting, RECORDS> {
    Token::open(flash, device_key(), Counting(start << 32)).expect("the token starts")
}

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 += 1;
            // SplitMix64.
            let mut mixed = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            [*byte, ..] = (mixed ^ (mixed >> 31)).to_le_bytes();
        }
    }
}

impl Presence for Desk {
    fn ask(&mut self, _: &Ask<'_>) -> Answer {
        self.has_allowed |= self.answer == Answer::Allowed;
        self.answer
    }
}

impl Rtc for Desk {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        UnixTime::from_secs(1_790_000_000).map_err(|_| RtcFault)
    }

    fn write_rtc(&mut self, _: UnixTime) -> Result<(), RtcFault> {
        Err(RtcFault)
    }
}

impl Uptime for Desk {
    fn uptime_millis(&mut self) -> u64 {
        self.uptime_millis
    }
}

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, to: &mut [u8]) -> Result<(), Self::Error> {
        check_read(self, offset, to.len())?;
        let at = usize::try_from(offset).expect("an address");
        to.copy_from_slice(&self.0[at..at + to.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        check_erase(self, from, to)?;
        let (from, to) = (usize::try_from(from), usize::try_from(to));
        self.0[from.expect("an address")..to.expect("an address")].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, from: &[u8]) -> Result<(), Self::Error> {
        check_write(self, offset, from.len())?;
        let at = usize::try_from(offset).expect("an address");
        for (place, byte) in self.0[at..at + from.len()].iter_mut().zip(from) {
            *place &= byte;
        }
        Ok(())
    }
}

impl MultiwriteNorFlash for Flash {}
