//! The QR codes on the terminal, read back from the characters.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::program::{countersign, run};

const URI: &str = "otpauth://totp/Example:a%40example.com?\
                   secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";

/// Whether each module is painted, row by row, from half blocks.
fn painted(drawn: &str) -> Vec<Vec<bool>> {
    let mut rows = Vec::new();
    for line in drawn.lines() {
        let halves = |upper: &[char]| line.chars().map(|c| upper.contains(&c)).collect();
        rows.push(halves(&['█', '▀']));
        rows.push(halves(&['█', '▄']));
    }
    rows
}

#[track_caller]
fn check(arguments: &[&str], dark_is_painted: bool) {
    let drawn = run(countersign(arguments), URI);
    assert_eq!(drawn.code, Some(0), "{}", drawn.err);
    let rows = painted(&drawn.out);
    let expected = QrCode::encode_text(URI, QrCodeEcc::Low).expect("the URI is short");
    let quiet = 4;
    let width = usize::try_from(expected.size() + 2 * quiet).expect("sizes are positive");
    assert!(rows.len() >= width, "{} rows", rows.len());
    assert!(rows.iter().all(|row| row.len() == width));
    for (row, y) in rows.iter().zip(-quiet..expected.size() + quiet) {
        for (is_painted, x) in row.iter().zip(-quiet..) {
            let dark = expected.get_module(x, y);
            assert_eq!(*is_painted, dark == dark_is_painted, "module {x}, {y}");
        }
    }
}

#[test]
fn a_dark_terminal_shows_the_light_modules() {
    check(&["totp", "show"], false);
}

#[test]
fn a_light_terminal_shows_the_dark_modules() {
    check(&["totp", "show", "--invert"], true);
}

#[test]
fn another_program_reads_the_uri() {
    let drawn = run(countersign(&["totp", "show", "--invert"]), URI).out;
    let rows = painted(&drawn);
    let side = rows.first().map_or(0, Vec::len);
    let scale = 4;
    let dark = |x: usize, y: usize| {
        let row = rows.get(y / scale);
        row.and_then(|row| row.get(x / scale))
            .copied()
            .unwrap_or(false)
    };
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(side * scale, side * scale, |x, y| {
            if dark(x, y) { 0 } else { 255 }
        });
    let grids = image.detect_grids();
    let read: Vec<String> = grids
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect();
    assert_eq!(read, [URI]);
}
