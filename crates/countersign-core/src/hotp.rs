//! The home of HOTP (RFC 4226): a code from a counter, look-ahead and
//! resynchronisation.

use core::fmt;

use crate::bytes::{Reader, Writer};
use crate::mask::Mask;
use crate::typed::Typed;
use crate::{Algorithm, Code, DecodeError, Digits, Engine, Keyed, Portable, SharedSecret};

/// An event-based one-time password generator and verifier for one secret.
///
/// It holds no counter: the caller stores the [`HotpState`], and stores the new one *before* it
/// shows a code or grants anything.
///
/// ```
/// use countersign_core::{
///     Digits, Hotp, HotpState, HotpVerdict, LookAhead, Sha1, SharedSecret,
/// };
///
/// let secret = SharedSecret::from_bytes(b"12345678901234567890")?;
/// let hotp = Hotp::<Sha1>::new(&secret, Digits::SIX);
///
/// // The device: the state first, then the code.
/// let next = hotp.take(HotpState::NEW)?;
/// let saved = next.state().encode();
/// let code = next.after_saving();
/// assert_eq!((code.as_str(), saved.len()), ("755224", 9));
///
/// // The verifier: the state first, then the user.
/// let verdict = hotp.verify(&code, HotpState::NEW, LookAhead::DEFAULT);
/// let HotpVerdict::Accepted(accepted) = verdict else {
///     panic!("it is the next code");
/// };
/// let again = hotp.verify(&code, accepted.state(), LookAhead::DEFAULT);
/// assert_eq!(again, HotpVerdict::Mismatch);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hotp<A: Algorithm, E = Portable> {
    key: Keyed<A>,
    digits: Digits,
    engine: E,
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

/// The counter that comes next, on the device and on the verifier alike, to be stored with a
/// compare-and-swap.
///
/// ```
/// use countersign_core::HotpState;
///
/// let state = HotpState::at(42);
/// assert_eq!(HotpState::decode(&state.encode()), Ok(state));
/// ```
#[must_use = "what is not stored does not keep a used code from being used again"]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HotpState {
    next: u64,
}

impl HotpState {
    /// Counter 0: a new secret.
    pub const NEW: Self = Self::at(0);
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = 1 + 8;

    /// A secret whose next counter is `next`.
    pub const fn at(next: u64) -> Self {
        Self { next }
    }

    /// The counter whose code has not been used yet.
    #[must_use]
    pub const fn next_counter(self) -> u64 {
        self.next
    }

    /// The stored form, big-endian.
    ///
    /// | field | bytes |
    /// |---|---|
    /// | format, 1 | 1 |
    /// | next counter | 8 |
    #[must_use]
    pub fn encode(self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [0; Self::ENCODED_LEN];
        let mut out = Writer::new(&mut stored);
        out.u8(FORMAT);
        out.u64(self.next);
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`HotpState::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(stored);
        if from.u8()? != FORMAT {
            return Err(DecodeError);
        }
        let state = Self::at(from.u64()?);
        from.finish()?;
        Ok(state)
    }
}

/// What became of a code.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HotpVerdict {
    /// Right. Store [`AcceptedCounter::state`], on condition that the stored one is still the one
    /// that was passed in, and only then let the user in.
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
#[must_use = "a code is used up only once the state is stored"]
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

    /// What to store: the counter after it comes next.
    pub const fn state(self) -> HotpState {
        HotpState::at(self.counter.saturating_add(1))
    }
}

/// A device's next code, which may be shown once the state after it is stored: then no loss of
/// power makes the device show it twice.
#[must_use = "the code is to be had after saving the state"]
#[derive(Debug)]
pub struct NextCode {
    code: Code,
    state: HotpState,
}

/// Every counter has been used: the device needs a new secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountersUsedUp;

impl NextCode {
    /// The state as it has to be saved before the code is shown.
    pub const fn state(&self) -> HotpState {
        self.state
    }

    /// The code, now that the state has been saved.
    #[must_use]
    pub fn after_saving(self) -> Code {
        self.code
    }
}

impl<A: Algorithm> Hotp<A> {
    /// Prepares a secret.
    #[must_use]
    pub fn new(secret: &SharedSecret, digits: Digits) -> Self {
        Self::with_engine(secret, digits, Portable)
    }
}

impl<A: Algorithm, E: Engine<A>> Hotp<A, E> {
    /// Prepares a secret, and has `engine` compute with it.
    #[must_use]
    pub fn with_engine(secret: &SharedSecret, digits: Digits, engine: E) -> Self {
        Self {
            key: Keyed::of(secret),
            digits,
            engine,
        }
    }

    /// The code that a device shows next, and the state to save before it does.
    ///
    /// # Errors
    /// [`CountersUsedUp`] after the code of counter `u64::MAX - 1`; no verifier takes a later one.
    pub fn take(&self, state: HotpState) -> Result<NextCode, CountersUsedUp> {
        let next = state.next.checked_add(1).ok_or(CountersUsedUp)?;
        Ok(NextCode {
            code: self.generate(state.next),
            state: HotpState::at(next),
        })
    }

    /// The code of a counter (RFC 4226 §5.3), for those who keep count themselves.
    #[must_use]
    pub fn generate(&self, counter: u64) -> Code {
        self.key.code(&self.engine, counter, self.digits)
    }

    /// Looks for a code at the expected counter and up to `look_ahead` beyond it, never before it
    /// (RFC 4226 §7.2, §7.4).
    ///
    /// The work is the same wherever the code is found, or if it is not. Should two counters have
    /// the same code, the later one counts, so that the code cannot be accepted again.
    /// `u64::MAX` has no next counter and is never accepted.
    pub fn verify(&self, code: &Code, state: HotpState, look_ahead: LookAhead) -> HotpVerdict {
        let typed = Typed::new(code, self.digits);
        let count = look_ahead.0.saturating_add(1);
        self.search(state.next, count, |truncated| typed.is(truncated))
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
        state: HotpState,
        look_ahead: LookAhead,
    ) -> HotpVerdict {
        let first = Typed::new(first, self.digits);
        let second = Typed::new(second, self.digits);
        // Carried from counter to counter, so that each code is computed once. The first counter
        // begins a pair and ends none.
        let mut before = Mask::NO;
        let count = look_ahead.0.saturating_add(2);
        self.search(state.next, count, |truncated| {
            let pair = before & second.is(truncated);
            before = first.is(truncated);
            pair
        })
    }

    /// The last of `count` counters from the expected one on that `is_match` likes.
    fn search(
        &self,
        expected: u64,
        count: u8,
        mut is_match: impl FnMut(u32) -> Mask,
    ) -> HotpVerdict {
        let mut found = Mask::NO;
        let mut accepted = 0;
        // The counters beyond u64::MAX do not exist, and that one has no next.
        let left = u8::try_from(u64::MAX.wrapping_sub(expected)).unwrap_or(u8::MAX);
        self.key
            .each_counter(&self.engine, expected, count.min(left), |counter, tag| {
                let matched = is_match(tag.truncate());
                matched.assign(&mut accepted, counter);
                found |= matched;
            });
        if found.is_yes() {
            HotpVerdict::Accepted(AcceptedCounter { counter: accepted })
        } else {
            HotpVerdict::Mismatch
        }
    }
}

const FORMAT: u8 = 1;

impl fmt::Display for CountersUsedUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every counter of this secret has been used")
    }
}

impl core::error::Error for CountersUsedUp {}

impl fmt::Display for LookAheadTooFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a look-ahead is at most 100 counters")
    }
}

impl core::error::Error for LookAheadTooFar {}
