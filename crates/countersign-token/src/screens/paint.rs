//! The home of drawing on a display, and of finding out which of its rows have to be drawn.

use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::image::GetPixel;
use embedded_graphics::mono_font::iso_8859_1::FONT_6X10;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::primitives::Rectangle;

use super::canvas::{Area, COLUMN, Canvas, Ink, Op, ROW, Sink, What};
use super::text::{Glyph, fitted};
use super::{Screen, compose, figures, qr};

/// What is on a display: it draws a screen over the one before it, and only the rows in which
/// the two differ.
///
/// The rows are watched in bands of eight, as the pages of an OLED controller are. A new one
/// knows nothing of the display and draws all of it.
///
/// ```
/// use countersign_token::screens::{Notice, Painter, Rows, Screen};
/// use embedded_graphics::mock_display::MockDisplay;
/// use embedded_graphics::pixelcolor::BinaryColor;
///
/// let mut display = MockDisplay::<BinaryColor>::new();
/// display.set_allow_overdraw(true);
/// let mut painter = Painter::new();
/// let notice = Screen::Notice(Notice::TimeUnset);
/// assert_eq!(painter.paint(&notice, &mut display)?, Some(Rows { start: 0, end: 64 }));
/// assert_eq!(painter.paint(&notice, &mut display)?, None);
/// # Ok::<(), core::convert::Infallible>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Painter {
    shown: Option<[u32; BANDS]>,
}

/// Bands of rows that are watched. What is below the last one belongs to it.
const BANDS: usize = 8;
/// Rows in a band.
const BAND: i32 = 8;

/// Rows of a display, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The first row.
    pub start: u32,
    /// The row after the last one.
    pub end: u32,
}

impl Painter {
    /// Of a display that shows nobody knows what.
    #[must_use]
    pub const fn new() -> Self {
        Self { shown: None }
    }

    /// Something else was drawn on the display: the next screen is drawn whole.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Draws `screen` where it differs from the one before. Answers the rows that were drawn,
    /// which are those that have to be sent to the display.
    ///
    /// # Errors
    /// What the display answers; the next screen is then drawn whole.
    pub fn paint<D>(
        &mut self,
        screen: &Screen<'_>,
        target: &mut D,
    ) -> Result<Option<Rows>, D::Error>
    where
        D: DrawTarget<Color = BinaryColor>,
    {
        let (width, height) = size_of(target);
        let mut digest = Digest {
            bands: [OFFSET; BANDS],
        };
        let mut canvas = Canvas {
            width,
            height,
            sink: &mut digest,
        };
        compose(screen, &mut canvas);
        let before = self.shown.take();
        let rows = changed(before.as_ref(), &digest.bands, height);
        if let Some(rows) = rows {
            let rows = (to_i32(rows.start), to_i32(rows.end));
            let mut brush = Brush {
                target,
                width,
                rows,
                outcome: Ok(()),
            };
            let mut canvas = Canvas {
                width,
                height,
                sink: &mut brush,
            };
            compose(screen, &mut canvas);
            brush.outcome?;
        }
        self.shown = Some(digest.bands);
        Ok(rows)
    }
}

/// Draws the whole of `screen`.
///
/// # Errors
/// What the display answers.
pub fn draw<D>(screen: &Screen<'_>, target: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = BinaryColor>,
{
    Painter::new().paint(screen, target).map(|_| ())
}

/// From the first row of the first band that differs to the last one of the last.
fn changed(before: Option<&[u32; BANDS]>, after: &[u32; BANDS], height: i32) -> Option<Rows> {
    let height = u32::try_from(height).unwrap_or(0);
    let mut rows: Option<Rows> = None;
    let mut start: u32 = 0;
    for (band, digest) in after.iter().enumerate() {
        let last = band.wrapping_add(1) >= BANDS;
        let next = if last {
            height
        } else {
            height.min(BAND.unsigned_abs().wrapping_add(start))
        };
        let same = before.and_then(|before| before.get(band)) == Some(digest);
        if !same && next > start {
            let first = rows.map_or(start, |rows| rows.start);
            rows = Some(Rows {
                start: first,
                end: next,
            });
        }
        start = next;
    }
    rows
}

fn size_of(target: &impl DrawTarget) -> (i32, i32) {
    let Size { width, height } = target.bounding_box().size;
    (to_i32(width), to_i32(height))
}

fn to_i32(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// Hashes what each band shows (FNV-1a, 32 bits).
struct Digest {
    bands: [u32; BANDS],
}

const OFFSET: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

fn absorb(digest: u32, bytes: &[u8]) -> u32 {
    let numbers = bytes.iter().map(|byte| u32::from(*byte));
    numbers.fold(digest, mix)
}

fn mix(digest: u32, number: u32) -> u32 {
    (digest ^ number).wrapping_mul(PRIME)
}

impl Sink for Digest {
    fn put(&mut self, op: &Op<'_>) {
        let area = op.area;
        let (kind, text): (u32, &[u8]) = match &op.what {
            What::Fill => (0, &[]),
            What::Text(text) => (1, text),
            What::Figure(figure) => (2, core::slice::from_ref(figure)),
            What::Symbol(rows) => (3, rows),
            What::Qr(text) => (4, text),
        };
        let mut digest = absorb(OFFSET, text);
        let ink = u32::from(op.ink == Ink::Lit);
        let place = [area.left, area.top, area.width, area.height];
        for number in place.map(i32::cast_unsigned).into_iter().chain([kind, ink]) {
            digest = mix(digest, number);
        }
        let mut top: i32 = 0;
        let mut next = BAND;
        for (index, band) in self.bands.iter_mut().enumerate() {
            if index.wrapping_add(1) >= BANDS {
                next = i32::MAX;
            }
            if area.top < next && area.bottom() > top {
                *band = mix(*band, digest);
            }
            top = next;
            next = next.wrapping_add(BAND);
        }
    }
}

/// Draws on a display, in some of its rows.
struct Brush<'t, D: DrawTarget<Color = BinaryColor>> {
    target: &'t mut D,
    width: i32,
    rows: (i32, i32),
    outcome: Result<(), D::Error>,
}

impl<D: DrawTarget<Color = BinaryColor>> Brush<'_, D> {
    /// What of `area` is on the display and in the rows to draw.
    fn clip(&self, area: Area) -> Option<Area> {
        let left = area.left.max(0);
        let right = area.right().min(self.width);
        let top = area.top.max(self.rows.0);
        let bottom = area.bottom().min(self.rows.1);
        let shown = Area::new(
            left,
            top,
            right.wrapping_sub(left),
            bottom.wrapping_sub(top),
        );
        (left < right && top < bottom).then_some(shown)
    }

    fn fill(&mut self, area: Area, ink: Ink) {
        if let (Some(area), Ok(())) = (self.clip(area), &self.outcome) {
            self.outcome = self
                .target
                .fill_solid(&rectangle(area), colour(ink == Ink::Lit));
        }
    }

    /// Draws pixels, which are asked for by their place in `area`.
    ///
    /// The function is behind `dyn` so that the display's code for this is there once.
    fn pixels(&mut self, area: Area, lit: &dyn Fn(i32, i32) -> bool) {
        let (Some(shown), Ok(())) = (self.clip(area), &self.outcome) else {
            return;
        };
        let first_x = shown.left.wrapping_sub(area.left);
        let first_y = shown.top.wrapping_sub(area.top);
        let colours = (0..shown.height).flat_map(move |y| {
            let y = y.wrapping_add(first_y);
            (0..shown.width).map(move |x| colour(lit(x.wrapping_add(first_x), y)))
        });
        self.outcome = self.target.fill_contiguous(&rectangle(shown), colours);
    }

    fn text(&mut self, area: Area, text: &[u8], ink: Ink) {
        let lit = ink == Ink::Lit;
        let mut cell = Area {
            width: COLUMN,
            height: ROW,
            ..area
        };
        for glyph in fitted(text, area.width / COLUMN) {
            self.pixels(cell, &|x, y| glyph_pixel(glyph, x, y) == lit);
            cell.left = cell.left.wrapping_add(COLUMN);
        }
        let rest = Area {
            left: cell.left,
            width: area.right().wrapping_sub(cell.left),
            ..area
        };
        self.fill(rest, if lit { Ink::Dark } else { Ink::Lit });
    }
}

impl<D: DrawTarget<Color = BinaryColor>> Sink for Brush<'_, D> {
    fn put(&mut self, op: &Op<'_>) {
        let area = op.area;
        if self.clip(area).is_none() {
            return;
        }
        let lit = op.ink == Ink::Lit;
        match op.what {
            What::Fill => self.fill(area, op.ink),
            What::Text(text) => self.text(area, text, op.ink),
            What::Figure(figure) => self.pixels(area, &|x, y| {
                let row = figures::row(figure, usize::try_from(y).unwrap_or(usize::MAX));
                bit(row, figures::WIDTH, x) == lit
            }),
            What::Symbol(rows) => self.pixels(area, &|x, y| {
                let row = usize::try_from(y).ok().and_then(|y| rows.get(y));
                bit(u16::from(row.copied().unwrap_or(0)), 8, x) == lit
            }),
            What::Qr(text) => {
                let is_drawn = qr::encoded(text, |code| {
                    self.pixels(area, &|x, y| code.is_lit(area, x, y));
                });
                if !is_drawn {
                    self.fill(area, Ink::Dark);
                }
            }
        }
    }
}

/// The pixel at `x` of a row of `width`, the leftmost in the highest bit.
fn bit(row: u16, width: i32, x: i32) -> bool {
    let place = width.wrapping_sub(1).wrapping_sub(x);
    let shifted = u32::try_from(place)
        .ok()
        .and_then(|place| row.checked_shr(place));
    shifted.unwrap_or(0) & 1 == 1
}

fn glyph_pixel(glyph: Glyph, x: i32, y: i32) -> bool {
    match glyph {
        // The font draws points as diamonds, which in names are taken for signs.
        Glyph::POINT => matches!((x, y), (2..=3, 6..=7)),
        Glyph::COLON => matches!((x, y), (2..=3, 2..=3 | 6..=7)),
        Glyph::Known(position) => {
            let position = i32::from(position);
            let left = (position % FONT_COLUMNS).wrapping_mul(COLUMN);
            let top = (position / FONT_COLUMNS).wrapping_mul(ROW);
            let pixel = Point::new(left.wrapping_add(x), top.wrapping_add(y));
            FONT_6X10.image.pixel(pixel) == Some(BinaryColor::On)
        }
        Glyph::Missing => {
            matches!((x, y), (0 | 4, 1..=7) | (0..=4, 1 | 7))
        }
        Glyph::Ellipsis => matches!((x, y), (0 | 2 | 4, 7)),
    }
}

/// Characters in a row of the font's image.
const FONT_COLUMNS: i32 = 16;

fn rectangle(area: Area) -> Rectangle {
    let size = Size::new(area.width.unsigned_abs(), area.height.unsigned_abs());
    Rectangle::new(Point::new(area.left, area.top), size)
}

fn colour(lit: bool) -> BinaryColor {
    if lit {
        BinaryColor::On
    } else {
        BinaryColor::Off
    }
}
