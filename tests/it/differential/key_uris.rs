//! Key URIs: pyotp's read by us, ours read by pyotp.

use std::fmt::Write as _;

use countersign_core::{AlgorithmId, KeyUri, MovingFactor, SharedSecret, TotpParams};

use super::{KEY_URIS, bytes, number, oracle, seed};
use crate::report::report;

#[test]
fn key_uris_say_the_same_to_pyotp_and_to_us() {
    let seed = seed().to_string();
    let mut theirs = Vec::new();
    oracle(
        &["build".as_ref(), seed.as_ref(), "6000".as_ref()],
        |line| {
            let (uri, said) = line.split_once(' ').expect("a URI and what it says");
            let read = KeyUri::parse(uri).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert_eq!(says(&read), said, "seed {seed}: {line}");
            theirs.push(said.to_owned());
        },
    );
    let folder = tempfile::tempdir().expect("there is room for a file");
    let file = folder.path().join("key-uris.txt");
    let ours: String = theirs.iter().map(|said| written(said) + "\n").collect();
    std::fs::write(&file, ours).expect("it can be written");
    let mut expected = theirs.iter();
    oracle(&["parse".as_ref(), file.as_os_str()], |line| {
        assert_eq!(
            Some(line),
            expected.next().map(String::as_str),
            "seed {seed}"
        );
    });
    assert_eq!(expected.next(), None, "pyotp did not read all");
    let count = theirs.len() * 2;
    report(&format!("seed {seed}: {count} key URIs say the same"));
    assert!(count >= KEY_URIS);
}

/// What a URI says, in the words of the script.
fn says(uri: &KeyUri<'_>) -> String {
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a String takes all");
            text
        })
    };
    let (kind, number) = match uri.factor() {
        MovingFactor::Time(period) => ("totp", u64::from(period.secs())),
        MovingFactor::Counter(counter) => ("hotp", counter),
    };
    let issuer: String = uri.issuer().expect("pyotp names one").chars().collect();
    let account: String = uri.account().chars().collect();
    format!(
        "{kind} {number} {} {} {} {} {}",
        uri.algorithm().name(),
        uri.digits().get(),
        hex(uri.secret().as_bytes()),
        hex(issuer.as_bytes()),
        hex(account.as_bytes()),
    )
}

/// Our URI that says so.
fn written(said: &str) -> String {
    let fields: Vec<&str> = said.split(' ').collect();
    let [kind, value, algorithm, digits, key, issuer, account] = fields[..] else {
        panic!("what does this mean? {said}");
    };
    let algorithm = AlgorithmId::ALL.into_iter().find(|a| a.name() == algorithm);
    let algorithm = algorithm.expect("one of three");
    let digits = countersign_core::Digits::new(number(digits)).expect("6 to 8");
    let secret = SharedSecret::from_bytes(&bytes(key)).expect("16 to 64 bytes");
    let text = |hex| String::from_utf8(bytes(hex)).expect("UTF-8");
    let (issuer, account) = (text(issuer), text(account));
    let uri = if kind == "hotp" {
        KeyUri::hotp(&issuer, &account, &secret, algorithm, digits, number(value))
    } else {
        let params = TotpParams {
            digits,
            period: countersign_core::Period::from_secs(number(value)).expect("up to an hour"),
            ..TotpParams::DEFAULT
        };
        KeyUri::totp(&issuer, &account, &secret, algorithm, params)
    };
    let mut written = String::new();
    let uri = uri.expect("names without a colon");
    uri.write_to(&mut written).expect("a String takes all");
    written
}
