//! The home of the engines: who computes the tags of counters, and what an engine is given and
//! gives back.

#[cfg(target_pointer_width = "64")]
use super::halves;
use super::{Algorithm, Sha1, Sha256, Sha512};
use crate::mask::Mask;

/// Computes the tags of consecutive counters, which is where the time of one-time passwords goes.
///
/// [`Portable`] is the engine of this crate and the default everywhere. Another one may use
/// instructions that safe code cannot reach, or compute several counters at once. It has to hold:
///
/// - **The same results** as [`Portable`], for every key and counter.
/// - **Every counter once, in ascending order**, however many it computes at a time.
/// - **The same work** whatever the midstates are: no branch and no address depends on them.
/// - **Nothing kept**: midstates are the key, by another name.
///
/// ```
/// use countersign_core::{Engine, Midstates, Portable, Sha1, Truncatable};
///
/// /// Portable, counted.
/// struct Counted<'a>(&'a core::cell::Cell<u32>);
///
/// impl Engine<Sha1> for Counted<'_> {
///     fn each_counter(
///         &self,
///         key: &Midstates<'_, Sha1>,
///         first: u64,
///         count: u8,
///         visit: impl FnMut(u64, Truncatable),
///     ) {
///         self.0.set(self.0.get() + u32::from(count));
///         Portable.each_counter(key, first, count, visit);
///     }
/// }
///
/// let computed = core::cell::Cell::new(0);
/// let key = countersign_core::Keyed::<Sha1>::new(b"12345678901234567890");
/// let mut codes = Vec::new();
/// key.each_counter(&Counted(&computed), 0, 3, |_, tag| codes.push(tag.truncate() % 1_000_000));
/// assert_eq!(codes, [755_224, 287_082, 359_152]); // RFC 4226, appendix D
/// assert_eq!(computed.get(), 3);
/// ```
pub trait Engine<A: Algorithm> {
    /// Computes the tags of the counters `first`, `first` + 1, … (`count` of them; beyond
    /// `u64::MAX` it goes on at zero) and hands each to `visit`.
    fn each_counter(
        &self,
        key: &Midstates<'_, A>,
        first: u64,
        count: u8,
        visit: impl FnMut(u64, Truncatable),
    );
}

/// The engine that runs everywhere: one counter after the other, by the hash crates' own
/// compression functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Portable;

impl<A: Algorithm> Engine<A> for Portable {
    #[inline]
    fn each_counter(
        &self,
        key: &Midstates<'_, A>,
        first: u64,
        count: u8,
        mut visit: impl FnMut(u64, Truncatable),
    ) {
        let (mut counter, mut left) = (first, count);
        // Asked at the end of each round, so that a count of one is no loop.
        if left == 0 {
            return;
        }
        loop {
            visit(counter, key.tag_of(counter));
            counter = counter.wrapping_add(1);
            left = left.wrapping_sub(1);
            if left == 0 {
                return;
            }
        }
    }
}

/// A key as an [`Engine`] sees it: the two hash states that follow its inner and its outer block.
///
/// Whoever has both can make every tag of the key: they are as secret as the key itself. So they
/// are lent, only to engines, and are neither shown nor copied as a whole:
///
/// ```compile_fail,E0277
/// fn show(key: &countersign_core::Midstates<'_, countersign_core::Sha1>) -> String {
///     format!("{key:?}")
/// }
/// ```
pub struct Midstates<'a, A: Algorithm> {
    inner: &'a A::State,
    outer: &'a A::State,
}

impl<'a, A: Algorithm> Midstates<'a, A> {
    pub(super) const fn new(inner: &'a A::State, outer: &'a A::State) -> Self {
        Self { inner, outer }
    }

    /// What dynamic truncation reads of the tag of one counter.
    #[cfg_attr(
        target_pointer_width = "64",
        expect(
            clippy::inline_always,
            reason = "a call would put what is in registers to memory and back"
        ),
        inline(always)
    )]
    pub(super) fn tag_of(&self, counter: u64) -> Truncatable {
        let (mut inner, mut outer) = (self.inner.clone(), self.outer.clone());
        A::absorb_counter(&mut inner, counter);
        A::absorb_digest(&mut outer, &inner);
        A::truncatable(&outer)
    }
}

macro_rules! midstates {
    ($name:ident, $state:ty) => {
        impl Midstates<'_, $name> {
            /// The hash state after the inner key block: where the message is hashed on from.
            #[must_use]
            pub const fn inner(&self) -> &$state {
                self.inner
            }

            /// The hash state after the outer key block: where the inner digest is hashed on from.
            #[must_use]
            pub const fn outer(&self) -> &$state {
                self.outer
            }
        }
    };
}

midstates!(Sha1, [u32; 5]);
midstates!(Sha256, [u32; 8]);
midstates!(Sha512, [u64; 8]);

/// What the dynamic truncation of RFC 4226 §5.3 reads of a tag: its first twenty bytes and its
/// last one.
///
/// It is as secret as the code that it becomes, so `Debug` is not there to show it.
pub struct Truncatable {
    words: [u32; 5],
    last: u8,
}

impl Truncatable {
    /// For engines: the first twenty bytes of a tag as five big-endian words, and the tag's last
    /// byte. For SHA-1 that is the last byte of the fifth word.
    #[must_use]
    #[inline]
    pub const fn new(words: [u32; 5], last: u8) -> Self {
        Self { words, last }
    }

    /// Dynamic truncation (RFC 4226 §5.3): 31 bits from the four bytes that start at the offset
    /// which the low four bits of the tag's last byte give.
    ///
    /// The offset is as secret as the code, and an address computed from it shows in the cache.
    /// So the words are moved to the front by masks, and the bytes by a shift.
    #[must_use]
    #[inline]
    pub fn truncate(&self) -> u32 {
        moved_to_front(self.words, self.last.into()) & 0x7fff_ffff
    }
}

/// Four bytes from the offset on that is the low four bits of `offset`.
#[cfg(target_pointer_width = "64")]
#[inline]
fn moved_to_front([w0, w1, w2, w3, w4]: [u32; 5], offset: u32) -> u32 {
    let pair = |high: u32, low: u32| (u64::from(high) << 32) | u64::from(low);
    let by_eight = Mask::of_bit(offset >> 3);
    let first = by_eight.select_wide(pair(w0, w1), pair(w2, w3));
    let then = pair(by_eight.select(w2, w4), 0);
    // In two shifts to the right, since one by 64 would not be one by zero to the left.
    let bits = (offset & 7).wrapping_mul(8);
    let moved = first.wrapping_shl(bits) | (then >> 1).wrapping_shr(63_u32.wrapping_sub(bits));
    halves(moved).0
}

/// Four bytes from the offset on that is the low four bits of `offset`: words are moved by two and
/// by one.
#[cfg(not(target_pointer_width = "64"))]
#[inline]
fn moved_to_front([w0, w1, w2, w3, w4]: [u32; 5], offset: u32) -> u32 {
    let (by_eight, by_four) = (Mask::of_bit(offset >> 3), Mask::of_bit(offset >> 2));
    let x0 = by_eight.select(w0, w2);
    let x1 = by_eight.select(w1, w3);
    let x2 = by_eight.select(w2, w4);
    let y0 = by_four.select(x0, x1);
    let y1 = by_four.select(x1, x2);
    // In two shifts to the right, since one by 32 would not be one by zero to the left.
    let bits = (offset & 3).wrapping_mul(8);
    y0.wrapping_shl(bits) | (y1 >> 1).wrapping_shr(31_u32.wrapping_sub(bits))
}
