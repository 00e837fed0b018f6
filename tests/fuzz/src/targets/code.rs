//! Codes as text: exactly 6 to 10 ASCII digits are one, and stay what they are.

use countersign_core::{Code, CodeError, Digits};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "code",
    run,
    seeds,
    max_len: 32,
};

fn run(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        exact(text);
        typed(text);
    }
    if let Some((number, fresh)) = data.split_first_chunk::<4>() {
        made(u32::from_be_bytes(*number), fresh);
    }
}

fn exact(text: &str) {
    let length = (6..=10).contains(&text.len());
    match Code::parse(text) {
        Ok(code) => {
            assert!(length && text.bytes().all(|byte| byte.is_ascii_digit()));
            assert_eq!(code.as_str(), text);
            assert_eq!(code.as_bytes(), text.as_bytes());
            assert_eq!(usize::from(code.digits().get()), text.len());
            assert!(code.matches(&Code::parse(text).unwrap()));
            assert!(!format!("{code:?}").contains(text));
        }
        Err(CodeError::Length) => assert!(!length),
        Err(_) => assert!(length && !text.bytes().all(|byte| byte.is_ascii_digit())),
    }
}

/// What people type is the code without its spaces and hyphens.
fn typed(text: &str) {
    let bare: String = text
        .chars()
        .filter(|char| !matches!(char, ' ' | '-'))
        .collect();
    match (Code::parse_typed(text), Code::parse(&bare)) {
        (Ok(typed), Ok(code)) => assert!(typed.matches(&code)),
        (Ok(_), Err(error)) => panic!("{error:?}"),
        (Err(_), Ok(_)) => assert!(text.len() > Code::TYPED_MAX_LEN),
        (Err(_), Err(_)) => {}
    }
}

/// Codes made of numbers, and of randomness.
fn made(number: u32, fresh: &[u8]) {
    for length in Digits::MIN.get()..=Digits::MAX.get() {
        let digits = Digits::new(length).unwrap();
        let code = Code::from_number(number, digits);
        let width = usize::from(length);
        let expected = u64::from(number) % 10_u64.pow(length.into());
        assert_eq!(code.as_str(), format!("{expected:0width$}"));
        let again = Code::parse(code.as_str()).unwrap();
        assert!(again.matches(&code));
        if let Some(fresh) = fresh.first_chunk::<8>() {
            let code = Code::random(digits, *fresh);
            let share = u128::from(u64::from_be_bytes(*fresh)) * 10_u128.pow(length.into());
            assert_eq!(code.as_str(), format!("{:0width$}", share >> 64));
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    [
        "012345",
        "1234567890",
        "12345",
        "12345a",
        "\u{661}23456",
        "123 456",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
