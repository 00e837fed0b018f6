//! Accounts that ask: a touch for each code, times that do not go back, the PIN of the device.

use countersign_core::UnixTime;
use countersign_token::{AccountError, Answer, Pin, PinOutcome, PinState};

use crate::host::{Host, Put, at, calculate, calculate_all, delete, fields, reset, short};

const SECRET: &[u8] = b"12345678901234567890";

#[test]
fn a_code_waits_for_the_touch() {
    let mut host = Host::new();
    put(&mut host, "t", 0x21, 2);
    host.desk
        .answers
        .extend([Answer::TimedOut, Answer::Refused]);
    host.refused(&calculate("t", &at(59)), 0x6982);
    host.refused(&calculate("t", &at(59)), 0x6982);
    assert_eq!(host.code("t", &at(59)).as_deref(), Ok("287082"));
    assert_eq!(host.desk.take_asked(), ["calculate t"; 3]);
}

#[test]
fn a_counter_is_not_used_up_without_the_touch() {
    let mut host = Host::new();
    put(&mut host, "t", 0x11, 2);
    host.desk.answers.push_back(Answer::Refused);
    host.refused(&calculate("t", &[]), 0x6982);
    assert_eq!(host.code("t", &[]).as_deref(), Ok("755224"));
}

#[test]
fn asking_for_all_codes_asks_nobody_and_uses_nothing_up() {
    let mut host = Host::new();
    host.desk.otherwise = Answer::Refused;
    put(&mut host, "plain", 0x21, 0);
    put(&mut host, "touch", 0x21, 2);
    put(&mut host, "counter", 0x11, 0);
    put(&mut host, "both", 0x11, 2);
    put(&mut host, "increasing", 0x21, 1);
    let before = host.flash.image();
    let all = fields(&host.done(&calculate_all(&at(59))));
    let tags: Vec<u8> = all.iter().map(|(tag, _)| *tag).collect();
    let expected = [0x71, 0x76, 0x71, 0x7c, 0x71, 0x77, 0x71, 0x77, 0x71, 0x7c];
    assert_eq!(tags, expected);
    assert!(
        all[2..]
            .iter()
            .skip(1)
            .step_by(2)
            .all(|(_, value)| value == &[6])
    );
    assert!(host.desk.take_asked().is_empty());
    assert_eq!(host.flash.image(), before);
}

#[test]
fn times_that_only_increase_do_not_go_back() {
    let mut host = Host::new();
    put(&mut host, "i", 0x21, 1);
    assert!(host.code("i", &at(3_000)).is_ok());
    // The same code again gives nothing away.
    assert!(host.code("i", &at(3_000)).is_ok());
    assert_eq!(host.code("i", &at(2_970)), Err(0x6985));
    host.power_cycle(5);
    assert_eq!(host.code("i", &at(2_970)), Err(0x6985));
    assert!(host.code("i", &at(3_030)).is_ok());
    assert_eq!(host.code("i", &at(3_000)), Err(0x6985));
    // What is no time cannot be told to be later.
    assert_eq!(host.code("i", b"seven b"), Err(0x6a80));
    // The screen is held to it like a host, and the other way round.
    let now = |secs| UnixTime::from_secs(secs).unwrap();
    assert_eq!(
        host.token.code(0, now(3_000)).unwrap_err(),
        AccountError::WentBack
    );
    assert!(host.token.code(0, now(6_000)).is_ok());
    assert_eq!(host.code("i", &at(5_970)), Err(0x6985));
    // A new account of the same name begins anew.
    put(&mut host, "i", 0x21, 1);
    assert!(host.code("i", &at(30)).is_ok());
    host.done(&delete("i"));
    put(&mut host, "i", 0x21, 1);
    assert!(host.code("i", &at(0)).is_ok());
}

#[test]
fn the_pin_closes_the_applet_until_it_is_entered() {
    let mut host = Host::new();
    put(&mut host, "x", 0x21, 0);
    let pin = Pin::from_digits(b"2468").unwrap();
    assert_eq!(host.token.set_pin(&pin), Ok(PinOutcome::Done));
    assert_eq!(host.listed().len(), 1);
    host.power_cycle(6);
    let closed = [
        short(0xa1, 0, 0, &[]),
        calculate("x", &at(59)),
        delete("x"),
        Put::totp("y", SECRET).command(),
        crate::host::set_code(b"sixteen byte key"),
        crate::host::validate(b"sixteen byte key", &[0; 8]),
    ];
    for command in &closed {
        host.refused(command, 0x6982);
    }
    assert_eq!(host.token.accounts(), 0);
    assert_eq!(host.token.account(0).unwrap_err(), AccountError::Locked);
    let epoch = UnixTime::EPOCH;
    assert_eq!(host.token.code(0, epoch).unwrap_err(), AccountError::Locked);
    assert_eq!(host.token.next_code(0).unwrap_err(), AccountError::Locked);
    assert_eq!(host.token.export(0).unwrap_err(), AccountError::Locked);

    let entered = host.token.enter_pin(&pin, &mut host.desk);
    assert_eq!(entered, Ok(PinOutcome::Done));
    assert_eq!(host.listed().len(), 1);
    // The host's card reset is not the device's power.
    host.token.card_reset();
    host.select();
    assert_eq!(host.listed().len(), 1);
    host.token.lock();
    host.select();
    host.refused(&closed[0], 0x6982);

    let wrong = Pin::from_digits(b"1357").unwrap();
    for _ in 0..8 {
        host.power_cycle(7);
        host.token.enter_pin(&wrong, &mut host.desk).unwrap();
    }
    assert_eq!(host.token.pin_state(), PinState::Locked);
    for command in &closed {
        host.refused(command, 0x6983);
    }
    host.done(&reset());
    assert_eq!(host.token.pin_state(), PinState::NotSet);
    assert_eq!(host.listed(), []);
}

fn put(host: &mut Host, name: &str, type_and_hash: u8, properties: u8) {
    let put = Put {
        type_and_hash,
        properties: Some(properties),
        ..Put::totp(name, SECRET)
    };
    let refuses = std::mem::replace(&mut host.desk.otherwise, Answer::Allowed);
    host.done(&put.command());
    host.desk.otherwise = refuses;
    host.desk.take_asked();
}
