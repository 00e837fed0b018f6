//! The home of what generating and verifying come to, and of how much is forgiven.

use core::fmt;

use super::{InputError, Question, Response, State};
use crate::LookAhead;

/// A response of ours, which may be shown once the state after it is stored: then no loss of power
/// makes a device use a counter twice.
#[must_use = "the response is to be had after saving the state"]
#[derive(Debug)]
pub struct NextResponse {
    response: Response,
    state: State,
}

impl NextResponse {
    pub(super) const fn new(response: Response, state: State) -> Self {
        Self { response, state }
    }

    /// The state as it has to be saved before the response is shown.
    pub const fn state(&self) -> State {
        self.state
    }

    /// The response, now that the state has been saved.
    #[must_use]
    pub fn after_saving(self) -> Response {
        self.response
    }
}

/// How far a response may be from the expected counter and from now.
///
/// Each counter and each step multiplies an attacker's chance per guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tolerance {
    look_ahead: LookAhead,
    past: u8,
    future: u8,
}

/// A side of the window is beyond [`Tolerance::MAX_STEPS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToleranceTooWide;

impl Tolerance {
    /// The expected counter and the current step only.
    pub const NONE: Self = Self {
        look_ahead: LookAhead::NONE,
        past: 0,
        future: 0,
    };
    /// Ten counters ahead and one step to either side.
    pub const DEFAULT: Self = Self {
        look_ahead: LookAhead::DEFAULT,
        past: 1,
        future: 1,
    };
    /// The most steps to one side.
    pub const MAX_STEPS: u8 = 10;

    /// Checks a number of steps before and after the current one.
    ///
    /// # Errors
    /// [`ToleranceTooWide`] if a side has more than [`Tolerance::MAX_STEPS`] steps.
    pub const fn new(
        look_ahead: LookAhead,
        past: u8,
        future: u8,
    ) -> Result<Self, ToleranceTooWide> {
        if past > Self::MAX_STEPS || future > Self::MAX_STEPS {
            return Err(ToleranceTooWide);
        }
        Ok(Self {
            look_ahead,
            past,
            future,
        })
    }

    pub(super) const fn look_ahead(self) -> LookAhead {
        self.look_ahead
    }

    /// The first and the last step; those before step 0 do not exist.
    pub(super) fn steps(self, now: u64) -> (u64, u64) {
        (
            now.saturating_sub(self.past.into()),
            now.saturating_add(self.future.into()),
        )
    }
}

impl Default for Tolerance {
    /// [`Tolerance::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What became of a response.
#[must_use]
#[derive(Debug)]
pub enum Verdict {
    /// Right and fresh. Store [`AcceptedResponse::state`], on condition that the stored one is
    /// still the one that was passed in, and only then act.
    Accepted(AcceptedResponse),
    /// Right, but of a step that is used up: before the last accepted one or, for a signature, of
    /// that one.
    AlreadyUsed,
    /// The response of no counter and step that is tried.
    Mismatch,
    /// Nothing was compared: what we passed in is not what the suite asks for. That is a fault of
    /// ours, and the challenge is used up.
    NotComputed(InputError),
}

/// Proof that a response was right and fresh; only [`Ocra::verify`](super::Ocra::verify) makes one.
///
/// ```compile_fail,E0451
/// use countersign_core::ocra::{AcceptedResponse, Question, State};
/// fn forge(question: Question, state: State) -> AcceptedResponse {
///     AcceptedResponse { question, state }
/// }
/// ```
#[must_use = "a response is used up only once the state is stored"]
#[derive(Debug)]
pub struct AcceptedResponse {
    question: Question,
    state: State,
}

impl AcceptedResponse {
    pub(super) const fn new(question: Question, state: State) -> Self {
        Self { question, state }
    }

    /// The question that it was the response to: what was signed or, for the device of a mutual
    /// exchange, what its own response goes on with.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// What to store.
    pub const fn state(&self) -> State {
        self.state
    }
}

impl fmt::Display for ToleranceTooWide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tolerance has at most 10 steps to each side")
    }
}

impl core::error::Error for ToleranceTooWide {}
