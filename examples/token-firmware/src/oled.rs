//! The home of the display: a picture of one bit a pixel in memory, and the SSD0323 that shows it
//! in sixteen greys.

use core::convert::Infallible;
use core::ops::Range;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Size};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_hal::digital::OutputPin;
use embedded_hal::spi::SpiBus;

/// Pixels in a row.
pub const WIDTH: u32 = 128;
/// Rows.
pub const HEIGHT: u32 = 64;

const ROW_BYTES: usize = (WIDTH / 8) as usize;
const ROWS: usize = HEIGHT as usize;

/// What is to be seen: a bit a pixel, rows from the top, the leftmost pixel of a byte its highest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    rows: [[u8; ROW_BYTES]; ROWS],
}

impl Frame {
    /// All dark.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            rows: [[0; ROW_BYTES]; ROWS],
        }
    }

    /// How many pixels are lit.
    #[must_use]
    pub fn lit(&self) -> u32 {
        self.rows
            .iter()
            .flatten()
            .map(|byte| byte.count_ones())
            .sum()
    }

    fn set(&mut self, x: i32, y: i32, color: BinaryColor) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return;
        };
        if let Some(byte) = self.rows.get_mut(y).and_then(|row| row.get_mut(x / 8)) {
            let mask = 0x80 >> (x % 8);
            match color {
                BinaryColor::On => *byte |= mask,
                BinaryColor::Off => *byte &= !mask,
            }
        }
    }
}

impl Default for Frame {
    fn default() -> Self {
        Self::new()
    }
}

impl OriginDimensions for Frame {
    fn size(&self) -> Size {
        Size::new(WIDTH, HEIGHT)
    }
}

impl DrawTarget for Frame {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<BinaryColor>>,
    {
        for Pixel(point, color) in pixels {
            self.set(point.x, point.y, color);
        }
        Ok(())
    }

    fn clear(&mut self, color: BinaryColor) -> Result<(), Infallible> {
        let byte = if color.is_on() { 0xff } else { 0 };
        for place in self.rows.iter_mut().flatten() {
            *place = byte;
        }
        Ok(())
    }
}

/// An SSD0323 with 128 by 64 pixels behind a serial interface, a pin that tells data from
/// commands, and one that selects it (here by a high level: a low one selects the memory card).
#[derive(Debug)]
pub struct Oled<S, D, C> {
    spi: S,
    data: D,
    select: C,
}

/// Rows from left to right and from the top, the left pixel of two in the higher half, as this
/// glass is wired; then on.
const START: [u8; 4] = [0xa0, 0x52, 0xa4, 0xaf];

const COLUMNS: u8 = 0x15;
const ROWS_FROM_TO: u8 = 0x75;
/// Two pixels a byte.
const LAST_COLUMN: u8 = 63;

impl<S: SpiBus, D: OutputPin, C: OutputPin> Oled<S, D, C> {
    /// Turns the display on; what it shows is whatever it held until the first [`Self::show`].
    pub fn new(spi: S, data: D, select: C) -> Self {
        let mut oled = Self { spi, data, select };
        oled.command(&START);
        oled
    }

    /// Brings rows of the picture to the display; those beyond it are left out.
    ///
    /// A display cannot be heard, so a fault of the wire is not told: the picture is wrong.
    pub fn show(&mut self, frame: &Frame, rows: Range<u32>) {
        let end = rows.end.min(HEIGHT);
        let wanted = frame.rows.get(rows.start as usize..end as usize);
        let wanted = wanted.unwrap_or_default().as_flattened();
        let ([first, ..], [after, ..]) = (rows.start.to_le_bytes(), end.to_le_bytes());
        if wanted.is_empty() {
            return;
        }
        self.command(&[COLUMNS, 0, LAST_COLUMN, ROWS_FROM_TO, first, after - 1]);
        let _ = self.data.set_high();
        for byte in wanted {
            let mut pixels = *byte;
            for _ in 0..4 {
                let _ = self.spi.write(&[greys(pixels >> 6)]);
                pixels <<= 2;
            }
        }
        let _ = self.spi.flush();
    }

    fn command(&mut self, bytes: &[u8]) {
        let _ = self.select.set_high();
        let _ = self.data.set_low();
        let _ = self.spi.write(bytes);
        let _ = self.spi.flush();
    }
}

/// Two pixels as the display takes them: black or white.
fn greys(pixels: u8) -> u8 {
    match pixels {
        0 => 0x00,
        1 => 0x0f,
        2 => 0xf0,
        _ => 0xff,
    }
}
