//! The home of what the display says in words: what happened, and what to do about it.

use super::canvas::{Canvas, ROW};
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
    pub(super) fn compose(self, canvas: &mut Canvas<'_>) {
        let is_locked = matches!(self, Self::PinLocked | Self::KeyLocked | Self::Wait { .. });
        // The padlock is beside two lines.
        let left = if is_locked { 25 } else { 1 };
        canvas.page(self.words(), left, 14, ROW.wrapping_add(2));
        if is_locked {
            canvas.glyph(3, 17, symbols::PADLOCK_LEFT);
            canvas.glyph(11, 17, symbols::PADLOCK_RIGHT);
        }
        if let Self::Wait { left_secs } = self {
            let time = Line::of("#:@", &[left_secs / 60, left_secs % 60]);
            canvas.centred(50, time.as_bytes());
        }
    }

    /// A title, and lines of 21 columns at most; the first two of 17 beside a padlock.
    fn words(self) -> &'static str {
        match self {
            Self::Empty => "No accounts\nAdd one from a host:\n\nykman oath\naccounts add NAME",
            Self::TimeUnset => {
                "Time is not set\nNo code is shown: it\nwould be wrong. Who\n\
                administers the token\nhas to set its clock."
            }
            Self::PinLocked => {
                "Locked\nThe PIN was\nwrong too often.\nThis erases all:\nykman oath reset"
            }
            Self::KeyLocked => {
                "Locked to hosts\nThe password was\nwrong too often.\nThis erases all:\n\
                ykman oath reset"
            }
            Self::Wait { .. } => "Wrong PIN\nWait before the\nnext try.",
            Self::Allowed => "Allowed\nThe host has its\nanswer.",
            Self::Refused => "Refused\nNothing was done.",
            Self::TimedOut => "No answer in time\nNothing was done.",
            Self::PinSet => "PIN is set\nIt is asked for when\nthe power comes.",
            Self::PinRemoved => "PIN is removed\nWhoever holds the\ntoken can use it.",
            Self::NoQr => "No QR code\nThe account does not\nfit a QR code on this\ndisplay.",
            Self::CounterUsedUp => {
                "Counter used up\nThis account has no\ncodes left. Delete it\nand add a new one."
            }
            Self::WentBack => {
                "No code\nThe time is before\nthat of the last code\nof this account."
            }
            Self::Damaged => {
                "Damaged record\nThis account cannot\nbe read. The others\nare not affected."
            }
            Self::Full => "Storage is full\nDelete an account\nfrom a host first.",
            Self::StorageFault => "Storage fault\nThe storage does not\nanswer. Nothing was\ndone.",
        }
    }
}
