//! The home of status words: how every answer ends (ISO 7816-4 §5.6, YKOATH).

use core::num::NonZeroU16;

/// The last two bytes of an answer. None is zero, so that a result with nothing else is one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status(NonZeroU16);

impl Status {
    /// Done.
    pub(crate) const DONE: Self = Self::of(0x9000);
    /// Done so far; the rest is to be had by SEND REMAINING. How much that is is not known before
    /// it is made, so the most is announced.
    pub(crate) const MORE: Self = Self::of(0x61ff);
    /// The store failed, or a record in it is damaged.
    pub(crate) const MEMORY_FAILURE: Self = Self::of(0x6581);
    /// The lengths in the command do not add up.
    pub(crate) const WRONG_LENGTH: Self = Self::of(0x6700);
    /// Access key or PIN is missing; or nobody allowed it on the device.
    pub(crate) const SECURITY_NOT_SATISFIED: Self = Self::of(0x6982);
    /// Every try at access key or PIN is used up.
    pub(crate) const BLOCKED: Self = Self::of(0x6983);
    /// There is no such account, or no access key.
    pub(crate) const NO_SUCH_OBJECT: Self = Self::of(0x6984);
    /// Not now: a wait is not over, or a challenge went back.
    pub(crate) const CONDITIONS_NOT_SATISFIED: Self = Self::of(0x6985);
    /// The data is not what the instruction takes; or a wrong access key.
    pub(crate) const WRONG_DATA: Self = Self::of(0x6a80);
    /// There is no such application.
    pub(crate) const NOT_FOUND: Self = Self::of(0x6a82);
    /// There is no room.
    pub(crate) const NO_SPACE: Self = Self::of(0x6a84);
    /// The parameters are not the instruction's.
    pub(crate) const WRONG_PARAMETERS: Self = Self::of(0x6b00);
    /// There is no such instruction, or no application is selected.
    pub(crate) const INSTRUCTION_NOT_SUPPORTED: Self = Self::of(0x6d00);
    /// The class is neither 00 nor 10.
    pub(crate) const CLASS_NOT_SUPPORTED: Self = Self::of(0x6e00);

    /// The two bytes as they are sent.
    pub(crate) const fn to_bytes(self) -> [u8; 2] {
        self.0.get().to_be_bytes()
    }

    const fn of(word: u16) -> Self {
        match NonZeroU16::new(word) {
            Some(word) => Self(word),
            // No word above is zero.
            None => Self(NonZeroU16::MIN),
        }
    }
}

impl From<&Status> for Status {
    fn from(status: &Self) -> Self {
        *status
    }
}
