//! The password exchange: vectors from a real client, refusals, and a client of our own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_core::UnixTime;
use countersign_host::srp::{PasswordVerifier, ServerState, SrpError, parse_timestamp};
use serde::Deserialize;

pub(crate) mod client;

use client::Client;

#[derive(Deserialize)]
struct VectorFile {
    #[serde(rename = "N")]
    modulus: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    pool: String,
    user: String,
    password: String,
    salt: String,
    b: String,
    v: String,
    #[serde(rename = "A")]
    client_public: String,
    #[serde(rename = "B")]
    server_public: String,
    secret_block: String,
    timestamp: String,
    signature: String,
}

fn vector_file() -> VectorFile {
    serde_json::from_str(include_str!("../../../../tests/vectors/srp.json"))
        .expect("the vectors are JSON")
}

impl Vector {
    fn verifier(&self) -> PasswordVerifier {
        PasswordVerifier::new(&self.pool, &self.user, &self.password, bytes(&self.salt))
    }

    fn begin(&self) -> ServerState {
        let (public, state) =
            ServerState::begin(&self.verifier(), &self.client_public, bytes(&self.b))
                .expect("the vector's A is good");
        assert_eq!(public.b_hex, self.server_public, "{}", self.name);
        assert_eq!(public.salt_hex, self.salt, "{}", self.name);
        ServerState::from_bytes(state.to_bytes().as_ref()).expect("the stored form reads back")
    }

    /// Finishes with one thing changed by `change`; true if the proof held.
    fn finish(&self, change: impl FnOnce(&mut Finish)) -> bool {
        let mut finish = Finish {
            verifier: self.verifier(),
            realm: self.pool.clone(),
            identity: self.user.clone(),
            secret_block: STANDARD.decode(&self.secret_block).expect("is base64"),
            timestamp: self.timestamp.clone(),
            signature: self.signature.clone(),
        };
        change(&mut finish);
        let proven = self.begin().finish(
            &finish.verifier,
            &finish.realm,
            &finish.identity,
            &finish.secret_block,
            &finish.timestamp,
            &finish.signature,
        );
        proven.is_ok_and(|proven| proven.identity() == finish.identity)
    }
}

struct Finish {
    verifier: PasswordVerifier,
    realm: String,
    identity: String,
    secret_block: Vec<u8>,
    timestamp: String,
    signature: String,
}

/// Hexadecimal digits of any number, right-aligned.
fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let padded = format!("{hex:0>width$}", width = 2 * N);
    std::array::from_fn(|i| u8::from_str_radix(&padded[2 * i..2 * i + 2], 16).expect("is hex"))
}

#[test]
fn every_vector_of_the_amplify_client_passes() {
    let file = vector_file();
    assert_eq!(file.vectors.len(), 10);
    for vector in &file.vectors {
        let stored = vector.verifier().to_bytes();
        assert_eq!(stored[17..], bytes::<384>(&vector.v), "{}", vector.name);
        assert!(vector.finish(|_| {}), "{}", vector.name);
    }
}

#[test]
fn whatever_is_changed_the_proof_fails() {
    let vector = &vector_file().vectors[0];
    let refused = |change: &dyn Fn(&mut Finish)| assert!(!vector.finish(change));
    refused(&|f| f.realm.push('x'));
    refused(&|f| f.identity.push('x'));
    refused(&|f| f.secret_block[0] ^= 1);
    refused(&|f| f.secret_block.truncate(5));
    refused(&|f| f.timestamp = f.timestamp.replace("04:05:06", "04:05:07"));
    refused(&|f| f.timestamp.clear());
    refused(&|f| f.signature.clear());
    refused(&|f| f.signature.replace_range(0..1, "!"));
    refused(&|f| f.signature.push('='));
    refused(&|f| f.signature = STANDARD.encode([0; 32]));
    refused(&|f| f.signature = STANDARD.encode([0; 31]));
    refused(&|f| f.verifier = PasswordVerifier::new(&f.realm, &f.identity, "other", [1; 16]));
}

#[track_caller]
fn check_public_value(hex: &str, expected: Result<(), SrpError>) {
    let verifier = PasswordVerifier::new("realm", "alice", "password", [7; 16]);
    let begun = ServerState::begin(&verifier, hex, [9; 32]);
    assert_eq!(begun.map(|_| ()), expected);
}

#[test]
fn public_values_that_no_honest_client_sends_are_refused() {
    let modulus = vector_file().modulus;
    let last = |digit: &str| format!("{}{digit}", &modulus[..767]);
    assert!(modulus.ends_with('F'));
    check_public_value("0", Err(SrpError::OutOfRange));
    check_public_value(&"0".repeat(768), Err(SrpError::OutOfRange));
    check_public_value(&modulus, Err(SrpError::OutOfRange));
    check_public_value(&format!("00{modulus}"), Err(SrpError::OutOfRange));
    check_public_value(&"f".repeat(768), Err(SrpError::OutOfRange));
    check_public_value(&last("e"), Ok(()));
    check_public_value(&last("e").to_lowercase(), Ok(()));
    check_public_value(&modulus.to_lowercase(), Err(SrpError::OutOfRange));
    let twice = doubled(&modulus);
    assert_eq!(twice.len(), 769);
    check_public_value(&twice, Err(SrpError::TooLong));
    check_public_value(&"0".repeat(771), Err(SrpError::TooLong));
    check_public_value(&"1".repeat(1 << 20), Err(SrpError::TooLong));
    check_public_value("", Err(SrpError::NotHex));
    check_public_value("12g4", Err(SrpError::NotHex));
    check_public_value("0x12", Err(SrpError::NotHex));
    check_public_value("-1", Err(SrpError::NotHex));
    check_public_value(" 1", Err(SrpError::NotHex));
    check_public_value("１", Err(SrpError::NotHex));
    check_public_value("2", Ok(()));
    check_public_value("abc", Ok(()));
    check_public_value("000abc", Ok(()));
}

/// Twice an integer, in hexadecimal.
fn doubled(hex: &str) -> String {
    let mut carry = 0;
    let mut digits = Vec::new();
    for digit in hex.chars().rev() {
        let sum = 2 * digit.to_digit(16).expect("is hex") + carry;
        digits.push(char::from_digit(sum % 16, 16).expect("is below 16"));
        carry = sum / 16;
    }
    digits.extend(char::from_digit(carry, 16));
    digits.into_iter().rev().collect()
}

#[test]
fn only_the_right_password_is_proven() {
    let verifier = PasswordVerifier::new("realm", "alice", "Correct-Horse-9!", [7; 16]);
    let check = |realm, identity, password, right| {
        let proven = verifier.verify_password(realm, identity, password);
        assert_eq!(proven.is_ok(), right, "{identity} {password}");
    };
    check("realm", "alice", "Correct-Horse-9!", true);
    check("realm", "alice", "correct-horse-9!", false);
    check("realm", "alice", "Correct-Horse-9", false);
    check("realm", "alice", "", false);
    check("realm", "bob", "Correct-Horse-9!", false);
    check("other", "alice", "Correct-Horse-9!", false);
}

#[test]
fn a_client_with_fresh_values_is_proven_and_one_with_another_password_is_not() {
    let verifier = PasswordVerifier::new("pool", "alice", "right", [0xf0; 16]);
    for (round, password, right) in [(1, "right", true), (2, "wrong", false), (3, "right", true)] {
        let client = Client::new([round; 32]);
        let (public, state) =
            ServerState::begin(&verifier, &client.public_hex(), [round + 100; 32])
                .expect("the client's A is good");
        let signature = client.signature(&public, "pool", "alice", password, b"block", "some time");
        let proven = state.finish(
            &verifier,
            "pool",
            "alice",
            b"block",
            "some time",
            &signature,
        );
        assert_eq!(proven.is_ok(), right, "round {round}");
    }
}

#[test]
fn a_decoy_is_stable_its_own_and_never_proven() {
    let key = [3; 32];
    let decoy = PasswordVerifier::decoy(&key, "pool", "nobody");
    let again = PasswordVerifier::decoy(&key, "pool", "nobody");
    assert_eq!(decoy.to_bytes(), again.to_bytes());
    for other in [
        PasswordVerifier::decoy(&key, "pool", "nobody2"),
        PasswordVerifier::decoy(&key, "pooln", "obody"),
        PasswordVerifier::decoy(&[4; 32], "pool", "nobody"),
    ] {
        assert_ne!(decoy.salt_hex(), other.salt_hex());
        assert_ne!(decoy.to_bytes()[17..], other.to_bytes()[17..]);
    }
    assert!(decoy.verify_password("pool", "nobody", "").is_err());
    assert!(
        decoy
            .clone()
            .verify_password("pool", "nobody", "x")
            .is_err()
    );
    assert!(ServerState::begin(&decoy, "2", [1; 32]).is_ok());
}

#[test]
fn a_verifier_survives_storage_and_nothing_else_reads_as_one() {
    let verifier = PasswordVerifier::new("realm", "alice", "password", [0; 16]);
    let stored = verifier.to_bytes();
    let packed = postcard::to_stdvec(&verifier).expect("serialises");
    assert_eq!(packed.len(), PasswordVerifier::ENCODED_LEN + 2);
    let unpacked: PasswordVerifier = postcard::from_bytes(&packed).expect("reads back");
    assert_eq!(unpacked.to_bytes(), stored);
    let json = serde_json::to_string(&verifier).expect("serialises");
    let unpacked: PasswordVerifier = serde_json::from_str(&json).expect("reads back");
    assert!(
        unpacked
            .verify_password("realm", "alice", "password")
            .is_ok()
    );

    let refused = |bytes: &[u8]| assert!(PasswordVerifier::from_bytes(bytes).is_err());
    for len in 0..stored.len() {
        refused(&stored[..len]);
    }
    refused(&[stored.as_slice(), &[0]].concat());
    refused(&[&[2], &stored[1..]].concat());
    refused(&[&stored[..17], &[0; 384]].concat());
    refused(&[&stored[..17], &[0xff; 384]].concat());
    assert_eq!(format!("{verifier:?}"), "PasswordVerifier(..)");
}

#[test]
fn a_device_registers_its_own_verifier() {
    let made = PasswordVerifier::new("group", "device", "random", [0x80; 16]).to_bytes();
    let (salt, verifier) = made[1..].split_at(16);
    let signed = |bytes: &[u8]| [&[0], bytes].concat();
    for (salt, verifier) in [
        (salt.to_vec(), verifier.to_vec()),
        (signed(salt), signed(verifier)),
    ] {
        let registered = PasswordVerifier::from_client(&salt, &verifier).expect("is well formed");
        assert!(
            registered
                .verify_password("group", "device", "random")
                .is_ok()
        );
    }
    assert!(PasswordVerifier::from_client(&[1; 17], verifier).is_err());
    assert!(PasswordVerifier::from_client(salt, &[]).is_err());
    assert!(PasswordVerifier::from_client(salt, &[0; 385]).is_err());
    assert!(PasswordVerifier::from_client(salt, &[0xff; 384]).is_err());
    assert!(PasswordVerifier::from_client(salt, &vec![0; 1 << 20]).is_err());
}

#[test]
fn only_its_own_form_reads_as_a_state() {
    let stored = vector_file().vectors[0].begin().to_bytes();
    for len in 0..stored.len() {
        assert!(ServerState::from_bytes(&stored[..len]).is_err(), "{len}");
    }
    assert!(ServerState::from_bytes(&[stored.as_slice(), &[0]].concat()).is_err());
    assert!(ServerState::from_bytes(&[&[9], &stored[1..]].concat()).is_err());
    assert!(ServerState::from_bytes(&[&[1], &[0; 384][..], &[5; 64]].concat()).is_err());
}

#[track_caller]
fn check_timestamp(text: &str, expected: Option<u64>) {
    assert_eq!(parse_timestamp(text).ok().map(UnixTime::secs), expected);
}

#[test]
fn timestamps_read_as_clients_write_them() {
    check_timestamp("Tue Nov 24 04:05:06 UTC 2026", Some(1_795_493_106));
    check_timestamp("Thu Jan 1 00:00:00 UTC 1970", Some(0));
    check_timestamp("Tue Feb 29 23:59:59 UTC 2000", Some(951_868_799));
    check_timestamp("Mon Mar 1 00:00:00 UTC 2100", Some(4_107_542_400));
    check_timestamp("Fri Dec 31 23:59:59 UTC 9999", Some(253_402_300_799));
}

#[test]
fn other_timestamps_are_refused() {
    for text in [
        "",
        " ",
        "Wed Nov 24 04:05:06 UTC 2026",
        "Tue Nov 24 04:05:06 GMT 2026",
        "Tue Nov 24 04:05:06 UTC 26",
        "Tue Nov 24 04:05:06 UTC 2026 ",
        "Tue  Nov 24 04:05:06 UTC 2026",
        "Tue Nov 24 24:05:06 UTC 2026",
        "Tue Nov 24 04:60:06 UTC 2026",
        "Tue Nov 24 04:05:60 UTC 2026",
        "Tue Nov 24 4:05:06 UTC 2026",
        "Tue Nov 24 04:05:06:07 UTC 2026",
        "Tue Nov +4 04:05:06 UTC 2026",
        "Tue Nov 31 04:05:06 UTC 2026",
        "Mon Nov 0 04:05:06 UTC 2026",
        "Sun Nov 01 04:05:06 UTC 2026",
        "Mon Feb 29 00:00:00 UTC 2100",
        "Wed Dec 31 23:59:59 UTC 1969",
        "Sat Jan 1 00:00:00 UTC 0000",
        "Di Nov 24 04:05:06 UTC 2026",
        "Tue nov 24 04:05:06 UTC 2026",
        "Tue Nov 2４ 04:05:06 UTC 2026",
    ] {
        check_timestamp(text, None);
    }
}
