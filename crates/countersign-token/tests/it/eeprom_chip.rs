//! An EEPROM of the AT24C family on an I2C bus, with the manners of real chips and of QEMU's: page
//! wrap, busy after a write, no repeated start, and a loss of power in the middle of a page.

use countersign_token::{Eeprom, EepromError};
use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};
use embedded_storage::nor_flash::{self, MultiwriteNorFlash, NorFlash, ReadNorFlash};

use crate::vault_chip::{Chip, Cut, Dice};

/// The bus with the chip on it.
pub(crate) struct Bus {
    pub(crate) bytes: Vec<u8>,
    /// Length of the chip's pages: a write past the end of one goes on at its start.
    pub(crate) page: usize,
    /// How often the chip does not answer after a write.
    pub(crate) busy_for: u32,
    pub(crate) writes: usize,
    pub(crate) transactions: usize,
    pointer: usize,
    busy: u32,
    cut: Option<(usize, Cut, Dice)>,
    dead: bool,
}

const ADDRESS: u8 = 0x50;
const SILENCE: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);

impl Bus {
    pub(crate) fn new(image: &[u8], page: usize) -> Self {
        Self {
            bytes: image.to_vec(),
            page,
            busy_for: 3,
            writes: 0,
            transactions: 0,
            pointer: 0,
            busy: 0,
            cut: None,
            dead: false,
        }
    }

    fn write_page(&mut self, data: &[u8]) -> Result<(), ErrorKind> {
        let torn = match &self.cut {
            Some((after, cut, dice)) if *after == self.writes => {
                self.dead = true;
                match cut {
                    Cut::Clean => return Err(SILENCE),
                    Cut::Torn => Some(dice.clone()),
                }
            }
            _ => None,
        };
        self.writes += 1;
        self.busy = self.busy_for;
        let start = self.pointer - self.pointer % self.page;
        let mut dice = torn;
        for new in data {
            let old = &mut self.bytes[self.pointer];
            *old = match dice.as_mut().map(|dice| (dice.below(5), dice.byte())) {
                // A chip erases a byte before it writes it, and does all bytes of a page at once.
                None | Some((0, _)) => *new,
                Some((1, _)) => *old,
                Some((2, _)) => 0xFF,
                Some((3, noise)) => *old | (new & noise),
                Some((_, noise)) => *new | noise,
            };
            self.pointer = start + (self.pointer + 1 - start) % self.page;
        }
        if self.dead { Err(SILENCE) } else { Ok(()) }
    }
}

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Self::Error> {
        let [operation] = operations else {
            panic!("a repeated start, which QEMU's controller ignores");
        };
        self.transactions += 1;
        if self.dead || address != ADDRESS {
            return Err(SILENCE);
        }
        if self.busy > 0 {
            self.busy -= 1;
            return Err(SILENCE);
        }
        match operation {
            Operation::Write([high, low, data @ ..]) => {
                self.pointer = usize::from(u16::from_be_bytes([*high, *low])) % self.bytes.len();
                if data.is_empty() {
                    return Ok(());
                }
                self.write_page(data)
            }
            Operation::Write(_) => panic!("an address of less than two bytes"),
            Operation::Read(to) => {
                for byte in to.iter_mut() {
                    *byte = self.bytes[self.pointer];
                    self.pointer = (self.pointer + 1) % self.bytes.len();
                }
                Ok(())
            }
        }
    }
}

/// The adapter on such a bus, as a chip that can lose power.
pub(crate) struct EepromChip(pub(crate) Eeprom<Bus>);

impl Chip for EepromChip {
    fn with_image(image: &[u8]) -> Self {
        Self(Eeprom::new(
            Bus::new(image, 64),
            ADDRESS,
            image.len().try_into().unwrap(),
        ))
    }

    fn image(&self) -> &[u8] {
        &self.0.bus().bytes
    }

    fn operations(&self) -> usize {
        self.0.bus().writes
    }

    fn cut_after(&mut self, operations: usize, cut: Cut, dice: Dice) {
        self.0.bus_mut().cut = Some((operations, cut, dice));
    }

    fn is_dead(&self) -> bool {
        self.0.bus().dead
    }
}

impl nor_flash::ErrorType for EepromChip {
    type Error = EepromError;
}

impl ReadNorFlash for EepromChip {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), EepromError> {
        self.0.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl NorFlash for EepromChip {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = <Eeprom<Bus> as NorFlash>::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), EepromError> {
        self.0.erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), EepromError> {
        self.0.write(offset, bytes)
    }
}

impl MultiwriteNorFlash for EepromChip {}
