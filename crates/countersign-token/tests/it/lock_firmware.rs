//! Parts of the lock's firmware that need no chip: the watch over the noise source, and the line.

#[path = "../../../../examples/keypad-lock/src/health.rs"]
mod health;
#[path = "../../../../examples/keypad-lock/src/line.rs"]
mod line;

use countersign_token::Random;
use countersign_token::lock::Key;

use crate::vault_chip::Dice;
use health::Health;
use line::{Input, Line};

/// How many bytes of a source pass before the first that does not.
fn passed(source: impl Iterator<Item = u8>) -> usize {
    let mut health = Health::new();
    source.take_while(|byte| health.takes(*byte)).count()
}

#[test]
fn good_noise_passes() {
    let mut noise = vec![0; 2_000_000];
    Dice(7).fill(&mut noise);
    assert_eq!(passed(noise.into_iter()), 2_000_000);
}

#[test]
fn enough_passes_before_any_is_used() {
    // NIST SP 800-90B, 4.3, requirement 4.
    assert_eq!(Health::START_UP_BYTES, 1024);
}

#[test]
fn a_source_that_sticks_is_found_in_nine_bytes() {
    assert_eq!(passed(std::iter::repeat(0)), 8);
    let sticks = (0..=255).chain(std::iter::repeat(255));
    assert_eq!(passed(sticks), 255 + 8);
    // Eight of one value in a row do happen.
    let runs = (0..100).flat_map(|value| [value; 8]);
    assert_eq!(passed(runs), 800);
}

#[test]
fn a_source_that_favours_a_value_is_found_in_a_window() {
    // Every other byte, and never twice in a row.
    let half = (0..10_000_u16).map(|n| if n % 2 == 0 { 42 } else { n.to_le_bytes()[0] });
    assert_eq!(passed(half), 140);
    // Once in eight bytes is as much as 512 samples may have of one value.
    let eighth = (0..512_u16).map(|n| {
        if n % 8 == 0 {
            42
        } else {
            n.to_le_bytes()[0] | 128
        }
    });
    assert_eq!(passed(eighth), 512);
}

/// What the line makes of these bytes.
fn inputs(bytes: &str) -> Vec<String> {
    let mut line = Line::new();
    let mut inputs = Vec::new();
    for byte in bytes.bytes() {
        match line.take(byte) {
            None => {}
            Some(Input::Key(Key::Digit(_))) => inputs.push("digit".to_owned()),
            Some(Input::Key(Key::Clear)) => inputs.push("*".to_owned()),
            Some(Input::Key(Key::Enter)) => inputs.push("#".to_owned()),
            Some(Input::TooLong) => inputs.push("too long".to_owned()),
            Some(Input::Command) => {
                let text = String::from_utf8_lossy(line.words().rest()).into_owned();
                inputs.push(text);
                line.clear();
            }
        }
    }
    inputs
}

#[test]
fn keys_count_at_once_and_commands_by_the_line() {
    assert_eq!(inputs("1*#"), ["digit", "*", "#"]);
    assert_eq!(
        inputs("status\r\n\n1audit 12\n"),
        ["status", "digit", "audit 12"]
    );
    assert_eq!(inputs(" A?\u{1}"), [""; 0]);
    let longest = "a".repeat(112);
    assert_eq!(inputs(&format!("{longest}\n")), [longest.as_str()]);
    assert_eq!(inputs(&format!("{longest}a\n5")), ["too long", "digit"]);
    assert_eq!(
        inputs(&format!("{longest}{longest}\nb\n")),
        ["too long", "b"]
    );
}

fn typed(text: &str) -> Line {
    let mut line = Line::new();
    for byte in text.bytes() {
        assert!(line.take(byte).is_none());
    }
    line
}

#[test]
fn words_are_divided_by_single_spaces() {
    let line = typed("add 07  label of it ");
    let words: Vec<_> = line.words().collect();
    let expected: [&[u8]; 6] = [b"add", b"07", b"", b"label", b"of", b"it"];
    assert_eq!(words, expected);
    let mut words = line.words();
    let _ = (words.next(), words.next(), words.next());
    assert_eq!(words.rest(), b"label of it ");
}

#[test]
fn numbers_and_keys_are_read_strictly() {
    let read = |text: &str| {
        let line = typed(&format!("t {text}"));
        let mut words = line.words();
        words.next();
        words.number()
    };
    assert_eq!(read("0"), Some(0));
    assert_eq!(read("18446744073709551615"), Some(u64::MAX));
    for text in ["18446744073709551616", "-1", "1a", "", " 1", "\u{e4}"] {
        assert_eq!(read(text), None, "{text}");
    }
    let key = |text: &str| {
        let line = typed(&format!("t {text}"));
        let mut words = line.words();
        words.next();
        words.key()
    };
    let digits = "0f".repeat(32);
    assert_eq!(key(&digits), Some([0x0f; 32]));
    for text in [
        &digits[1..],
        &digits.to_uppercase(),
        &format!("{digits}0"),
        "",
        "zz",
    ] {
        assert_eq!(key(text), None, "{text}");
    }
}
