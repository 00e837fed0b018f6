//! Sealing: what opens, what does not, and how keys come and go.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use countersign_host::random::{OsRandom, Random, RandomError};
use countersign_host::seal::{
    KeyRing, MasterKey, MasterKeyError, OpenError, Purpose, RotateError, SealError, UnwrapError,
};
use proptest::prelude::*;

const AAD: &[u8] = b"account 7";

fn ring() -> KeyRing {
    KeyRing::generate(&OsRandom).expect("there is randomness")
}

fn seal(ring: &KeyRing, plaintext: &[u8]) -> Vec<u8> {
    ring.seal(&OsRandom, Purpose::Record, AAD, plaintext)
        .expect("short enough")
}

#[track_caller]
fn check_open(ring: &KeyRing, sealed: &[u8], expected: Result<&[u8], OpenError>) {
    let opened = ring.open(Purpose::Record, AAD, sealed);
    assert_eq!(
        opened.as_ref().map(|plain| plain.as_slice()),
        expected.as_ref().copied()
    );
}

#[test]
fn what_was_sealed_opens() {
    let ring = ring();
    for plaintext in [&b""[..], b"x", &[7; 5000]] {
        let sealed = seal(&ring, plaintext);
        assert_eq!(sealed.len(), plaintext.len() + KeyRing::OVERHEAD);
        check_open(&ring, &sealed, Ok(plaintext));
    }
    assert_ne!(seal(&ring, b"same"), seal(&ring, b"same"));
}

#[test]
fn no_bit_can_change_and_no_byte_can_go() {
    let ring = ring();
    let sealed = seal(&ring, b"secret");
    for bit in 0..8 * sealed.len() {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => OpenError::Malformed,
            1..5 => OpenError::UnknownKey,
            _ => OpenError::NotAuthentic,
        };
        check_open(&ring, &changed, Err(expected));
    }
    for len in 0..sealed.len() {
        assert!(
            ring.open(Purpose::Record, AAD, &sealed[..len]).is_err(),
            "{len}"
        );
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    check_open(&ring, &longer, Err(OpenError::NotAuthentic));
}

#[test]
fn a_value_opens_for_its_purpose_and_context_only() {
    let ring = ring();
    let sealed = seal(&ring, b"secret");
    for purpose in [Purpose::SignIn, Purpose::SrpState, Purpose::Refresh] {
        let opened = ring.open(purpose, AAD, &sealed);
        assert_eq!(opened.err(), Some(OpenError::NotAuthentic), "{purpose:?}");
    }
    for aad in [&b""[..], b"account 8", b"account 77"] {
        let opened = ring.open(Purpose::Record, aad, &sealed);
        assert_eq!(opened.err(), Some(OpenError::NotAuthentic));
    }
}

#[test]
fn older_keys_open_until_they_are_retired() {
    let mut ring = ring();
    let before = seal(&ring, b"before");
    ring.rotate(&OsRandom).expect("there is room");
    let after = seal(&ring, b"after");
    check_open(&ring, &before, Ok(b"before"));
    check_open(&ring, &after, Ok(b"after"));
    assert_eq!(ring.is_current(&before), Ok(false));
    assert_eq!(ring.is_current(&after), Ok(true));
    assert_eq!(ring.is_current(b""), Err(OpenError::Malformed));
    let lasting = ring.lasting_key("decoys");
    ring.retire_older();
    check_open(&ring, &before, Err(OpenError::UnknownKey));
    check_open(&ring, &after, Ok(b"after"));
    assert_eq!(ring.lasting_key("decoys"), lasting);
    assert_ne!(ring.lasting_key("other"), lasting);
    for _ in 1..KeyRing::MAX_KEYS {
        ring.rotate(&OsRandom).expect("there is room");
    }
    assert_eq!(ring.rotate(&OsRandom), Err(RotateError::TooManyKeys));
    check_open(&ring, &after, Ok(b"after"));
}

#[test]
fn a_ring_survives_wrapping_under_its_master_key_only() {
    let master = MasterKey::from_bytes([1; 32]);
    let mut ring = ring();
    let sealed = seal(&ring, b"secret");
    ring.rotate(&OsRandom).expect("there is room");
    let wrapped = ring
        .to_wrapped(&master, &OsRandom)
        .expect("there is randomness");
    let unwrapped = KeyRing::from_wrapped(&master, &wrapped).expect("unwraps");
    check_open(&unwrapped, &sealed, Ok(b"secret"));
    check_open(&ring, &seal(&unwrapped, b"new"), Ok(b"new"));
    assert_eq!(unwrapped.current_key_id(), ring.current_key_id());
    assert_eq!(unwrapped.lasting_key("a"), ring.lasting_key("a"));

    let other = KeyRing::from_wrapped(&MasterKey::from_bytes([2; 32]), &wrapped);
    assert_eq!(other.err(), Some(UnwrapError::NotAuthentic));
    for byte in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[byte] ^= 1;
        assert!(KeyRing::from_wrapped(&master, &changed).is_err(), "{byte}");
        assert!(
            KeyRing::from_wrapped(&master, &wrapped[..byte]).is_err(),
            "{byte}"
        );
    }
}

#[test]
fn text_has_one_spelling_and_a_greatest_length() {
    let ring = ring();
    let text = ring
        .seal_text(&OsRandom, Purpose::SignIn, AAD, b"ab")
        .expect("short enough");
    assert!(
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    );
    let open = |text: &str| ring.open_text(Purpose::SignIn, AAD, text);
    assert_eq!(open(&text).expect("opens").as_slice(), b"ab");
    assert_eq!(open(&format!("{text}=")).err(), Some(OpenError::Malformed));
    assert_eq!(open(&format!("{text} ")).err(), Some(OpenError::Malformed));
    assert_eq!(open("").err(), Some(OpenError::Malformed));
    assert_eq!(open("é").err(), Some(OpenError::Malformed));
    assert_eq!(open(&"A".repeat(4097)).err(), Some(OpenError::TooLong));

    let longest = vec![1; KeyRing::MAX_TEXT_LEN / 4 * 3 - KeyRing::OVERHEAD];
    let seal_text = |plaintext: &[u8]| ring.seal_text(&OsRandom, Purpose::SignIn, AAD, plaintext);
    let text = seal_text(&longest).expect("just fits");
    assert_eq!(text.len(), KeyRing::MAX_TEXT_LEN);
    assert_eq!(open(&text).expect("opens").as_slice(), longest);
    assert_eq!(
        seal_text(&[&longest[..], &[1]].concat()),
        Err(SealError::TooLong)
    );
}

#[test]
fn long_values_are_refused() {
    let ring = ring();
    let longest = vec![0; KeyRing::MAX_PLAINTEXT_LEN];
    let sealed = seal(&ring, &longest);
    check_open(&ring, &sealed, Ok(&longest));
    check_open(
        &ring,
        &[&sealed[..], &[0]].concat(),
        Err(OpenError::TooLong),
    );
    let longer = [&longest[..], &[0]].concat();
    let refused = ring.seal(&OsRandom, Purpose::Record, AAD, &longer);
    assert_eq!(refused, Err(SealError::TooLong));
}

#[test]
fn without_randomness_nothing_is_sealed() {
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
            Err(RandomError)
        }
    }
    let mut ring = ring();
    let sealed = ring.seal(&Broken, Purpose::Record, AAD, b"secret");
    assert_eq!(sealed, Err(SealError::Random(RandomError)));
    assert!(KeyRing::generate(&Broken).is_err());
    assert!(ring.rotate(&Broken).is_err());
    assert!(
        ring.to_wrapped(&MasterKey::from_bytes([1; 32]), &Broken)
            .is_err()
    );
}

#[test]
fn the_master_key_is_made_once_and_for_its_owner_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("master.key");
    let wrapped = {
        let master = MasterKey::load_or_create(&path, &OsRandom).expect("creates");
        ring()
            .to_wrapped(&master, &OsRandom)
            .expect("there is randomness")
    };
    let mode = fs::metadata(&path).expect("exists").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 1);
    let again = MasterKey::load_or_create(&path, &OsRandom).expect("loads");
    assert!(KeyRing::from_wrapped(&again, &wrapped).is_ok());
    assert_eq!(format!("{again:?}"), "MasterKey(..)");
}

#[test]
fn processes_that_start_at_once_get_one_master_key() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("master.key");
    let start = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    MasterKey::load_or_create(&path, &OsRandom).expect("one key for all")
                })
            })
            .collect();
        let keys: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().expect("does not panic"))
            .collect();
        let wrapped = ring()
            .to_wrapped(&keys[0], &OsRandom)
            .expect("there is randomness");
        for key in &keys {
            assert!(KeyRing::from_wrapped(key, &wrapped).is_ok());
        }
    });
}

#[test]
fn a_master_key_that_others_can_read_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("master.key");
    MasterKey::load_or_create(&path, &OsRandom).expect("creates");
    for mode in [0o640, 0o604, 0o620, 0o644, 0o610] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changes");
        let error = MasterKey::load_or_create(&path, &OsRandom).expect_err("too open");
        assert!(matches!(error, MasterKeyError::TooOpen { mode: m, .. } if m == mode));
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changes");
        assert!(MasterKey::load_or_create(&path, &OsRandom).is_ok());
    }
}

#[test]
fn a_master_key_file_of_another_size_or_kind_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("master.key");
    for len in [0, 31, 33, 4096] {
        fs::write(&path, vec![1; len]).expect("writes");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changes");
        let error = MasterKey::load_or_create(&path, &OsRandom).expect_err("is no key");
        assert!(matches!(error, MasterKeyError::Malformed { .. }), "{error}");
        assert_eq!(
            fs::read(&path).expect("reads").len(),
            len,
            "is left as it was"
        );
    }
    let error = MasterKey::load_or_create(dir.path(), &OsRandom).expect_err("a directory");
    assert!(matches!(error, MasterKeyError::Malformed { .. }), "{error}");
    let nowhere = dir.path().join("absent").join("master.key");
    let error = MasterKey::load_or_create(&nowhere, &OsRandom).expect_err("no such directory");
    assert!(matches!(error, MasterKeyError::Io { .. }), "{error}");
}

proptest! {
    #[test]
    fn nothing_that_was_not_sealed_opens(bytes: Vec<u8>, text in "\\PC*", keep_header: bool) {
        let ring = ring();
        prop_assert!(ring.open_text(Purpose::SignIn, AAD, &text).is_err());
        prop_assert!(ring.open(Purpose::Record, AAD, &bytes).is_err());
        if keep_header {
            let header = &seal(&ring, b"")[..5];
            let forged = [header, bytes.as_slice()].concat();
            prop_assert!(ring.open(Purpose::Record, AAD, &forged).is_err());
        }
        let master = MasterKey::from_bytes([1; 32]);
        prop_assert!(KeyRing::from_wrapped(&master, &bytes).is_err());
    }

    #[test]
    fn everything_that_was_sealed_opens(plaintext: Vec<u8>, aad: Vec<u8>) {
        let ring = ring();
        let text = ring.seal_text(&OsRandom, Purpose::Refresh, &aad, &plaintext);
        let text = text.expect("short enough");
        let opened = ring.open_text(Purpose::Refresh, &aad, &text).expect("opens");
        prop_assert_eq!(opened.as_slice(), plaintext);
    }
}
