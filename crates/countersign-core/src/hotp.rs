//! The home of HOTP (RFC 4226): a code from a counter, dynamic truncation, look-ahead and
//! resynchronisation.

use core::fmt;

use subtle::{Choice, ConditionallySelectable};

use crate::{Algorithm, Code, Digits, Keyed, SharedSecret};

/// An event-based one-time password generator and verifier for one secret.
///
/// It holds no counter: the caller stores that, and stores the new one *before* it shows a code
/// or grants anything.
#[derive(Clone, Debug)]
pub struct Hotp<A: Algorithm> {
    key: Keyed<A>,
    digits: Digits,
}

/// How many counters beyond the expected one are tried: 0 to 100 (`s` of RFC 4226 §7.4).
///
/// Each one multiplies an attacker's chance per guess. Ten is plenty for daily use; more is for
/// [`Hotp::resynchronise`], which asks for two codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookAhead(u8);

/// The look-ahead is beyond [`LookAhead::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookAheadTooFar;

impl LookAhead {
    /// Only the expected counter.
    pub const NONE: Self = Self(0);
    /// Ten counters beyond the expected one.
    pub const DEFAULT: Self = Self(10);
    /// The furthest: 100 counters beyond the expected one.
    pub const MAX: Self = Self(100);

    /// Checks a number of counters.
    ///
    /// # Errors
    /// [`LookAheadTooFar`] above 100.
    pub const fn new(counters: u8) -> Result<Self, LookAheadTooFar> {
        if counters > Self::MAX.0 {
            return Err(LookAheadTooFar);
        }
        Ok(Self(counters))
    }

    /// The number of counters beyond the expected one.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for LookAhead {
    /// [`LookAhead::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What became of a code.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HotpVerdict {
    /// Right. Store [`AcceptedCounter::next_counter`], on condition that the stored counter is
    /// still the one that was expected, and only then let the user in.
    Accepted(AcceptedCounter),
    /// The code of no counter that is tried; an earlier counter's code among them.
    Mismatch,
}

/// Proof that a code was right; only [`Hotp::verify`] and [`Hotp::resynchronise`] make one.
///
/// ```compile_fail,E0451
/// use countersign_core::AcceptedCounter;
/// let forged = AcceptedCounter { counter: 7 };
/// ```
#[must_use = "a code is used up only once the next counter is stored"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedCounter {
    /// Below `u64::MAX`.
    counter: u64,
}

impl AcceptedCounter {
    /// The counter whose code it was.
    #[must_use]
    pub const fn counter(self) -> u64 {
        self.counter
    }

    /// The counter to expect next.
    #[must_use]
    pub const fn next_counter(self) -> u64 {
        self.counter.saturating_add(1)
    }
}

impl<A: Algorithm> Hotp<A> {
    /// Prepares a secret.
    #[must_use]
    pub fn new(secret: &SharedSecret, digits: Digits) -> Self {
        Self {
            key: Keyed::new(secret.as_bytes()),
            digits,
        }
    }

    /// The code of a counter (RFC 4226 §5.3).
    #[must_use]
    pub fn generate(&self, counter: u64) -> Code {
        code_at(&self.key, counter, self.digits)
    }

    /// Looks for a code at the expected counter and up to `look_ahead` beyond it, never before it
    /// (RFC 4226 §7.2, §7.4).
    ///
    /// The work is the same wherever the code is found, or if it is not. Should two counters have
    /// the same code, the later one counts, so that the code cannot be accepted again.
    /// `u64::MAX` has no next counter and is never accepted.
    pub fn verify(&self, code: &Code, expected: u64, look_ahead: LookAhead) -> HotpVerdict {
        search(expected, look_ahead, |counter| {
            self.generate(counter).ct_matches(code)
        })
    }

    /// Looks for two codes of consecutive counters (RFC 4226 §7.4, appendix E.4), for a device
    /// whose counter has run far ahead. A wide look-ahead is no risk here: 101 pairs of six digits
    /// are guessed once in 10^10 tries.
    ///
    /// The verdict is on the second code.
    pub fn resynchronise(
        &self,
        first: &Code,
        second: &Code,
        expected: u64,
        look_ahead: LookAhead,
    ) -> HotpVerdict {
        let Some(start) = expected.checked_add(1) else {
            return HotpVerdict::Mismatch;
        };
        // Carried from counter to counter, so that each code is computed once.
        let mut before = self.generate(expected).ct_matches(first);
        search(start, look_ahead, |counter| {
            let code = self.generate(counter);
            let pair = before & code.ct_matches(second);
            before = code.ct_matches(first);
            pair
        })
    }
}

/// The last counter of the look-ahead that `is_match` likes.
fn search(
    expected: u64,
    look_ahead: LookAhead,
    mut is_match: impl FnMut(u64) -> Choice,
) -> HotpVerdict {
    let mut found = Choice::from(0);
    let mut accepted = 0;
    for ahead in 0..=look_ahead.0 {
        // The counters beyond u64::MAX do not exist, and that one has no next.
        let Some(counter) = expected.checked_add(ahead.into()).filter(|c| *c < u64::MAX) else {
            break;
        };
        let matched = is_match(counter);
        accepted.conditional_assign(&counter, matched);
        found |= matched;
    }
    if found.into() {
        HotpVerdict::Accepted(AcceptedCounter { counter: accepted })
    } else {
        HotpVerdict::Mismatch
    }
}

/// The code of a counter under a key, for HOTP and for TOTP, whose counter is the time step.
pub(crate) fn code_at<A: Algorithm>(key: &Keyed<A>, counter: u64, digits: Digits) -> Code {
    let (words, last) = key.mac_counter(counter);
    Code::from_number(truncate(words, last), digits)
}

/// Dynamic truncation (RFC 4226 §5.3): 31 bits from the four bytes that start at the offset which
/// the low four bits of the tag's last byte give.
///
/// The offset is as secret as the code, and an address computed from it shows in the cache. So the
/// bytes are moved to the front by 8, 4, 2 and 1 where the offset's bits are set, by masks.
fn truncate([w0, w1, w2, w3, w4]: [u32; 5], last: u8) -> u32 {
    let select = |bit: u8, clear: u32, set: u32| {
        u32::conditional_select(&clear, &set, Choice::from((last >> bit) & 1))
    };
    let (x0, x1, x2) = (select(3, w0, w2), select(3, w1, w3), select(3, w2, w4));
    let (y0, y1) = (select(2, x0, x1), select(2, x1, x2));
    let (z0, z1) = (
        select(1, y0, (y0 << 16) | (y1 >> 16)),
        select(1, y1, y1 << 16),
    );
    select(0, z0, (z0 << 8) | (z1 >> 24)) & 0x7fff_ffff
}

impl fmt::Display for LookAheadTooFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a look-ahead is at most 100 counters")
    }
}

impl core::error::Error for LookAheadTooFar {}
