//! The home of drawing on a display, and of finding out which of its rows have to be drawn.

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::pixelcolor::BinaryColor;

use super::canvas::{Area, COLUMN, Canvas, Ink, Op, Sink, What};
use super::glyph::Glyph;
use super::text::{Glyphs, columns};
use super::{Screen, compose, qr, symbols};

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
    /// A digest of what each band shows, which is odd; zero where nobody knows.
    shown: [u32; BANDS],
}

/// Bands of rows that are watched. What is below the last one belongs to it.
const BANDS: usize = 8;
/// Rows in a band.
const BAND: i32 = 8;
/// Rows in all of them.
const BAND_ROWS: i32 = 64;

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
        Self { shown: [0; BANDS] }
    }

    /// Something else was drawn on the display: the next screen is drawn whole.
    pub fn forget(&mut self) {
        *self = Self::new();
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
        let size = size_of(target);
        let (width, height) = size;
        let mut digest = Digest {
            bands: [OFFSET; BANDS],
        };
        compose(screen, &mut Canvas::new(size, &mut digest));
        let (top, bottom) = self.change(&digest, height);
        if top >= bottom {
            return Ok(None);
        }
        let mut brush = Brush {
            target,
            rows: Area::new(0, top, width, bottom.wrapping_sub(top)),
            outcome: Ok(()),
        };
        compose(screen, &mut Canvas::new(size, &mut brush));
        if brush.outcome.is_err() {
            self.forget();
        }
        brush.outcome.map(|()| {
            Some(Rows {
                start: top.unsigned_abs(),
                end: bottom.unsigned_abs(),
            })
        })
    }

    /// Takes what is shown from now on, and answers the rows from the first band that differs to
    /// the last one.
    fn change(&mut self, digest: &Digest, height: i32) -> (i32, i32) {
        let (mut first, mut end) = (height, 0);
        let mut top: i32 = 0;
        for (shown, digest) in self.shown.iter_mut().zip(&digest.bands) {
            let next = top.wrapping_add(BAND);
            let is_last = next >= BAND_ROWS;
            if *shown != *digest | 1 && top < height {
                first = first.min(top);
                end = if is_last { height } else { height.min(next) };
            }
            *shown = *digest | 1;
            top = next;
        }
        (first, end)
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

fn size_of(target: &impl DrawTarget) -> (i32, i32) {
    let Size { width, height } = target.bounding_box().size;
    let length = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    (length(width), length(height))
}

/// Hashes what each band shows (FNV-1a, 32 bits).
struct Digest {
    bands: [u32; BANDS],
}

const OFFSET: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

fn mix(digest: u32, number: u32) -> u32 {
    (digest ^ number).wrapping_mul(PRIME)
}

impl Sink for Digest {
    fn put(&mut self, op: &Op<'_>) {
        let area = &op.area;
        let (kind, text): (u32, &[u8]) = match op.what {
            What::Glyph(glyph) => (glyph.number(), &[]),
            What::Text(text) => (0x300, text),
            What::Qr(text) => (0x400, text),
        };
        let mut digest = mix(OFFSET, kind);
        let ink = i32::from(op.ink == Ink::Lit);
        for number in [area.left, area.top, area.width, area.height, ink] {
            digest = mix(digest, number.cast_unsigned());
        }
        for byte in text {
            digest = mix(digest, u32::from(*byte));
        }
        let mut top: i32 = 0;
        for band in &mut self.bands {
            let next = top.wrapping_add(BAND);
            let is_last = next >= BAND_ROWS;
            if (is_last || area.top < next) && area.bottom() > top {
                *band = mix(*band, digest);
            }
            top = next;
        }
    }
}

/// Draws on a display, in some of its rows.
struct Brush<'t, D: DrawTarget<Color = BinaryColor>> {
    target: &'t mut D,
    rows: Area,
    outcome: Result<(), D::Error>,
}

impl<D: DrawTarget<Color = BinaryColor>> Brush<'_, D> {
    /// Draws a picture in what of `area` is on the display and in the rows to draw. It is drawn
    /// pixel by pixel, as displays of one bit a pixel are pictures in memory.
    #[inline(never)]
    fn glyph(&mut self, area: &Area, glyph: Glyph, ink: Ink) {
        let left = area.left.max(0);
        let right = area.right().min(self.rows.right());
        let top = area.top.max(self.rows.top);
        let bottom = area.bottom().min(self.rows.bottom());
        if left >= right || self.outcome.is_err() {
            return;
        }
        // The first row is begun as all others are.
        let (mut x, mut y) = (right, top.wrapping_sub(1));
        let mut row: u16 = 0;
        let hidden = left.wrapping_sub(area.left).unsigned_abs();
        let pixels = core::iter::from_fn(|| {
            if x >= right {
                x = left;
                y = y.wrapping_add(1);
                row = glyph.row(y.wrapping_sub(area.top));
                row = row.checked_shl(hidden).unwrap_or(0);
            }
            let colour = BinaryColor::from((row & 0x8000 != 0) == (ink == Ink::Lit));
            let pixel = Pixel(Point::new(x, y), colour);
            row <<= 1;
            x = x.wrapping_add(1);
            (y < bottom).then_some(pixel)
        });
        self.outcome = self.target.draw_iter(pixels);
    }

    /// Draws characters, and nothing in what is left of `area`.
    fn text(&mut self, area: &Area, text: &[u8], ink: Ink) {
        let mut room = area.width / COLUMN;
        let is_cut = columns(text) > room;
        let mut rest = *area;
        let mut glyphs = Glyphs::of(text);
        while room > 0
            && let Some(mut glyph) = glyphs.next()
        {
            if is_cut && room == 1 {
                glyph = symbols::ELLIPSIS;
            }
            rest.width = COLUMN;
            self.glyph(&rest, glyph, ink);
            rest.left = rest.right();
            room = room.wrapping_sub(1);
        }
        rest.width = area.right().wrapping_sub(rest.left);
        self.glyph(&rest, Glyph::BLANK, ink);
    }
}

impl<D: DrawTarget<Color = BinaryColor>> Sink for Brush<'_, D> {
    fn put(&mut self, op: &Op<'_>) {
        let area = &op.area;
        match op.what {
            // Nothing of it would be seen.
            _ if area.top >= self.rows.bottom() || area.bottom() <= self.rows.top => {}
            What::Glyph(glyph) => self.glyph(area, glyph, op.ink),
            What::Text(text) => self.text(area, text, op.ink),
            What::Qr(text) => qr::encoded(text, area, |part, ink| {
                self.glyph(part, Glyph::BLANK, ink.other());
            }),
        }
    }
}
