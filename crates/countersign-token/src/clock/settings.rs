//! The home of what the store keeps of the clock: when it was set, and the latest time it showed.

use countersign_core::UnixTime;

use super::Trim;

/// The clock was set.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | format, 1 |
/// | 1 | 8 | when it was set, in seconds since 1970 |
/// | 9 | 8 | what the chip said when the trim began to hold |
/// | 17 | 8 | what the time really was then |
/// | 25 | 2 | trim in parts per million, two's complement |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Synced {
    pub(super) at: UnixTime,
    pub(super) chip: UnixTime,
    pub(super) utc: UnixTime,
    pub(super) trim: Trim,
}

impl Synced {
    pub(super) const ENCODED_LEN: usize = 27;
    const FORMAT: u8 = 1;

    /// The time when the chip says `chip`. A chip that is behind where it was set says nothing.
    pub(super) fn utc(&self, chip: UnixTime) -> Option<UnixTime> {
        let counted = chip.secs().checked_sub(self.chip.secs())?;
        let went_by = u32::try_from(self.trim.stretched(counted)).ok()?;
        Some(self.utc.plus_secs(went_by))
    }

    pub(super) fn encode(&self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [0; Self::ENCODED_LEN];
        let bytes = [Self::FORMAT]
            .into_iter()
            .chain(self.at.secs().to_be_bytes())
            .chain(self.chip.secs().to_be_bytes())
            .chain(self.utc.secs().to_be_bytes())
            .chain(self.trim.ppm().to_be_bytes());
        for (slot, byte) in stored.iter_mut().zip(bytes) {
            *slot = byte;
        }
        stored
    }

    /// `None` if that is no such record.
    pub(super) fn decode(stored: &[u8]) -> Option<Self> {
        let (&[Self::FORMAT], rest) = stored.split_first_chunk()? else {
            return None;
        };
        let (&at, rest) = rest.split_first_chunk()?;
        let (&chip, rest) = rest.split_first_chunk()?;
        let (&utc, rest) = rest.split_first_chunk()?;
        let ppm = i16::from_be_bytes(rest.try_into().ok()?);
        Some(Self {
            at: time(at)?,
            chip: time(chip)?,
            utc: time(utc)?,
            trim: Trim::from_ppm(ppm).ok()?,
        })
    }
}

/// The latest time that was shown, as far as the store knows.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | format, 1 |
/// | 1 | 8 | seconds since 1970 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HighWater(pub(super) UnixTime);

impl HighWater {
    pub(super) const ENCODED_LEN: usize = 9;
    const FORMAT: u8 = 1;

    pub(super) fn encode(self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [Self::FORMAT; Self::ENCODED_LEN];
        for (slot, byte) in stored.iter_mut().skip(1).zip(self.0.secs().to_be_bytes()) {
            *slot = byte;
        }
        stored
    }

    /// `None` if that is no such record.
    pub(super) fn decode(stored: &[u8]) -> Option<Self> {
        match stored {
            [Self::FORMAT, secs @ ..] => Some(Self(time(secs.try_into().ok()?)?)),
            _ => None,
        }
    }
}

fn time(secs: [u8; 8]) -> Option<UnixTime> {
    UnixTime::from_secs(u64::from_be_bytes(secs)).ok()
}
