//! The home of the device: the token, its board, and what they do in turn.

use core::mem::MaybeUninit;

use countersign_token::{
    Asleep, Button, DeviceKey, DeviceSeed, Drbg, Eeprom, Now, Reading, Response, Rtc as _, Token,
    Ui,
};

use crate::board::Provision;
use crate::i2c::Bus;
use crate::parts::Parts;

/// The storage chip on its bus.
type Storage = Eeprom<Bus>;

/// Bytes of the storage chip.
const STORAGE_LEN: u32 = 32 * 1024;

/// The most records: what the storage chip can hold of the smallest ones that matter.
const RECORDS: usize = 288;

/// The longest request that is taken whole: 512 bytes of data in the extended coding.
pub const REQUEST_LEN: usize = 7 + 512 + 2;

/// The token of this board.
type BoardToken = Token<Storage, Drbg, RECORDS>;

/// What is too large to be handed around on the stack. All of it is zeros until it is used: any
/// other value would lie in the flash as well.
pub struct Memory {
    token: MaybeUninit<Asleep<Storage, RECORDS>>,
    ui: MaybeUninit<Ui>,
    response: Response,
}

impl Memory {
    /// Before its first use.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            token: MaybeUninit::uninit(),
            ui: MaybeUninit::uninit(),
            response: Response::new(),
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

/// A token on its board.
pub struct Device<'a> {
    token: &'static mut BoardToken,
    parts: &'a mut Parts,
    ui: &'static mut Ui,
    response: &'static mut Response,
    /// What the clock said, and until when that is good enough for the display.
    reading: (Reading, u64),
}

/// How often the clock chip is read for the display, in milliseconds.
const READING_MILLIS: u64 = 200;

impl<'a> Device<'a> {
    /// Starts the token of this board; nothing if the storage chip does not answer or holds
    /// another's data.
    pub fn start(
        bus: Bus,
        provision: &Provision,
        parts: &'a mut Parts,
        memory: &'static mut Memory,
    ) -> Option<Self> {
        let run = parts.read_rtc().map_or(0, |time| time.secs());
        Some(Self {
            token: place(bus, provision, &mut memory.token)?
                .wake(&run.to_be_bytes())
                .ok()?,
            parts,
            ui: memory.ui.write(Ui::new()),
            response: &mut memory.response,
            reading: (Reading::Unset, 0),
        })
    }

    /// The card was powered up or reset by its reader.
    pub fn reset(&mut self) {
        self.token.card_reset();
    }

    /// Answers a request.
    pub fn answer(&mut self, request: &[u8]) -> &[u8] {
        self.token.apdu(request, self.parts, self.response);
        match self.parts.answered() {
            Some(answer) => self.ui.answered(answer, self.parts.timer().millis()),
            None => self.ui.refresh(),
        }
        // The clock may have been set.
        self.reading.1 = 0;
        self.response.as_bytes()
    }

    /// Takes a key if one was pressed, and brings the display up to date.
    pub fn turn(&mut self) {
        let pressed = self.parts.pressed();
        if let Some(key) = pressed {
            self.press(key);
        }
        let now = self.now();
        let (token, ui) = (&mut *self.token, &mut *self.ui);
        self.parts.panel().draw(|painter, frame| {
            let Ok(rows) = ui.draw(token, &now, painter, frame);
            rows
        });
    }

    /// Takes a key.
    pub fn press(&mut self, key: Button) {
        let now = self.now();
        self.ui.press(key, self.token, &now);
    }

    fn now(&mut self) -> Now {
        let uptime_millis = self.parts.timer().millis();
        if uptime_millis >= self.reading.1 {
            let reading = self.token.time(self.parts);
            self.reading = (
                reading.unwrap_or(Reading::Unset),
                uptime_millis.saturating_add(READING_MILLIS),
            );
        }
        Now {
            reading: self.reading.0,
            uptime_millis,
        }
    }

    /// The time since reset.
    #[must_use]
    pub const fn parts(&self) -> &Parts {
        self.parts
    }
}

/// Puts the token where it stays. What that takes of the stack is free again afterwards.
#[inline(never)]
fn place<'a>(
    bus: Bus,
    provision: &Provision,
    place: &'a mut MaybeUninit<Asleep<Storage, RECORDS>>,
) -> Option<&'a mut Asleep<Storage, RECORDS>> {
    let storage = Eeprom::new(bus, Eeprom::FIRST_ADDRESS, STORAGE_LEN);
    let key = DeviceKey::new(provision.device_key);
    let seed = DeviceSeed::new(provision.seed);
    Some(place.write(Asleep::new(storage, key, seed).ok()?))
}
