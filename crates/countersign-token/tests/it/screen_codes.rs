//! Accounts as the device itself uses them: by position, with the time of its own clock.

use countersign_core::UnixTime;
use countersign_token::{AccountError, Kind, Name, Properties};

use crate::host::{Host, Put, at, delete};

const SECRET: &[u8] = b"12345678901234567890";

#[test]
fn accounts_are_had_by_position() {
    let mut host = Host::new();
    host.done(&Put::totp("60/Example:alice", SECRET).command());
    host.done(&Put::hotp("bob", SECRET).command());
    assert_eq!(host.token.accounts(), 2);
    let alice = host.token.account(0).unwrap();
    assert_eq!(alice.name.as_bytes(), b"60/Example:alice");
    assert_eq!(alice.name.label_text(), Some("Example:alice"));
    assert_eq!((alice.kind, alice.digits.get()), (Kind::Totp, 6));
    assert_eq!(alice.properties, Properties::NONE);
    assert_eq!(host.token.account(1).unwrap().kind, Kind::Hotp);
    let missing = host.token.account(2).unwrap_err();
    assert_eq!(missing, AccountError::NoSuchAccount);
    assert_eq!(host.token.export(1).unwrap().secret.as_bytes(), SECRET);
    host.done(&delete("60/Example:alice"));
    assert_eq!(host.token.account(0).unwrap().name.as_bytes(), b"bob");
}

#[test]
fn codes_of_the_screen_are_those_of_hosts() {
    let mut host = Host::new();
    host.done(&Put::totp("thirty", SECRET).command());
    host.done(&Put::totp("60/sixty", SECRET).command());
    let touch = Put {
        properties: Some(2),
        ..Put::totp("touch", SECRET)
    };
    host.done(&touch.command());
    let now = UnixTime::from_secs(1_111_111_109).unwrap();
    let shown = |host: &mut Host, n| host.token.code(n, now).unwrap().as_str().to_owned();
    assert_eq!(shown(&mut host, 0), "081804");
    assert_eq!(
        Ok(shown(&mut host, 0)),
        host.code("thirty", &at(now.secs()))
    );
    let minute = (now.secs() / 60).to_be_bytes();
    assert_eq!(Ok(shown(&mut host, 1)), host.code("60/sixty", &minute));
    // Whoever looks at the screen is there already.
    assert_eq!(shown(&mut host, 2), "081804");
    assert!(host.desk.take_asked().is_empty());
}

#[test]
fn screen_and_host_share_one_counter() {
    let mut host = Host::new();
    host.done(&Put::hotp("h", SECRET).command());
    host.done(&Put::totp("t", SECRET).command());
    let next = |host: &mut Host| host.token.next_code(0).unwrap().as_str().to_owned();
    assert_eq!(next(&mut host), "755224");
    assert_eq!(host.code("h", &[]).as_deref(), Ok("287082"));
    assert_eq!(next(&mut host), "359152");
    host.power_cycle(2);
    assert_eq!(next(&mut host), "969429");

    let now = UnixTime::EPOCH;
    assert_eq!(
        host.token.code(0, now).unwrap_err(),
        AccountError::OtherKind
    );
    assert_eq!(
        host.token.next_code(1).unwrap_err(),
        AccountError::OtherKind
    );
}

#[test]
fn the_period_is_read_from_the_name() {
    let check = |name: &str, secs: u16, label: &str| {
        let name = Name::from_bytes(name.as_bytes()).unwrap();
        assert_eq!(name.period().secs(), secs);
        assert_eq!(name.label(), label.as_bytes());
    };
    check("60/a", 60, "a");
    check("1/a:b", 1, "a:b");
    check("3600/a", 3600, "a");
    check("030/a", 30, "a");
    check("60/30/a", 60, "30/a");
    for plain in [
        "a", "60", "60/", "/a", "0/a", "3601/a", "99999/a", "6x/a", " 60/a", "-1/a",
    ] {
        check(plain, 30, plain);
    }
    assert!(Name::from_bytes(&[]).is_err());
    assert!(Name::from_bytes(&[b'n'; 65]).is_err());
    assert_eq!(Name::from_bytes(b"\xff").unwrap().label_text(), None);
}

#[test]
fn nothing_of_an_account_is_shown_by_debug() {
    let mut host = Host::new();
    host.done(&Put::totp("Example:alice", SECRET).command());
    let account = host.token.account(0).unwrap();
    let credential = host.token.export(0).unwrap();
    let shown = format!("{account:?} {credential:?} {:?}", credential.secret);
    for secret in ["alice", "Example", "1234", "49, 50"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
