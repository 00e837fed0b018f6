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

    fn is_readable(self) -> bool {
        self.0 > Self::DAMAGED.0
    }
}

impl Number {
    pub(crate) const fn get(self) -> u8 {
        self.0
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
        let mut count = 0_usize;
        for slot in &self.slots {
            count = count.wrapping_add(usize::from(slot.is_readable()));
        }
        count
    }

    /// How many numbers are taken, those of damaged records included.
    pub(crate) fn taken(&self) -> usize {
        let mut count = 0_usize;
        for slot in &self.slots {
            count = count.wrapping_add(usize::from(*slot != Slot::FREE));
        }
        count
    }

    /// The lowest free number.
    pub(crate) fn lowest_free(&self) -> Option<Number> {
        self.next(Number::FIRST, |slot| slot == Slot::FREE)
    }

    /// The lowest number from `from` on that may have this name.
    pub(crate) fn candidate(&self, from: Number, name: &Name) -> Option<Number> {
        let wanted = Slot::named(name);
        self.next(from, |slot| slot == wanted)
    }

    /// The numbers from `from` on of what can be read, ascending.
    pub(crate) fn readable(&self, from: Number) -> Readable<'_> {
        Readable(self, from)
    }

    fn next(&self, from: Number, like: impl Fn(Slot) -> bool) -> Option<Number> {
        let mut number = from;
        for slot in self.slots.get(usize::from(from.0)..)? {
            if like(*slot) {
                return Some(number);
            }
            number = number.next();
        }
        None
    }

    fn set(&mut self, number: Number, slot: Slot) {
        if let Some(place) = self.slots.get_mut(usize::from(number.0)) {
            *place = slot;
        }
    }
}

/// Numbers of what can be read.
pub(crate) struct Readable<'a>(&'a Index, Number);

impl Iterator for Readable<'_> {
    type Item = Number;

    fn next(&mut self) -> Option<Number> {
        let number = self.0.next(self.1, Slot::is_readable)?;
        self.1 = number.next();
        Some(number)
    }
}

impl Number {
    /// The first there can be.
    pub(crate) const FIRST: Self = Self(0);

    /// Whether it is one of those there can be.
    pub(crate) fn is_one(self) -> bool {
        usize::from(self.0) < Index::SLOTS
    }

    /// The one after it.
    pub(crate) const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}
