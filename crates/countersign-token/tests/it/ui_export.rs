//! The secret of an account as a QR code: only after a question on the device, and the PIN.

use countersign_core::{AlgorithmId, KeyUri, MovingFactor};
use countersign_token::screens::{AccountCode, Notice, PinEntry, Prompt, Question, Screen, Shown};
use countersign_token::{Answer, Ask, Asking, Button, Ui};

use crate::display::Display;
use crate::host::{Host, Put, delete};
use crate::person::Person;

const SECRET: &[u8] = b"12345678901234567890";

fn person(put: &Put<'_>) -> Person {
    let mut host = Host::new();
    host.done(&put.command());
    Person::with(host)
}

/// What a camera reads off the display.
fn scan(display: &Display) -> Option<String> {
    const SCALE: usize = 4;
    let (width, height) = (128 * SCALE, 64 * SCALE);
    let lit = |x: usize, y: usize| {
        if display.is_lit(x / SCALE, y / SCALE) {
            255
        } else {
            0
        }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, lit);
    let grid = image.detect_grids().into_iter().next()?;
    grid.decode().ok().map(|(_, text)| text)
}

fn sees_question(person: &mut Person, name: &str, left_secs: u32) -> bool {
    person.sees(&Screen::Prompt(Prompt {
        question: Question::Export(name.as_bytes()),
        left_secs,
        wait_secs: 15,
    }))
}

#[track_caller]
fn check(put: &Put<'_>, uri: &str) {
    let mut person = person(put);
    person.press("*>");
    assert!(sees_question(&mut person, put.name, 15));
    person.press("*");
    let read = scan(&person.display).expect("a camera reads it");
    assert_eq!(read, uri);
    let (key, _) = KeyUri::parse_lenient(&read).unwrap();
    assert_eq!(key.secret().as_bytes(), put.secret);
    assert_eq!(key.digits().get(), put.digits);
}

#[test]
fn a_camera_reads_the_account_off_the_display() {
    let base32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    check(
        &Put::totp("ACME Inc.:alice@example.com", SECRET),
        &format!(
            "otpauth://totp/ACME%20Inc.:alice%40example.com?secret={base32}&issuer=ACME%20Inc."
        ),
    );
    check(
        &Put::totp("nobody", SECRET),
        &format!("otpauth://totp/nobody?secret={base32}&digits=6"),
    );
    let mut put = Put::totp("60/Z\u{fc}rich:me", b"0123456789");
    (put.type_and_hash, put.digits) = (0x22, 8);
    check(
        &put,
        "otpauth://totp/Z%C3%BCrich:me?secret=GAYTEMZUGU3DOOBZ&issuer=Z%C3%BCrich\
         &algorithm=SHA256&digits=8&period=60",
    );
    check(
        &Put::totp(":odd:", SECRET),
        &format!("otpauth://totp/:%3Aodd%3A?secret={base32}&digits=6"),
    );
}

#[test]
fn a_counter_goes_with_its_account() {
    let mut put = Put::hotp("ACME:h", SECRET);
    put.counter = Some(4_000_000_000);
    let mut person = person(&put);
    person.press("**>*");
    let read = scan(&person.display).unwrap();
    let key = KeyUri::parse(&read).unwrap();
    assert_eq!(key.factor(), MovingFactor::Counter(4_000_000_001));
    // To show it uses none up.
    person.ui.refresh();
    person.look();
    assert_eq!(scan(&person.display), Some(read));
}

/// 64 bytes of name and 64 of secret, as large as they come.
#[test]
fn what_does_not_fit_is_not_shown_in_part() {
    let name = format!("{}:{}", "i".repeat(31), "a".repeat(32));
    let mut put = Put::totp(&name, &[0x5a; 64]);
    (put.type_and_hash, put.digits) = (0x23, 8);
    let mut large = person(&put);
    large.press("*>*");
    let read = scan(&large.display).unwrap();
    let key = KeyUri::parse(&read).unwrap();
    assert_eq!(key.algorithm(), AlgorithmId::Sha512);
    assert_eq!(key.secret().as_bytes(), [0x5a; 64]);

    let name = format!("{}:x", "\u{fc}".repeat(31));
    let mut larger = person(&Put { name: &name, ..put });
    larger.press("*>*");
    assert!(larger.sees(&Screen::Notice(Notice::NoQr)));
}

#[test]
fn nothing_but_select_answers_the_question_with_yes() {
    for keys in ["^", "v", ">", "^v>>"] {
        let mut person = person(&Put::totp("ACME:alice", SECRET));
        person.press("*>");
        person.press(keys);
        assert!(sees_question(&mut person, "ACME:alice", 15), "{keys}");
    }
    let mut person = person(&Put::totp("ACME:alice", SECRET));
    person.press("*");
    let account = person.display.pixels().to_vec();
    person.press("><");
    assert_eq!(person.display.pixels(), account);
}

#[test]
fn the_question_counts_down_and_ends() {
    let mut person = person(&Put::hotp("ACME:alice", SECRET));
    person.press("*>");
    person.wait(4_000);
    assert!(sees_question(&mut person, "ACME:alice", 11));
    person.wait(10_999);
    assert!(sees_question(&mut person, "ACME:alice", 1));
    person.wait(1);
    assert!(person.sees(&Screen::Code(AccountCode {
        name: b"ACME:alice",
        shown: Shown::OnRequest(6),
    })));
    // Select means another thing again.
    person.press("*");
    assert_eq!(scan(&person.display), None);
}

/// Somebody who has set a PIN, and then allowed the export of an account.
fn asked_for_the_pin() -> Person {
    let mut person = person(&Put::totp("ACME:alice", SECRET));
    person.press("<vv*");
    person.pin("2468");
    person.pin("2468");
    person.press("*");
    person.press("*>*");
    person
}

#[test]
fn the_pin_is_asked_for_again() {
    let mut person = asked_for_the_pin();
    assert!(person.sees(&Screen::PinEntry(PinEntry {
        title: "Enter PIN",
        entered: 0,
        figure: None,
        most: 8,
        tries_left: None,
        message: "",
    })));
    person.pin("1111");
    assert_eq!(scan(&person.display), None);
    person.pin("2468");
    assert!(scan(&person.display).is_some());
    // Any key leaves it.
    person.press("v");
    assert_eq!(scan(&person.display), None);
}

#[test]
fn the_last_wrong_pin_locks_here_too() {
    let mut person = asked_for_the_pin();
    for _ in 0..8 {
        person.pin("1111");
    }
    assert!(person.sees(&Screen::Notice(Notice::PinLocked)));
    assert_eq!(person.host.token.accounts(), 0);
}

/// The position of an account is another one's when a host has changed something.
#[test]
fn no_other_account_is_shown_than_the_one_that_was_named() {
    for keys in ["*>", "*>*"] {
        let mut host = Host::new();
        host.done(&Put::totp("first", SECRET).command());
        host.done(&Put::totp("other", b"98765432109876543210").command());
        let mut person = Person::with(host);
        person.press(keys);
        person.host.done(&delete("first"));
        person.ui.refresh();
        person.press("*");
        assert_eq!(scan(&person.display), None);
    }
    // Not even where nobody told that a host was served.
    let mut host = Host::new();
    host.done(&Put::totp("first", SECRET).command());
    host.done(&Put::totp("other", b"98765432109876543210").command());
    let mut person = Person::with(host);
    person.press("*>");
    person.host.done(&delete("first"));
    person.press("*");
    assert_eq!(scan(&person.display), None);
}

#[test]
fn a_secret_is_not_shown_for_ever() {
    let mut person = person(&Put::totp("ACME:alice", SECRET));
    person.press("*>*");
    assert!(scan(&person.display).is_some());
    person.wait(Ui::IDLE_MILLIS);
    assert_eq!(scan(&person.display), None);
}

#[test]
fn a_question_of_the_host_is_answered_by_two_keys_and_by_time() {
    let asks = [
        Ask::Calculate(b"ACME:alice"),
        Ask::Overwrite(b"ACME:alice"),
        Ask::Reset,
        Ask::SetAdminKey,
    ];
    for ask in asks {
        let asking = Asking::new(ask, 10, 7_777);
        for button in Button::ALL {
            let expected = match button {
                Button::Select => Some(Answer::Allowed),
                Button::Left => Some(Answer::Refused),
                _ => None,
            };
            assert_eq!(asking.press(button), expected);
        }
        for (after, left_secs) in [(0, 10), (1, 10), (999, 10), (1_000, 9), (9_001, 1)] {
            assert_eq!(asking.wait(7_777 + after), None);
            let Screen::Prompt(prompt) = asking.screen(7_777 + after) else {
                panic!("a question is on the display");
            };
            assert_eq!(prompt.left_secs, left_secs);
            assert_eq!(prompt.question, Question::Host(ask));
        }
        assert_eq!(asking.wait(17_776), None);
        assert_eq!(asking.wait(17_777), Some(Answer::TimedOut));
    }
}
