//! The home of what the display says in words: what happened, and what to do about it.

use super::canvas::{Ink, Op, ROW, Sink};
use super::symbols;
use super::text::Line;

/// Something to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// No account is stored yet.
    Empty,
    /// The time is not known, so no code that depends on it is shown.
    TimeUnset,
    /// The PIN was wrong too often.
    PinLocked,
    /// The host gave a wrong access key too often.
    KeyLocked,
    /// After a wrong PIN the next has to wait.
    Wait {
        /// Seconds that are left.
        left_secs: u32,
    },
    /// The person allowed what was asked.
    Allowed,
    /// The person refused what was asked.
    Refused,
    /// Nobody answered in time.
    TimedOut,
    /// The PIN was set or changed.
    PinSet,
    /// The PIN was removed.
    PinRemoved,
    /// The account does not fit a QR code on this display.
    NoQr,
    /// A counter has no values left.
    CounterUsedUp,
    /// The time is before that of the last code of an account that does not go back.
    WentBack,
    /// The record of an account cannot be read.
    Damaged,
    /// There is no room to store anything more.
    Full,
    /// The storage does not work.
    StorageFault,
}

impl Notice {
    pub(super) fn compose(self, sink: &mut dyn Sink) {
        sink.title(self.title().as_bytes(), &Line::new());
        let mut beside = 1;
        if self.is_locked() {
            let [first, second] = symbols::PADLOCK;
            for (left, rows) in [(3, first), (11, second)] {
                sink.put(Op::Symbol {
                    left,
                    top: 17,
                    rows,
                    ink: Ink::Lit,
                });
            }
            beside = 25;
        }
        let mut top = 14;
        for (nth, line) in self.lines().into_iter().enumerate() {
            let left = if nth < 2 { beside } else { 1 };
            sink.text(left, sink.width(), top, line.as_bytes(), Ink::Lit);
            top = top.wrapping_add(ROW).wrapping_add(2);
        }
        if let Self::Wait { left_secs } = self {
            sink.centred(50, duration(left_secs).as_bytes());
        }
    }

    fn is_locked(self) -> bool {
        matches!(self, Self::PinLocked | Self::KeyLocked | Self::Wait { .. })
    }

    /// 21 columns at most.
    fn title(self) -> &'static str {
        match self {
            Self::Empty => "No accounts",
            Self::TimeUnset => "Time is not set",
            Self::PinLocked => "Locked",
            Self::KeyLocked => "Locked to hosts",
            Self::Wait { .. } => "Wrong PIN",
            Self::Allowed => "Allowed",
            Self::Refused => "Refused",
            Self::TimedOut => "No answer in time",
            Self::PinSet => "PIN is set",
            Self::PinRemoved => "PIN is removed",
            Self::NoQr => "No QR code",
            Self::CounterUsedUp => "Counter used up",
            Self::WentBack => "No code",
            Self::Damaged => "Damaged record",
            Self::Full => "Storage is full",
            Self::StorageFault => "Storage fault",
        }
    }

    /// Lines of 21 columns at most; the first two of 17 beside a padlock.
    fn lines(self) -> [&'static str; 4] {
        match self {
            Self::Empty => [
                "Add one from a host:",
                "",
                "ykman oath",
                "accounts add NAME",
            ],
            Self::TimeUnset => [
                "No code is shown: it",
                "would be wrong. Who",
                "administers the token",
                "has to set its clock.",
            ],
            Self::PinLocked => [
                "The PIN was",
                "wrong too often.",
                "This erases all:",
                "ykman oath reset",
            ],
            Self::KeyLocked => [
                "The password was",
                "wrong too often.",
                "This erases all:",
                "ykman oath reset",
            ],
            Self::Wait { .. } => ["Wait before the", "next try.", "", ""],
            Self::Allowed => ["The host has its", "answer.", "", ""],
            Self::Refused | Self::TimedOut => ["Nothing was done.", "", "", ""],
            Self::PinSet => ["It is asked for when", "the power comes.", "", ""],
            Self::PinRemoved => ["Whoever holds the", "token can use it.", "", ""],
            Self::NoQr => [
                "The account does not",
                "fit a QR code on this",
                "display.",
                "",
            ],
            Self::CounterUsedUp => [
                "This account has no",
                "codes left. Delete it",
                "and add a new one.",
                "",
            ],
            Self::WentBack => [
                "The time is before",
                "that of the last code",
                "of this account.",
                "",
            ],
            Self::Damaged => [
                "This account cannot",
                "be read. The others",
                "are not affected.",
                "",
            ],
            Self::Full => ["Delete an account", "from a host first.", "", ""],
            Self::StorageFault => ["The storage does not", "answer. Nothing was", "done.", ""],
        }
    }
}

/// Minutes and seconds.
fn duration(secs: u32) -> Line {
    Line::new()
        .number(secs / 60)
        .text(":")
        .figures(secs % 60, 2)
}
