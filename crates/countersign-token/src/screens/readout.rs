//! The home of what a token reads out: codes, the time, its capacity.

use countersign_core::Code;

use super::canvas::{Canvas, ROW, scaled};
use super::figures;
use super::list::number;
use super::text::{self, Line};
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
        let dashes = [figures::DASH; 10];
        let (unnamed, code, does): (&str, &[u8], _) = match self.shown {
            Shown::OnRequest(digits) => {
                let dashes = dashes.get(..digits.into()).unwrap_or(&dashes);
                ("Next code", dashes, "show code")
            }
            Shown::Counter(code) => ("Next code", code.as_bytes(), "next code"),
            Shown::Timed { code, .. } => ("Code", code.as_bytes(), ""),
        };
        canvas.title(issuer.unwrap_or(unnamed.as_bytes()), &[]);
        canvas.centred(14, label);
        code_figures(canvas, code);
        match self.shown {
            Shown::Timed {
                left_secs,
                period_secs,
                ..
            } => canvas.countdown(54, left_secs, period_secs),
            _ => canvas.key(0, "SELECT", does),
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
        let colons = figures::COLON_ADVANCE.wrapping_mul(2);
        let width = figures::ADVANCE.wrapping_mul(6).wrapping_add(colons);
        let left = canvas.width.wrapping_sub(width).max(0) / 2;
        let now = &self.now;
        let time = [now.hour().into(), now.minute().into(), now.second().into()];
        canvas.figures(left, 15, Line::of("@:@:@", &time).as_bytes());
        let date = [now.year().into(), now.month().into(), now.day().into()];
        canvas.centred(41, Line::of("@-@-@", &date).as_bytes());
        canvas.centred(53, self.synced().as_bytes());
    }

    /// Since when the clock goes by itself: in the largest unit of which there are two.
    fn synced(&self) -> Line {
        let secs = u32::try_from(self.synced_secs_ago).unwrap_or(u32::MAX);
        let (words, unit) = match secs {
            0..60 => ("Synced just now", 1),
            60..7_200 => ("Synced # min ago", 60),
            7_200..172_800 => ("Synced # h ago", 3_600),
            _ => ("Synced # days ago", 86_400),
        };
        Line::of(words, &[secs.checked_div(unit).unwrap_or(0)])
    }
}

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
        let part = scaled(used, 100, capacity).unsigned_abs();
        canvas.title(b"Storage", Line::of("#% used", &[part]).as_bytes());

        let accounts = [number(self.accounts), number(self.most_accounts)];
        let line = Line::of("# of # accounts", &accounts);
        measure(canvas, 14, &line, accounts);

        // In units of 1,024, to a tenth, rounded down.
        let tenths = |bytes: u32| (bytes % 1_024).wrapping_mul(10) / 1_024;
        let kib = [
            used / 1_024,
            tenths(used),
            capacity / 1_024,
            tenths(capacity),
        ];
        let line = Line::of("#.# of #.# KiB", &kib);
        measure(canvas, 35, &line, [used, capacity]);

        if self.damaged > 0 {
            let line = Line::of("# damaged", &[number(self.damaged)]);
            canvas.text(2, canvas.height.wrapping_sub(ROW), line.as_bytes());
        }
    }
}

/// A line, and below it a bar.
fn measure(canvas: &mut Canvas<'_>, top: i32, line: &Line, [part, whole]: [u32; 2]) {
    canvas.text(2, top, line.as_bytes());
    let width = canvas.width.wrapping_sub(4);
    canvas.gauge(top.wrapping_add(11), width, part, whole);
}
