//! The home of questions to the person who holds the token.

use super::canvas::{COLUMN, Canvas, ROW};
use super::text;
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
    pub(super) fn compose(&self, canvas: &mut Canvas<'_>) {
        let (words, name) = match self.question {
            Question::Host(Ask::Calculate(name)) => ("Give a code?", Some(name)),
            Question::Host(Ask::Overwrite(name)) => ("Replace account?", Some(name)),
            Question::Export(name) => ("Show the secret?", Some(name)),
            Question::Host(Ask::Reset) => (
                "Erase everything?\nAll accounts, the PIN\nand all keys are\nlost for good.",
                None,
            ),
            Question::Host(Ask::SetAdminKey) => (
                "Set the clock key?\nIts owner can set the\nclock of this token\nfrom now on.",
                None,
            ),
        };
        let mut lines = words.as_bytes().split(|byte| *byte == b'\n');
        canvas.title(lines.next().unwrap_or_default(), &[]);
        let mut top = 13;
        for line in lines {
            canvas.text(1, top, line);
            top = top.wrapping_add(ROW);
        }
        if let Some(name) = name {
            wrapped(canvas, top, name);
        }
        canvas.countdown(44, self.left_secs, self.wait_secs);
        canvas.keys("yes", "no");
    }
}

/// Rows that a name may take.
const NAME_ROWS: i32 = 3;

/// A whole name, in up to three rows: two names that begin alike must not look alike here.
fn wrapped(canvas: &mut Canvas<'_>, top: i32, name: &[u8]) {
    let across = (canvas.width.wrapping_sub(1) / COLUMN).max(1);
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
    canvas.centred(top, first);
    let mut rest = rest;
    for row in 2..=rows {
        top = top.wrapping_add(ROW);
        let line = if row == rows {
            rest
        } else {
            head(rest, across)
        };
        canvas.centred(top, line);
        rest = text::after(rest, across);
    }
}

/// The first `columns` of `text`.
fn head(text: &[u8], columns: i32) -> &[u8] {
    let rest = text::after(text, columns);
    text.get(..text.len().wrapping_sub(rest.len()))
        .unwrap_or(text)
}
