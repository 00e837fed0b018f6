//! QR codes on the display, module by module against another encoder, and read by a decoder.

use countersign_token::screens::Screen;
use qrcodegen_no_heap::{DataTooLong, Mask, QrCode, QrCodeEcc, Version};

use crate::display::Display;

/// Pixels of a display on which every code has one pixel a module, with a margin of one: those
/// that are dark.
fn dark(text: &str, side: usize) -> Vec<bool> {
    let mut display = Display::new(side + 2, side + 2);
    display.draw(&Screen::Qr(text.as_bytes()));
    let rows = (1..=side).flat_map(|y| (1..=side).map(move |x| (x, y)));
    rows.map(|(x, y)| !display.is_lit(x, y)).collect()
}

/// The same code by the other encoder, which is told the mask; text as bytes.
fn expected(text: &str, mask: u8) -> Result<(usize, Vec<bool>), DataTooLong> {
    let largest = Version::new(11);
    let mut scratch = [0; Version::new(11).buffer_len()];
    let mut out = [0; Version::new(11).buffer_len()];
    scratch[..text.len()].copy_from_slice(text.as_bytes());
    let code = QrCode::encode_binary(
        &mut scratch,
        text.len(),
        &mut out,
        QrCodeEcc::Low,
        Version::MIN,
        largest,
        Some(Mask::new(mask)),
        false,
    )?;
    let side = code.size();
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    let modules = places.map(|(x, y)| code.get_module(x, y)).collect();
    Ok((side.try_into().unwrap(), modules))
}

fn text(length: usize) -> String {
    // Signs that no denser mode than bytes takes, and that no shift leaves alike.
    (0..length)
        .map(|at| char::from(b'a' + u8::try_from(at * at % 25).unwrap()))
        .collect()
}

/// Which masks give the code that is shown: one, or none.
fn masks(text: &str) -> Vec<u8> {
    let same = |mask: &u8| {
        let (side, modules) = expected(text, *mask).unwrap();
        dark(text, side) == modules
    };
    (0..8).filter(same).collect()
}

#[test]
fn every_length_gives_the_modules_of_another_encoder() {
    let mut seen = [false; 8];
    for length in 0..=321 {
        let masks = masks(&text(length));
        assert_eq!(masks.len(), 1, "{length} bytes");
        seen[usize::from(masks[0])] = true;
    }
    assert_eq!(seen, [true; 8], "every mask is the best one of some text");
}

#[test]
fn the_mask_is_the_one_with_the_fewest_points() {
    for length in 0..=321 {
        let text = text(length);
        let best = (0..8).min_by_key(|mask| {
            let (side, modules) = expected(&text, *mask).unwrap();
            points(side, &modules)
        });
        assert_eq!(masks(&text), [best.unwrap()], "{length} bytes");
    }
}

/// The points against a code by the words of the standard, line by line as text.
fn points(side: usize, modules: &[bool]) -> usize {
    let mut points = 0;
    for line in 0..side {
        let row: Vec<bool> = (0..side).map(|at| modules[line * side + at]).collect();
        let column: Vec<bool> = (0..side).map(|at| modules[at * side + line]).collect();
        for line in [row, column] {
            let runs = line.chunk_by(|left, right| left == right);
            let long = runs.map(<[bool]>::len).filter(|length| *length >= 5);
            points += long.map(|length| length - 2).sum::<usize>();
            let text: String = line
                .iter()
                .map(|dark| if *dark { '#' } else { '.' })
                .collect();
            let text = format!("...........{text}....");
            for from in 0..text.len() - 10 {
                let eleven = &text[from..from + 11];
                points += 40 * usize::from(["#.###.#....", "....#.###.#"].contains(&eleven));
            }
        }
    }
    let places = (0..side - 1).flat_map(|y| (0..side - 1).map(move |x| y * side + x));
    let block = |at: usize| [at, at + 1, at + side, at + side + 1].map(|at| modules[at]);
    let blocks = places.map(block).filter(|block| {
        matches!(
            block,
            [true, true, true, true] | [false, false, false, false]
        )
    });
    points += 3 * blocks.count();
    let dark = modules.iter().filter(|dark| **dark).count();
    let percent_off = (100 * dark).abs_diff(50 * modules.len()) / modules.len();
    points + percent_off / 5 * 10
}

#[test]
fn what_does_not_fit_leaves_no_code() {
    assert!(expected(&text(321), 0).is_ok());
    assert!(expected(&text(322), 0).is_err());
    let mut display = Display::new(64, 64);
    display.draw(&Screen::Qr(text(322).as_bytes()));
    assert!(display.pixels().iter().all(|lit| !lit));
}

#[test]
fn a_decoder_reads_every_version() {
    for length in [
        1, 17, 18, 53, 54, 106, 107, 134, 154, 192, 230, 231, 271, 272, 321,
    ] {
        let text = text(length);
        let mut display = Display::new(128, 64);
        display.draw(&Screen::Qr(text.as_bytes()));
        let lit = |x: usize, y: usize| if display.is_lit(x / 4, y / 4) { 255 } else { 0 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(512, 256, lit);
        let grids = image.detect_grids();
        let read = grids
            .first()
            .map(|grid| grid.decode().map(|(_, text)| text));
        assert_eq!(read.unwrap().unwrap(), text, "{length} bytes");
    }
}
