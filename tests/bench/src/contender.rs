//! The home of the contender: one implementation of one operation, ready to be run.

use std::hint::black_box;

use crate::inputs;

/// Whose implementation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `countersign-core`, or an engine for it.
    Ours,
    /// The least that could be done: no crate, but the parts that crates are made of.
    Floor,
    /// Another crate.
    Peer,
}

impl Kind {
    /// As it stands in outputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Floor => "floor",
            Self::Peer => "peer",
        }
    }
}

/// What one run of an operation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A code as a number.
    Number(u64),
    /// A code, or a URI, as text.
    Text(String),
    /// Whether a code was taken.
    Accepted(bool),
    /// Nothing that could be compared with others.
    Done,
}

/// One implementation of one operation.
pub struct Contender {
    /// The crate, or what the floor consists of.
    pub name: &'static str,
    /// Whose it is.
    pub kind: Kind,
    work: Box<dyn Work>,
}

impl Contender {
    /// `run` is what is timed, given the counter; `show` says what came out, untimed.
    pub fn new<T: 'static>(
        kind: Kind,
        name: &'static str,
        run: impl FnMut(u64) -> T + 'static,
        show: impl Fn(T) -> Answer + 'static,
    ) -> Self {
        Self {
            name,
            kind,
            work: Box::new(Pair { run, show }),
        }
    }

    /// An operation that gives a code as a number.
    pub fn number<T: Into<u64> + 'static>(
        kind: Kind,
        name: &'static str,
        run: impl FnMut(u64) -> T + 'static,
    ) -> Self {
        Self::new(kind, name, run, |number| Answer::Number(number.into()))
    }

    /// An operation that gives a code as ASCII text.
    pub fn text<T: AsRef<[u8]> + 'static>(
        kind: Kind,
        name: &'static str,
        run: impl FnMut(u64) -> T + 'static,
    ) -> Self {
        Self::new(kind, name, run, |text| {
            Answer::Text(String::from_utf8_lossy(text.as_ref()).into_owned())
        })
    }

    /// An operation that judges a code.
    pub fn accepted(
        kind: Kind,
        name: &'static str,
        run: impl FnMut(u64) -> bool + 'static,
    ) -> Self {
        Self::new(kind, name, run, Answer::Accepted)
    }

    /// Runs `times` times, each time with another counter from [`inputs::FIRST`] on.
    pub fn run(&mut self, times: u64) {
        self.work.run(times.min(inputs::COUNTERS));
    }

    /// Runs once, with this counter, and says what came out.
    pub fn answer(&mut self, counter: u64) -> Answer {
        self.work.answer(counter)
    }
}

/// The loop is behind the dynamic call, not around it.
trait Work {
    fn run(&mut self, times: u64);
    fn answer(&mut self, counter: u64) -> Answer;
}

struct Pair<R, S> {
    run: R,
    show: S,
}

impl<T, R: FnMut(u64) -> T, S: Fn(T) -> Answer> Work for Pair<R, S> {
    fn run(&mut self, times: u64) {
        for counter in inputs::FIRST..inputs::FIRST + times {
            black_box((self.run)(black_box(counter)));
        }
    }

    fn answer(&mut self, counter: u64) -> Answer {
        (self.show)((self.run)(counter))
    }
}
