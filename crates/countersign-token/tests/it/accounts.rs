//! Accounts over APDUs: added, listed, replaced, renamed, removed.

use countersign_token::Answer;

use crate::host::{DONE, Host, Put, at, calculate, delete, field, rename, reset, short};

const SECRET: &[u8] = b"12345678901234567890";

#[test]
fn accounts_are_listed_with_kind_and_hash_and_survive_the_power() {
    let mut host = Host::new();
    assert_eq!(host.listed(), []);
    host.done(&Put::totp("Example:alice", SECRET).command());
    host.done(&Put::hotp("Example:bob", SECRET).command());
    let sha512 = Put {
        type_and_hash: 0x23,
        ..Put::totp("Grüße:ümläut", SECRET)
    };
    host.done(&sha512.command());
    let expected = [
        (0x21, "Example:alice".to_owned()),
        (0x11, "Example:bob".to_owned()),
        (0x23, "Grüße:ümläut".to_owned()),
    ];
    assert_eq!(host.listed(), expected);
    host.power_cycle(2);
    assert_eq!(host.listed(), expected);
}

#[test]
fn every_length_of_name_and_secret_is_kept() {
    let mut host = Host::new();
    for length in [1, 2, 13, 63, 64] {
        let name = "n".repeat(length);
        let secret = vec![0x31; length];
        host.done(&Put::totp(&name, &secret).command());
        let expected = host.code(&name, &at(59)).unwrap();
        host.power_cycle(length as u64);
        assert_eq!(host.code(&name, &at(59)).unwrap(), expected);
        host.done(&delete(&name));
    }
    assert_eq!(host.listed(), []);
}

#[test]
fn what_is_no_account_is_refused() {
    let check = |change: &dyn Fn(&mut Put<'_>)| {
        let mut put = Put::totp("a", SECRET);
        change(&mut put);
        Host::new().refused(&put.command(), 0x6a80);
    };
    for type_and_hash in [0x00, 0x01, 0x20, 0x24, 0x2f, 0x31, 0x10, 0x14, 0xff] {
        check(&|put| put.type_and_hash = type_and_hash);
    }
    for digits in [0, 4, 5, 9, 10, 255] {
        check(&|put| put.digits = digits);
    }
    for properties in [0x04, 0x80, 0xff] {
        check(&|put| put.properties = Some(properties));
    }
    check(&|put| put.secret = &[]);
    check(&|put| put.secret = &[1; 65]);
    check(&|put| put.name = "");
    check(&|put| {
        put.name = "a name of more than sixty-four bytes, which is one byte too many.";
    });
}

#[test]
fn a_malformed_account_is_refused() {
    let mut host = Host::new();
    let data = Put::totp("a", SECRET).data();
    let malformed = [
        &data[..data.len() - 1],
        &data[1..],
        &[&data[..], &[0]].concat(),
        &[&data[..], &[0x78]].concat(),
        &[&data[..], &field(0x7a, &[0, 0, 1])].concat(),
        &[&field(0x73, &[0x21, 6, 1]), &field(0x71, b"a")[..]].concat(),
        &field(0x71, b"a"),
        &[],
    ];
    for data in malformed {
        host.refused(&short(0x01, 0, 0, data), 0x6a80);
    }
    assert_eq!(host.listed(), []);
}

#[test]
fn a_length_may_be_written_in_more_bytes() {
    let mut host = Host::new();
    let key = [&[0x21, 6], SECRET].concat();
    let data = [&[0x71, 0x81, 1, b'a'], &[0x73, 0x82, 0, 22], &key[..]].concat();
    host.done(&short(0x01, 0, 0, &data));
    assert_eq!(host.listed(), [(0x21, "a".to_owned())]);
}

#[test]
fn a_replaced_account_is_asked_about_and_then_the_new_one() {
    let mut host = Host::new();
    host.done(&Put::hotp("x", SECRET).command());
    assert_eq!(host.code("x", &[]).as_deref(), Ok("755224"));
    assert_eq!(host.code("x", &[]).as_deref(), Ok("287082"));
    assert!(host.desk.take_asked().is_empty());

    // The same secret anew begins at zero again: nothing of the old one is left.
    host.done(&Put::hotp("x", SECRET).command());
    assert_eq!(host.desk.take_asked(), ["overwrite x"]);
    assert_eq!(host.listed().len(), 1);
    assert_eq!(host.code("x", &[]).as_deref(), Ok("755224"));

    for answer in [Answer::Refused, Answer::TimedOut] {
        host.desk.answers.push_back(answer);
        host.refused(&Put::totp("x", SECRET).command(), 0x6982);
    }
    assert_eq!(host.listed(), [(0x11, "x".to_owned())]);
    assert_eq!(host.code("x", &[]).as_deref(), Ok("287082"));
}

#[test]
fn a_renamed_account_is_the_same_account() {
    let mut host = Host::new();
    host.done(&Put::hotp("old", SECRET).command());
    host.done(&Put::totp("other", SECRET).command());
    assert_eq!(host.code("old", &[]).as_deref(), Ok("755224"));
    host.done(&rename("old", "new"));
    assert_eq!(host.code("old", &[]), Err(0x6984));
    assert_eq!(host.code("new", &[]).as_deref(), Ok("287082"));
    host.power_cycle(3);
    assert_eq!(host.code("new", &[]).as_deref(), Ok("359152"));

    host.refused(&rename("old", "newer"), 0x6984);
    host.refused(&rename("new", "other"), 0x6a80);
    host.refused(&rename("new", ""), 0x6a80);
    host.refused(&rename("new", &"n".repeat(65)), 0x6a80);
    host.done(&rename("new", "new"));
    assert_eq!(host.listed().len(), 2);
}

#[test]
fn a_removed_account_is_gone_and_its_name_is_free() {
    let mut host = Host::new();
    host.done(&Put::hotp("x", SECRET).command());
    assert_eq!(host.code("x", &[]).as_deref(), Ok("755224"));
    host.done(&delete("x"));
    host.refused(&delete("x"), 0x6984);
    host.refused(&calculate("x", &[]), 0x6984);
    host.done(&Put::hotp("x", SECRET).command());
    assert!(host.desk.take_asked().is_empty());
    assert_eq!(host.code("x", &[]).as_deref(), Ok("755224"));
}

/// Names that share their hash are told apart.
#[test]
fn names_with_the_same_hash_are_different_names() {
    let mut host = Host::new();
    // Found by trying: both have the same 16 bits of folded FNV-1a.
    let (one, other) = same_hash();
    host.done(&Put::hotp(&one, SECRET).command());
    host.refused(&delete(&other), 0x6984);
    host.done(&Put::totp(&other, SECRET).command());
    assert!(host.desk.take_asked().is_empty());
    assert_eq!(host.code(&one, &[]).as_deref(), Ok("755224"));
    assert_eq!(host.code(&other, &at(59)).as_deref(), Ok("287082"));
    host.done(&delete(&one));
    assert_eq!(host.listed(), [(0x21, other)]);
}

#[test]
fn a_reset_is_asked_about_and_makes_a_new_token() {
    let mut host = Host::new();
    let first = host.select();
    host.done(&Put::totp("x", SECRET).command());
    host.desk.answers.push_back(Answer::Refused);
    host.refused(&reset(), 0x6982);
    assert_eq!(host.listed().len(), 1);

    host.done(&reset());
    assert_eq!(host.desk.take_asked(), ["Reset", "Reset"]);
    assert_eq!(host.listed(), []);
    assert_eq!(host.token.accounts(), 0);
    let second = host.select();
    assert_eq!((first[1].0, first[1].1.len()), (0x71, 8));
    assert_ne!(first[1], second[1]);
    host.power_cycle(9);
    assert_eq!(host.select(), second);
    for (p1, p2) in [(0, 0), (0xde, 0), (0, 0xad)] {
        host.refused(&short(0x04, p1, p2, &[]), 0x6b00);
    }
}

#[test]
fn the_serial_number_outlives_a_reset() {
    let mut host = Host::new();
    let serial = host.token.serial();
    assert_eq!(serial >> 31, 0);
    host.done(&reset());
    host.power_cycle(4);
    assert_eq!(host.token.serial(), serial);
}

fn same_hash() -> (String, String) {
    let hash = |name: &str| {
        let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        (hash >> 16) ^ (hash & 0xffff)
    };
    let names: Vec<String> = (0..2000).map(|n| format!("name {n}")).collect();
    for (n, one) in names.iter().enumerate() {
        if let Some(other) = names[..n].iter().find(|other| hash(other) == hash(one)) {
            return (one.clone(), other.clone());
        }
    }
    panic!("two of two thousand have the same sixteen bits");
}

#[test]
fn nothing_is_done_before_select() {
    let mut host = Host::new();
    host.token.card_reset();
    for command in [
        short(0xa1, 0, 0, &[]),
        Put::totp("x", SECRET).command(),
        reset(),
    ] {
        host.refused(&command, 0x6d00);
    }
    host.select();
    assert_eq!(host.ask(&short(0xa1, 0, 0, &[])).status, DONE);
}
