//! The pictures of every screen, compared with those in `tests/goldens`.

use countersign_core::Code;
use countersign_token::screens::{
    AccountCode, ClockFace, List, Notice, PinEntry, Prompt, Question, Screen, Shown, Storage,
};
use countersign_token::{Ask, Calendar};

use crate::display::{Display, check_golden};

#[track_caller]
fn check(name: &str, screen: &Screen<'_>) {
    let mut display = Display::new(128, 64);
    display.draw(screen);
    check_golden(name, &display);
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

#[track_caller]
fn check_timed(name: &str, account: &[u8], digits: &str, left_secs: u32) {
    let code = code(digits);
    let shown = Shown::Timed {
        code: &code,
        left_secs,
        period_secs: 30,
    };
    check(
        name,
        &Screen::Code(AccountCode {
            name: account,
            shown,
        }),
    );
}

#[test]
fn a_code_of_six_seven_and_eight_digits() {
    check_timed("code-6", b"ACME:alice@example.com", "123456", 30);
    check_timed("code-7", b"alice@example.com", "7890123", 17);
    check_timed("code-8", b"ACME:alice@example.com", "89005924", 1);
}

#[test]
fn a_long_or_foreign_name_is_cut_and_boxed() {
    let long = b"The Association of Very Long Names:somebody.with.a.long.name@example.com";
    check_timed("code-long-name", long, "000000", 29);
    check_timed(
        "code-latin-name",
        "Z\u{fc}rich:Andr\u{e9}".as_bytes(),
        "444444",
        10,
    );
    check_timed(
        "code-foreign-name",
        "\u{65e5}\u{672c}:\u{c6}sir \u{1f511} key".as_bytes(),
        "555555",
        5,
    );
    check_timed(
        "code-broken-name",
        b"bad:\xff\xc3(\x00\xe6\x97end",
        "666666",
        5,
    );
}

#[test]
fn a_code_of_a_counter() {
    let code = code("755224");
    let name = b"Router:admin";
    let shown = Shown::Counter(&code);
    check("code-counter", &Screen::Code(AccountCode { name, shown }));
    for (picture, digits) in [("code-request-6", 6), ("code-request-8", 8)] {
        let shown = Shown::OnRequest(digits);
        check(picture, &Screen::Code(AccountCode { name, shown }));
    }
}

#[test]
fn a_list_of_accounts() {
    let few: [&[u8]; 3] = [
        b"ACME:alice",
        b"GitHub:alice@example.com",
        "\u{c5}land: \u{2603}".as_bytes(),
    ];
    check(
        "list-few",
        &Screen::List(List {
            title: "Accounts",
            rows: &few,
            first: 0,
            chosen: 1,
            total: 3,
        }),
    );
    let many: [&[u8]; 5] = [
        b"GitHub:alice",
        b"GitLab:alice@example.com",
        b"Mail:alice@example.com",
        b"Registrar:alice",
        b"VPN:alice",
    ];
    check(
        "list-many",
        &Screen::List(List {
            title: "Accounts",
            rows: &many,
            first: 95,
            chosen: 97,
            total: 100,
        }),
    );
}

#[test]
fn a_question_names_the_account_the_keys_and_the_seconds() {
    let prompt = |question| {
        Screen::Prompt(Prompt {
            question,
            left_secs: 7,
            wait_secs: 10,
        })
    };
    let name = b"ACME:touchy";
    let long = b"60/The Association of Long Names:somebody.with.a.name@example.com";
    check(
        "ask-calculate",
        &prompt(Question::Host(Ask::Calculate(name))),
    );
    check(
        "ask-calculate-long",
        &prompt(Question::Host(Ask::Calculate(long))),
    );
    check(
        "ask-overwrite",
        &prompt(Question::Host(Ask::Overwrite(name))),
    );
    check("ask-reset", &prompt(Question::Host(Ask::Reset)));
    check("ask-admin-key", &prompt(Question::Host(Ask::SetAdminKey)));
    check(
        "ask-export",
        &prompt(Question::Export(b"ACME:alice@example.com")),
    );
}

#[test]
fn a_pin_shows_no_figure_that_was_entered() {
    let entry = |entered, figure, message, tries_left| {
        Screen::PinEntry(PinEntry {
            title: "Enter PIN",
            entered,
            figure,
            most: 8,
            tries_left,
            message,
        })
    };
    check("pin-start", &entry(0, None, "", Some(8)));
    check("pin-half", &entry(4, Some(7), "", Some(8)));
    check("pin-full", &entry(8, None, "", Some(8)));
    check("pin-wrong", &entry(0, None, "Wrong PIN", Some(1)));
    let new = PinEntry {
        title: "New PIN",
        entered: 2,
        figure: Some(0),
        most: 8,
        tries_left: None,
        message: "4 to 8 digits",
    };
    check("pin-new", &Screen::PinEntry(new));
}

#[test]
fn the_time() {
    let now = Calendar::new(2009, 2, 13, 23, 31, 30).unwrap();
    let clock = |synced_secs_ago| {
        Screen::Clock(ClockFace {
            now,
            synced_secs_ago,
        })
    };
    check("clock-now", &clock(59));
    check("clock-minutes", &clock(7_199));
    check("clock-hours", &clock(172_799));
    check("clock-days", &clock(30 * 86_400));
}

#[test]
fn how_full_it_is() {
    let storage = |accounts, used, damaged| {
        Screen::Storage(Storage {
            accounts,
            most_accounts: 128,
            used,
            capacity: 31_744,
            damaged,
        })
    };
    check("storage-empty", &storage(0, 64, 0));
    check("storage-some", &storage(12, 3_400, 0));
    check("storage-full", &storage(128, 31_744, 2));
}

#[test]
fn what_is_said_in_words() {
    for (name, notice) in [
        ("notice-empty", Notice::Empty),
        ("notice-time-unset", Notice::TimeUnset),
        ("notice-pin-locked", Notice::PinLocked),
        ("notice-key-locked", Notice::KeyLocked),
        ("notice-wait", Notice::Wait { left_secs: 3_599 }),
        ("notice-allowed", Notice::Allowed),
        ("notice-refused", Notice::Refused),
        ("notice-timed-out", Notice::TimedOut),
        ("notice-pin-set", Notice::PinSet),
        ("notice-pin-removed", Notice::PinRemoved),
        ("notice-no-qr", Notice::NoQr),
        ("notice-counter-used-up", Notice::CounterUsedUp),
        ("notice-went-back", Notice::WentBack),
        ("notice-damaged", Notice::Damaged),
        ("notice-full", Notice::Full),
        ("notice-storage-fault", Notice::StorageFault),
    ] {
        check(name, &Screen::Notice(notice));
    }
    check("blank", &Screen::Blank);
}

#[test]
fn a_qr_code() {
    let uri = "otpauth://totp/ACME:alice%40example.com\
               ?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=ACME";
    check("qr", &Screen::Qr(uri.as_bytes()));
    check("qr-small", &Screen::Qr(b"otpauth"));
}
