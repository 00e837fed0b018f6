//! What a command reports when it fails: the cause, and what to do next.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

/// The end of a command that did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    cause: String,
    next: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Input,
    Obstacle,
}

impl Failure {
    /// What was given is not right: exit code 2.
    pub(crate) fn input(cause: impl Into<String>) -> Self {
        Self {
            kind: Kind::Input,
            cause: cause.into(),
            next: None,
        }
    }

    /// Something stood in the way: exit code 3.
    pub(crate) fn obstacle(cause: impl Into<String>) -> Self {
        Self {
            kind: Kind::Obstacle,
            cause: cause.into(),
            next: None,
        }
    }

    /// Adds an error and those beneath it to the cause.
    pub(crate) fn because(mut self, error: &dyn Error) -> Self {
        let mut beneath = Some(error);
        while let Some(error) = beneath {
            self.cause.push_str(": ");
            self.cause.push_str(&error.to_string());
            beneath = error.source();
        }
        self
    }

    /// Adds what to do about it.
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// What the process ends with.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Input => 2,
            Kind::Obstacle => 3,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "countersign: {}", self.cause)?;
        match &self.next {
            Some(next) => write!(f, "\n  {next}"),
            None => Ok(()),
        }
    }
}

/// What a command writes goes nowhere: a closed pipe, a full disk.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::obstacle("the output cannot be written").because(&error)
    }
}
