//! What opens a lock, what does not, and what is said about it.

use countersign_core::{Code, UnixTime};
use countersign_token::lock::{AdminVerdict, Command, Event, Kind, UserNumber};

use crate::lock_world::{House, PIN, START, other_than, user};

#[test]
fn a_right_code_opens_once() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let code = ada.at(START + 30);
    assert_eq!(house.says(7, PIN, &code), "opened");
    assert_eq!(house.says(7, PIN, &code), "used");
    house.power_cycle();
    assert_eq!(
        house.says(7, PIN, &code),
        "used",
        "nor after a loss of power"
    );
    house.clocks.pass(30);
    assert_eq!(house.says(7, PIN, &ada.at(START + 60)), "opened");
}

#[test]
fn the_first_code_confirms_and_does_not_open() {
    let mut house = House::new();
    let ada = house.add(7, Kind::Time);
    let status = |house: &mut House| house.lock.user_status(user(7)).expect("it reads");
    assert!(status(&mut house).is_some_and(|user| !user.enrolled));
    let code = ada.at(START);
    assert_eq!(house.says(7, PIN, &other_than(&code)), "wrong");
    assert_eq!(house.says(7, PIN, &code), "enrolled");
    assert!(status(&mut house).is_some_and(|user| user.enrolled));
    assert_eq!(house.says(7, PIN, &code), "used");
    house.clocks.pass(30);
    assert_eq!(house.says(7, PIN, &ada.at(START + 30)), "opened");
}

#[test]
fn a_new_user_has_an_hour_for_the_first_code() {
    let mut house = House::new();
    let ada = house.add(7, Kind::Time);
    house.clocks.pass(3600);
    assert_eq!(house.says(7, PIN, &ada.at(START + 3600)), "wrong");
}

/// What somebody at the keypad sees who tries so many codes one after the other, waiting as told.
fn answers(house: &mut House, number: u8, pin: &str, code: &Code, tries: usize) -> Vec<String> {
    let mut answers = Vec::new();
    for _ in 0..tries {
        let said = house.says(number, pin, code);
        if let Some(seconds) = said.strip_prefix("wait ") {
            let seconds: u64 = seconds.parse().expect("seconds");
            house.clocks.pass(seconds);
        }
        answers.push(said);
    }
    answers
}

#[test]
fn nothing_tells_who_exists() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    house.enrol(8, Kind::Counter);
    house.add(9, Kind::Time);
    let wrong = other_than(&ada.at(START + 30));
    let unknown = answers(&mut house.copy(), 55, PIN, &wrong, 30);
    for (number, pin) in [
        (7, "1111"),
        (8, "1111"),
        (9, "1111"),
        (7, PIN),
        (8, PIN),
        (9, PIN),
    ] {
        let known = answers(&mut house.copy(), number, pin, &wrong, 30);
        assert_eq!(known, unknown, "{number} with {pin}");
    }
    let right = ada.at(START + 30);
    assert_eq!(answers(&mut house.copy(), 7, "1111", &right, 30), unknown);
}

#[test]
fn tries_wait_longer_and_longer_and_then_lock() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let wrong = other_than(&ada.at(START + 30));
    let said = answers(&mut house, 7, PIN, &wrong, 30);
    let tries = said.iter().filter(|said| *said == "wrong").count();
    assert_eq!(tries, 10);
    let waits: Vec<_> = said
        .iter()
        .filter(|said| said.starts_with("wait"))
        .collect();
    assert_eq!(
        waits,
        [
            "wait 2", "wait 4", "wait 8", "wait 16", "wait 32", "wait 64", "wait 128"
        ]
    );
    assert_eq!(said.last().map(String::as_str), Some("locked"));
    assert_eq!(house.events().last(), Some(&Event::Locked));

    let right = ada.at(house.clocks.rtc.expect("a clock"));
    assert_eq!(house.says(7, PIN, &right), "locked", "right or wrong");
    house.power_cycle();
    house.clocks.uptime_millis = u64::from(u32::MAX);
    assert_eq!(
        house.says(7, PIN, &right),
        "locked",
        "whatever time goes by"
    );
    let unlocked = house.administer(&Command::UnlockUser(user(7)));
    assert!(matches!(unlocked, AdminVerdict::Done), "{unlocked:?}");
    assert_eq!(house.says(7, PIN, &right), "opened");
}

#[test]
fn a_power_cycle_shortens_no_wait() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let right = ada.at(START + 30);
    for _ in 0..3 {
        assert_eq!(house.says(7, "1111", &right), "wrong");
    }
    house.clocks.uptime_millis += 1_000;
    assert_eq!(house.says(7, PIN, &right), "wait 1");
    house.power_cycle();
    house.clocks.uptime_millis = 0;
    assert_eq!(house.says(7, PIN, &right), "wait 2", "it begins anew");
    house.clocks.uptime_millis = 1_999;
    assert_eq!(house.says(7, PIN, &right), "wait 1");
    house.clocks.uptime_millis = 2_000;
    assert_eq!(house.says(7, PIN, &right), "opened");
}

#[test]
fn an_opening_gives_the_tries_back() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    for _ in 0..20 {
        let now = house.clocks.rtc.expect("a clock");
        for _ in 0..2 {
            assert_eq!(house.says(7, "1111", &ada.at(now)), "wrong");
        }
        assert_eq!(house.says(7, PIN, &ada.at(now)), "opened");
        house.clocks.pass(30);
    }
}

#[test]
fn only_an_opening_gives_tries_back() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let code = ada.at(START + 30);
    assert_eq!(house.says(7, PIN, &code), "opened");
    // The right PIN, and no door: each is as good as a guess.
    let mut unset = house.copy();
    unset.clocks.rtc = None;
    for (house, said) in [(&mut house, "used"), (&mut unset, "timeunset")] {
        for _ in 0..3 {
            assert_eq!(house.says(7, PIN, &code), said);
        }
        assert_eq!(house.says(7, PIN, &code), "wait 2");
    }
}

#[test]
fn users_do_not_spend_each_others_tries() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    answers(&mut house, 8, PIN, &ada.at(START + 30), 30);
    assert_eq!(house.says(8, PIN, &ada.at(START + 30)), "locked");
    let now = house.clocks.rtc.expect("a clock");
    assert_eq!(house.says(7, PIN, &ada.at(now)), "opened");
}

#[test]
fn without_the_time_only_counters_open() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let bob = house.enrol(8, Kind::Counter);
    house.power_cycle();
    house.clocks.rtc = None;
    let code = ada.at(START + 30);
    assert_eq!(house.says(7, PIN, &code), "timeunset");
    assert_eq!(
        house.says(7, "1111", &code),
        "wrong",
        "to whoever knows no PIN"
    );
    assert_eq!(house.says(8, PIN, &bob.nth(1)), "opened by counter");
    house.clocks.rtc = Some(START + 30);
    assert_eq!(house.says(7, PIN, &code), "opened");
    assert_eq!(
        house
            .audit()
            .last()
            .and_then(|entry| entry.at.map(UnixTime::secs)),
        Some(START + 30)
    );
}

#[test]
fn a_clock_that_went_back_is_not_believed() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let latest = START + 5_000;
    house.clocks.rtc = Some(latest);
    assert_eq!(house.says(7, PIN, &ada.at(latest)), "opened");
    for (seconds, expected) in [(600, "used"), (601, "timeunset")] {
        let mut back = house.copy();
        back.clocks.rtc = Some(latest - seconds);
        // The code that was right then.
        let said = back.says(7, PIN, &ada.at(latest - seconds));
        assert_eq!(said, expected, "{seconds} s before the latest on record");
    }
}

#[test]
fn a_counter_opens_once_and_looks_ahead() {
    let mut house = House::new();
    let bob = house.enrol(8, Kind::Counter);
    assert_eq!(
        house.says(8, PIN, &bob.nth(0)),
        "used",
        "the first code confirmed"
    );
    assert_eq!(house.says(8, PIN, &bob.nth(1)), "opened by counter");
    assert_eq!(house.says(8, PIN, &bob.nth(1)), "used");
    house.power_cycle();
    assert_eq!(house.says(8, PIN, &bob.nth(1)), "used");
    assert_eq!(
        house.says(8, PIN, &bob.nth(12)),
        "opened by counter",
        "ten beyond the next"
    );
    assert_eq!(
        house.says(8, PIN, &bob.nth(5)),
        "wrong",
        "one that was passed over"
    );
    assert_eq!(
        house.says(8, PIN, &bob.nth(24)),
        "wrong",
        "eleven beyond the next"
    );
    assert_eq!(house.says(8, PIN, &bob.nth(23)), "opened by counter");
}

#[test]
fn what_happens_is_on_record() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let code = ada.at(START + 30);
    assert_eq!(house.says(7, PIN, &code), "opened");
    assert_eq!(house.says(7, PIN, &code), "used");
    assert_eq!(house.says(55, PIN, &code), "wrong");
    let audit = house.audit();
    let told: Vec<_> = audit
        .iter()
        .map(|entry| {
            let user = entry.user.map(UserNumber::get);
            (
                entry.number,
                entry.event,
                user,
                entry.at.map(UnixTime::secs),
            )
        })
        .collect();
    let expected = [
        (0, Event::TimeSet, None, Some(START)),
        (1, Event::UserAdded, Some(7), Some(START)),
        (2, Event::Enrolled, Some(7), Some(START)),
        (3, Event::Opened, Some(7), Some(START + 30)),
        (4, Event::Replay, Some(7), Some(START + 30)),
        (5, Event::Wrong, Some(55), Some(START + 30)),
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_ring_keeps_the_last_64() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    for _ in 0..100 {
        let now = house.clocks.rtc.expect("a clock");
        assert_eq!(house.says(7, PIN, &ada.at(now)), "opened");
        house.clocks.pass(30);
    }
    house.power_cycle();
    let numbers: Vec<_> = house.audit().iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (39..103).collect::<Vec<_>>());
}
