//! Key URIs that are built, of any names and numbers: what is written is read as what it was
//! written from, and nothing in it can be taken for something else.

use arbitrary::{Arbitrary, Result, Unstructured};
use countersign_core::{KeyUri, KeyUriError, Period, TotpParams, UnixTime};

use super::Target;
use crate::model::{algorithm, digits, secret};

pub(super) const TARGET: Target = Target {
    name: "key_uri_build",
    run: |data| {
        let _ = run(&mut Unstructured::new(data));
    },
    seeds: || {
        let mut seed = vec![1; 96];
        seed.extend(b"ACME & Co%john.doe@email.com");
        vec![seed]
    },
    max_len: 512,
};

fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let (algorithm, digits, secret) = (algorithm(u)?, digits(u)?, secret(u)?);
    let counter = u64::arbitrary(u)?;
    let period = Period::from_secs(u.int_in_range(1..=3600)?).unwrap();
    let is_counter = bool::arbitrary(u)?;
    let (issuer, account) = (<&str>::arbitrary(u)?, <&str>::arbitrary(u)?);
    let built = if is_counter {
        KeyUri::hotp(issuer, account, &secret, algorithm, digits, counter)
    } else {
        let params = TotpParams {
            digits,
            period,
            t0: UnixTime::EPOCH,
        };
        KeyUri::totp(issuer, account, &secret, algorithm, params)
    };
    let uri = match built {
        Ok(uri) => uri,
        Err(KeyUriError::Issuer) => {
            assert!(!is_name(issuer, KeyUri::ISSUER_MAX_LEN));
            return Ok(());
        }
        Err(KeyUriError::Account) => {
            assert!(!is_name(account, KeyUri::ACCOUNT_MAX_LEN));
            return Ok(());
        }
        Err(error) => panic!("{error:?}"),
    };
    assert!(is_name(issuer, KeyUri::ISSUER_MAX_LEN));
    assert!(is_name(account, KeyUri::ACCOUNT_MAX_LEN));
    let mut text = String::new();
    uri.write_to(&mut text).unwrap();
    assert!(text.len() <= KeyUri::MAX_LEN);
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
    assert_eq!(text.matches('?').count(), 1);
    let again = KeyUri::parse(&text).expect("what is written can be read");
    assert_eq!(again, uri);
    assert_eq!(again.secret(), &secret);
    assert!(again.account().chars().eq(account.chars()));
    assert!(again.issuer().unwrap().chars().eq(issuer.chars()));
    Ok(())
}

/// What the documentation allows in a label.
fn is_name(text: &str, max_len: usize) -> bool {
    !text.is_empty()
        && text.len() <= max_len
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains(|char: char| char == ':' || char.is_control())
}
