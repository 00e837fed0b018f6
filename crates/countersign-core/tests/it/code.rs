//! Codes: one spelling each, fixed length, no `==`, no `Debug` of the digits.

use countersign_core::{Code, CodeError, Digits};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: Result<u8, CodeError>) {
    let code = Code::parse(text);
    if let Ok(code) = &code {
        assert_eq!(code.as_str(), text);
    }
    assert_eq!(code.map(|code| code.digits().get()), expected, "{text:?}");
}

#[test]
fn one_spelling() {
    check("123456", Ok(6));
    check("012345", Ok(6));
    check("000000", Ok(6));
    check("1234567890", Ok(10));
    for text in ["", "1", "12345", "12345678901", &"1".repeat(1000)] {
        check(text, Err(CodeError::Length));
    }
    // Spaces, signs, separators, other scripts' digits, NUL, line ends: none is taken or trimmed.
    for text in [
        " 123456",
        "123456 ",
        "123456\n",
        "123456\r\n",
        "+123456",
        "-123456",
        "123 456",
        "123-456",
        "1234\u{0}6",
        "123456\u{0}",
        "12345a",
        "0x1234",
        "1e5000",
        "１２３",
        "٣٣٣",
        "1２456",
    ] {
        check(text, Err(CodeError::NotDigits));
    }
    // Six full-width digits are 18 bytes.
    check("１２３４５６", Err(CodeError::Length));
}

#[track_caller]
fn check_typed(text: &str, expected: Result<&str, CodeError>) {
    let code = Code::parse_typed(text);
    let read = code.as_ref().map(Code::as_str).map_err(|error| *error);
    assert_eq!(read, expected, "{text:?}");
    if let Ok(code) = &code {
        // The same code as the plain spelling gives, so the spelling is no second try.
        assert!(code.matches(&Code::parse(code.as_str()).unwrap()));
    }
}

#[test]
fn typed_codes_may_be_grouped() {
    check_typed("123456", Ok("123456"));
    check_typed("012 345", Ok("012345"));
    check_typed("012-345-67", Ok("01234567"));
    check_typed(" 1 2 3 4 5 6 ", Ok("123456"));
    check_typed("--12 34 56 78 90--", Ok("1234567890"));
    check_typed(&format!("{}123456", " ".repeat(26)), Ok("123456"));
    check_typed(&format!("{}123456", " ".repeat(27)), Err(CodeError::Length));
    for text in ["", "   ", "12 345", "1234 5678 901", "1 2-3"] {
        check_typed(text, Err(CodeError::Length));
    }
    // No other separator, no sign, no other script, no line end.
    for text in [
        "123\u{a0}456",
        "123\u{2011}456",
        "123_456",
        "123.456",
        "+123456",
        "123456\n",
        "123\t456",
        "１２３",
    ] {
        check_typed(text, Err(CodeError::NotDigits));
    }
}

#[test]
fn two_wrong_characters_do_not_make_up_for_each_other() {
    for length in 6..=10 {
        for (one, other) in (0..length).flat_map(|one| (0..one).map(move |other| (one, other))) {
            for wrong in [b'a', b'/', b':', b' '] {
                let mut text = b"1234567890".to_vec();
                text.truncate(length);
                (text[one], text[other]) = (wrong, wrong);
                let text = core::str::from_utf8(&text).unwrap();
                check(text, Err(CodeError::NotDigits));
            }
        }
    }
}

#[test]
fn digits_are_six_to_ten() {
    for digits in 0..=u8::MAX {
        let expected = (6..=10).contains(&digits).then_some(digits);
        assert_eq!(Digits::new(digits).ok().map(Digits::get), expected);
    }
    assert_eq!(Digits::default(), Digits::SIX);
}

#[test]
fn equal_means_the_same_text() {
    let code = |text: &str| Code::parse(text).unwrap();
    assert!(code("123456").matches(&code("123456")));
    assert!(code("123456").matches(&code("123456").clone()));
    // A number is not a code: leading zeros count.
    assert!(!code("0123456").matches(&code("123456")));
    assert!(!code("123456").matches(&code("1234560")));
    for place in 0..10 {
        let mut other = *b"0123456789";
        other[place] = if place == 0 { b'1' } else { b'0' };
        let other = core::str::from_utf8(&other).unwrap();
        assert!(!code("0123456789").matches(&code(other)), "{other}");
    }
}

#[test]
fn numbers_keep_their_last_digits() {
    for number in [
        0,
        1,
        9,
        10,
        99_999,
        999_999,
        1_000_000,
        0x7fff_ffff,
        u32::MAX,
    ] {
        check_number(number);
    }
    // Around every multiple of a power of ten, where a rounded reciprocal would be off.
    for power in (0..10).map(|exponent| 10_u32.pow(exponent)) {
        for times in 1..=u32::MAX / power.max(100_000) {
            let multiple = power * times;
            (multiple - 1..=multiple).for_each(check_number);
        }
    }
}

#[track_caller]
fn check_number(number: u32) {
    let whole = format!("{number:010}");
    for digits in 6..=10 {
        let digits = Digits::new(digits).unwrap();
        let last = &whole[10 - usize::from(digits.get())..];
        assert_eq!(Code::from_number(number, digits).as_str(), last);
        assert_eq!(
            u64::from(digits.reduce(number)),
            last.parse::<u64>().unwrap()
        );
    }
}

#[test]
fn random_codes_are_the_decimal_places_of_the_draw() {
    let random = |draw: u64, digits| Code::random(digits, draw.to_be_bytes()).as_str().to_owned();
    assert_eq!(random(0, Digits::SIX), "000000");
    assert_eq!(random(u64::MAX, Digits::SIX), "999999");
    assert_eq!(random(u64::MAX, Digits::MAX), "9999999999");
    assert_eq!(random(1 << 63, Digits::EIGHT), "50000000");
    assert_eq!(random(u64::MAX / 3, Digits::MAX), "3333333333");
}

#[test]
fn random_codes_are_spread_evenly() {
    // A Weyl sequence fills the range evenly; so must the codes: each first digit pair alike.
    let mut seen = [0_u32; 100];
    let mut draw = 0_u64;
    for _ in 0..100_000 {
        draw = draw.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let code = Code::random(Digits::SIX, draw.to_be_bytes());
        seen[code.as_str()[..2].parse::<usize>().unwrap()] += 1;
    }
    assert!(
        seen.iter().all(|count| (990..=1010).contains(count)),
        "{seen:?}"
    );
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", Code::parse("123456").unwrap()), "Code(..)");
}

proptest! {
    #[test]
    fn random_is_the_wide_product(draw: u64, digits in 6_u8..=10) {
        let product = (u128::from(draw) * 10_u128.pow(digits.into())) >> 64;
        let code = Code::random(Digits::new(digits).unwrap(), draw.to_be_bytes());
        prop_assert_eq!(code.as_str(), format!("{product:0width$}", width = usize::from(digits)));
    }

    #[test]
    fn any_number(number: u32) {
        check_number(number);
    }

    #[test]
    fn only_digits_are_read(text in any::<String>()) {
        let is_code = (6..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        prop_assert_eq!(Code::parse(&text).is_ok(), is_code);
    }

    #[test]
    fn typed_is_plain_without_separators(text in "[0-9 -]{0,34}") {
        let plain = text.replace([' ', '-'], "");
        let expected = Code::parse(&plain).ok().filter(|_| text.len() <= Code::TYPED_MAX_LEN);
        let typed = Code::parse_typed(&text).ok();
        prop_assert_eq!(
            typed.as_ref().map(Code::as_str),
            expected.as_ref().map(Code::as_str)
        );
    }
}
