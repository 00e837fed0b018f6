//! Destinations: what is taken, what is refused, and what clients see.

use countersign_host::mask::{EmailAddress, PhoneNumber};
use proptest::prelude::*;

#[track_caller]
fn check_phone(text: &str, masked: Option<&str>) {
    let number = PhoneNumber::parse(text).ok();
    assert_eq!(number.as_ref().map(PhoneNumber::masked).as_deref(), masked);
    if let Some(number) = number {
        assert_eq!(number.as_str(), text);
        assert!(!format!("{number:?}").contains(text), "{number:?}");
    }
}

#[track_caller]
fn check_email(text: &str, masked: Option<&str>) {
    let address = EmailAddress::parse(text).ok();
    assert_eq!(
        address.as_ref().map(EmailAddress::masked).as_deref(),
        masked
    );
    if let Some(address) = address {
        assert_eq!(address.as_str(), text);
        assert!(!format!("{address:?}").contains(text), "{address:?}");
    }
}

#[test]
fn phone_numbers_are_e164() {
    check_phone("+15555550100", Some("+*******0100"));
    check_phone("+4930123", Some("+***0123"));
    check_phone("+123456789012345", Some("+***********2345"));
    check_phone("+1234567890123456", None);
    check_phone("+123456", None);
    check_phone("15555550100", None);
    check_phone("++15555550100", None);
    check_phone("+05555550100", None);
    check_phone("+1 555 555 0100", None);
    check_phone("+1555555010\u{0660}", None);
    check_phone("+15555550100\r\n", None);
    check_phone("+15555550100\0", None);
    check_phone("+", None);
    check_phone("", None);
}

#[test]
fn addresses_are_dot_atoms_at_domain_names() {
    check_email("alice@example.com", Some("a***@e***"));
    check_email("a@b", Some("a***@b***"));
    check_email("Alice.B+tag@mail.example.com", Some("A***@m***"));
    check_email("o'neil@example.com", Some("o***@e***"));
    check_email("alice", None);
    check_email("@example.com", None);
    check_email("alice@", None);
    check_email("alice@@example.com", None);
    check_email("alice@bob@example.com", None);
    check_email(".alice@example.com", None);
    check_email("alice.@example.com", None);
    check_email("al..ice@example.com", None);
    check_email("alice@-example.com", None);
    check_email("alice@example-.com", None);
    check_email("alice@example..com", None);
    check_email("alice@example.com.", None);
    check_email("alice@[127.0.0.1]", None);
    check_email("zoë@example.com", None);
    check_email("", None);
}

#[test]
fn nothing_can_be_injected_into_a_header() {
    check_email("alice@example.com\r\nBcc: eve@example.com", None);
    check_email("alice\r\nBcc: eve@example.com", None);
    check_email("alice@example.com\n", None);
    check_email("alice@example.com ", None);
    check_email("alice@example.com,eve@example.com", None);
    check_email("<alice@example.com>", None);
    check_email("\"a b\"@example.com", None);
    check_email("a;b@example.com", None);
    check_email("alice@example.com\0", None);
    check_email("alice@example.com\u{7f}", None);
}

#[test]
fn long_addresses_are_refused() {
    let label = "d".repeat(63);
    let domain = format!("{label}.{label}.{}", "d".repeat(61));
    let longest = format!("{}@{domain}", "a".repeat(64));
    assert_eq!(longest.len(), 254);
    check_email(&longest, Some("a***@d***"));
    check_email(&format!("{longest}d"), None);
    check_email(&format!("{}@example.com", "a".repeat(65)), None);
    check_email(&format!("a@{label}d.com"), None);
}

#[test]
fn stored_destinations_are_checked_again() {
    let address = EmailAddress::parse("alice@example.com").expect("a good address");
    let stored = serde_json::to_string(&address).expect("serialises");
    assert_eq!(stored, "\"alice@example.com\"");
    assert_eq!(
        serde_json::from_str::<EmailAddress>(&stored).ok(),
        Some(address)
    );
    assert!(serde_json::from_str::<EmailAddress>("\"a b@example.com\"").is_err());
    assert!(serde_json::from_str::<PhoneNumber>("\"12\"").is_err());
}

proptest! {
    #[test]
    fn no_text_panics_and_what_is_taken_is_plain(text in "\\PC*|[+@.a-z0-9\r\n -]{0,30}") {
        if let Ok(number) = PhoneNumber::parse(&text) {
            prop_assert!(number.as_str()[1..].bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(number.masked().len(), text.len());
        }
        if let Ok(address) = EmailAddress::parse(&text) {
            prop_assert!(address.as_str().bytes().all(|b| b.is_ascii_graphic()));
            prop_assert_eq!(address.masked().len(), 9);
        }
    }
}
