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
        let top = canvas.page(words, 1, 13, ROW);
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
    let needed = |columns: i32| {
        let columns = columns.wrapping_add(across).wrapping_sub(1);
        columns.checked_div(across).unwrap_or(1).max(1)
    };
    // An issuer has a row of its own if the rest then still fits.
    let (issuer, rest) = text::after_issuer(name);
    let (issuer, rest) = (text::columns(issuer), text::columns(rest));
    let all = needed(issuer.wrapping_add(rest));
    let apart = all > 1 && issuer <= across && needed(rest) < NAME_ROWS;
    let rows = if apart {
        needed(rest).wrapping_add(1)
    } else {
        all.min(NAME_ROWS)
    };
    // A short name is in the middle.
    let spare = NAME_ROWS.wrapping_sub(rows).wrapping_mul(ROW) / 2;
    let mut top = top.wrapping_add(spare);
    let mut rest = name;
    let mut columns = if apart { issuer } else { across };
    for row in (0..rows).rev() {
        let after = text::after(rest, columns);
        let end = rest.len().wrapping_sub(after.len());
        // The last row is cut where it ends.
        let line = if row == 0 { None } else { rest.get(..end) };
        canvas.centred(top, line.unwrap_or(rest));
        rest = after;
        columns = across;
        top = top.wrapping_add(ROW);
    }
}
