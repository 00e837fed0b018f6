//! The access key: what is closed without it, responses that do not count again, guessing.

use crate::host::{
    Host, Put, at, calculate, calculate_all, challenge, delete, field, fields, hmac_sha1, rename,
    reset, set_code, short, validate,
};

const SECRET: &[u8] = b"12345678901234567890";
const KEY: &[u8] = b"sixteen byte key";
const OTHER: &[u8] = b"another key of a";

#[test]
fn without_the_key_accounts_are_neither_read_nor_changed() {
    let mut host = locked();
    let closed = [
        short(0xa1, 0, 0, &[]),
        Put::totp("y", SECRET).command(),
        delete("x"),
        rename("x", "y"),
        calculate("x", &at(59)),
        calculate_all(&at(59)),
        set_code(OTHER),
        short(0x03, 0, 0, &[0x73, 0x00]),
        short(0x01, 0, 0, b"not an account"),
    ];
    let before = host.flash.image();
    for command in closed {
        host.refused(&command, 0x6982);
    }
    host.refused(&short(0xa5, 0, 0, &[]), 0x6985);
    assert_eq!(host.flash.image(), before);
    unlock(&mut host);
    assert_eq!(host.listed(), [(0x21, "x".to_owned())]);
}

#[test]
fn the_key_opens_the_session_and_the_token_proves_itself() {
    let mut host = locked();
    let selected = host.select();
    let tags: Vec<u8> = selected.iter().map(|(tag, _)| *tag).collect();
    assert_eq!(tags, [0x79, 0x71, 0x74, 0x7b]);
    assert_eq!(selected[3].1, [0x01]);
    let answer = fields(&host.done(&validate(KEY, &challenge(&selected))));
    assert_eq!(answer, [(0x75, hmac_sha1(KEY, b"to token"))]);
    assert_eq!(host.listed().len(), 1);
    // Selecting again closes it again.
    host.select();
    host.refused(&short(0xa1, 0, 0, &[]), 0x6982);
    // So does another applet in between, and a card reset.
    unlock(&mut host);
    host.done(crate::host::SELECT_MANAGEMENT);
    host.select();
    host.refused(&short(0xa1, 0, 0, &[]), 0x6982);
    unlock(&mut host);
    host.token.card_reset();
    host.select();
    host.refused(&short(0xa1, 0, 0, &[]), 0x6982);
}

#[test]
fn a_response_counts_once_and_for_its_challenge() {
    let mut host = locked();
    let first = challenge(&host.select());
    let used = validate(KEY, &first);
    host.done(&used);
    // The same again, in the same session and in the next one.
    host.refused(&used, 0x6a80);
    let second = challenge(&host.select());
    assert_ne!(first, second);
    host.refused(&used, 0x6a80);
    host.refused(&short(0xa1, 0, 0, &[]), 0x6982);
    // One that was never sent is stale once another challenge is out.
    let stale = validate(KEY, &second);
    host.select();
    host.refused(&stale, 0x6a80);
}

#[test]
fn a_select_that_fails_neither_opens_nor_closes() {
    let mut host = locked();
    host.refused(&short(0xa4, 4, 0, &[0xa0, 0, 0, 3, 8]), 0x6a82);
    host.refused(&short(0xa1, 0, 0, &[]), 0x6982);
    unlock(&mut host);
    host.refused(&short(0xa4, 4, 0, &[0xa0, 0, 0, 3, 8]), 0x6a82);
    assert_eq!(host.listed().len(), 1);
}

#[test]
fn a_key_is_only_set_by_who_has_it() {
    let mut host = Host::new();
    let wrong = [
        field(0x73, &[&[0x21], KEY].concat()),
        field(0x74, b"hostside"),
        field(0x75, &hmac_sha1(OTHER, b"hostside")),
    ];
    host.refused(&short(0x03, 0, 0, &wrong.concat()), 0x6984);
    let malformed = [
        vec![],
        field(0x73, KEY),
        field(0x73, &[0x21]),
        [field(0x73, &[]), vec![0]].concat(),
        wrong[..2].concat(),
        [wrong[0].clone(), wrong[2].clone(), wrong[1].clone()].concat(),
        [field(0x73, &[&[0x24], KEY].concat()), wrong[1..].concat()].concat(),
        [
            field(0x73, &[&[0x21], &KEY[..15]].concat()),
            wrong[1..].concat(),
        ]
        .concat(),
        [wrong[0].clone(), field(0x74, &[]), wrong[2].clone()].concat(),
    ];
    for data in malformed {
        host.refused(&short(0x03, 0, 0, &data), 0x6a80);
    }
    assert_eq!(host.select().len(), 2);
    host.refused(&validate(KEY, &[0; 8]), 0x6984);
}

#[test]
fn a_key_can_be_replaced_and_removed() {
    let mut host = locked();
    unlock(&mut host);
    host.done(&set_code(OTHER));
    // The session that did it stays open.
    assert_eq!(host.listed().len(), 1);
    let selected = host.select();
    host.refused(&validate(KEY, &challenge(&selected)), 0x6a80);
    host.done(&validate(OTHER, &challenge(&selected)));
    host.done(&short(0x03, 0, 0, &[0x73, 0x00]));
    assert_eq!(host.select().len(), 2);
    assert_eq!(host.listed().len(), 1);
    host.power_cycle(8);
    assert_eq!(host.listed().len(), 1);
}

#[test]
fn a_reset_opens_the_token_and_leaves_nothing_in_it() {
    let mut host = locked();
    host.done(&reset());
    assert_eq!(host.listed(), []);
    assert_eq!(host.select().len(), 2);
}

#[test]
fn guesses_have_to_wait_longer_and_longer() {
    let mut host = locked();
    let challenge = challenge(&host.select());
    let (right, wrong) = (validate(KEY, &challenge), validate(OTHER, &challenge));
    for _ in 0..3 {
        host.refused(&wrong, 0x6a80);
    }
    // Now the right one is not looked at either.
    host.refused(&right, 0x6985);
    host.desk.uptime_millis += 999;
    host.refused(&right, 0x6985);
    host.desk.uptime_millis += 1;
    host.refused(&wrong, 0x6a80);
    host.desk.uptime_millis += 1_000;
    host.refused(&right, 0x6985);
    host.desk.uptime_millis += 1_000;
    // What was asked in vain counts nothing, and the right one gives all tries back.
    host.done(&right);
    let again = crate::host::challenge(&host.select());
    for _ in 0..3 {
        host.refused(&validate(OTHER, &again), 0x6a80);
    }
    host.refused(&validate(OTHER, &again), 0x6985);
}

#[test]
fn losing_the_power_gives_no_guess_back_and_shortens_no_wait() {
    let mut host = locked();
    for _ in 0..3 {
        let challenge = challenge(&host.select());
        host.refused(&validate(OTHER, &challenge), 0x6a80);
        host.power_cycle(11);
        host.desk.uptime_millis = 0;
    }
    let challenge = challenge(&host.select());
    host.refused(&validate(KEY, &challenge), 0x6985);
    host.desk.uptime_millis = 999;
    host.refused(&validate(KEY, &challenge), 0x6985);
    host.desk.uptime_millis = 1_000;
    host.done(&validate(KEY, &challenge));
}

#[test]
fn after_a_hundred_guesses_only_a_reset_helps() {
    let mut host = locked();
    let challenge = challenge(&host.select());
    for _ in 0..100 {
        host.desk.uptime_millis += 3_600_000;
        host.refused(&validate(OTHER, &challenge), 0x6a80);
    }
    host.desk.uptime_millis += 3_600_000;
    host.refused(&validate(KEY, &challenge), 0x6983);
    host.power_cycle(12);
    host.desk.uptime_millis += 3_600_000;
    let selected = host.select();
    host.refused(&validate(KEY, &crate::host::challenge(&selected)), 0x6983);
    host.done(&reset());
    assert_eq!(host.listed(), []);
    // A new key has all its tries.
    host.done(&set_code(KEY));
    let selected = host.select();
    host.done(&validate(KEY, &crate::host::challenge(&selected)));
}

/// A token with an account and a key, selected and closed.
fn locked() -> Host {
    let mut host = Host::new();
    host.done(&Put::totp("x", SECRET).command());
    host.done(&set_code(KEY));
    host.select();
    host
}

fn unlock(host: &mut Host) {
    let challenge = challenge(&host.select());
    host.done(&validate(KEY, &challenge));
}
