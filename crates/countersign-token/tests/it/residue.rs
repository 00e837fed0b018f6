//! What is left on the chip of a secret that was removed: nothing, neither plain nor sealed.

use crate::host::{Host, Put, delete, rename, reset, set_code, short, validate};
use crate::rig::Seeded;

/// So many bytes in a row are no coincidence.
const TELLING: usize = 6;

#[test]
fn nothing_is_left_after_delete() {
    check(|host| {
        host.done(&delete("x"));
    });
}

#[test]
fn nothing_is_left_after_overwriting() {
    check(|host| {
        host.done(&Put::totp("x", b"another secret of it").command());
    });
}

#[test]
fn nothing_is_left_after_a_reset() {
    check(|host| {
        host.done(&reset());
    });
}

/// The record is written anew, under another nonce; the old one goes all the same.
#[test]
fn nothing_is_left_of_the_old_record_after_renaming() {
    check(|host| {
        host.done(&rename("x", "y"));
    });
}

#[test]
fn nothing_is_left_of_an_access_key() {
    for remove in [
        short(0x03, 0, 0, &[0x73, 0x00]),
        set_code(b"another key of a"),
        reset(),
    ] {
        let mut host = Host::new();
        let before = host.flash.image();
        host.done(&set_code(b"sixteen byte key"));
        let with = host.flash.image();
        host.done(&remove);
        // The count of tries, which is written before the key, stays.
        nothing_left(&before, &with, 56, &host.flash.image());
    }
}

/// Secrets are sealed: not even while they are there is one to be seen.
#[test]
fn no_secret_is_to_be_seen_at_any_time() {
    let mut host = Host::new();
    let secret = Seeded(5).bytes(64);
    let key = b"sixteen byte key";
    host.done(&Put::hotp("a name to look for", &secret).command());
    host.done(&set_code(key));
    let challenge = crate::host::challenge(&host.select());
    host.done(&validate(key, &challenge));
    host.code("a name to look for", &[]).unwrap();
    let image = host.flash.image();
    for known in [&secret[..], key, b"a name to look for"] {
        for part in known.windows(TELLING) {
            assert!(!image.windows(TELLING).any(|window| window == part));
        }
    }
}

/// Adds an account among others, lets `remove` remove it, and looks for what was written for it.
#[track_caller]
fn check(remove: impl FnOnce(&mut Host)) {
    let mut host = Host::new();
    host.done(&Put::totp("before", b"12345678901234567890").command());
    let before = host.flash.image();
    host.done(&Put::totp("x", &Seeded(9).bytes(64)).command());
    let with = host.flash.image();
    host.done(&Put::totp("after", b"12345678901234567890").command());
    remove(&mut host);
    nothing_left(&before, &with, usize::MAX, &host.flash.image());
}

/// That nothing is in `after` of the last `most` bytes that `with` has and `before` has not.
#[track_caller]
fn nothing_left(before: &[u8], with: &[u8], most: usize, after: &[u8]) {
    let written: Vec<usize> = (0..with.len())
        .filter(|at| before[*at] != with[*at])
        .collect();
    let end = written[written.len() - 1] + 1;
    let start = written[0].max(end.saturating_sub(most));
    // What stands around the body, length and padding, is no secret.
    let record = &with[start + 16..end];
    assert!(record.len() >= 36, "{}", record.len());
    for part in record.windows(TELLING) {
        let telling = part.iter().any(|byte| *byte != 0 && *byte != 0xff);
        let found = after.windows(TELLING).any(|window| window == part);
        assert!(!(telling && found), "{part:02x?}");
    }
}
