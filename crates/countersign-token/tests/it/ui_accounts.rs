//! What a person sees of accounts: the list, codes of the time and of counters.

use countersign_core::{Code, UnixTime};
use countersign_token::screens::{AccountCode, ClockFace, List, Notice, Screen, Shown, Storage};
use countersign_token::{Answer, Calendar, MAX_CREDENTIALS, Reading, Ui};

use crate::host::{Host, Put, at, delete, rename};
use crate::person::{Person, START};

const SECRET: &[u8] = b"12345678901234567890";

fn person(names: &[&str]) -> Person {
    let mut host = Host::new();
    for name in names {
        host.done(&Put::totp(name, SECRET).command());
    }
    Person::with(host)
}

fn list(names: &[&str], first: usize, chosen: usize, total: usize) -> impl Fn(&mut Person) -> bool {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    move |person| {
        let rows: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
        person.sees(&Screen::List(List {
            title: "Accounts",
            rows: &rows,
            first,
            chosen,
            total,
        }))
    }
}

/// Whether the display shows a code of the time, as the host computes it for `secs`.
fn sees_code(person: &mut Person, name: &str, label: &str, secs: u64, period_secs: u32) -> bool {
    let step = secs / u64::from(period_secs);
    let code = person.host.code(name, &step.to_be_bytes()).unwrap();
    let left = u64::from(period_secs) - secs % u64::from(period_secs);
    person.sees(&Screen::Code(AccountCode {
        name: label.as_bytes(),
        shown: Shown::Timed {
            code: &Code::parse(&code).unwrap(),
            left_secs: left.try_into().unwrap(),
            period_secs,
        },
    }))
}

fn sees_counter(person: &mut Person, code: Option<&str>) -> bool {
    let code = code.map(|code| Code::parse(code).unwrap());
    let shown = code.as_ref().map_or(Shown::OnRequest(6), Shown::Counter);
    person.sees(&Screen::Code(AccountCode {
        name: b"counter",
        shown,
    }))
}

#[test]
fn a_token_without_accounts_says_what_to_do() {
    let mut person = person(&[]);
    assert!(person.sees(&Screen::Notice(Notice::Empty)));
    person.press("*>^v");
    assert!(person.sees(&Screen::Notice(Notice::Empty)));
    // The menu is there all the same.
    person.press("<*");
    assert!(!person.sees(&Screen::Notice(Notice::Empty)));
}

#[test]
fn the_list_scrolls_as_little_as_it_must_and_stops_at_its_ends() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let mut person = person(&names);
    assert!(list(&names[..5], 0, 0, 7)(&mut person));
    person.press("^");
    assert!(list(&names[..5], 0, 0, 7)(&mut person));
    person.press("vvvv");
    assert!(list(&names[..5], 0, 4, 7)(&mut person));
    person.press("vv");
    assert!(list(&names[2..], 2, 6, 7)(&mut person));
    person.press("vv");
    assert!(list(&names[2..], 2, 6, 7)(&mut person));
    person.press("^^^");
    assert!(list(&names[2..], 2, 3, 7)(&mut person));
    person.press("^^");
    assert!(list(&names[1..6], 1, 1, 7)(&mut person));
}

#[test]
fn the_list_shows_names_without_their_period() {
    let mut person = person(&["60/ACME:alice", "90000/x"]);
    assert!(list(&["ACME:alice", "90000/x"], 0, 0, 2)(&mut person));
}

#[test]
fn a_code_of_the_time_counts_down_and_changes_with_the_step() {
    let mut person = person(&["ACME:alice", "60/ACME:bob"]);
    person.press("*");
    for secs in 0..65 {
        assert!(sees_code(
            &mut person,
            "ACME:alice",
            "ACME:alice",
            START + secs,
            30
        ));
        person.press("v");
        assert!(sees_code(
            &mut person,
            "60/ACME:bob",
            "ACME:bob",
            START + secs,
            60
        ));
        person.press("^");
        person.wait(1_000);
    }
}

#[test]
fn a_code_of_the_time_is_redrawn_only_where_it_changed() {
    let mut person = person(&["ACME:alice"]);
    person.press("*");
    assert_eq!(person.look(), None);
    person.display.drawn_rows();
    person.wait(1_000);
    let drawn = person.display.drawn_rows();
    assert!(drawn.iter().all(|row| (48..64).contains(row)), "{drawn:?}");
    assert!(!drawn.is_empty());
    // A host that changes nothing costs no pixel.
    person.host.listed();
    person.ui.refresh();
    assert_eq!(person.look(), None);
    assert_eq!(person.display.drawn_rows(), []);
}

#[test]
fn without_the_time_no_code_of_the_time_is_shown() {
    let mut person = person(&["ACME:alice"]);
    person.press("*");
    assert!(sees_code(
        &mut person,
        "ACME:alice",
        "ACME:alice",
        START,
        30
    ));
    let with_code = person.display.pixels().to_vec();
    person.lose_time();
    assert!(person.sees(&Screen::Notice(Notice::TimeUnset)));
    for keys in ["*", "^", "v", "<*", "<>"] {
        person.press(keys);
        assert!(person.sees(&Screen::Notice(Notice::TimeUnset)), "{keys}");
    }
    assert_ne!(person.display.pixels(), with_code);
    // Nor does the clock show one.
    person.press("<<*");
    assert!(person.sees(&Screen::Notice(Notice::TimeUnset)));
}

#[test]
fn the_clock_and_when_it_was_set() {
    let mut person = person(&[]);
    let at = |secs| UnixTime::from_secs(secs).unwrap();
    person.now.reading = Reading::Known {
        now: at(START),
        last_synced: at(START - 7_197),
    };
    person.press("<*");
    person.wait(3_000);
    let face = ClockFace {
        now: Calendar::from_unix(at(START + 3)).unwrap(),
        synced_secs_ago: 7_200,
    };
    assert!(person.sees(&Screen::Clock(face)));
    person.now.reading = Reading::Unset;
    assert!(person.sees(&Screen::Notice(Notice::TimeUnset)));
}

#[test]
fn the_capacity() {
    let mut person = person(&["a", "b"]);
    person.press("<v*");
    let usage = person.host.token.usage();
    assert!(person.sees(&Screen::Storage(Storage {
        accounts: 2,
        most_accounts: MAX_CREDENTIALS,
        used: usage.used,
        capacity: usage.capacity,
        damaged: 0,
    })));
}

#[test]
fn a_code_of_a_counter_is_made_by_select_alone() {
    let mut host = Host::new();
    host.done(&Put::hotp("counter", SECRET).command());
    let mut person = Person::with(host);
    // Looking at it, waiting and serving hosts use no code up.
    person.press("*");
    assert!(sees_counter(&mut person, None));
    person.wait(2_000);
    person.ui.refresh();
    person.press("<*");
    person.lose_time();
    assert!(sees_counter(&mut person, None));
    // RFC 4226, appendix D. It needs no clock.
    person.press("*");
    assert!(sees_counter(&mut person, Some("755224")));
    person.wait(2_000);
    person.ui.refresh();
    assert!(sees_counter(&mut person, Some("755224")));
    person.press("*");
    assert!(sees_counter(&mut person, Some("287082")));
    assert_eq!(person.host.code("counter", &[]).as_deref(), Ok("359152"));
    // A code is shown until the account is left.
    person.press("<*");
    assert!(sees_counter(&mut person, None));
}

#[test]
fn a_counter_is_in_the_store_before_its_code_is_on_the_display() {
    let mut host = Host::new();
    host.done(&Put::hotp("counter", SECRET).command());
    let mut person = Person::with(host);
    person.press("**");
    assert!(sees_counter(&mut person, Some("755224")));
    person.power_cycle();
    person.press("**");
    assert!(sees_counter(&mut person, Some("287082")));
}

#[test]
fn an_account_that_a_host_removed_or_renamed_is_left() {
    for command in [delete("b"), rename("b", "z")] {
        let mut person = person(&["a", "b", "c"]);
        person.press("v*");
        assert!(sees_code(&mut person, "b", "b", START, 30));
        person.host.done(&command);
        person.ui.refresh();
        person.look();
        let total = person.host.token.accounts();
        let rows = person.host.listed();
        let names: Vec<&str> = rows.iter().map(|(_, name)| name.as_str()).collect();
        assert!(list(&names, 0, 0, total)(&mut person));
    }
}

#[test]
fn an_account_that_does_not_go_back_says_so() {
    let mut host = Host::new();
    let mut put = Put::totp("forward", SECRET);
    put.properties = Some(1);
    host.done(&put.command());
    host.code("forward", &at(START + 300)).unwrap();
    let mut person = Person::with(host);
    person.press("*");
    assert!(person.sees(&Screen::Notice(Notice::WentBack)));
}

#[test]
fn what_is_shown_is_forgotten_without_a_key_and_then_the_display_goes_dark() {
    let mut host = Host::new();
    host.done(&Put::hotp("counter", SECRET).command());
    let mut person = Person::with(host);
    person.press("**");
    person.wait(Ui::IDLE_MILLIS - 1_000);
    assert!(sees_counter(&mut person, Some("755224")));
    person.wait(1_000);
    assert!(list(&["counter"], 0, 0, 1)(&mut person));
    person.wait(Ui::SLEEP_MILLIS - Ui::IDLE_MILLIS - 1_000);
    assert!(list(&["counter"], 0, 0, 1)(&mut person));
    person.wait(1_000);
    assert!(person.sees(&Screen::Blank));
    // The first key only wakes it.
    person.press("*");
    assert!(list(&["counter"], 0, 0, 1)(&mut person));
}

#[test]
fn how_a_question_ended_is_told_for_a_while() {
    for (answer, notice) in [
        (Answer::Allowed, Notice::Allowed),
        (Answer::Refused, Notice::Refused),
        (Answer::TimedOut, Notice::TimedOut),
    ] {
        let mut person = person(&["a"]);
        person.ui.answered(answer, person.now.uptime_millis);
        assert!(person.sees(&Screen::Notice(notice)));
        person.wait(Ui::NOTICE_MILLIS - 1);
        assert!(person.sees(&Screen::Notice(notice)));
        person.wait(1);
        assert!(list(&["a"], 0, 0, 1)(&mut person));
        // A key ends it, and does nothing else.
        person.ui.answered(answer, person.now.uptime_millis);
        person.press("*");
        assert!(list(&["a"], 0, 0, 1)(&mut person));
    }
}
