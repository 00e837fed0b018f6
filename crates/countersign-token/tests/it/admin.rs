//! The administration applet: the state of the device, the admin key, and the orders to the clock.

use countersign_core::{Keyed, Sha256};
use countersign_token::{Answer, Pin, Reading};

use crate::clock::NOW;
use crate::clock_calendar::at;
use crate::host::{DONE, Host, Put, SELECT_OATH, fields, reset, set_code, short, validate};

const SELECT_ADMIN: &[u8] = b"\x00\xa4\x04\x00\x09\xf0CS-ADMIN";
const KEY: [u8; 32] = *b"an admin key of thirty-two bytes";
const NOT_ALLOWED: u16 = 0x6982;
const NO_KEY: u16 = 0x6984;
const NOT_NOW: u16 = 0x6985;
const WRONG_DATA: u16 = 0x6a80;

/// A host at a new token, with the applet selected.
fn selected() -> Host {
    let mut host = Host::new();
    host.desk.time = Some(at(NOW));
    assert_eq!(host.done(SELECT_ADMIN), b"\x79\x03\x05\x07\x01");
    host
}

/// The same with an admin key.
fn administered() -> Host {
    let mut host = selected();
    host.done(&short(0x03, 0, 0, &KEY));
    assert_eq!(host.desk.take_asked(), ["SetAdminKey"]);
    host
}

/// The proof as a host computes it, from the words of the documentation.
fn proof(key: &[u8], command: u8, challenge: &[u8], data: &[u8]) -> Vec<u8> {
    let message = [b"countersign-token admin", &[command][..], challenge, data].concat();
    Keyed::<Sha256>::new(key)
        .mac(&[&message])
        .as_bytes()
        .to_vec()
}

fn draw_challenge(host: &mut Host) -> Vec<u8> {
    let challenge = host.done(&short(0x02, 0, 0, &[]));
    assert_eq!(challenge.len(), 16);
    challenge
}

fn set_time(challenge: &[u8], secs: u64) -> Vec<u8> {
    let data = secs.to_be_bytes();
    short(
        0x04,
        0,
        0,
        &[&data, &proof(&KEY, 1, challenge, &data)[..]].concat(),
    )
}

fn trim(challenge: &[u8], ppm: i16) -> Vec<u8> {
    let data = ppm.to_be_bytes();
    short(
        0x05,
        0,
        0,
        &[&data, &proof(&KEY, 2, challenge, &data)[..]].concat(),
    )
}

/// One field of STATUS.
fn state(host: &mut Host, tag: u8) -> Vec<u8> {
    let answer = fields(&host.done(&short(0x01, 0, 0, &[])));
    let tags: Vec<u8> = answer.iter().map(|(tag, _)| *tag).collect();
    assert_eq!(tags, [0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88]);
    answer.into_iter().find(|(each, _)| *each == tag).unwrap().1
}

fn clock(known: u8, now: u64, synced: u64, ppm: i16) -> Vec<u8> {
    let (now, synced) = (now.to_be_bytes(), synced.to_be_bytes());
    [&[known][..], &now, &synced, &ppm.to_be_bytes()].concat()
}

#[test]
fn the_state_of_a_new_token() {
    let mut host = selected();
    let serial = host.token.serial();
    assert_eq!(state(&mut host, 0x81), serial.to_be_bytes());
    assert_eq!(state(&mut host, 0x83), [0, 0, 0, 128]);
    assert_eq!(state(&mut host, 0x84), [0, 0]);
    assert_eq!(state(&mut host, 0x85), clock(0, 0, 0, 0));
    assert_eq!(state(&mut host, 0x86), [0, 0]);
    assert_eq!(state(&mut host, 0x87), [100]);
    assert_eq!(state(&mut host, 0x88), [0]);
}

#[test]
fn the_state_follows_what_happens() {
    let mut host = administered();
    assert_eq!(state(&mut host, 0x88), [1]);
    let used = |host: &mut Host| {
        let store = state(host, 0x82);
        let (used, capacity) = store.split_at(4);
        assert!(used < capacity);
        u32::from_be_bytes(used.try_into().unwrap())
    };
    let before = used(&mut host);

    host.done(SELECT_OATH);
    host.done(&Put::totp("a", &[1; 20]).command());
    host.done(&Put::hotp("b", &[2; 20]).command());
    host.done(&set_code(&[9; 16]));
    host.done(SELECT_OATH);
    host.refused(&validate(&[8; 16], &[0; 8]), WRONG_DATA);
    host.token
        .set_pin(&Pin::from_digits(b"1234").unwrap())
        .unwrap();

    host.done(SELECT_ADMIN);
    assert!(used(&mut host) > before);
    assert_eq!(state(&mut host, 0x83), [0, 2, 0, 128]);
    assert_eq!(state(&mut host, 0x86), [2, 8]);
    assert_eq!(state(&mut host, 0x87), [99]);
    host.token.lock();
    host.done(SELECT_ADMIN);
    assert_eq!(state(&mut host, 0x86), [1, 8]);
    for _ in 0..8 {
        host.token
            .enter_pin(&Pin::from_digits(b"9999").unwrap(), &mut host.desk)
            .unwrap();
    }
    assert_eq!(state(&mut host, 0x86), [3, 0]);
}

#[test]
fn the_admin_key_is_set_once_and_by_whoever_holds_the_device() {
    let mut host = selected();
    for answer in [Answer::Refused, Answer::TimedOut] {
        host.desk.answers.push_back(answer);
        host.refused(&short(0x03, 0, 0, &KEY), NOT_ALLOWED);
        assert_eq!(host.desk.take_asked(), ["SetAdminKey"]);
        assert_eq!(state(&mut host, 0x88), [0]);
    }
    for length in [0, 1, 31, 33, 64] {
        host.refused(&short(0x03, 0, 0, &vec![1; length]), WRONG_DATA);
    }
    assert!(host.desk.take_asked().is_empty());
    host.done(&short(0x03, 0, 0, &KEY));
    assert_eq!(host.desk.take_asked(), ["SetAdminKey"]);
    // Another one is not even asked about, nor after a power cycle.
    host.refused(&short(0x03, 0, 0, &[1; 32]), NOT_NOW);
    host.power_cycle(2);
    host.done(SELECT_ADMIN);
    host.refused(&short(0x03, 0, 0, &[1; 32]), NOT_NOW);
    assert!(host.desk.take_asked().is_empty());
    let challenge = draw_challenge(&mut host);
    host.done(&set_time(&challenge, NOW));
}

#[test]
fn the_admin_key_is_not_set_on_a_device_that_is_locked() {
    let mut host = selected();
    host.token
        .set_pin(&Pin::from_digits(b"1234").unwrap())
        .unwrap();
    host.token.lock();
    host.done(SELECT_ADMIN);
    host.refused(&short(0x03, 0, 0, &KEY), NOT_ALLOWED);
    assert!(host.desk.take_asked().is_empty());
}

#[test]
fn whoever_has_the_key_sets_the_clock() {
    let mut host = administered();
    let challenge = draw_challenge(&mut host);
    host.done(&set_time(&challenge, NOW));
    assert_eq!(state(&mut host, 0x85), clock(1, NOW, NOW, 0));
    host.desk.time = Some(at(NOW + 60));
    assert_eq!(state(&mut host, 0x85), clock(1, NOW + 60, NOW, 0));
    let challenge = draw_challenge(&mut host);
    host.done(&trim(&challenge, -20));
    host.desk.time = Some(at(NOW + 60 + 1_000_000));
    assert_eq!(state(&mut host, 0x85), clock(1, NOW + 1_000_040, NOW, -20));
    host.power_cycle(3);
    host.done(SELECT_ADMIN);
    assert_eq!(state(&mut host, 0x85), clock(1, NOW + 1_000_040, NOW, -20));
    let reading = host.token.time(&mut host.desk).unwrap();
    let (now, last_synced) = (at(NOW + 1_000_040), at(NOW));
    assert_eq!(reading, Reading::Known { now, last_synced });
}

#[test]
fn without_a_key_nobody_sets_the_clock() {
    let mut host = selected();
    let challenge = draw_challenge(&mut host);
    host.refused(&set_time(&challenge, NOW), NO_KEY);
    assert_eq!(state(&mut host, 0x85), clock(0, 0, 0, 0));
}

#[test]
fn a_replayed_order_is_refused() {
    let mut host = administered();
    host.refused(&set_time(&[0; 16], NOW), NOT_NOW);
    let challenge = draw_challenge(&mut host);
    let order = set_time(&challenge, NOW);
    host.done(&order);
    host.refused(&order, NOT_NOW);
    draw_challenge(&mut host);
    host.refused(&order, NOT_ALLOWED);
    host.power_cycle(4);
    host.done(SELECT_ADMIN);
    host.refused(&order, NOT_NOW);
    draw_challenge(&mut host);
    host.refused(&order, NOT_ALLOWED);
}

/// Each wrong proof takes the challenge with it, so there is one guess for each.
#[test]
fn a_forged_order_is_refused_and_uses_the_challenge_up() {
    let mut host = administered();
    // The proof, and the bytes of a time that is in range.
    for place in 0..37 {
        let challenge = draw_challenge(&mut host);
        let mut forged = set_time(&challenge, NOW);
        let last = forged.len() - 1;
        forged[last - place] ^= 1;
        host.refused(&forged, NOT_ALLOWED);
        host.refused(&set_time(&challenge, NOW), NOT_NOW);
    }
    assert_eq!(state(&mut host, 0x85), clock(0, 0, 0, 0));
}

#[test]
fn a_proof_is_for_one_kind_of_order() {
    let mut host = administered();
    let challenge = draw_challenge(&mut host);
    host.done(&set_time(&challenge, NOW));
    let challenge = draw_challenge(&mut host);
    let data = 20_i16.to_be_bytes();
    let other = [&data, &proof(&KEY, 1, &challenge, &data)[..]].concat();
    host.refused(&short(0x05, 0, 0, &other), NOT_ALLOWED);
    assert_eq!(state(&mut host, 0x85), clock(1, NOW, NOW, 0));
}

#[test]
fn a_challenge_is_good_for_two_minutes_of_whatever_session() {
    let mut host = administered();
    let mut challenge = draw_challenge(&mut host);
    host.desk.uptime_millis += 120_001;
    host.refused(&set_time(&challenge, NOW), NOT_NOW);

    challenge = draw_challenge(&mut host);
    host.token.card_reset();
    host.done(SELECT_OATH);
    host.done(SELECT_ADMIN);
    host.desk.uptime_millis += 120_000;
    host.done(&set_time(&challenge, NOW));

    challenge = draw_challenge(&mut host);
    host.power_cycle(5);
    host.done(SELECT_ADMIN);
    host.refused(&set_time(&challenge, NOW), NOT_NOW);

    challenge = draw_challenge(&mut host);
    let next = draw_challenge(&mut host);
    assert_ne!(challenge, next);
    host.refused(&set_time(&challenge, NOW), NOT_ALLOWED);
}

#[test]
fn an_order_that_the_clock_refuses_changes_nothing() {
    let mut host = administered();
    let challenge = draw_challenge(&mut host);
    host.refused(&trim(&challenge, 5), NOT_NOW);
    let challenge = draw_challenge(&mut host);
    host.done(&set_time(&challenge, NOW));
    let challenge = draw_challenge(&mut host);
    host.refused(&set_time(&challenge, NOW - 601), NOT_NOW);
    assert_eq!(state(&mut host, 0x85), clock(1, NOW, NOW, 0));
    host.desk.time = None;
    let challenge = draw_challenge(&mut host);
    host.refused(&trim(&challenge, 5), 0x6581);
    assert_eq!(state(&mut host, 0x85), clock(0, 0, 0, 0));
}

#[test]
fn data_of_another_shape_is_refused() {
    let mut host = administered();
    let good = |host: &mut Host| set_time(&draw_challenge(host), NOW)[5..].to_vec();
    for instruction in [0x01, 0x02] {
        host.refused(&short(instruction, 0, 0, &[0]), WRONG_DATA);
    }
    for instruction in [0x04, 0x05] {
        host.refused(&short(instruction, 0, 0, &[]), WRONG_DATA);
        let data = good(&mut host);
        host.refused(&short(instruction, 0, 0, &data[1..]), WRONG_DATA);
        host.refused(
            &short(instruction, 0, 0, &[&data[..], &[0]].concat()),
            WRONG_DATA,
        );
        host.refused(&short(instruction, 0, 1, &data), 0x6b00);
    }
    let challenge = draw_challenge(&mut host);
    host.refused(&set_time(&challenge, u64::MAX), WRONG_DATA);
    host.refused(&trim(&challenge, 201), WRONG_DATA);
    host.refused(&short(0x06, 0, 0, &[]), 0x6d00);
    assert_eq!(host.ask(SELECT_ADMIN).status, DONE);
    host.refused(b"\x00\xa4\x04\x00\x08\xf0CS-ADMI", 0x6a82);
    host.refused(b"\x00\xa4\x04\x00\x0a\xf0CS-ADMIN\x00", 0x6a82);
}

/// Erasing everything forgets the admin key and with it all that the clock was told.
#[test]
fn a_reset_forgets_the_admin_key_and_the_clock() {
    let mut host = administered();
    let challenge = draw_challenge(&mut host);
    host.done(&set_time(&challenge, NOW + 1_000_000));
    let challenge = draw_challenge(&mut host);
    host.done(SELECT_OATH);
    host.done(&reset());
    host.done(SELECT_ADMIN);
    assert_eq!(state(&mut host, 0x85), clock(0, 0, 0, 0));
    assert_eq!(state(&mut host, 0x88), [0]);
    host.done(&short(0x03, 0, 0, &KEY));
    host.refused(&set_time(&challenge, NOW), NOT_NOW);
    let challenge = draw_challenge(&mut host);
    host.done(&set_time(&challenge, NOW));
    assert_eq!(state(&mut host, 0x85), clock(1, NOW, NOW, 0));
}
