//! A display for tests, and pictures in files to compare it with.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use countersign_token::screens::{Screen, draw};
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Size};
use embedded_graphics::pixelcolor::BinaryColor;

/// Pixels, and how often each was drawn.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Display {
    width: usize,
    lit: Vec<bool>,
    drawn: Vec<u32>,
}

impl Display {
    /// A display that shows noise, as one does after power-up.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let lit = (0..width * height)
            .map(|at| at % 3 == 0 || at % 7 == 2)
            .collect();
        Self {
            width,
            lit,
            drawn: vec![0; width * height],
        }
    }

    pub(crate) fn draw(&mut self, screen: &Screen<'_>) {
        draw(screen, self).unwrap();
    }

    pub(crate) fn is_lit(&self, x: usize, y: usize) -> bool {
        self.lit[y * self.width + x]
    }

    /// Rows of which a pixel was drawn since this was last asked.
    pub(crate) fn drawn_rows(&mut self) -> Vec<u32> {
        let rows = self.drawn.chunks(self.width).zip(0..);
        let rows = rows.filter(|(row, _)| row.iter().any(|times| *times > 0));
        let rows = rows.map(|(_, row)| row).collect();
        self.drawn.fill(0);
        rows
    }

    /// What is lit.
    pub(crate) fn pixels(&self) -> &[bool] {
        &self.lit
    }

    /// The picture as portable bitmap, in text: `1` is lit.
    fn to_pbm(&self) -> String {
        let mut text = format!("P1\n{} {}\n", self.width, self.lit.len() / self.width);
        for row in self.lit.chunks(self.width) {
            for lit in row {
                write!(text, "{}", u8::from(*lit)).unwrap();
            }
            text.push('\n');
        }
        text
    }
}

impl OriginDimensions for Display {
    fn size(&self) -> Size {
        let height = self.lit.len() / self.width;
        Size::new(self.width.try_into().unwrap(), height.try_into().unwrap())
    }
}

impl DrawTarget for Display {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<BinaryColor>>,
    {
        for Pixel(point, color) in pixels {
            let x = usize::try_from(point.x).expect("nothing is drawn left of the display");
            let y = usize::try_from(point.y).expect("nothing is drawn above the display");
            assert!(x < self.width, "nothing is drawn right of the display");
            self.lit[y * self.width + x] = color.is_on();
            self.drawn[y * self.width + x] += 1;
        }
        Ok(())
    }
}

/// Compares a picture with the one of this name, byte by byte. With `UPDATE_GOLDENS=1` it takes
/// the place of that; one that differs is written where the message says.
#[track_caller]
pub(crate) fn check_golden(name: &str, display: &Display) {
    let golden = goldens().join(name).with_extension("pbm");
    let picture = display.to_pbm();
    if env::var_os("UPDATE_GOLDENS").is_some_and(|value| value == "1") {
        fs::write(&golden, picture).unwrap();
        return;
    }
    if fs::read_to_string(&golden).is_ok_and(|expected| expected == picture) {
        return;
    }
    let actual = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(name)
        .with_extension("pbm");
    fs::write(&actual, picture).unwrap();
    panic!("{} differs from {}", actual.display(), golden.display());
}

pub(crate) fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}
