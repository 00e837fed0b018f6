//! Exports of Google Authenticator: what they say, that a bad key costs no other, and that the
//! buffer is wiped.

use base64ct::{Base64, Encoding};
use countersign_core::{
    AlgorithmId, Deviation, Digits, KeyUri, KeyUriError, Migration, MigrationBatch,
    MigrationEntryError, MigrationError, MovingFactor, Period, SecretError, StrengthVerdict,
    Tolerated,
};
use proptest::prelude::*;

use crate::key_uri::written;

const EXPORTS: &str = include_str!("../../../../tests/vectors/migrations.csv");

const SECRET: &[u8; 20] = b"=\xc6\xca\xa4\x82Jm(\x87g\xb23\x1e \xb41f\xcb\x85\xd9";

/// The export of this name.
fn export(name: &str) -> &'static str {
    let mut lines = EXPORTS.lines().filter_map(|line| line.split_once(','));
    lines.find(|(named, _)| *named == name).unwrap().1
}

pub(crate) type Read = Result<(String, Tolerated), MigrationEntryError>;

/// Each key as the URI that says the same.
pub(crate) fn read(uri: &str) -> Result<Vec<Read>, MigrationError> {
    let mut buffer = [0; Migration::BUFFER_LEN];
    let migration = Migration::parse(uri, &mut buffer)?;
    let entries = migration.entries();
    Ok(entries
        .map(|entry| entry.map(|entry| (written(entry.key()), entry.tolerated())))
        .collect())
}

fn tolerated(deviations: &[Deviation]) -> Tolerated {
    deviations.iter().copied().collect()
}

#[test]
fn what_an_export_says() {
    use Deviation::{IssuersDiffer, NoAccount, WeakSecret};
    let key = |rest: &str, deviations: &[Deviation]| -> Read {
        let secret = "?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ";
        Ok((
            format!("otpauth://{}", rest.replace('?', secret)),
            tolerated(deviations),
        ))
    };
    let expected = [
        key("totp/ACME%20Co:john%40example.com?&issuer=ACME%20Co", &[]),
        Ok((
            "otpauth://totp/alice%40google.com?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8"
                .to_owned(),
            tolerated(&[WeakSecret]),
        )),
        key(
            "hotp/Duo:hotp%20demo?&issuer=Duo&algorithm=SHA512&counter=4",
            &[],
        ),
        key(
            "totp/100%25%20Fun%20%2B%20more:%C2%BF%C3%A4%C3%84%C3%A9%C3%89%3F%20%28demo%29\
             ?&issuer=100%25%20Fun%20%2B%20more",
            &[],
        ),
        Err(KeyUriError::Algorithm.into()),
        key(
            "totp/Microsoft:me%40example.com?&issuer=Microsoft",
            &[IssuersDiffer],
        ),
        key("totp/Heroku:Heroku?&issuer=Heroku", &[NoAccount]),
        Err(KeyUriError::Type.into()),
    ];
    assert_eq!(read(export("eight keys")).unwrap(), expected);
    let last = key("totp/Z:last?&issuer=Z", &[]);
    assert_eq!(read(export("third of three")), Ok(vec![last]));
    assert_eq!(read(export("no keys")), Ok(vec![]));
}

#[test]
fn batches() {
    let batch = |name| {
        let mut buffer = [0; Migration::BUFFER_LEN];
        let migration = Migration::parse(export(name), &mut buffer).unwrap();
        (migration.version(), migration.batch())
    };
    let of = |id, index, size| MigrationBatch { id, index, size };
    assert_eq!(batch("eight keys"), (1, of(-1_320_898_453, 0, 1)));
    assert_eq!(batch("third of three"), (2, of(7, 2, 3)));
    assert_eq!(batch("no keys"), (1, of(0, 0, 1)));
}

#[test]
fn a_key_converts_into_a_key_uri() {
    let mut buffer = [0; Migration::BUFFER_LEN];
    let migration = Migration::parse(export("eight keys"), &mut buffer).unwrap();
    let entries: Vec<_> = migration.entries().collect();
    let first = entries[0].clone().unwrap();
    assert_eq!(first.strength().verdict(), StrengthVerdict::Recommended);
    let key = first.into_key();
    assert_eq!(key.secret().as_bytes(), SECRET);
    assert_eq!(key.factor(), MovingFactor::Time(Period::DEFAULT));
    assert_eq!(KeyUri::parse(&written(&key)), Ok(key));
    let weak = entries[1].clone().unwrap();
    assert_eq!(
        (weak.strength().bits(), weak.strength().verdict()),
        (80, StrengthVerdict::Weak)
    );
    assert_eq!(
        (weak.key().algorithm(), weak.key().digits()),
        (AlgorithmId::Sha256, Digits::EIGHT)
    );
    assert_eq!(
        entries[2].clone().unwrap().key().factor(),
        MovingFactor::Counter(4)
    );
}

#[test]
fn neither_debug_nor_the_buffer_keeps_a_secret() {
    let mut buffer = [0xaa; Migration::BUFFER_LEN];
    let migration = Migration::parse(export("third of three"), &mut buffer).unwrap();
    assert_eq!(
        format!("{migration:?}"),
        "Migration { version: 2, batch: MigrationBatch { id: 7, index: 2, size: 3 }, .. }"
    );
    let shown = format!("{:?}", migration.entries().next().unwrap().unwrap());
    assert!(shown.contains("SharedSecret(..)"), "{shown}");
    drop(migration);
    assert_eq!(buffer, [0; Migration::BUFFER_LEN]);
    // Also when it did not come to anything.
    let mut buffer = [0xaa; Migration::BUFFER_LEN];
    let cut = export("eight keys").trim_end_matches("%3D").split_at(400).0;
    assert!(Migration::parse(cut, &mut buffer).is_err());
    assert_eq!(buffer, [0; Migration::BUFFER_LEN]);
}

pub(crate) fn uri_of(data: &[u8]) -> String {
    let mut text = vec![0; Base64::encoded_len(data)];
    let text = Base64::encode(data, &mut text).unwrap();
    let escaped = text
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    format!("otpauth-migration://offline?data={escaped}")
}

pub(crate) fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

pub(crate) fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

pub(crate) fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    let len = u64::try_from(value.len()).unwrap();
    [varint(field << 3 | 2), varint(len), value.to_vec()].concat()
}

/// A good time-based key with further fields.
pub(crate) fn key_with(more: &[u8]) -> Vec<u8> {
    let key = [
        bytes(1, SECRET),
        bytes(2, b"alice"),
        number(6, 2),
        more.to_vec(),
    ]
    .concat();
    bytes(1, &key)
}

#[test]
fn a_bad_key_costs_no_other() {
    use KeyUriError::{
        Account, Algorithm, Counter, Digits, Duplicate, Encoding, Issuer, Secret, SecretMissing,
        Type,
    };
    let bad = |key: &[Vec<u8>], expected: MigrationEntryError| {
        let data = [key_with(&[]), bytes(1, &key.concat()), key_with(&[])].concat();
        let entries = read(&uri_of(&data)).unwrap();
        assert!(entries[0].is_ok() && entries[2].is_ok(), "{key:?}");
        assert_eq!(entries[1], Err(expected), "{key:?}");
    };
    let secret = || bytes(1, SECRET);
    let totp = || number(6, 2);
    bad(&[], SecretMissing.into());
    bad(&[totp()], SecretMissing.into());
    bad(&[bytes(1, b""), totp()], Secret(SecretError::Empty).into());
    bad(
        &[bytes(1, &[7; 65]), totp()],
        Secret(SecretError::TooLong).into(),
    );
    bad(&[secret()], Type.into());
    bad(&[secret(), number(6, 3)], Type.into());
    bad(&[secret(), totp(), number(4, 4)], Algorithm.into());
    bad(&[secret(), totp(), number(4, u64::MAX)], Algorithm.into());
    bad(&[secret(), totp(), number(5, 3)], Digits.into());
    bad(&[secret(), totp(), number(5, 6)], Digits.into());
    bad(
        &[secret(), number(6, 1), number(7, 1 << 63)],
        Counter.into(),
    );
    bad(&[secret(), totp(), bytes(2, b"\xff")], Encoding.into());
    bad(&[secret(), totp(), bytes(3, b"\xc3\x28")], Encoding.into());
    bad(&[secret(), totp(), bytes(2, b"a\nb")], Account.into());
    bad(&[secret(), totp(), bytes(2, &[b'a'; 257])], Account.into());
    bad(&[secret(), totp(), bytes(3, &[b'a'; 65])], Issuer.into());
    bad(&[secret(), secret(), totp()], Duplicate.into());
    bad(&[secret(), totp(), totp()], Duplicate.into());
    bad(
        &[secret(), totp(), vec![0x08]],
        MigrationEntryError::Malformed,
    );
    bad(
        &[secret(), totp(), number(1, 1)],
        MigrationEntryError::Malformed,
    );
    bad(
        &[secret(), totp(), bytes(6, b"2")],
        MigrationEntryError::Malformed,
    );
    bad(
        &[secret(), totp(), vec![0x12, 0x05, b'a']],
        MigrationEntryError::Malformed,
    );
}

#[test]
fn what_a_key_may_leave_out_or_add() {
    use Deviation::{Colon, SpacesAroundName};
    let good = |more: &[u8], expected: &str, deviations: &[Deviation]| {
        let expected = expected.replace('?', "?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ");
        let entries = read(&uri_of(&key_with(more))).unwrap();
        assert_eq!(entries, [Ok((expected, tolerated(deviations)))]);
    };
    good(&[], "otpauth://totp/alice?&digits=6", &[]);
    good(
        &[number(4, 0), number(5, 0)].concat(),
        "otpauth://totp/alice?&digits=6",
        &[],
    );
    // Fields of a later version, of each kind; a counter that a time-based key has no use for.
    let later = [
        bytes(8, b"id"),
        number(99, 1),
        vec![0x79],
        vec![1; 8],
        vec![0x7d],
        vec![1; 4],
    ];
    good(&later.concat(), "otpauth://totp/alice?&digits=6", &[]);
    good(&number(7, u64::MAX), "otpauth://totp/alice?&digits=6", &[]);
    // Names are texts, not parts of a URI.
    good(
        &bytes(3, b"50%20+"),
        "otpauth://totp/50%2520%2B:alice?&issuer=50%2520%2B",
        &[],
    );
    good(
        &bytes(3, b" A "),
        "otpauth://totp/A:alice?&issuer=A",
        &[SpacesAroundName],
    );
    good(
        &bytes(3, b"A:b"),
        "otpauth://totp/A%3Ab:alice?&issuer=A%3Ab",
        &[Colon],
    );
    let hotp = [
        bytes(1, SECRET),
        bytes(2, b"A:%3A: b"),
        bytes(3, b"A:%3A"),
        number(6, 1),
    ]
    .concat();
    let entries = read(&uri_of(&bytes(1, &hotp))).unwrap();
    let (uri, deviations) = entries[0].clone().unwrap();
    assert_eq!(
        uri,
        "otpauth://hotp/A%3A%253A:b?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ\
         &issuer=A%3A%253A&counter=0"
    );
    assert_eq!(deviations, tolerated(&[Colon]));
}

proptest! {
    #[test]
    fn every_good_key_is_read_back(
        keys in prop::collection::vec(
            (
                prop::collection::vec(any::<u8>(), 16..=64),
                "[a-zA-Zäé%+.@]{1,20}",
                "[a-zA-Zäé%+.@]{0,20}",
                1..=3_u64,
                1..=2_u64,
                prop::option::of(0..=u64::MAX >> 1),
            ),
            0..10,
        ),
        id: i32,
        size in 1..=5_u32,
    ) {
        let index = size - 1;
        let mut data = Vec::new();
        for (secret, account, issuer, algorithm, digits, counter) in &keys {
            let factor = match counter {
                Some(counter) => [number(6, 1), number(7, *counter)].concat(),
                None => number(6, 2),
            };
            let key = [
                bytes(1, secret), bytes(2, account.as_bytes()), bytes(3, issuer.as_bytes()),
                number(4, *algorithm), number(5, *digits), factor,
            ];
            data.extend(bytes(1, &key.concat()));
        }
        let id_bits = i64::from(id).cast_unsigned();
        data.extend([number(3, size.into()), number(4, index.into()), number(5, id_bits)].concat());
        let uri = uri_of(&data);
        if uri.len() > Migration::MAX_LEN {
            prop_assert_eq!(read(&uri), Err(MigrationError::TooLong));
            return Ok(());
        }
        let mut buffer = [0; Migration::BUFFER_LEN];
        let migration = Migration::parse(&uri, &mut buffer).unwrap();
        prop_assert_eq!(migration.batch(), MigrationBatch { id, index, size });
        prop_assert_eq!(migration.entries().count(), keys.len());
        for (entry, key) in migration.entries().zip(&keys) {
            let (secret, account, issuer, algorithm, digits, counter) = key;
            let read = entry.unwrap();
            let read = read.key();
            prop_assert_eq!(read.secret().as_bytes(), secret);
            prop_assert!(read.account() == account.as_str());
            let named = read.issuer().map(|text| text.to_string()).unwrap_or_default();
            prop_assert_eq!(&named, issuer);
            prop_assert_eq!(u64::from(read.algorithm().to_byte()), *algorithm);
            prop_assert_eq!(u64::from(read.digits().get()), 4 + 2 * digits);
            let factor = counter.map_or(MovingFactor::Time(Period::DEFAULT), MovingFactor::Counter);
            prop_assert_eq!(read.factor(), factor);
        }
    }
}

#[test]
fn the_buffer_has_room_for_the_longest_text() {
    // Four characters of base64 are three bytes.
    assert_eq!((Migration::MAX_LEN, Migration::BUFFER_LEN), (4096, 3072));
}
