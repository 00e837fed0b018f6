//! The home of questions to the person who holds the token.

use super::canvas::{COLUMN, Ink, ROW, Sink};
use super::readout::countdown;
use super::text::{self, Line};
use crate::Ask;

/// A question, and how long it still waits.
#[derive(Clone, Copy, Debug)]
pub struct Prompt<'a> {
    /// What is asked.
    pub question: Question<'a>,
    /// Seconds that are left to answer.
    pub left_secs: u32,
    /// Seconds that there were.
    pub wait_secs: u32,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// By the host.
    Host(Ask<'a>),
    /// Whether the secret of this account may be shown as a QR code.
    Export(&'a [u8]),
}

impl Prompt<'_> {
    pub(super) fn compose(&self, sink: &mut dyn Sink) {
        let (title, about) = match self.question {
            Question::Host(Ask::Calculate(name)) => ("Give a code?", About::Account(name)),
            Question::Host(Ask::Overwrite(name)) => ("Replace account?", About::Account(name)),
            Question::Export(name) => ("Show the secret?", About::Account(name)),
            Question::Host(Ask::Reset) => (
                "Erase everything?",
                About::Words([
                    "All accounts, the PIN",
                    "and all keys are",
                    "lost for good.",
                ]),
            ),
            Question::Host(Ask::SetAdminKey) => (
                "Set the clock key?",
                About::Words([
                    "Its owner can set the",
                    "clock of this token",
                    "from now on.",
                ]),
            ),
        };
        sink.title(title.as_bytes(), &Line::new());
        let mut top = 13;
        match about {
            About::Account(name) => wrapped(sink, top, name),
            About::Words(lines) => {
                for line in lines {
                    sink.text(1, sink.width(), top, line.as_bytes(), Ink::Lit);
                    top = top.wrapping_add(ROW);
                }
            }
        }
        countdown(sink, 44, self.left_secs, self.wait_secs);
        sink.key(0, "SELECT", "yes");
        // A cap with four letters and a word of two, at the right edge.
        let left = sink
            .width()
            .wrapping_sub(COLUMN.wrapping_mul(6).wrapping_add(10));
        sink.key(left, "LEFT", "no");
    }
}

/// What is below the title.
enum About<'a> {
    Account(&'a [u8]),
    Words([&'static str; 3]),
}

/// Rows that a name may take.
const NAME_ROWS: i32 = 3;

/// A whole name, in up to three rows: two names that begin alike must not look alike here.
fn wrapped(sink: &mut dyn Sink, top: i32, name: &[u8]) {
    let across = (sink.width().wrapping_sub(1) / COLUMN).max(1);
    let needed = |text| {
        let columns = text::columns(text).wrapping_add(across).wrapping_sub(1);
        columns.checked_div(across).unwrap_or(1).max(1)
    };
    // An issuer has a row of its own if the rest then still fits.
    let (issuer, rest) = text::after_issuer(name);
    let apart = needed(name) > 1 && needed(issuer) == 1 && needed(rest) < NAME_ROWS;
    let (first, rest, rows) = if apart {
        (issuer, rest, needed(rest).wrapping_add(1))
    } else {
        (head(name, across), text::after(name, across), needed(name))
    };
    let rows = rows.min(NAME_ROWS);
    // A short name is in the middle.
    let spare = NAME_ROWS.wrapping_sub(rows).wrapping_mul(ROW) / 2;
    let mut top = top.wrapping_add(spare);
    sink.centred(top, first);
    let mut rest = rest;
    for row in 2..=rows {
        top = top.wrapping_add(ROW);
        let line = if row == rows {
            rest
        } else {
            head(rest, across)
        };
        sink.centred(top, line);
        rest = text::after(rest, across);
    }
}

/// The first `columns` of `text`.
fn head(text: &[u8], columns: i32) -> &[u8] {
    let rest = text::after(text, columns);
    text.get(..text.len().wrapping_sub(rest.len()))
        .unwrap_or(text)
}
