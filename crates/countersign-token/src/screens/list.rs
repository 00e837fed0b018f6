//! The home of lists: the accounts, and menus.

use super::canvas::{Area, COLUMN, Ink, ROW, Sink, TITLE};
use super::text::Line;

/// Lines of which one is chosen.
#[derive(Clone, Copy)]
pub struct List<'a> {
    /// What is listed.
    pub title: &'a str,
    /// The lines to show, [`List::ROWS`] at most, as UTF-8.
    pub rows: &'a [&'a [u8]],
    /// Position of the first of them in the whole list, from 0.
    pub first: usize,
    /// Position of the chosen line in the whole list.
    pub chosen: usize,
    /// How many lines the whole list has.
    pub total: usize,
}

impl List<'_> {
    /// How many lines are shown at most: as many as 64 rows of pixels hold.
    pub const ROWS: usize = 5;

    pub(super) fn compose(&self, sink: &mut dyn Sink) {
        let place = number(self.chosen.saturating_add(1));
        let note = Line::new()
            .number(place)
            .text("/")
            .number(number(self.total));
        sink.title(self.title.as_bytes(), &note);
        let scrolls = self.total > self.rows.len();
        let right = if scrolls {
            sink.width().saturating_sub(4)
        } else {
            sink.width()
        };
        let mut top = TITLE.saturating_add(2);
        for (nth, row) in self.rows.iter().enumerate() {
            let chosen = self.first.saturating_add(nth) == self.chosen;
            let ink = if chosen { Ink::Dark } else { Ink::Lit };
            let area = Area {
                left: 0,
                top,
                width: right,
                height: ROW,
            };
            if chosen {
                sink.fill(area, Ink::Lit);
            }
            let fitting = right.saturating_sub(2) / COLUMN;
            let text_right = fitting.saturating_mul(COLUMN).saturating_add(2);
            sink.text(2, text_right, top, row, ink);
            top = top.saturating_add(ROW);
        }
        if scrolls {
            self.scroll_bar(sink);
        }
    }

    /// At the right edge: where in the list the lines are.
    fn scroll_bar(&self, sink: &mut dyn Sink) {
        let top = TITLE.saturating_add(2);
        let height = sink.height().saturating_sub(top);
        let left = sink.width().saturating_sub(2);
        let scaled = |rows: usize| {
            let rows = u64::from(number(rows)).wrapping_mul(height.unsigned_abs().into());
            let scaled = rows.checked_div(number(self.total).into()).unwrap_or(0);
            i32::try_from(scaled).unwrap_or(0)
        };
        let size = scaled(self.rows.len()).max(4);
        let from = scaled(self.first).min(height.saturating_sub(size));
        let bar = Area {
            left,
            top: top.saturating_add(from),
            width: 2,
            height: size,
        };
        sink.fill(bar, Ink::Lit);
    }
}

/// A count to show.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
