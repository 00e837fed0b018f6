//! Key URIs that are read: what is read is written as a URI that says the same, and that one is
//! written as itself. A lenient reading takes whatever a strict one does for the same.

use countersign_core::{AlgorithmId, Deviation, KeyUri, SharedSecret, StrengthVerdict, TotpParams};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "key_uri",
    run,
    seeds,
    max_len: 512,
};

fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let lenient = KeyUri::parse_lenient(text);
    if let Ok(uri) = KeyUri::parse(text) {
        says_the_same(&uri);
        let (again, tolerated) = lenient.as_ref().expect("what is right is tolerable");
        same_codes(again, &uri);
        assert!(*again == uri || tolerated.contains(Deviation::PlusAsSpace));
    } else if let Ok((_, tolerated)) = &lenient {
        assert!(
            !tolerated.is_empty(),
            "nothing was wrong, and yet it was refused"
        );
    }
    if let Ok((uri, tolerated)) = &lenient {
        let written = written(uri);
        assert!(written.len() <= KeyUri::MAX_LEN);
        let (again, _) = KeyUri::parse_lenient(&written).expect("what is written can be read");
        assert_eq!(again, *uri);
        let weak = uri.secret().strength().verdict() == StrengthVerdict::Weak;
        assert_eq!(tolerated.contains(Deviation::WeakSecret), weak);
    }
}

/// Writes and reads it again.
fn says_the_same(uri: &KeyUri<'_>) {
    let written = written(uri);
    assert!(written.len() <= KeyUri::MAX_LEN);
    let again = KeyUri::parse(&written).expect("what is written can be read");
    assert_eq!(again, *uri);
    assert_eq!(self::written(&again), written);
}

/// Whatever the names are, the codes are those of the same authenticator.
fn same_codes(one: &KeyUri<'_>, other: &KeyUri<'_>) {
    assert_eq!(one.secret(), other.secret());
    assert_eq!(one.algorithm(), other.algorithm());
    assert_eq!(one.digits(), other.digits());
    assert_eq!(one.factor(), other.factor());
}

fn written(uri: &KeyUri<'_>) -> String {
    let mut text = String::new();
    uri.write_to(&mut text).unwrap();
    text
}

fn seeds() -> Vec<Vec<u8>> {
    let secret = SharedSecret::from_bytes(b"12345678901234567890").unwrap();
    let params = TotpParams::DEFAULT;
    let built = KeyUri::totp(
        "ACME Co",
        "john.doe@email.com",
        &secret,
        AlgorithmId::Sha512,
        params,
    );
    let secret = secret.to_base32();
    let secret = secret.as_str();
    vec![
        written(&built.unwrap()).into_bytes(),
        format!("otpauth://totp/a?secret={secret}&algorithm=sha256&digits=8&period=60").into(),
        format!(
            "OTPAUTH://HOTP/I%C3%A9%3A%20b?issuer=I%c3%a9&counter={}&secret={secret}",
            u64::MAX
        )
        .into(),
        format!("otpauth://totp/I:b?secret={secret}&issuer=I&icon=x%2By&period=3600").into(),
        format!(
            "otpauth://totp/a?digits=10&secret={}",
            secret.to_lowercase()
        )
        .into(),
    ]
}
