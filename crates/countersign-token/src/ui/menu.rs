//! The home of the menu: what there is beside the accounts.

use crate::PinState;

/// A line of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Clock,
    Storage,
    SetPin,
    ChangePin,
    RemovePin,
    Lock,
}

impl Item {
    /// The lines that make sense, from the top.
    pub(super) fn all(state: PinState) -> &'static [Self] {
        if state == PinState::NotSet {
            &[Self::Clock, Self::Storage, Self::SetPin]
        } else {
            &[
                Self::Clock,
                Self::Storage,
                Self::ChangePin,
                Self::RemovePin,
                Self::Lock,
            ]
        }
    }

    /// Position of the first line on the PIN.
    pub(super) const PIN: usize = 2;

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Clock => "Clock",
            Self::Storage => "Storage",
            Self::SetPin => "Set a PIN",
            Self::ChangePin => "Change the PIN",
            Self::RemovePin => "Remove the PIN",
            Self::Lock => "Lock now",
        }
    }
}
