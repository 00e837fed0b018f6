//! The home of what is stored between responses: counter and last step, and the challenge that is
//! waiting for its response.

use core::fmt;

use super::question::{Question, QuestionFormat};
use crate::bytes::{Reader, Writer};
use crate::{DecodeError, Entropy, LastStep};

/// What a device and its verifier each remember of the other, to be stored with a
/// compare-and-swap. A suite without a counter leaves the counter alone, one without the time the
/// last step.
///
/// ```
/// use countersign_core::LastStep;
/// use countersign_core::ocra::State;
///
/// let state = State::new(42, LastStep::NEVER);
/// assert_eq!(State::decode(&state.encode()), Ok(state));
/// ```
#[must_use = "what is not stored does not keep a used response from being used again"]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    next_counter: u64,
    last_step: LastStep,
}

impl State {
    /// A new secret: counter 0, and no response was ever accepted.
    pub const NEW: Self = Self::new(0, LastStep::NEVER);
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = 1 + 8 + 1 + 8;

    /// The state of a device that was verified elsewhere so far.
    pub const fn new(next_counter: u64, last_step: LastStep) -> Self {
        Self {
            next_counter,
            last_step,
        }
    }

    /// The counter that comes next.
    #[must_use]
    pub const fn next_counter(self) -> u64 {
        self.next_counter
    }

    /// The last step that a response was accepted of.
    #[must_use]
    pub const fn last_step(self) -> LastStep {
        self.last_step
    }

    /// The stored form. Big-endian; what is not in use is zero, so each state has one spelling.
    ///
    /// | field | bytes |
    /// |---|---|
    /// | format, 1 | 1 |
    /// | next counter | 8 |
    /// | 1 if a response of some step was ever accepted, else 0 | 1 |
    /// | last step | 8 |
    #[must_use]
    pub fn encode(self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [0; Self::ENCODED_LEN];
        let mut out = Writer::new(&mut stored);
        out.u8(FORMAT);
        out.u64(self.next_counter);
        let last = self.last_step.step();
        out.u8(u8::from(last.is_some()));
        out.u64(last.unwrap_or(0));
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`State::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(stored);
        if from.u8()? != FORMAT {
            return Err(DecodeError);
        }
        let next_counter = from.u64()?;
        let last_step = match (from.u8()?, from.u64()?) {
            (0, 0) => LastStep::NEVER,
            (1, step) => LastStep::at(step),
            _ => return Err(DecodeError),
        };
        from.finish()?;
        Ok(Self::new(next_counter, last_step))
    }
}

/// A question of our own that is waiting for its response, which may come once:
/// [`Ocra::verify`](super::Ocra::verify) takes it by value.
///
/// ```compile_fail,E0382
/// use countersign_core::ocra::{Inputs, Ocra, Challenge, Response, State, Tolerance};
/// # use countersign_core::Sha1;
/// fn guess(ocra: &Ocra<Sha1>, challenge: Challenge, first: &Response, second: &Response) {
///     let inputs = Inputs::NONE;
///     let _ = ocra.verify(challenge, None, first, &inputs, Tolerance::DEFAULT, State::NEW);
///     let _ = ocra.verify(challenge, None, second, &inputs, Tolerance::DEFAULT, State::NEW);
/// }
/// ```
///
/// Where it is stored meanwhile, remove it first, on condition that it is still there, and give it
/// a time after which it is not taken any more.
pub struct Challenge {
    question: Question,
    origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Drawn,
    ToSign,
}

impl Challenge {
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = 1 + 1 + Question::ENCODED_LEN;

    /// Draws a question of the format's full length. Every question is equally likely to within
    /// 2^-50; of the letters, only capitals are drawn.
    ///
    /// Eight decimal digits come up again after some ten thousand draws. Where someone may collect
    /// responses, ask for longer questions, or for the time or a counter as well.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a draw must not serve twice")]
    pub fn issue(format: QuestionFormat, fresh: Entropy) -> Self {
        Self {
            question: Question::draw(format, &fresh),
            origin: Origin::Drawn,
        }
    }

    /// Asks for a signature of `question` (RFC 6287 §7.3).
    ///
    /// The same text is signed alike every time, unless the suite has a counter or the time: put
    /// something into it that never comes again. With the time, each step takes one signature.
    #[must_use]
    pub const fn to_sign(question: Question) -> Self {
        Self {
            question,
            origin: Origin::ToSign,
        }
    }

    /// The question, to be sent to the other side.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// The stored form; each challenge has one spelling.
    ///
    /// | field | bytes |
    /// |---|---|
    /// | format, 1 | 1 |
    /// | 1 if drawn, 2 if to be signed | 1 |
    /// | alphabet: `A`, `N` or `H` | 1 |
    /// | length of the text, 1 to 64 | 1 |
    /// | text, then zeros | 64 |
    #[must_use]
    pub fn encode(&self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [0; Self::ENCODED_LEN];
        let mut out = Writer::new(&mut stored);
        out.u8(FORMAT);
        out.u8(match self.origin {
            Origin::Drawn => 1,
            Origin::ToSign => 2,
        });
        self.question.write(&mut out);
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`Challenge::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(stored);
        if from.u8()? != FORMAT {
            return Err(DecodeError);
        }
        let origin = match from.u8()? {
            1 => Origin::Drawn,
            2 => Origin::ToSign,
            _ => return Err(DecodeError),
        };
        let question = Question::read(&mut from)?;
        from.finish()?;
        Ok(Self { question, origin })
    }

    pub(super) fn into_question(self) -> Question {
        self.question
    }

    /// Whether a response of `step` comes too late. A question that was drawn is asked once, so
    /// several may be answered in one step; what is to be signed may be the same again.
    pub(super) fn is_late(&self, step: u64, last: LastStep) -> bool {
        match self.origin {
            Origin::Drawn => last.step().is_some_and(|last| step < last),
            Origin::ToSign => last.uses_up(step),
        }
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(..)")
    }
}

const FORMAT: u8 = 1;
