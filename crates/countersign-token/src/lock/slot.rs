//! The home of where a lock's records lie in the vault.

use crate::vault::{Key, Space};

use super::UserNumber;

/// The user's record: label, PIN, kind of factor.
pub(super) const fn user(number: UserNumber) -> Key {
    Key::of(Space::LockUser, number.get())
}

/// What is used up of the user's factor: the core's account, or the counter.
pub(super) const fn factor(number: UserNumber) -> Key {
    Key::of(Space::LockState, number.get())
}

/// The tries at this number, whether there is such a user or not.
pub(super) const fn tries(number: UserNumber) -> Key {
    Key::of(Space::LockState, number.get().saturating_add(TRIES))
}

/// An entry of the audit ring, by its place in the ring.
pub(super) const fn audit(place: u8) -> Key {
    Key::of(Space::Audit, place)
}

/// The key that administration is authenticated with.
pub(super) const ADMIN_KEY: Key = Key::of(Space::LockState, 255);

/// Beyond every user number, and far enough from the end.
const TRIES: u8 = 128;
