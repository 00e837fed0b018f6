//! The home of the SHA-1 engine on the SHA instructions of x86-64, and of the one `unsafe` block.

use countersign_core::{Engine, Midstates, Sha1, Truncatable};

/// Shows that this processor has the SHA instructions: an engine for SHA-1.
///
/// There is none on other architectures.
#[derive(Clone, Copy, Debug)]
pub struct ShaNi(imp::Detected);

impl ShaNi {
    /// Asks the processor. The answer is kept, so asking again costs next to nothing.
    #[must_use]
    #[inline]
    pub fn detect() -> Option<Self> {
        imp::Detected::detect().map(Self)
    }
}

impl Engine<Sha1> for ShaNi {
    #[inline]
    fn each_counter(
        &self,
        key: &Midstates<'_, Sha1>,
        first: u64,
        count: u8,
        mut visit: impl FnMut(u64, Truncatable),
    ) {
        let mut counter = first;
        let mut left = count;
        let mut take = |tags: &[[u32; 5]]| {
            for &words in tags {
                // The last byte of the tag is the low one of the last word.
                let [.., last] = words[4].to_be_bytes();
                visit(counter, Truncatable::new(words, last));
                counter = counter.wrapping_add(1);
            }
        };
        let mut next = first;
        while left >= 3 {
            take(&self.0.tags::<3>(key, next));
            next = next.wrapping_add(3);
            left -= 3;
        }
        match left {
            2 => take(&self.0.tags::<2>(key, next)),
            1 => take(&self.0.tags::<1>(key, next)),
            _ => {}
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod imp {
    use countersign_core::{Midstates, Sha1};

    use crate::lanes;

    cpufeatures::new!(sha_instructions, "sha", "sse2", "ssse3", "sse4.1");

    /// The processor has all that `lanes` is compiled for.
    #[derive(Clone, Copy, Debug)]
    pub(super) struct Detected(());

    impl Detected {
        #[inline]
        pub(super) fn detect() -> Option<Self> {
            sha_instructions::get().then_some(Self(()))
        }

        /// The tags of the counters from `first` on.
        #[inline]
        #[expect(
            unsafe_code,
            reason = "the one call of instructions that have to be there"
        )]
        pub(super) fn tags<const N: usize>(
            self,
            key: &Midstates<'_, Sha1>,
            first: u64,
        ) -> [[u32; 5]; N] {
            let Self(()) = self;
            // SAFETY: `Detected` is made by `detect` alone, which has seen that the processor has
            // each instruction set that `lanes::tags` is compiled for.
            unsafe { lanes::tags(*key.inner(), *key.outer(), first) }
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod imp {
    use countersign_core::{Midstates, Sha1};

    /// Nothing was detected, so there are no values.
    #[derive(Clone, Copy, Debug)]
    pub(super) enum Detected {}

    impl Detected {
        pub(super) fn detect() -> Option<Self> {
            None
        }

        pub(super) fn tags<const N: usize>(self, _: &Midstates<'_, Sha1>, _: u64) -> [[u32; 5]; N] {
            match self {}
        }
    }
}
