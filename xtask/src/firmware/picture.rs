//! The home of pictures of the display: read as the emulator writes them, kept as small PNGs that
//! are the same bytes for the same picture on every machine.

use std::path::Path;

use super::token::at;
use crate::process::Failure;

/// A picture of black and white pixels.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Picture {
    width: usize,
    lit: Vec<bool>,
}

impl Picture {
    /// Reads a portable pixmap (P6). Whatever is brighter than half is white.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(path).map_err(|error| at(path, &error))?;
        Self::parse(&bytes).ok_or_else(|| Failure::new(format!("{}: no pixmap", path.display())))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut words = ["P6", "", "", "255"];
        let mut sizes = [0; 2];
        for (index, word) in words.iter_mut().enumerate() {
            let length = rest.iter().position(u8::is_ascii_whitespace)?;
            let (found, after) = rest.split_at_checked(length)?;
            let found = std::str::from_utf8(found).ok()?;
            match index {
                1 | 2 => sizes[index - 1] = found.parse().ok()?,
                _ if found != *word => return None,
                _ => {}
            }
            rest = after.get(1..)?;
        }
        let [width, height] = sizes;
        let lit: Vec<bool> = rest
            .chunks_exact(3)
            .map(|pixel| pixel.iter().any(|part| *part > 127))
            .collect();
        (width > 0 && lit.len() == width * height).then_some(Self { width, lit })
    }

    /// As a PNG of one bit a pixel (PNG, third edition, and RFC 1950).
    pub(super) fn png(&self) -> Vec<u8> {
        let height = self.lit.len() / self.width;
        let mut rows = Vec::new();
        for row in self.lit.chunks(self.width) {
            // Each row is preceded by its filter: none.
            rows.push(0);
            for eight in row.chunks(8) {
                let byte = eight.iter().enumerate().fold(0, |byte: u8, (place, lit)| {
                    byte | u8::from(*lit) << (7 - place)
                });
                rows.push(byte);
            }
        }
        let mut header = Vec::new();
        for size in [self.width, height] {
            header.extend(u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes());
        }
        // One bit a pixel, grey, and the only compression, filtering and interlacing there are.
        header.extend([1, 0, 0, 0, 0]);
        let mut data = vec![0x78, 0x01];
        data.extend(deflate(&rows, 1 + self.width.div_ceil(8)));
        data.extend(adler32(&rows).to_be_bytes());
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (name, body) in [(b"IHDR", &header), (b"IDAT", &data), (b"IEND", &Vec::new())] {
            png.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
            let checked = [name.as_slice(), body].concat();
            png.extend(&checked);
            png.extend(crc32(&checked).to_be_bytes());
        }
        png
    }
}

/// One block with the fixed codes (RFC 1951 §3.2.6); repetitions are looked for one byte and one
/// row back, which is where a picture has them.
fn deflate(bytes: &[u8], row: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.low_first(0b011, 3);
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let repeated = |distance: usize| {
            let pairs = bytes
                .iter()
                .skip(place)
                .zip(bytes.iter().skip(place.wrapping_sub(distance)));
            let same = pairs.take(258).take_while(|(a, b)| a == b).count();
            if distance > place {
                (0, distance)
            } else {
                (same, distance)
            }
        };
        let (length, distance) = repeated(row).max(repeated(1));
        if length < 3 {
            bits.literal(u16::from(*byte));
            place += 1;
        } else {
            bits.repetition(length, distance);
            place += length;
        }
    }
    bits.literal(256);
    bits.finish()
}

/// The first length and the number of further bits of each code from 257 on.
const LENGTHS: [(usize, u32); 29] = {
    let mut codes = [(258, 0); 29];
    let (mut code, mut length, mut extra) = (0, 3, 0);
    while code < 28 {
        // Four codes for each further bit, from the eighth on.
        if code >= 8 && code % 4 == 0 {
            extra += 1;
        }
        codes[code] = (length, extra);
        length += 1 << extra;
        code += 1;
    }
    codes
};

/// Bits as deflate packs them: numbers from their lowest bit, codes from their highest.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn low_first(&mut self, number: usize, count: u32) {
        for place in 0..count {
            self.push(number >> place & 1 == 1);
        }
    }

    fn code(&mut self, code: u16, count: u32) {
        for place in (0..count).rev() {
            self.push(code >> place & 1 == 1);
        }
    }

    fn literal(&mut self, symbol: u16) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    fn repetition(&mut self, length: usize, distance: usize) {
        let found = (0_u16..)
            .zip(LENGTHS)
            .take_while(|(_, (first, _))| *first <= length)
            .last();
        let (code, (first, extra)) = found.unwrap_or((0, (3, 0)));
        self.literal(257 + code);
        self.low_first(length - first, extra);
        // Distances of 1 to 4 have codes of their own; after them each bit more has two.
        let last = distance - 1;
        let (code, extra) = if last < 4 {
            (last, 0)
        } else {
            let extra = last.ilog2() - 1;
            (2 * (extra as usize + 1) + (last >> extra & 1), extra)
        };
        self.code(u16::try_from(code).unwrap_or(0), 5);
        self.low_first(last & ((1 << extra) - 1), extra);
    }

    fn push(&mut self, bit: bool) {
        if self.used.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let (Some(byte), true) = (self.bytes.last_mut(), bit) {
            *byte |= 1 << (self.used % 8);
        }
        self.used += 1;
    }

    fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{LENGTHS, Picture, adler32, crc32};

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        assert_eq!((LENGTHS[8], LENGTHS[27]), ((11, 1), (227, 5)));
    }

    #[test]
    fn a_pixmap_is_read_in_full_or_not_at_all() {
        let pixmap = b"P6\n2 1\n255\n\x00\x00\x00\xff\xff\xff";
        let read = Picture::parse(pixmap).expect("it is one");
        assert_eq!(
            (read.width, read.lit.as_slice()),
            (2, [false, true].as_slice())
        );
        assert!(Picture::parse(&pixmap[..pixmap.len() - 1]).is_none());
        assert!(Picture::parse(b"P5\n2 1\n255\n\x00\x00\x00\xff\xff\xff").is_none());
    }

    /// Checked once with other programs: this is the PNG that they read as that picture.
    #[test]
    fn a_picture_is_always_the_same_bytes() {
        let lit = (0..512 * 8).map(|place| place % 512 % 96 < 17).collect();
        let picture = Picture { width: 512, lit };
        assert_eq!(crc32(&picture.png()), 0x26bd_8e50);
    }
}
