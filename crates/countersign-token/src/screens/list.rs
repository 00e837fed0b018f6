//! The home of lists: the accounts, and menus.

use super::canvas::{Area, COLUMN, Canvas, Ink, ROW, TITLE, scaled};
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
        let total = number(self.total);
        let mut note = Line::new();
        note.number(number(self.chosen).saturating_add(1));
        note.text("/").number(total);
        canvas.title(self.title.as_bytes(), note.as_bytes());
        let scrolls = self.total > self.rows.len();
        // Beside the bar, in whole columns.
        let bar_width = if scrolls { 4 } else { 0 };
        let right = canvas.width.wrapping_sub(bar_width);
        let columns = right.wrapping_sub(2) / COLUMN;
        let mut top = TITLE.wrapping_add(2);
        for (nth, row) in self.rows.iter().enumerate() {
            let mut ink = Ink::Lit;
            if self.first.saturating_add(nth) == self.chosen {
                canvas.fill(Area::new(0, top, right, ROW), Ink::Lit);
                ink = Ink::Dark;
            }
            let area = Area::new(2, top, columns.wrapping_mul(COLUMN), ROW);
            canvas.boxed(area, row, ink);
            top = top.wrapping_add(ROW);
        }
        if scrolls {
            self.scroll_bar(canvas);
        }
    }

    /// At the right edge: where in the list the lines are.
    fn scroll_bar(&self, canvas: &mut Canvas<'_>) {
        let top = TITLE.wrapping_add(2);
        let height = canvas.height.wrapping_sub(top);
        let room = u32::try_from(height).unwrap_or(0);
        let place = |rows| {
            let place = scaled(number(rows), room, number(self.total));
            i32::try_from(place).unwrap_or(height)
        };
        let size = place(self.rows.len()).max(4);
        let from = place(self.first).min(height.wrapping_sub(size));
        let left = canvas.width.wrapping_sub(2);
        let bar = Area::new(left, top.wrapping_add(from), 2, size);
        canvas.fill(bar, Ink::Lit);
    }
}

/// A count to show.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
