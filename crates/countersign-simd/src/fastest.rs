//! The home of the choice: the SHA instructions where they are, and portable code elsewhere.

use countersign_core::{Engine, Midstates, Portable, Sha1, Sha256, Sha512, Truncatable};

use crate::ShaNi;

/// The fastest engine that this processor has.
///
/// SHA-1 is computed by [`ShaNi`] if there is one. SHA-256 and SHA-512 are computed by
/// [`Portable`], whose hash crates look for better instructions themselves.
#[derive(Clone, Copy, Debug)]
pub struct Fastest(Option<ShaNi>);

impl Fastest {
    /// Asks the processor what it has. The answer is kept, so asking again costs next to nothing.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self(ShaNi::detect())
    }

    /// The engine without special instructions, for comparison.
    #[must_use]
    pub const fn portable() -> Self {
        Self(None)
    }

    /// Whether it computes with special instructions.
    #[must_use]
    pub const fn is_special(self) -> bool {
        self.0.is_some()
    }
}

impl Default for Fastest {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine<Sha1> for Fastest {
    #[inline]
    fn each_counter(
        &self,
        key: &Midstates<'_, Sha1>,
        first: u64,
        count: u8,
        visit: impl FnMut(u64, Truncatable),
    ) {
        match &self.0 {
            Some(engine) => engine.each_counter(key, first, count, visit),
            None => Portable.each_counter(key, first, count, visit),
        }
    }
}

macro_rules! portable {
    ($name:ident) => {
        impl Engine<$name> for Fastest {
            #[inline]
            fn each_counter(
                &self,
                key: &Midstates<'_, $name>,
                first: u64,
                count: u8,
                visit: impl FnMut(u64, Truncatable),
            ) {
                Portable.each_counter(key, first, count, visit);
            }
        }
    };
}

portable!(Sha256);
portable!(Sha512);
