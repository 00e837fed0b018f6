//! The home of the EEPROM as a medium of the vault: chips of the AT24C family on an I2C bus.
//!
//! Such a chip has no erase pages and overwrites in place, so the adapter supplies both: it
//! erases by writing `FF`, and what it writes it combines with what is there, so that bits are
//! only ever cleared. Where nothing changes it does not write, which spares a write cycle of 5 ms
//! and its wear.
//!
//! A read is two transactions: the address is written, then, after a stop, the bytes are read.
//! The chip keeps its address in between. The usual single transaction with a repeated start
//! would gain nothing where the bus has one master, and the I2C controller of QEMU's `lm3s6965evb`
//! ignores a repeated start.

use embedded_hal::i2c::I2c;
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
    check_erase, check_read, check_write,
};

/// Why the chip was not read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum EepromError {
    /// It did not answer, for longer than a write cycle takes, or the bus failed.
    Bus,
    /// The address is not one of the chip.
    OutOfBounds,
    /// The range to erase is not one of whole pages.
    NotAligned,
}

impl core::fmt::Display for EepromError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Bus => "the chip does not answer",
            Self::OutOfBounds => "the address is not one of the chip",
            Self::NotAligned => "the range is not one of whole pages",
        })
    }
}

impl core::error::Error for EepromError {}

impl NorFlashError for EepromError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Bus => NorFlashErrorKind::Other,
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            Self::NotAligned => NorFlashErrorKind::NotAligned,
        }
    }
}

impl From<NorFlashErrorKind> for EepromError {
    fn from(kind: NorFlashErrorKind) -> Self {
        match kind {
            NorFlashErrorKind::NotAligned => Self::NotAligned,
            _ => Self::OutOfBounds,
        }
    }
}

/// An EEPROM with addresses of two bytes (AT24C32 to AT24C512 and their like) as NOR flash.
///
/// It writes pieces of 32 bytes, which lie within one page of every chip of the family.
///
/// ```
/// # fn example(i2c: impl embedded_hal::i2c::I2c) -> Result<(), countersign_token::VaultError> {
/// use countersign_token::{DeviceKey, Eeprom, Vault};
///
/// # let device_key = [0; 32];
/// // An AT24C256 with its address pins at ground.
/// let eeprom = Eeprom::new(i2c, Eeprom::FIRST_ADDRESS, 32 * 1024);
/// let vault: Vault<_> = Vault::mount(eeprom, DeviceKey::new(device_key))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Eeprom<I> {
    i2c: I,
    address: u8,
    len: u32,
}

/// What is written at once.
const PIECE: usize = 32;
/// The same, as a step between addresses.
const PIECE_LEN: u32 = 32;

impl Eeprom<()> {
    /// The address on the bus of a chip whose address pins are all at ground.
    pub const FIRST_ADDRESS: u8 = 0x50;
}

impl<I: I2c> Eeprom<I> {
    /// How often a chip is asked whether its write cycle is over. Asking takes at least 9 bits of
    /// time, so at 1 MHz this is 18 ms; cycles are at most 10 ms long.
    const POLLS: u16 = 2_000;

    /// A chip of `len` bytes, up to 64 KiB, at this address on the bus.
    pub const fn new(i2c: I, address: u8, len: u32) -> Self {
        let len = if len > 0x1_0000 { 0x1_0000 } else { len };
        Self { i2c, address, len }
    }

    /// The bus.
    pub const fn bus(&self) -> &I {
        &self.i2c
    }

    /// The bus, for its other devices.
    pub const fn bus_mut(&mut self) -> &mut I {
        &mut self.i2c
    }

    /// Gives the bus back.
    pub fn release(self) -> I {
        self.i2c
    }

    /// Sends bytes as soon as the chip has finished the write before.
    fn send(&mut self, bytes: &[u8]) -> Result<(), EepromError> {
        for _ in 0..Self::POLLS {
            if self.i2c.write(self.address, bytes).is_ok() {
                return Ok(());
            }
        }
        Err(EepromError::Bus)
    }

    fn fetch(&mut self, offset: u32, to: &mut [u8]) -> Result<(), EepromError> {
        self.send(&address_bytes(offset)?)?;
        self.i2c
            .read(self.address, to)
            .map_err(|_| EepromError::Bus)
    }

    /// Combines up to [`PIECE`] bytes within one piece with what is there: of that only those bits
    /// stay that are set in both, after those of `set` were set.
    fn change(&mut self, offset: u32, piece: &[u8], set: u8) -> Result<(), EepromError> {
        let mut message = [0; 2 + PIECE];
        let (address, room) = message
            .split_first_chunk_mut::<2>()
            .ok_or(EepromError::Bus)?;
        *address = address_bytes(offset)?;
        let bytes = room.get_mut(..piece.len()).ok_or(EepromError::Bus)?;
        self.fetch(offset, bytes)?;
        let mut changed = 0;
        for (byte, new) in bytes.iter_mut().zip(piece) {
            let new = (*byte | set) & *new;
            changed |= new ^ *byte;
            *byte = new;
        }
        if changed != 0 {
            let len = piece.len().wrapping_add(2);
            self.send(message.get(..len).ok_or(EepromError::Bus)?)?;
        }
        Ok(())
    }
}

impl<I> ErrorType for Eeprom<I> {
    type Error = EepromError;
}

impl<I: I2c> ReadNorFlash for Eeprom<I> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), EepromError> {
        check_read(self, offset, bytes.len())?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.fetch(offset, bytes)
    }

    fn capacity(&self) -> usize {
        usize::try_from(self.len).unwrap_or(0)
    }
}

impl<I: I2c> NorFlash for Eeprom<I> {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 1024;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), EepromError> {
        check_erase(self, from, to)?;
        let mut at = from;
        while at < to {
            self.change(at, &[0xFF; PIECE], 0xFF)?;
            at = at.wrapping_add(PIECE_LEN);
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), EepromError> {
        check_write(self, offset, bytes.len())?;
        let mut at = offset;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at_checked(to_border(at)).unwrap_or((rest, &[]));
            self.change(at, piece, 0)?;
            at = at.wrapping_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            rest = after;
        }
        Ok(())
    }
}

impl<I: I2c> MultiwriteNorFlash for Eeprom<I> {}

/// How many bytes it is to the next border between pieces.
fn to_border(offset: u32) -> usize {
    let within = usize::try_from(offset).unwrap_or(0) & (PIECE - 1);
    PIECE.saturating_sub(within)
}

fn address_bytes(offset: u32) -> Result<[u8; 2], EepromError> {
    u16::try_from(offset)
        .map(u16::to_be_bytes)
        .map_err(|_| EepromError::OutOfBounds)
}
