//! The home of lists: the accounts, and menus.

use super::canvas::{Canvas, Ink, ROW, TITLE, scaled};
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

    pub(super) fn compose(&self, canvas: &mut Canvas<'_>) {
        let chosen = number(self.chosen).saturating_add(1);
        let note = Line::of("#/#", &[chosen, number(self.total)]);
        canvas.title(self.title.as_bytes(), note.as_bytes());
        let scrolls = self.total > self.rows.len();
        let bar_width = if scrolls { 4 } else { 0 };
        let right = canvas.width.wrapping_sub(bar_width);
        let mut top = TITLE.wrapping_add(2);
        canvas.edge = right;
        let mut position = self.first;
        for row in self.rows {
            if position == self.chosen {
                canvas.fill(0, top, right, ROW);
                canvas.ink = Ink::Dark;
            }
            canvas.text(2, top, row);
            canvas.ink = Ink::Lit;
            top = top.wrapping_add(ROW);
            position = position.wrapping_add(1);
        }
        if scrolls {
            self.scroll_bar(canvas);
        }
    }

    /// At the right edge: where in the list the lines are.
    fn scroll_bar(&self, canvas: &mut Canvas<'_>) {
        let top = TITLE.wrapping_add(2);
        let height = canvas.height.wrapping_sub(top);
        let place = |rows| scaled(number(rows), height, number(self.total));
        let size = place(self.rows.len()).max(4);
        let from = place(self.first).min(height.wrapping_sub(size));
        let left = canvas.width.wrapping_sub(2);
        canvas.fill(left, top.wrapping_add(from), 2, size);
    }
}

/// A count to show.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
