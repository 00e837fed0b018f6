//! The home of OCRA (RFC 6287): responses to questions, one-way, mutual and as signatures, over
//! suites that name their inputs.
//!
//! Each side puts a [`Question`] to the other and computes a [`Response`] to what it was asked. A
//! device:
//!
//! ```
//! use countersign_core::ocra::{Inputs, Ocra, Question, State, Suite};
//! use countersign_core::{Sha256, SharedSecret};
//!
//! let suite = Suite::parse("OCRA-1:HOTP-SHA256-8:QA08")?;
//! let secret = SharedSecret::from_bytes(b"12345678901234567890123456789012")?;
//! let ocra = Ocra::<Sha256>::new(&secret, suite)?;
//! let asked = Question::parse(suite.question, "SIG10000")?;
//! let next = ocra.respond(&asked, None, &Inputs::NONE, State::NEW)?;
//! let save = next.state(); // Save it; then show the response.
//! assert_eq!(next.after_saving().as_str(), "53095496");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! A verifier:
//!
//! ```
//! # use countersign_core::ocra::{Challenge, Inputs, Ocra, Response, State, Suite};
//! # use countersign_core::ocra::{Tolerance, Verdict};
//! # use countersign_core::{Entropy, Sha256, SharedSecret};
//! # let suite = Suite::parse("OCRA-1:HOTP-SHA256-8:QA08")?;
//! # let secret = SharedSecret::from_bytes(b"12345678901234567890123456789012")?;
//! # let fresh = Entropy::from_bytes([7; Entropy::LEN]);
//! let ocra = Ocra::<Sha256>::new(&secret, suite)?;
//! let challenge = Challenge::issue(suite.question, fresh);
//! // Send `challenge.question()`, and wait for the response.
//! let typed = Response::parse(&suite, "1234 5678")?;
//! match ocra.verify(challenge, None, &typed, &Inputs::NONE, Tolerance::DEFAULT, State::NEW) {
//!     Verdict::Accepted(accepted) => drop(accepted.state()), // Save it; then let the user in.
//!     Verdict::AlreadyUsed | Verdict::Mismatch => {}         // Count it, refuse.
//!     Verdict::NotComputed(error) => return Err(error.into()), // Our inputs are not the suite's.
//! }
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! In a mutual exchange (§7.2) both have a question. Whoever computes a response passes what it was
//! asked and its own question after it; whoever verifies passes its own [`Challenge`] and the
//! other's question. The device answers once it has an [`AcceptedResponse`] of the server's, with
//! [`AcceptedResponse::question`] as its own question.

use core::fmt;

use subtle::{Choice, ConditionallySelectable};

use crate::{Algorithm, Keyed, LookAhead, SharedSecret, Tag, UnixTime};

mod any;
mod pin;
mod question;
mod response;
mod state;
mod suite;
mod verdict;

pub use any::AnyOcra;
pub use pin::{PinHash, PinHashLength};
pub use question::{Alphabet, Question, QuestionError, QuestionFormat};
pub use response::{Response, ResponseError};
pub use state::{Challenge, State};
pub use suite::{ResponseLength, SessionLength, Suite, SuiteError, SuiteText, TimeStep, TimeUnit};
pub use verdict::{AcceptedResponse, NextResponse, Tolerance, ToleranceTooWide, Verdict};

use question::HASHED_LEN;

/// Generates and verifies the responses of one secret in one suite.
///
/// `A` is the suite's hash, so that a program links no other; [`AnyOcra`] chooses at run time. A
/// mutual exchange may have a suite for each direction, and takes an `Ocra` for each.
#[derive(Clone, Debug)]
pub struct Ocra<A: Algorithm> {
    key: Keyed<A>,
    suite: Suite,
}

/// The suite asks for another hash than the type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongAlgorithm;

/// What goes into a response besides questions and counter: exactly what the suite asks for.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The hashed PIN (`P`).
    pub pin: Option<&'a PinHash>,
    /// The session information (`S`), of the very length that the suite says. Some senders fill a
    /// shorter one up with zeros in front, as the reference code of RFC 6287 does.
    pub session: Option<&'a [u8]>,
    /// The time (`T`).
    pub now: Option<UnixTime>,
}

impl Inputs<'_> {
    /// Nothing besides questions and counter.
    pub const NONE: Self = Self {
        pin: None,
        session: None,
        now: None,
    };
}

/// The inputs are not what the suite asks for. Named for the first that is missing, not asked for,
/// or of the wrong kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputError {
    /// A question has another alphabet than the suite's, or is longer.
    Question,
    /// The counter; or there is none after it.
    Counter,
    /// The PIN; or it was hashed by another algorithm.
    Pin,
    /// The session information; or it has another length.
    Session,
    /// The time.
    Time,
}

impl<A: Algorithm> Ocra<A> {
    /// Prepares a secret for a suite.
    ///
    /// # Errors
    /// [`WrongAlgorithm`] if the suite's hash is not `A`.
    pub fn new(secret: &SharedSecret, suite: Suite) -> Result<Self, WrongAlgorithm> {
        if suite.algorithm != A::ID {
            return Err(WrongAlgorithm);
        }
        Ok(Self::of(secret, suite))
    }

    /// The suite.
    #[must_use]
    pub const fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The response of a device, and the state to save before it is shown: with a suite that has a
    /// counter, every response takes the next one (RFC 6287 §5.1).
    ///
    /// `asked` is what the other side asked or wants signed, `own` what we asked it in a mutual
    /// exchange.
    ///
    /// # Errors
    /// [`InputError`], among it [`InputError::Counter`] once all are used: `u64::MAX` is not taken.
    pub fn respond(
        &self,
        asked: &Question,
        own: Option<&Question>,
        inputs: &Inputs<'_>,
        state: State,
    ) -> Result<NextResponse, InputError> {
        let counter = self.suite.counter.then_some(state.next_counter());
        let next = match counter {
            Some(counter) => counter.checked_add(1).ok_or(InputError::Counter)?,
            None => state.next_counter(),
        };
        let response = self.generate(asked, own, inputs, counter)?;
        Ok(NextResponse::new(
            response,
            State::new(next, state.last_step()),
        ))
    }

    /// The response with a given counter, for those who keep count themselves. A server's response
    /// in a mutual exchange does not use its counter up: that happens when the device's is accepted
    /// (RFC 6287 §5.1).
    ///
    /// # Errors
    /// [`InputError`].
    pub fn generate(
        &self,
        asked: &Question,
        own: Option<&Question>,
        inputs: &Inputs<'_>,
        counter: Option<u64>,
    ) -> Result<Response, InputError> {
        self.check(asked, own, inputs)?;
        if counter.is_some() != self.suite.counter {
            return Err(InputError::Counter);
        }
        let step = self.step_at(inputs);
        let questions = question::hashed(asked, own);
        Ok(self.response(&questions, inputs, counter, step))
    }

    /// Looks for a response to our challenge at the expected counter and up to the look-ahead
    /// beyond it, and in the steps around now, as far as the suite has them.
    ///
    /// `peer` is what the other side asked us in a mutual exchange.
    ///
    /// The work is the same wherever the response is found, or if it is not. Should it be right for
    /// several counters and steps, the latest counts. `u64::MAX` has no next counter and is never
    /// accepted. The widest [`Tolerance`] costs 2121 tags with a suite that has both.
    pub fn verify(
        &self,
        challenge: Challenge,
        peer: Option<&Question>,
        response: &Response,
        inputs: &Inputs<'_>,
        tolerance: Tolerance,
        state: State,
    ) -> Verdict {
        if let Err(error) = self.check(challenge.question(), peer, inputs) {
            return Verdict::NotComputed(error);
        }
        let questions = question::hashed(challenge.question(), peer);
        let (first, last) = match self.step_at(inputs) {
            Some(now) => tolerance.steps(now),
            None => (0, 0),
        };
        let mut found = Found::nothing();
        for ahead in 0..=self.look_ahead(tolerance).get() {
            let Some(counter) = self.counter(state, ahead) else {
                break;
            };
            for step in first..=last {
                let counter_input = self.suite.counter.then_some(counter);
                let step_input = self.suite.time_step.map(|_| step);
                let computed = self.response(&questions, inputs, counter_input, step_input);
                let late = step_input.is_some() && challenge.is_late(step, state.last_step());
                found.note(computed.ct_eq(response), late, counter, step);
            }
        }
        self.verdict(&found, challenge, state)
    }

    pub(super) fn of(secret: &SharedSecret, suite: Suite) -> Self {
        Self {
            key: Keyed::of(secret),
            suite,
        }
    }

    fn look_ahead(&self, tolerance: Tolerance) -> LookAhead {
        if self.suite.counter {
            tolerance.look_ahead()
        } else {
            LookAhead::NONE
        }
    }

    /// The counter so far ahead of the expected one, if there is one and it has a next. Without a
    /// counter in the suite it is only carried along.
    fn counter(&self, state: State, ahead: u8) -> Option<u64> {
        let counter = state.next_counter().checked_add(ahead.into())?;
        (!self.suite.counter || counter < u64::MAX).then_some(counter)
    }

    fn verdict(&self, found: &Found, challenge: Challenge, state: State) -> Verdict {
        if found.late.into() {
            return Verdict::AlreadyUsed;
        }
        if !bool::from(found.matched) {
            return Verdict::Mismatch;
        }
        let counter = if self.suite.counter {
            found.counter.saturating_add(1)
        } else {
            state.next_counter()
        };
        let last_step = if self.suite.time_step.is_some() {
            crate::LastStep::at(found.step)
        } else {
            state.last_step()
        };
        Verdict::Accepted(AcceptedResponse::new(
            challenge.into_question(),
            State::new(counter, last_step),
        ))
    }

    /// Whether the inputs are what the suite asks for.
    fn check(
        &self,
        first: &Question,
        second: Option<&Question>,
        inputs: &Inputs<'_>,
    ) -> Result<(), InputError> {
        let suite = &self.suite;
        if !first.fits(suite.question) || !second.is_none_or(|second| second.fits(suite.question)) {
            return Err(InputError::Question);
        }
        if inputs.pin.map(PinHash::algorithm) != suite.pin {
            return Err(InputError::Pin);
        }
        let session = suite.session.map(|length| usize::from(length.get()));
        if inputs.session.map(<[u8]>::len) != session {
            return Err(InputError::Session);
        }
        if inputs.now.is_some() != suite.time_step.is_some() {
            return Err(InputError::Time);
        }
        Ok(())
    }

    fn step_at(&self, inputs: &Inputs<'_>) -> Option<u64> {
        self.suite
            .time_step
            .zip(inputs.now)
            .map(|(step, now)| step.at(now))
    }

    fn response(
        &self,
        questions: &[u8; HASHED_LEN],
        inputs: &Inputs<'_>,
        counter: Option<u64>,
        step: Option<u64>,
    ) -> Response {
        let tag = self.tag(questions, inputs, counter, step);
        Response::of(&tag, &self.suite)
    }

    /// The tag of the data input (RFC 6287 §5.1): suite, a zero byte, C, Q, P, S and T.
    fn tag(
        &self,
        questions: &[u8; HASHED_LEN],
        inputs: &Inputs<'_>,
        counter: Option<u64>,
        step: Option<u64>,
    ) -> Tag<A> {
        let (counter, step) = (counter.map(u64::to_be_bytes), step.map(u64::to_be_bytes));
        self.key.mac(&[
            self.suite.to_text().as_bytes(),
            &[0],
            counter.as_ref().map_or(&[], <[u8; 8]>::as_slice),
            questions,
            inputs.pin.map_or(&[], PinHash::as_bytes),
            inputs.session.unwrap_or_default(),
            step.as_ref().map_or(&[], <[u8; 8]>::as_slice),
        ])
    }
}

/// What a search came to, to be looked at only when it is over.
struct Found {
    matched: Choice,
    /// A step that is used up matched.
    late: Choice,
    counter: u64,
    step: u64,
}

impl Found {
    fn nothing() -> Self {
        Self {
            matched: Choice::from(0),
            late: Choice::from(0),
            counter: 0,
            step: 0,
        }
    }

    fn note(&mut self, matched: Choice, late: bool, counter: u64, step: u64) {
        self.matched |= matched;
        self.late |= matched & Choice::from(u8::from(late));
        self.counter.conditional_assign(&counter, matched);
        self.step.conditional_assign(&step, matched);
    }
}

impl fmt::Display for WrongAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the suite asks for another hash")
    }
}

impl core::error::Error for WrongAlgorithm {}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Question => "a question is not one of the suite's",
            Self::Counter => "the counter is not what the suite asks for, or used up",
            Self::Pin => "the PIN is not what the suite asks for",
            Self::Session => "the session information is not what the suite asks for",
            Self::Time => "the time is not what the suite asks for",
        })
    }
}

impl core::error::Error for InputError {}
