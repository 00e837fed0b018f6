//! The home of what a token reads out: codes, the time, its capacity.

use countersign_core::Code;

use super::canvas::{Area, Canvas, Ink, ROW, scaled};
use super::list::number;
use super::text::{self, Line};
use super::{figures, symbols};
use crate::Calendar;

/// An account with its code, or without it as long as nobody asked for one.
#[derive(Clone, Copy)]
pub struct AccountCode<'a> {
    /// Name of the account, without the period that YKOATH puts before it.
    pub name: &'a [u8],
    /// What is shown of its code.
    pub shown: Shown<'a>,
}

/// What is shown of a code.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// None yet, of this many figures: the person has to ask for one, as with a counter it is
    /// used up by that.
    OnRequest(u8),
    /// A code of a counter, good until it is used.
    Counter(&'a Code),
    /// A code of the time.
    Timed {
        /// The code.
        code: &'a Code,
        /// Seconds that it is still good, 1 to `period_secs`.
        left_secs: u32,
        /// How long each code is good.
        period_secs: u32,
    },
}

impl AccountCode<'_> {
    pub(super) fn compose(&self, canvas: &mut Canvas<'_>) {
        let (issuer, label) = text::parts(self.name);
        let unnamed: &[u8] = match self.shown {
            Shown::Timed { .. } => b"Code",
            _ => b"Next code",
        };
        canvas.title(issuer.unwrap_or(unnamed), &[]);
        canvas.centred(14, label);
        let dashes = [b'-'; 10];
        let code = match self.shown {
            Shown::OnRequest(digits) => dashes.get(..digits.into()).unwrap_or(&dashes),
            Shown::Counter(code) | Shown::Timed { code, .. } => code.as_bytes(),
        };
        code_figures(canvas, code);
        match self.shown {
            Shown::OnRequest(_) => canvas.key(0, "SELECT", "show code"),
            Shown::Counter(_) => canvas.key(0, "SELECT", "next code"),
            Shown::Timed {
                left_secs,
                period_secs,
                ..
            } => canvas.countdown(54, left_secs, period_secs),
        }
    }
}

/// The figures of a code in the middle of the display, in two groups.
fn code_figures(canvas: &mut Canvas<'_>, code: &[u8]) {
    const GAP: i32 = 8;
    let len = i32::try_from(code.len()).unwrap_or(0);
    let between = figures::ADVANCE.wrapping_sub(figures::WIDTH);
    let width = len
        .wrapping_mul(figures::ADVANCE)
        .wrapping_add(GAP)
        .wrapping_sub(between);
    let left = canvas.width.wrapping_sub(width).max(0) / 2;
    let half = code.len() / 2;
    let first = code.get(..half).unwrap_or(&[]);
    let second = code.get(half..).unwrap_or(&[]);
    let next = canvas.figures(left, 27, first);
    canvas.figures(next.wrapping_add(GAP), 27, second);
}

/// The time that codes are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockFace {
    /// Now, in UTC.
    pub now: Calendar,
    /// Seconds since it was last set.
    pub synced_secs_ago: u64,
}

impl ClockFace {
    pub(super) fn compose(&self, canvas: &mut Canvas<'_>) {
        canvas.title(b"Clock", b"UTC");
        let width = figures::ADVANCE
            .wrapping_mul(6)
            .wrapping_add(COLON_ADVANCE.wrapping_mul(2));
        let mut left = canvas.width.wrapping_sub(width).max(0) / 2;
        for (nth, part) in [self.now.hour(), self.now.minute(), self.now.second()]
            .into_iter()
            .enumerate()
        {
            if nth > 0 {
                canvas.symbol(left, 15, symbols::COLON, Ink::Lit);
                left = left.wrapping_add(COLON_ADVANCE);
            }
            let mut line = Line::new();
            line.figures(part.into(), 2);
            left = canvas.figures(left, 15, line.as_bytes());
        }
        let mut line = Line::new();
        line.figures(self.now.year().into(), 4).text("-");
        line.figures(self.now.month().into(), 2).text("-");
        line.figures(self.now.day().into(), 2);
        canvas.centred(41, line.as_bytes());
        canvas.centred(53, self.synced().as_bytes());
    }

    /// Since when the clock goes by itself: in the largest unit of which there are two.
    fn synced(&self) -> Line {
        let secs = u32::try_from(self.synced_secs_ago).unwrap_or(u32::MAX);
        let mut line = Line::new();
        line.text("Synced ");
        let (count, unit) = match secs {
            0..60 => {
                line.text("just now");
                return line;
            }
            60..7_200 => (secs / 60, " min ago"),
            7_200..172_800 => (secs / 3_600, " h ago"),
            _ => (secs / 86_400, " days ago"),
        };
        line.number(count).text(unit);
        line
    }
}

/// From a colon to the next figure.
const COLON_ADVANCE: i32 = 7;

/// How full a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Accounts that are stored.
    pub accounts: usize,
    /// Accounts that can be stored.
    pub most_accounts: usize,
    /// Bytes in use.
    pub used: usize,
    /// Bytes that can be used.
    pub capacity: usize,
    /// Records that cannot be read any more.
    pub damaged: usize,
}

impl Storage {
    pub(super) fn compose(&self, canvas: &mut Canvas<'_>) {
        let used = number(self.used);
        let capacity = number(self.capacity);
        let mut line = Line::new();
        line.number(scaled(used, 100, capacity).min(100))
            .text("% used");
        canvas.title(b"Storage", line.as_bytes());

        let accounts = number(self.accounts);
        let most_accounts = number(self.most_accounts);
        line = Line::new();
        line.number(accounts).text(" of ");
        line.number(most_accounts).text(" accounts");
        canvas.text(2, 14, line.as_bytes());
        gauge(canvas, 25, accounts, most_accounts);

        line = Line::new();
        kib(&mut line, used).text(" of ");
        kib(&mut line, capacity).text(" KiB");
        canvas.text(2, 35, line.as_bytes());
        gauge(canvas, 46, used, capacity);

        if self.damaged > 0 {
            line = Line::new();
            line.number(number(self.damaged)).text(" damaged");
            canvas.text(2, canvas.height.wrapping_sub(ROW), line.as_bytes());
        }
    }
}

fn gauge(canvas: &mut Canvas<'_>, top: i32, part: u32, whole: u32) {
    let width = canvas.width.wrapping_sub(4);
    canvas.gauge(Area::new(2, top, width, 7), part, whole);
}

/// Bytes in units of 1,024, to a tenth, rounded down.
fn kib(line: &mut Line, bytes: u32) -> &mut Line {
    let tenths = bytes.saturating_mul(10) / 1_024;
    line.number(tenths / 10).text(".").number(tenths % 10)
}
