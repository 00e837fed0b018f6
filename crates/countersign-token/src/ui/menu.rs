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

/// Its lines from the top, and what they say.
pub(super) struct Menu {
    pub(super) items: &'static [Item],
    pub(super) words: &'static [&'static [u8]],
}

impl Menu {
    /// The lines that make sense.
    pub(super) fn of(state: PinState) -> &'static Self {
        if state == PinState::NotSet {
            const {
                &Self {
                    items: &[Item::Clock, Item::Storage, Item::SetPin],
                    words: &[b"Clock", b"Storage", b"Set a PIN"],
                }
            }
        } else {
            const {
                &Self {
                    items: &[
                        Item::Clock,
                        Item::Storage,
                        Item::ChangePin,
                        Item::RemovePin,
                        Item::Lock,
                    ],
                    words: &[
                        b"Clock",
                        b"Storage",
                        b"Change the PIN",
                        b"Remove the PIN",
                        b"Lock now",
                    ],
                }
            }
        }
    }

    /// Position of the first line on the PIN.
    pub(super) const PIN: usize = 2;
}
