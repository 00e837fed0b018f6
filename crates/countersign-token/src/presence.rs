//! The home of asking the person who holds the token.

/// What is asked. Names are those of accounts: bytes of UTF-8, as the host sent them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// Whether a code of this account may be given to the host.
    Calculate(&'a [u8]),
    /// Whether this account may be replaced.
    Overwrite(&'a [u8]),
    /// Whether everything may be erased.
    Reset,
    /// Whether the host may set the key that guards the clock, where there is none yet.
    SetAdminKey,
}

/// What the person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A key was pressed to allow it.
    Allowed,
    /// A key was pressed to refuse it.
    Refused,
    /// Nothing was pressed in time.
    TimedOut,
}

/// Somebody to ask, with a screen and keys.
pub trait Presence {
    /// Shows what is asked and waits for a key, for [`Self::WAIT_SECS`] at most. A key that was
    /// held down before the question is no answer.
    fn ask(&mut self, ask: &Ask<'_>) -> Answer;

    /// The longest wait.
    const WAIT_SECS: u8 = 10;
}
