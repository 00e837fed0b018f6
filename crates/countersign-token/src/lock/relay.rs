//! The home of the relay: what opens the door, for how long, and on whose word.

use countersign_core::{Evidence, SecondFactorVerified};
use embedded_hal::digital::OutputPin;

use super::UserNumber;

/// The relay: an output that is high while the door is open.
///
/// It opens only against a proof, which it takes by value: one right code opens it once.
///
/// ```compile_fail,E0382
/// use countersign_core::SecondFactorVerified;
/// use countersign_token::lock::Relay;
/// use embedded_hal::digital::OutputPin;
/// fn twice<P: OutputPin>(relay: &mut Relay<P>, proof: SecondFactorVerified) {
///     let _ = relay.open(proof, 0);
///     let _ = relay.open(proof, 10_000);
/// }
/// ```
#[derive(Debug)]
pub struct Relay<P> {
    pin: P,
    hold_millis: u32,
    /// The uptime at which it closes, if it is open.
    closes_at: Option<u64>,
}

/// The relay did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayError {
    /// The proof is of a sign-in for which no code was asked.
    NoSecondFactor,
    /// The output does not obey.
    Output,
}

/// What opens a door: proof that a user's second factor was right and is used up.
#[must_use = "the code is used up, and the door has not opened"]
#[derive(Debug)]
pub enum Opening {
    /// A code of the time, by the core's sign-in machine.
    Time(SecondFactorVerified),
    /// A code of a counter.
    Counter(CounterVerified),
}

/// Proof that a user's PIN and the code of a counter were right, and that the counter after it is
/// stored. Only a [`Lock`](super::Lock) makes one, and it is neither `Clone` nor `Copy`.
///
/// ```compile_fail,E0451
/// use countersign_token::lock::{CounterVerified, UserNumber};
/// let forged = CounterVerified { user: UserNumber::new(1).unwrap() };
/// ```
#[must_use]
#[derive(Debug)]
pub struct CounterVerified {
    user: UserNumber,
}

impl CounterVerified {
    /// Whose code it was.
    #[must_use]
    pub const fn user(&self) -> UserNumber {
        self.user
    }

    pub(super) const fn of(user: UserNumber) -> Self {
        Self { user }
    }
}

impl From<SecondFactorVerified> for Opening {
    fn from(proof: SecondFactorVerified) -> Self {
        Self::Time(proof)
    }
}

impl From<CounterVerified> for Opening {
    fn from(proof: CounterVerified) -> Self {
        Self::Counter(proof)
    }
}

impl<P: OutputPin> Relay<P> {
    /// How long a door may stay open, in milliseconds: a minute.
    pub const MAX_HOLD_MILLIS: u32 = 60_000;

    /// Takes the output and closes the door. It will stay open for `hold_millis`, at most
    /// [`Relay::MAX_HOLD_MILLIS`].
    ///
    /// # Errors
    /// [`RelayError::Output`].
    pub fn new(pin: P, hold_millis: u32) -> Result<Self, RelayError> {
        let mut relay = Self {
            pin,
            hold_millis: hold_millis.min(Self::MAX_HOLD_MILLIS),
            closes_at: None,
        };
        relay.close()?;
        Ok(relay)
    }

    /// Opens the door at `uptime_millis` for the hold time. While it is open, the time starts anew.
    ///
    /// # Errors
    /// [`RelayError`]; the door stays as it is.
    pub fn open(
        &mut self,
        proof: impl Into<Opening>,
        uptime_millis: u64,
    ) -> Result<(), RelayError> {
        match proof.into() {
            Opening::Time(proof) if !matches!(proof.evidence(), Evidence::Code(_)) => {
                return Err(RelayError::NoSecondFactor);
            }
            Opening::Time(_) | Opening::Counter(_) => {}
        }
        // First the time: an output that fails half-way is closed by the next tick.
        self.closes_at = Some(uptime_millis.saturating_add(u64::from(self.hold_millis)));
        self.pin.set_high().map_err(|_| RelayError::Output)
    }

    /// Closes the door if its time is up. To be called often.
    ///
    /// # Errors
    /// [`RelayError::Output`]; the next call tries again.
    pub fn tick(&mut self, uptime_millis: u64) -> Result<(), RelayError> {
        match self.closes_at {
            Some(closes_at) if uptime_millis >= closes_at => self.close(),
            _ => Ok(()),
        }
    }

    /// Closes the door now.
    ///
    /// # Errors
    /// [`RelayError::Output`].
    pub fn close(&mut self) -> Result<(), RelayError> {
        self.pin.set_low().map_err(|_| RelayError::Output)?;
        self.closes_at = None;
        Ok(())
    }

    /// Whether the door is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closes_at.is_some()
    }

    /// The output.
    #[must_use]
    pub fn into_pin(self) -> P {
        self.pin
    }
}

impl core::fmt::Display for RelayError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NoSecondFactor => "no second factor was asked for",
            Self::Output => "the output does not obey",
        })
    }
}

impl core::error::Error for RelayError {}
