//! Administration: who may do it, what it does, and that nothing of a removed user stays.

use countersign_core::{KeyUri, MovingFactor, Period, UnixTime};
use countersign_token::AdminKey;
use countersign_token::lock::{AdminVerdict, Command, Event, Kind, Label, LockError, UserNumber};

use crate::lock_world::{
    Authenticator, House, PIN, START, add_command, admin_key, other_than, pin, user,
};

fn commands() -> Vec<Command> {
    vec![
        add_command(9, Kind::Counter),
        Command::RemoveUser(user(7)),
        Command::UnlockUser(user(7)),
        Command::SetTime(UnixTime::from_secs(START + 100).expect("a time")),
        Command::ReadAudit,
    ]
}

fn is_done(verdict: &AdminVerdict) -> bool {
    matches!(verdict, AdminVerdict::Done | AdminVerdict::Added(_))
}

#[test]
fn a_command_needs_a_tag_of_the_key_over_it_and_the_challenge() {
    let mut house = House::new();
    house.enrol(7, Kind::Time);
    for (index, command) in commands().into_iter().enumerate() {
        let refused = |house: &mut House, tag: &[u8; 32]| {
            let before = house.chip.image();
            let verdict = house.lock.administer(&command, tag, &mut house.clocks);
            assert!(
                matches!(verdict, AdminVerdict::NotAuthorised),
                "{verdict:?}"
            );
            assert!(house.chip.image() == before, "nothing changes");
        };
        refused(&mut house, &[0; 32]);
        let challenge = house.lock.challenge();
        let right = command.tag(&admin_key(), &challenge);
        let other_key = AdminKey::new([0x5b; AdminKey::LEN]);
        refused(&mut house, &command.tag(&other_key, &challenge));
        // That used the challenge up.
        refused(&mut house, &right);
        let challenge = house.lock.challenge();
        let other = commands().remove((index + 1) % commands().len());
        refused(&mut house, &other.tag(&admin_key(), &challenge));
        for bit in [0, 100, 255] {
            let challenge = house.lock.challenge();
            let mut tag = command.tag(&admin_key(), &challenge);
            tag[bit / 8] ^= 1 << (bit % 8);
            refused(&mut house, &tag);
        }
        let challenge = house.lock.challenge();
        let tag = command.tag(&admin_key(), &challenge);
        let verdict = house.lock.administer(&command, &tag, &mut house.clocks);
        assert!(is_done(&verdict), "{verdict:?}");
        // It is good once.
        let again = house.lock.administer(&command, &tag, &mut house.clocks);
        assert!(matches!(again, AdminVerdict::NotAuthorised), "{again:?}");
    }
}

#[test]
fn users_that_differ_have_commands_that_differ() {
    let mut house = House::new();
    let challenge = house.lock.challenge();
    let add = |number: u8, kind: Kind, digits: &str, label: &str| {
        let command = Command::AddUser {
            number: user(number),
            kind,
            pin: pin(digits),
            label: Label::new(label).expect("a label"),
        };
        command.tag(&admin_key(), &challenge)
    };
    let tags = [
        add(1, Kind::Time, "12345", "6"),
        add(1, Kind::Time, "1234", "56"),
        add(1, Kind::Time, "12345", ""),
        add(1, Kind::Counter, "12345", "6"),
        add(2, Kind::Time, "12345", "6"),
    ];
    for (index, tag) in tags.iter().enumerate() {
        assert!(!tags[..index].contains(tag), "{index}");
    }
}

#[test]
fn the_admin_key_is_set_once() {
    let mut house = House::new();
    let other = AdminKey::new([1; AdminKey::LEN]);
    assert_eq!(
        house.lock.set_admin_key(&other),
        Err(LockError::AdminKeySet)
    );
    house.power_cycle();
    assert_eq!(
        house.lock.set_admin_key(&other),
        Err(LockError::AdminKeySet)
    );
    assert!(is_done(&house.administer(&Command::ReadAudit)));
}

#[test]
fn the_setup_uri_is_given_with_the_user_once() {
    let mut house = House::new();
    for (number, kind) in [(7, Kind::Time), (8, Kind::Counter)] {
        let AdminVerdict::Added(enrolment) = house.administer(&add_command(number, kind)) else {
            panic!("there is none yet");
        };
        let mut text = String::new();
        enrolment
            .write_uri("Front door", &mut text)
            .expect("it can be written");
        let uri = KeyUri::parse(&text).expect("it can be read");
        let factor = match kind {
            Kind::Time => MovingFactor::Time(Period::DEFAULT),
            Kind::Counter => MovingFactor::Counter(0),
        };
        assert_eq!(uri.factor(), factor);
        assert!(uri.account() == "Ada" && uri.secret() == enrolment.secret());
        let again = house.administer(&add_command(number, kind));
        assert!(matches!(again, AdminVerdict::UserExists), "{again:?}");
    }
}

#[test]
fn a_user_without_a_label_goes_by_the_number() {
    let mut house = House::new();
    let added = house.administer(&Command::AddUser {
        number: user(5),
        kind: Kind::Counter,
        pin: pin(PIN),
        label: Label::default(),
    });
    let AdminVerdict::Added(enrolment) = added else {
        panic!("{added:?}");
    };
    let mut text = String::new();
    enrolment
        .write_uri("Door", &mut text)
        .expect("it can be written");
    assert!(
        text.starts_with("otpauth://hotp/Door:05?"),
        "{}",
        &text[..23]
    );
    let printed = format!("{enrolment:?}");
    let secret = enrolment.secret().to_base32();
    assert!(printed.contains("SharedSecret(..)"), "{printed}");
    assert!(!printed.contains(secret.as_str()));
}

#[test]
fn labels_are_short_printable_text() {
    for label in ["", "Ada", "Ada L.", "0123456789abcdef", "~!/%"] {
        assert_eq!(Label::new(label).expect(label).as_str(), label);
    }
    for label in [
        "0123456789abcdefg",
        "a:b",
        " a",
        "a ",
        "a\n",
        "\u{e4}",
        "a\0",
    ] {
        assert!(Label::new(label).is_err(), "{label:?}");
    }
}

#[test]
fn a_removed_user_is_nobody_and_their_number_can_be_given_anew() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    assert!(is_done(&house.administer(&Command::RemoveUser(user(7)))));
    assert_eq!(house.says(7, PIN, &ada.at(START + 30)), "wrong");
    assert_eq!(house.lock.user_status(user(7)), Ok(None));
    let again = house.administer(&Command::RemoveUser(user(7)));
    assert!(matches!(again, AdminVerdict::NoSuchUser), "{again:?}");
    let eve = house.enrol(7, Kind::Counter);
    assert_eq!(house.says(7, PIN, &eve.nth(1)), "opened by counter");
    assert_eq!(house.says(7, PIN, &ada.at(START + 60)), "wrong");
}

#[test]
fn a_code_of_the_time_needs_a_clock_to_be_confirmed_by() {
    let mut house = House::new();
    house.clocks.rtc = None;
    let verdict = house.administer(&add_command(7, Kind::Time));
    assert!(matches!(verdict, AdminVerdict::TimeUnset), "{verdict:?}");
    assert_eq!(house.lock.user_status(user(7)), Ok(None));
    assert!(is_done(&house.administer(&add_command(7, Kind::Counter))));
}

#[test]
fn the_time_is_set_forwards_and_hardly_back() {
    let mut house = House::new();
    house.clocks.rtc = None;
    let mut set = |secs: u64| {
        let time = UnixTime::from_secs(secs).expect("a time");
        let verdict = house.administer(&Command::SetTime(time));
        (is_done(&verdict), house.clocks.rtc)
    };
    assert_eq!(set(START), (true, Some(START)));
    assert_eq!(set(START + 10_000), (true, Some(START + 10_000)));
    assert_eq!(
        set(START + 9_399),
        (false, Some(START + 10_000)),
        "601 s back"
    );
    assert_eq!(set(START + 9_400), (true, Some(START + 9_400)));
    // It counts from the latest that ever was, not from the last.
    assert_eq!(set(START + 9_399), (false, Some(START + 9_400)));
    assert_eq!(house.events(), [Event::TimeSet; 4]);
}

#[test]
fn the_lock_says_how_it_stands() {
    let mut house = House::new();
    house.enrol(7, Kind::Time);
    house.add(9, Kind::Counter);
    let status = house.lock.status(&mut house.clocks).expect("it reads");
    assert!(status.has_admin_key);
    assert_eq!((status.users, status.audit_next), (2, 4));
    assert_eq!(status.now.map(UnixTime::secs), Some(START + 30));
    assert!(status.usage.used > 0 && status.usage.used < status.usage.capacity);
    let numbers: Vec<_> = UserNumber::all()
        .filter(|number| house.lock.user_status(*number).expect("it reads").is_some())
        .map(UserNumber::get)
        .collect();
    assert_eq!(numbers, [7, 9]);
}

/// Fills what an account may hold: openings that are over, and failures in several of them.
fn live_with(house: &mut House, number: u8, authenticator: &Authenticator) {
    for _ in 0..10 {
        let now = house.clocks.rtc.expect("a clock");
        let code = authenticator.at(now);
        assert_eq!(house.says(number, PIN, &other_than(&code)), "wrong");
        assert_eq!(house.says(number, PIN, &code), "opened");
        house.clocks.pass(3_000_000);
    }
    for _ in 0..9 {
        let wrong = other_than(&authenticator.at(house.clocks.rtc.expect("a clock")));
        assert_eq!(house.says(number, PIN, &wrong), "wrong");
        house.clocks.pass(1_000);
    }
}

#[test]
fn a_full_lock_does_all_its_work_and_tells_nobody_apart() {
    let mut house = House::new();
    let most = house.lock.max_users();
    assert!(most >= 25, "{most} users in 32 KiB");
    let mut users = Vec::new();
    for number in 1..=most {
        let authenticator = house.enrol(number, Kind::Time);
        live_with(&mut house, number, &authenticator);
        users.push((number, authenticator));
    }
    let full = house.administer(&add_command(most + 1, Kind::Counter));
    assert!(matches!(full, AdminVerdict::Full), "{full:?}");
    let somebody = other_than(&users[0].1.at(START));
    for number in 1..=99 {
        assert_eq!(house.says(number, "1111", &somebody), "wrong", "{number}");
    }
    house.power_cycle();
    for (number, authenticator) in users {
        assert_eq!(house.says(number, PIN, &somebody), "locked", "{number}");
        let unlocked = house.administer(&Command::UnlockUser(user(number)));
        assert!(is_done(&unlocked), "{unlocked:?}");
        let code = authenticator.at(house.clocks.rtc.expect("a clock"));
        assert_eq!(house.says(number, PIN, &code), "opened", "{number}");
    }
    let status = house.lock.status(&mut house.clocks).expect("it reads");
    assert_eq!((status.users, status.usage.damaged), (most, 0));
}
