//! The home of the index of credentials: which numbers are taken, and by what name.

use super::{MAX_CREDENTIALS, Name};

/// The number of a credential in the vault: below [`Index::SLOTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number(u8);

/// Which numbers are taken. One more than credentials: an overwriting one is written before the
/// old one goes.
pub(crate) struct Index {
    slots: [Slot; Index::SLOTS],
}

/// What a number holds.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Slot(u16);

impl Slot {
    const FREE: Self = Self(0);
    /// A record that cannot be read. It is kept, so its number stays taken.
    const DAMAGED: Self = Self(1);

    /// The hash of a name, moved away from the two that mean something else.
    fn named(name: &Name) -> Self {
        Self(name.hash().max(2))
    }
}

impl Number {
    pub(crate) const fn get(self) -> u8 {
        self.0
    }

    /// All there can be, ascending.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self).take(Index::SLOTS)
    }
}

impl Index {
    pub(crate) const SLOTS: usize = MAX_CREDENTIALS + 1;

    pub(crate) const fn new() -> Self {
        Self {
            slots: [Slot::FREE; Self::SLOTS],
        }
    }

    pub(crate) fn name(&mut self, number: Number, name: &Name) {
        self.set(number, Slot::named(name));
    }

    pub(crate) fn damage(&mut self, number: Number) {
        self.set(number, Slot::DAMAGED);
    }

    pub(crate) fn free(&mut self, number: Number) {
        self.set(number, Slot::FREE);
    }

    pub(crate) fn clear(&mut self) {
        self.slots = [Slot::FREE; Self::SLOTS];
    }

    /// How many credentials there are that can be read.
    pub(crate) fn len(&self) -> usize {
        self.readable(Number(0)).count()
    }

    /// How many numbers are taken, those of damaged records included.
    pub(crate) fn taken(&self) -> usize {
        let taken = self.slots.iter().filter(|slot| **slot != Slot::FREE);
        taken.count()
    }

    /// The lowest free number.
    pub(crate) fn lowest_free(&self) -> Option<Number> {
        let free = self.numbered().find(|(_, slot)| *slot == Slot::FREE);
        free.map(|(number, _)| number)
    }

    /// The numbers that may have this name, ascending.
    pub(crate) fn candidates(&self, name: &Name) -> impl Iterator<Item = Number> {
        let wanted = Slot::named(name);
        self.numbered()
            .filter(move |(_, slot)| *slot == wanted)
            .map(|(number, _)| number)
    }

    /// The numbers from `from` on of what can be read, ascending.
    pub(crate) fn readable(&self, from: Number) -> impl Iterator<Item = Number> {
        self.numbered()
            .filter(move |(number, slot)| {
                *number >= from && *slot != Slot::FREE && *slot != Slot::DAMAGED
            })
            .map(|(number, _)| number)
    }

    fn numbered(&self) -> impl Iterator<Item = (Number, Slot)> {
        Number::all().zip(self.slots.iter().copied())
    }

    fn set(&mut self, number: Number, slot: Slot) {
        if let Some(place) = self.slots.get_mut(usize::from(number.0)) {
            *place = slot;
        }
    }
}

impl Number {
    /// The first there can be.
    pub(crate) const FIRST: Self = Self(0);

    /// The one after it.
    pub(crate) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
