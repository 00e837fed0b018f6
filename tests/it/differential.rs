//! The core beside independent implementations, on random inputs: codes and verdicts of liboath and
//! of pyotp, key URIs of pyotp both ways, base32 of base32ct both ways, OCRA of python-oath.
//!
//! What the others make of the inputs comes from `tests/differential/oracle.py`. Each run draws
//! from another seed, which a failure names.

mod base32;
mod codes;
mod key_uris;
mod ocra;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// Comparisons that each test makes at least. Together they are the million that is promised.
const CODES: usize = 680_000;
const KEY_URIS: usize = 10_000;
const BASE32: usize = 400_000;
const _: () = assert!(CODES + KEY_URIS + BASE32 >= 1_000_000);

/// Runs the script and hands over each line that it prints.
#[track_caller]
fn oracle(args: &[&OsStr], mut line: impl FnMut(&str)) {
    let python = std::env::var_os("COUNTERSIGN_PYTHON").expect(
        "COUNTERSIGN_PYTHON names an interpreter with tests/clients/python/requirements.txt; \
         `cargo xtask test` sets it",
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("differential/oracle.py");
    let mut child = Command::new(python)
        .arg("-B")
        .arg(script)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let stdout = child.stdout.take().expect("it is piped");
    for text in BufReader::new(stdout).lines() {
        line(&text.expect("the script prints UTF-8"));
    }
    let status = child.wait().expect("it is our child");
    assert!(status.success(), "oracle.py: {status}");
}

/// Another seed for every run.
fn seed() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.map_or(0, |time| {
        u64::from(time.subsec_nanos()) | (time.as_secs() << 30)
    })
}

#[track_caller]
fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("`{text}` is no such number"))
}

#[track_caller]
fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("a hexadecimal digit");
    hex.as_bytes()
        .chunks_exact(2)
        .map(|pair| u8::try_from(digit(pair[0]) << 4 | digit(pair[1])).expect("two digits"))
        .collect()
}
