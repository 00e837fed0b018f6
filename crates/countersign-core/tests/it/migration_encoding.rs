//! Exports of Google Authenticator: how they are encoded, what of it is refused, and that nothing
//! hostile breaks the reader.

use countersign_core::{Migration, MigrationError};
use proptest::prelude::*;

use crate::migration::{bytes, key_with, number, read, uri_of, varint};

#[track_caller]
fn check_refused(uri: &str, expected: MigrationError) {
    assert_eq!(read(uri).unwrap_err(), expected, "{uri}");
}

#[test]
fn the_frame() {
    let good = uri_of(&key_with(&[]));
    let data = good.split_once("data=").unwrap().1;
    let read_alike = |uri: &str| assert_eq!(read(uri), read(&good), "{uri}");
    read_alike(&format!(" {good}\n"));
    read_alike(&format!("OTPAUTH-MIGRATION://OFFLINE/?x=1&DATA={data}&y"));
    read_alike(&good.replace("%3D", "="));
    read_alike(&good.replace("%3D", ""));
    for text in [
        "",
        "otpauth://totp/a",
        "otpauth-migration://online?data=QQ==",
        "otpauth-migration://offline",
    ] {
        check_refused(text, MigrationError::Scheme);
    }
    check_refused(
        "otpauth-migration://offlinex?data=QQ==",
        MigrationError::Scheme,
    );
    for rest in ["", "x=1", "data", "data="] {
        let uri = format!("otpauth-migration://offline?{rest}");
        check_refused(&uri, MigrationError::DataMissing);
    }
    check_refused(&format!("{good}&data={data}"), MigrationError::Duplicate);
    check_refused(
        &format!("{good}&x={}", "y".repeat(4096)),
        MigrationError::TooLong,
    );
}

#[test]
fn base64_is_read_strictly() {
    let refused = |data: &str| {
        check_refused(
            &format!("otpauth-migration://offline?data={data}"),
            MigrationError::Encoding,
        );
    };
    for data in [
        "A",
        "EAEYA",
        "EA=EYAQ",
        "EAEYAQ=A",
        "EAEYAQ===",
        "EAEYAQ=",
        "EAEY====",
        "=",
        "EA*YAQ==",
        "EAE%",
        "%FF",
        "EAEYAR==",
        "EAF=",
        "EAEY\u{e9}",
    ] {
        refused(data);
    }
    // The same bytes: with either alphabet, and with a plus that became a space on its way.
    let data = bytes(15, &[0, 0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff]);
    let uri = uri_of(&data);
    assert!(uri.contains("%2B") && uri.contains("%2F"), "{uri}");
    for (plus, slash) in [("+", "/"), ("-", "_"), ("%20", "%2f"), (" ", "/")] {
        let other = uri.replace("%2B", plus).replace("%2F", slash);
        assert_eq!(read(&other), Ok(vec![]), "{other}");
    }
}

#[test]
fn the_buffer_need_only_hold_the_data() {
    let data = key_with(&[]);
    let uri = uri_of(&data);
    for len in [0, 1, data.len() - 1] {
        let mut buffer = vec![0xaa; len];
        let error = Migration::parse(&uri, &mut buffer).unwrap_err();
        assert_eq!(error, MigrationError::BufferTooSmall);
    }
    let mut buffer = vec![0; data.len()];
    assert_eq!(
        Migration::parse(&uri, &mut buffer)
            .unwrap()
            .entries()
            .count(),
        1
    );
    // And the buffer that is advised holds the longest text.
    let uri = uri_of(&bytes(15, &[7; 3044])).replace("%3D", "");
    assert_eq!(uri.len(), Migration::MAX_LEN);
    assert_eq!(read(&uri), Ok(vec![]));
}

#[test]
fn a_message_that_is_cut_off_or_oddly_written_is_refused() {
    let whole = [
        key_with(&[]),
        number(2, 1),
        number(3, 2),
        number(4, 1),
        number(5, 300),
    ]
    .concat();
    assert!(read(&uri_of(&whole)).is_ok());
    let mut ends = 0;
    for len in 1..whole.len() {
        // It may end between fields, of which there are five.
        match read(&uri_of(&whole[..len])) {
            Ok(_) => ends += 1,
            Err(error) => assert_eq!(error, MigrationError::Malformed, "{len}"),
        }
    }
    assert_eq!(ends, 4);
    let malformed = |data: &[u8]| check_refused(&uri_of(data), MigrationError::Malformed);
    malformed(&[0]);
    malformed(&[0x0b]);
    malformed(&[0x0c]);
    malformed(&[0x7e, 0]);
    malformed(&[0x7f, 0]);
    // Field 0, and one beyond the last.
    malformed(&number(0, 1));
    malformed(&number(1 << 29, 1));
    assert_eq!(read(&uri_of(&number((1 << 29) - 1, 1))), Ok(vec![]));
    // Numbers that are longer than they need be, or than 64 bits.
    malformed(&[0x10, 0x81, 0x00]);
    malformed(&[
        0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02,
    ]);
    malformed(&[
        0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01,
    ]);
    malformed(&[0x10, 0x80]);
    // A length beyond the end, and one beyond everything.
    malformed(&[0x0a, 0x05, 1, 2, 3, 4]);
    malformed(&[vec![0x0a], varint(u64::MAX)].concat());
    // Known fields of another kind, or twice; parts of a batch that cannot be.
    malformed(&number(1, 1));
    malformed(&bytes(2, b"1"));
    malformed(&[number(5, 1), number(5, 1)].concat());
    malformed(&[number(3, 2), number(4, 2)].concat());
    malformed(&number(4, 1));
    malformed(&number(3, 1 << 32));
    malformed(&number(2, u64::MAX));
    let many = key_with(&[]).repeat(64);
    assert_eq!(
        read(&uri_of(&bytes(1, b"").repeat(128))).unwrap().len(),
        128
    );
    check_refused(
        &uri_of(&bytes(1, b"").repeat(129)),
        MigrationError::TooManyEntries,
    );
    assert_eq!(read(&uri_of(&many)).unwrap().len(), 64);
}

proptest! {
    #[test]
    fn no_bytes_panic(data in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&uri_of(&data));
    }

    /// A good export with one byte changed or left out.
    #[test]
    fn no_damage_panics(at in 0..120_usize, byte: u8, leave_out: bool) {
        let mut data = [key_with(&number(4, 1)), key_with(&[]), number(3, 1)].concat();
        let at = at % data.len();
        if leave_out {
            data.remove(at);
        } else {
            data[at] = byte;
        }
        let _ = read(&uri_of(&data));
    }

    #[test]
    fn no_text_panics(text in "(otpauth-migration://offline[?])?(data=)?\\PC{0,60}") {
        let _ = read(&text);
    }
}
