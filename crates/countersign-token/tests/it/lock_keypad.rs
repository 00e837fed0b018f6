//! From keys to an entry, and to what is shown meanwhile.

use countersign_token::lock::{Field, Key, Keypad, Typed};

/// Presses keys a second apart and says what each came to; the time goes on from `at` seconds.
fn press(keypad: &mut Keypad, keys: &str, at: u64) -> Vec<String> {
    let mut said = Vec::new();
    for (key, second) in keys.bytes().zip(at..) {
        let key = Key::from_ascii(key).expect("a key");
        said.push(word(&keypad.press(key, 1000 * second)));
    }
    said
}

fn word(typed: &Typed) -> String {
    match typed {
        Typed::Progress(Field::User, digits) => format!("user {digits}"),
        Typed::Progress(Field::Pin, digits) => format!("pin {digits}"),
        Typed::Progress(Field::Code, digits) => format!("code {digits}"),
        Typed::Cleared => "cleared".to_owned(),
        Typed::TimedOut => "timed out".to_owned(),
        Typed::Malformed => "malformed".to_owned(),
        Typed::Entry(entry) => format!("entry of {}", entry.user.get()),
    }
}

#[track_caller]
fn check(keys: &str, last: &str) {
    let said = press(&mut Keypad::new(), keys, 1);
    assert_eq!(said.last().map(String::as_str), Some(last), "{keys}");
}

#[test]
fn number_pin_and_code_make_an_entry() {
    let mut keypad = Keypad::new();
    let said = press(&mut keypad, "7#2468#123456#", 1);
    let shown = [
        "user 1",
        "pin 0",
        "pin 1",
        "pin 2",
        "pin 3",
        "pin 4",
        "code 0",
        "code 1",
        "code 2",
        "code 3",
        "code 4",
        "code 5",
        "code 6",
        "entry of 7",
    ];
    assert_eq!(said, shown);
    assert!(keypad.is_idle(), "nothing of it stays");
}

#[test]
fn an_entry_is_what_was_typed() {
    let mut keypad = Keypad::new();
    let mut typed = None;
    for key in b"07#13579#012345#" {
        typed = Some(keypad.press(Key::from_ascii(*key).expect("a key"), 0));
    }
    let Some(Typed::Entry(entry)) = typed else {
        panic!("it is complete");
    };
    assert_eq!((entry.user.get(), entry.code.as_str()), (7, "012345"));
    assert_eq!(format!("{entry:?} {keypad:?}"), "Entry(..) Keypad(..)");
}

#[test]
fn numbers_are_1_to_99() {
    check("1#", "pin 0");
    check("07#", "pin 0");
    check("99#", "pin 0");
    check("0#", "malformed");
    check("00#", "malformed");
    check("#", "malformed");
    check("100#", "malformed");
}

#[test]
fn fields_have_their_lengths() {
    check("1#123#", "malformed");
    check("1#1234#", "code 0");
    check("1#12345678#", "code 0");
    check("1#123456789#", "malformed");
    check("1#1234#12345#", "malformed");
    check("1#1234#12345678#", "entry of 1");
    check("1#1234#123456789#", "malformed");
}

#[test]
fn a_star_clears_the_field_and_then_all() {
    check("1#12*", "pin 0");
    check("1#12**", "cleared");
    check("1#12*1234#123456#", "entry of 1");
    check("1#12**1234#", "malformed");
    // Too much of a field can be taken back, too.
    check("1#123456789*1234#", "code 0");
}

#[test]
fn after_a_while_without_a_key_all_is_cleared() {
    let mut keypad = Keypad::new();
    assert_eq!(press(&mut keypad, "1#24", 1).last().expect("keys"), "pin 2");
    assert!(keypad.tick(18_999).is_none());
    let ticked = keypad.tick(19_000).expect("15 s after the last key");
    assert_eq!(word(&ticked), "timed out");
    assert!(keypad.tick(40_000).is_none(), "once");
    // A key that comes before anybody noticed begins anew as well.
    assert_eq!(
        press(&mut keypad, "1#24", 50).last().expect("keys"),
        "pin 2"
    );
    assert_eq!(press(&mut keypad, "6", 90), ["user 1"]);
}

#[test]
fn other_bytes_are_no_keys() {
    for byte in 0..=u8::MAX {
        let is_key = byte.is_ascii_digit() || byte == b'*' || byte == b'#';
        assert_eq!(Key::from_ascii(byte).is_some(), is_key, "{byte}");
    }
}
