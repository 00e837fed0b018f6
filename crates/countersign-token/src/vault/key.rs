//! The home of what records are named by.

/// What a record is for. The numbers are part of every stored record: one is never changed or
/// used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Space {
    /// Settings of the device: guards, clock, seed of the random bit generator.
    Setting = 0,
    /// Accounts of the applet, one record each.
    Credential = 1,
    /// Moving factors of HOTP accounts.
    Counter = 2,
    /// Steps used last, of accounts that only increase.
    LastStep = 3,
    /// Accounts of a lock's users.
    LockUser = 4,
    /// What a lock remembers besides its users.
    LockState = 5,
    /// The ring of a lock's events.
    Audit = 6,
}

impl Space {
    const ALL: [Self; 7] = [
        Self::Setting,
        Self::Credential,
        Self::Counter,
        Self::LastStep,
        Self::LockUser,
        Self::LockState,
        Self::Audit,
    ];

    /// The upper four bits of a key.
    const fn bits(self) -> u16 {
        match self {
            Self::Setting => 0x0000,
            Self::Credential => 0x1000,
            Self::Counter => 0x2000,
            Self::LastStep => 0x3000,
            Self::LockUser => 0x4000,
            Self::LockState => 0x5000,
            Self::Audit => 0x6000,
        }
    }
}

/// The name of one record: a [`Space`] and a number of 12 bits.
///
/// Stored as a big-endian `u16`, the space in the upper four bits, so keys are in the order of
/// their spaces, then of their numbers.
///
/// ```
/// use countersign_token::{Key, Space};
///
/// let key = Key::new(Space::Credential, 17).ok_or("out of range")?;
/// assert_eq!((key.space(), key.number()), (Space::Credential, 17));
/// assert!(Key::new(Space::Credential, Key::MAX_NUMBER + 1).is_none());
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Space, u16);

impl Key {
    /// The highest number.
    pub const MAX_NUMBER: u16 = 0x0FFF;

    /// The record of this number, of `0..=MAX_NUMBER`.
    #[must_use]
    pub const fn new(space: Space, number: u16) -> Option<Self> {
        if number <= Self::MAX_NUMBER {
            Some(Self(space, number))
        } else {
            None
        }
    }

    /// The record of this number.
    #[must_use]
    pub const fn of(space: Space, number: u8) -> Self {
        // A `u8` is widened through bytes: `From` is not const.
        Self(space, u16::from_be_bytes([0, number]))
    }

    /// What the record is for.
    #[must_use]
    pub const fn space(self) -> Space {
        self.0
    }

    /// Its number among those of its space.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.1
    }

    pub(super) const fn code(self) -> u16 {
        self.0.bits() | self.1
    }

    /// `None`: of a space that this version does not know.
    pub(super) fn from_code(code: u16) -> Option<Self> {
        let space = Space::ALL
            .into_iter()
            .find(|space| space.bits() == code & 0xF000)?;
        Self::new(space, code & Self::MAX_NUMBER)
    }

    /// The least and the greatest code of a space.
    pub(super) const fn codes(space: Space) -> (u16, u16) {
        (space.bits(), space.bits() | Self::MAX_NUMBER)
    }
}
