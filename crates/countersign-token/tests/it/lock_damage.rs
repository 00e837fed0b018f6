//! Records that somebody without the lock's leave removed or replaced: a door stays shut rather
//! than opens, and nobody gets tries back.

use countersign_token::lock::{Command, Event, Kind};
use countersign_token::{Key, Space, Vault};

use crate::lock_world::{Authenticator, House, PIN, START, device_key, user};
use crate::vault_chip::Dice;

/// The user whom the tests are about, and where their records are.
const ADA: u8 = 7;
const USER: Key = Key::of(Space::LockUser, ADA);
const FACTOR: Key = Key::of(Space::LockState, ADA);
const TRIES: Key = Key::of(Space::LockState, 128 + ADA);
const ADMIN_KEY: Key = Key::of(Space::LockState, 255);

/// A house whose user has been in, after the record was replaced; `None` removes it.
fn tampered(kind: Kind, key: Key, body: Option<&[u8]>) -> (House, Authenticator) {
    let mut house = House::new();
    let ada = house.enrol(ADA, kind);
    house.enrol(8, Kind::Counter);
    let mut vault = Vault::<_, 256>::mount(house.chip.clone(), device_key()).expect("it mounts");
    match body {
        Some(body) => vault.put(key, body, &mut Dice(5)).expect("there is room"),
        None => vault.remove(key).expect("it is there"),
    }
    house.power_cycle();
    (house, ada)
}

/// What a right entry is told after that.
#[track_caller]
fn check(kind: Kind, key: Key, body: Option<&[u8]>, expected: &str) {
    let (mut house, ada) = tampered(kind, key, body);
    let code = ada.code(kind, house.clocks.rtc, 1);
    let said = house.says(ADA, PIN, &code);
    assert!(said.starts_with(expected), "{key:?} {body:?}: {said}");
    let unknown = house.says(55, PIN, &code);
    assert_eq!(unknown, "wrong", "others are not concerned");
}

#[test]
fn a_user_without_a_count_of_tries_is_locked() {
    for kind in [Kind::Time, Kind::Counter] {
        check(kind, TRIES, Some(&[1, 0]), "opened");
        check(kind, TRIES, None, "locked");
        for body in [&[2, 0][..], &[], &[1], &[1, 0, 0]] {
            check(kind, TRIES, Some(body), "locked");
        }
    }
    let (mut house, ada) = tampered(Kind::Time, TRIES, None);
    let _ = house.administer(&Command::UnlockUser(user(ADA)));
    assert_eq!(house.says(ADA, PIN, &ada.at(START + 60)), "opened");
}

#[test]
fn what_cannot_be_read_does_not_open() {
    let long = [1; 600];
    for body in [&[][..], &[1], &[9; 89], &long] {
        for kind in [Kind::Time, Kind::Counter] {
            check(kind, USER, Some(body), "fault");
            check(kind, FACTOR, Some(body), "fault");
        }
    }
    check(Kind::Time, USER, None, "wrong");
    check(Kind::Time, FACTOR, None, "fault");
    // As if no code had been shown: the next one confirms, and still does not open.
    check(Kind::Counter, FACTOR, None, "enrolled");
}

#[test]
fn an_admin_key_that_cannot_be_read_is_none_that_could_be_replaced() {
    let (mut house, _) = tampered(Kind::Time, ADMIN_KEY, Some(&[1; 31]));
    let verdict = house.administer(&Command::ReadAudit);
    assert_eq!(format!("{verdict:?}"), "Fault(Damaged)");
    let key = crate::lock_world::admin_key();
    assert!(house.lock.set_admin_key(&key).is_err());
}

#[test]
fn an_audit_entry_that_cannot_be_read_is_a_gap() {
    for body in [&[1, 2, 3][..], &[1; 40]] {
        let (mut house, ada) = tampered(Kind::Time, Key::of(Space::Audit, 2), Some(body));
        let numbers = |house: &mut House| -> Vec<u32> {
            house.audit().iter().map(|entry| entry.number).collect()
        };
        assert_eq!(numbers(&mut house), [0, 1, 3, 4]);
        assert_eq!(house.says(ADA, PIN, &ada.at(START + 60)), "opened");
        assert_eq!(numbers(&mut house), [0, 1, 3, 4, 5]);
        assert_eq!(house.events().last(), Some(&Event::Opened));
    }
}
