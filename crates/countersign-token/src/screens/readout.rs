//! The home of what a token reads out: codes, the time, its capacity.

use countersign_core::Code;

use super::canvas::{Area, COLUMN, Ink, Op, ROW, Sink};
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
    pub(super) fn compose(&self, sink: &mut dyn Sink) {
        let (issuer, label) = text::parts(self.name);
        let title = issuer.unwrap_or(match self.shown {
            Shown::Timed { .. } => b"Code",
            _ => b"Next code",
        });
        sink.title(title, &Line::new());
        sink.centred(14, label);
        match self.shown {
            Shown::OnRequest(digits) => {
                let dashes = [b'-'; 10];
                code_figures(sink, dashes.get(..usize::from(digits)).unwrap_or(&dashes));
                sink.key(0, "SELECT", "show code");
            }
            Shown::Counter(code) => {
                code_figures(sink, code.as_str().as_bytes());
                sink.key(0, "SELECT", "next code");
            }
            Shown::Timed {
                code,
                left_secs,
                period_secs,
            } => {
                code_figures(sink, code.as_str().as_bytes());
                countdown(sink, 54, left_secs, period_secs);
            }
        }
    }
}

/// The figures of a code in the middle of the display, in two groups.
fn code_figures(sink: &mut dyn Sink, code: &[u8]) {
    const GAP: i32 = 8;
    let len = i32::try_from(code.len()).unwrap_or(0);
    let between = figures::ADVANCE.wrapping_sub(figures::WIDTH);
    let width = len
        .wrapping_mul(figures::ADVANCE)
        .wrapping_add(GAP)
        .wrapping_sub(between);
    let left = sink.width().wrapping_sub(width).max(0) / 2;
    let half = code.len() / 2;
    let first = code.get(..half).unwrap_or(&[]);
    let second = code.get(half..).unwrap_or(&[]);
    let next = sink.figures(left, 27, first);
    sink.figures(next.wrapping_add(GAP), 27, second);
}

/// A bar that gets shorter, and the seconds that are left beside it.
pub(super) fn countdown(sink: &mut dyn Sink, top: i32, left_secs: u32, whole_secs: u32) {
    let words = Line::new().number(left_secs).text("s");
    let room = COLUMN.wrapping_mul(4);
    let area = Area {
        left: 2,
        top: top.wrapping_add(1),
        width: sink.width().wrapping_sub(room).wrapping_sub(6),
        height: 7,
    };
    sink.gauge(area, left_secs, whole_secs);
    let width = text::columns(words.as_bytes()).wrapping_mul(COLUMN);
    let edge = sink.width().wrapping_sub(1);
    sink.text(
        edge.wrapping_sub(width),
        edge,
        top,
        words.as_bytes(),
        Ink::Lit,
    );
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
    pub(super) fn compose(&self, sink: &mut dyn Sink) {
        sink.title(b"Clock", &Line::new().text("UTC"));
        let width = figures::ADVANCE
            .wrapping_mul(6)
            .wrapping_add(COLON_ADVANCE.wrapping_mul(2));
        let mut left = sink.width().wrapping_sub(width).max(0) / 2;
        for (part, last) in [
            (self.now.hour(), false),
            (self.now.minute(), false),
            (self.now.second(), true),
        ] {
            let line = Line::new().figures(u32::from(part), 2);
            left = sink.figures(left, 15, line.as_bytes());
            if !last {
                sink.put(Op::Symbol {
                    left,
                    top: 15,
                    rows: symbols::COLON,
                    ink: Ink::Lit,
                });
                left = left.wrapping_add(COLON_ADVANCE);
            }
        }
        let date = Line::new()
            .figures(u32::from(self.now.year()), 4)
            .text("-")
            .figures(u32::from(self.now.month()), 2)
            .text("-")
            .figures(u32::from(self.now.day()), 2);
        sink.centred(41, date.as_bytes());
        sink.centred(53, self.synced().as_bytes());
    }

    /// Since when the clock goes by itself: in the largest unit of which there are two.
    fn synced(&self) -> Line {
        let secs = self.synced_secs_ago;
        let (count, unit) = match secs {
            0..60 => return Line::new().text("Synced just now"),
            60..7_200 => (secs / 60, " min ago"),
            7_200..172_800 => (secs / 3_600, " h ago"),
            _ => (secs / 86_400, " days ago"),
        };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Line::new().text("Synced ").number(count).text(unit)
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
    pub(super) fn compose(&self, sink: &mut dyn Sink) {
        let percent = number(self.used)
            .checked_mul(100)
            .and_then(|used| used.checked_div(number(self.capacity)))
            .unwrap_or(100)
            .min(100);
        sink.title(b"Storage", &Line::new().number(percent).text("% used"));
        let accounts = Line::new()
            .number(number(self.accounts))
            .text(" of ")
            .number(number(self.most_accounts))
            .text(" accounts");
        sink.text(2, sink.width(), 14, accounts.as_bytes(), Ink::Lit);
        gauge(sink, 25, self.accounts, self.most_accounts);
        let bytes = kib(kib(Line::new(), self.used).text(" of "), self.capacity).text(" KiB");
        sink.text(2, sink.width(), 35, bytes.as_bytes(), Ink::Lit);
        gauge(sink, 46, self.used, self.capacity);
        if self.damaged > 0 {
            let damaged = Line::new().number(number(self.damaged)).text(" damaged");
            let top = sink.height().wrapping_sub(ROW);
            sink.text(2, sink.width(), top, damaged.as_bytes(), Ink::Lit);
        }
    }
}

fn gauge(sink: &mut dyn Sink, top: i32, part: usize, whole: usize) {
    let width = sink.width().wrapping_sub(4);
    sink.gauge(
        Area {
            left: 2,
            top,
            width,
            height: 7,
        },
        number(part),
        number(whole),
    );
}

/// Bytes in units of 1,024, to a tenth, rounded down.
fn kib(line: Line, bytes: usize) -> Line {
    let tenths = number(bytes).saturating_mul(10) / 1_024;
    line.number(tenths / 10).text(".").number(tenths % 10)
}
