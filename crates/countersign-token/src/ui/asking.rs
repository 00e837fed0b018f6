//! The home of questions that wait for a key.

use crate::buttons::passed;
use crate::screens::{Prompt, Question, Screen};
use crate::{Answer, Ask, Button};

/// A question that waits for a key: what an implementation of [`Presence`](crate::Presence) shows
/// and asks between its beginning and its answer.
///
/// Select allows, Left refuses, any other key is none of the two. Call
/// [`Buttons::ignore_held`](crate::Buttons::ignore_held) before the first key is taken.
///
/// ```
/// use countersign_token::{Answer, Ask, Asking, Button};
///
/// let asking = Asking::new(Ask::Calculate(b"ACME:alice"), 10, 5_000);
/// assert_eq!(asking.press(Button::Up), None);
/// assert_eq!(asking.press(Button::Select), Some(Answer::Allowed));
/// assert_eq!(asking.wait(14_999), None);
/// assert_eq!(asking.wait(15_000), Some(Answer::TimedOut));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    question: Question<'a>,
    wait_secs: u8,
    since_millis: u64,
}

impl<'a> Asking<'a> {
    /// Asks from `uptime_millis` on, for `wait_secs`.
    #[must_use]
    pub const fn new(ask: Ask<'a>, wait_secs: u8, uptime_millis: u64) -> Self {
        Self::of(Question::Host(ask), wait_secs, uptime_millis)
    }

    pub(super) const fn of(question: Question<'a>, wait_secs: u8, since_millis: u64) -> Self {
        Self {
            question,
            wait_secs,
            since_millis,
        }
    }

    /// What this key says to it, if anything.
    #[must_use]
    pub const fn press(&self, button: Button) -> Option<Answer> {
        Self::answer(button)
    }

    /// What a key says to any question.
    pub(super) const fn answer(button: Button) -> Option<Answer> {
        match button {
            Button::Select => Some(Answer::Allowed),
            Button::Left => Some(Answer::Refused),
            Button::Up | Button::Down | Button::Right => None,
        }
    }

    /// Whether the time to answer is over.
    #[must_use]
    pub fn wait(&self, uptime_millis: u64) -> Option<Answer> {
        (self.left_millis(uptime_millis) == 0).then_some(Answer::TimedOut)
    }

    /// The question with the seconds that are left, a started one counted.
    #[must_use]
    pub fn screen(&self, uptime_millis: u64) -> Screen<'a> {
        Screen::Prompt(Prompt {
            question: self.question,
            left_secs: self.left_millis(uptime_millis).div_ceil(1_000),
            wait_secs: u32::from(self.wait_secs),
        })
    }

    fn left_millis(&self, uptime_millis: u64) -> u32 {
        u32::from(self.wait_secs)
            .saturating_mul(1_000)
            .saturating_sub(passed(self.since_millis, uptime_millis))
    }
}
