//! The home of choosing without branches where what is chosen by is secret and time is short.
//!
//! `subtle` does the same for everything else. It hides each bit behind a call of a function that
//! is not inlined; in the search for a code those calls would cost more than the search.

use core::hint::black_box;
use core::ops::{BitAnd, BitOrAssign};

use subtle::Choice;

/// Yes or no as all bits or none, unseen by the optimiser: it cannot make a branch of what it does
/// not know to have two values only.
#[derive(Clone, Copy)]
pub(crate) struct Mask(u32);

impl Mask {
    pub(crate) const NO: Self = Self(0);

    /// Yes if the lowest bit is set.
    #[inline]
    pub(crate) fn of_bit(bits: u32) -> Self {
        Self(black_box((bits & 1).wrapping_neg()))
    }

    /// Whether two numbers are equal.
    #[inline]
    pub(crate) fn equal(one: u32, other: u32) -> Self {
        let difference = one ^ other;
        // The highest bit is set in a number or in its negative, but for zero.
        Self::of_bit(!((difference | difference.wrapping_neg()) >> 31))
    }

    /// Of something that need not be hidden.
    #[inline]
    pub(crate) fn of_public(yes: bool) -> Self {
        Self(u32::from(yes).wrapping_neg())
    }

    /// `set` if yes, `clear` if no.
    #[inline]
    pub(crate) fn select(self, clear: u32, set: u32) -> u32 {
        clear ^ ((clear ^ set) & self.0)
    }

    /// [`Mask::select`] for signed numbers.
    #[inline]
    pub(crate) fn choose(self, clear: i32, set: i32) -> i32 {
        self.select(clear.cast_unsigned(), set.cast_unsigned())
            .cast_signed()
    }

    /// [`Mask::select`] for numbers of 64 bits.
    #[inline]
    pub(crate) fn select_wide(self, clear: u64, set: u64) -> u64 {
        // The sign fills the upper half.
        let all = i64::from(self.0.cast_signed()).cast_unsigned();
        clear ^ ((clear ^ set) & all)
    }

    /// Replaces what is in `slot` if yes.
    #[inline]
    pub(crate) fn assign(self, slot: &mut u64, value: u64) {
        *slot = self.select_wide(*slot, value);
    }

    /// The answer, to be asked for when there is nothing left to hide.
    #[inline]
    pub(crate) fn is_yes(self) -> bool {
        self.0 != 0
    }
}

impl From<Choice> for Mask {
    fn from(choice: Choice) -> Self {
        Self::of_bit(choice.unwrap_u8().into())
    }
}

impl BitAnd for Mask {
    type Output = Self;

    #[inline]
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOrAssign for Mask {
    #[inline]
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
