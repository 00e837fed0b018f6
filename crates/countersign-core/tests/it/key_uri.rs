//! Key URIs: what is written, what is read and refused, and that one undoes the other.

use countersign_core::{
    AlgorithmId, Digits, KeyUri, KeyUriError, MovingFactor, Period, SecretError, SharedSecret,
    TotpParams, UnixTime,
};

pub(crate) const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn secret() -> SharedSecret {
    SharedSecret::from_base32(SECRET).unwrap()
}

pub(crate) fn written(uri: &KeyUri<'_>) -> String {
    let mut text = String::new();
    uri.write_to(&mut text).unwrap();
    text
}

fn totp<'a>(issuer: &'a str, account: &'a str) -> Result<KeyUri<'a>, KeyUriError> {
    KeyUri::totp(
        issuer,
        account,
        &secret(),
        AlgorithmId::Sha1,
        TotpParams::DEFAULT,
    )
}

#[track_caller]
fn check_written(uri: &KeyUri<'_>, expected: &str) {
    let text = written(uri);
    assert_eq!(text, expected);
    assert_eq!(KeyUri::parse(&text).as_ref(), Ok(uri));
}

#[test]
fn defaults_are_left_out() {
    check_written(
        &totp("ACME Co", "john@example.com").unwrap(),
        "otpauth://totp/ACME%20Co:john%40example.com\
         ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ACME%20Co",
    );
    let params = TotpParams {
        digits: Digits::EIGHT,
        period: Period::from_secs(60).unwrap(),
        ..TotpParams::DEFAULT
    };
    check_written(
        &KeyUri::totp("A", "b", &secret(), AlgorithmId::Sha512, params).unwrap(),
        "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A\
         &algorithm=SHA512&digits=8&period=60",
    );
    check_written(
        &KeyUri::hotp(
            "A",
            "b",
            &secret(),
            AlgorithmId::Sha1,
            Digits::SIX,
            u64::MAX,
        )
        .unwrap(),
        "otpauth://hotp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A\
         &counter=18446744073709551615",
    );
    // The secret is not last even where nothing else need be said.
    let text = format!("otpauth://totp/b?secret={SECRET}");
    check_written(
        &KeyUri::parse(&text).unwrap(),
        "otpauth://totp/b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=6",
    );
}

#[test]
fn reserved_characters_cannot_break_out() {
    check_written(
        &totp("a&secret=X#?/%\"", "é+ü~-._").unwrap(),
        "otpauth://totp/a%26secret%3DX%23%3F%2F%25%22:%C3%A9%2B%C3%BC~-._\
         ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a%26secret%3DX%23%3F%2F%25%22",
    );
}

#[test]
fn what_cannot_stand_in_a_label() {
    let long = "x".repeat(257);
    for bad in [
        "", ":", "a:b", " a", "a ", " ", "a\r\nb", "a\0", "a\u{85}b", &long,
    ] {
        assert_eq!(totp(bad, "b"), Err(KeyUriError::Issuer), "{bad:?}");
        assert_eq!(totp("A", bad), Err(KeyUriError::Account), "{bad:?}");
    }
    assert!(totp(&long[..64], &long[..256]).is_ok());
    assert_eq!(totp(&long[..65], "b"), Err(KeyUriError::Issuer));
    // The longest of all still fits what is read.
    let (issuer, account) = ("é".repeat(32), "é".repeat(128));
    let secret = SharedSecret::from_bytes(&[7; 64]).unwrap();
    let uri = KeyUri::hotp(
        &issuer,
        &account,
        &secret,
        AlgorithmId::Sha512,
        Digits::MAX,
        u64::MAX,
    );
    let text = written(uri.as_ref().unwrap());
    assert!(text.len() <= KeyUri::MAX_LEN, "{}", text.len());
    assert_eq!(KeyUri::parse(&text), uri);
}

#[test]
fn t0_has_no_word_in_the_format() {
    let params = TotpParams {
        t0: UnixTime::from_secs(1).unwrap(),
        ..TotpParams::DEFAULT
    };
    let uri = KeyUri::totp("A", "b", &secret(), AlgorithmId::Sha1, params);
    assert_eq!(uri, Err(KeyUriError::T0));
}

/// Issuer and account of a label and further parameters.
#[track_caller]
fn check_label(label: &str, more: &str, issuer: Option<&str>, account: &str) {
    let text = format!("otpauth://totp/{label}?secret={SECRET}{more}");
    let uri = KeyUri::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(uri.issuer().map(|text| text.to_string()).as_deref(), issuer);
    assert_eq!(uri.account().to_string(), account);
}

#[track_caller]
fn check_refused(text: &str, expected: KeyUriError) {
    assert_eq!(KeyUri::parse(text), Err(expected), "{text}");
}

#[test]
fn labels() {
    check_label("alice", "", None, "alice");
    check_label("Acme:alice", "", Some("Acme"), "alice");
    check_label("Acme:alice", "&issuer=Acme", Some("Acme"), "alice");
    check_label("alice", "&issuer=Acme", Some("Acme"), "alice");
    check_label("Acme%3Aalice", "&issuer=Acme", Some("Acme"), "alice");
    check_label("Acme%3aalice", "", Some("Acme"), "alice");
    check_label("Acme:%20%20alice", "", Some("Acme"), "alice");
    check_label(
        "Big%20Co:alice%40x",
        "&issuer=Big%20Co",
        Some("Big Co"),
        "alice@x",
    );
    // The same text, spelled in two ways; a plus is a plus.
    check_label("%41cme:al+ice", "&issuer=Acm%65", Some("Acme"), "al+ice");
    check_label("A/b:c", "", Some("A/b"), "c");
}

#[test]
fn labels_that_are_refused() {
    let of = |label: &str, more: &str| format!("otpauth://totp/{label}?secret={SECRET}{more}");
    let refused = |label: &str, more: &str, error| check_refused(&of(label, more), error);
    refused("", "", KeyUriError::Account);
    refused("Acme:", "", KeyUriError::Account);
    refused("Acme:%20", "", KeyUriError::Account);
    refused(":alice", "", KeyUriError::Issuer);
    refused("Acme:a:b", "", KeyUriError::Account);
    // Split before decoding: these colons are part of a name, which may have none.
    refused("Acme:a%3Ab", "", KeyUriError::Account);
    refused("Ac%3Ame:alice", "", KeyUriError::Issuer);
    refused("alice%0D%0A", "", KeyUriError::Account);
    refused("Acme:alice", "&issuer=Other", KeyUriError::IssuerMismatch);
    refused("Acme:alice", "&issuer=acme", KeyUriError::IssuerMismatch);
    refused("Big%20Co:a", "&issuer=Big+Co", KeyUriError::IssuerMismatch);
    refused("Acme:alice", "&issuer=", KeyUriError::Issuer);
    refused("alice", "&issuer=a%3Ab", KeyUriError::Issuer);
    for broken in [
        "%",
        "%4",
        "%4G",
        "a%",
        "%C3",
        "%FF",
        "%C3%28",
        "%ED%A0%80",
        "%C0%AF",
        "%F8%80",
    ] {
        refused(broken, "", KeyUriError::Encoding);
        refused("alice", &format!("&issuer={broken}"), KeyUriError::Encoding);
    }
    for raw in ["a b", "é", "a\nb", "a\"", "<a>", "a#b", "a\\b"] {
        refused(raw, "", KeyUriError::Encoding);
    }
}

#[test]
fn the_frame() {
    for text in [
        "",
        "otpauth",
        "otpauth:/totp/a",
        "http://totp/a",
        "xotpauth://totp/a",
    ] {
        check_refused(text, KeyUriError::Scheme);
    }
    for rest in [
        "",
        "totp",
        "totp?secret=A",
        "xotp/a",
        "/a",
        "totp:80/a",
        "x@totp/a",
    ] {
        check_refused(&format!("otpauth://{rest}"), KeyUriError::Type);
    }
    check_refused("otpauth://totp/a", KeyUriError::SecretMissing);
    check_refused("otpauth://totp/a?", KeyUriError::SecretMissing);
    check_refused("otpauth://totp/a?issuer=b", KeyUriError::SecretMissing);
    let long = format!("otpauth://totp/a?secret={SECRET}&x={}", "x".repeat(2048));
    check_refused(&long, KeyUriError::TooLong);
}

#[test]
fn either_case_and_unknown_parameters() {
    let text = format!(
        "OTPAuth://HOTP/Acme:alice?image=https://x/y?z&&foo&Counter=007&SECRET={}&algorithm=sha256\
         &Digits=8&period=never",
        SECRET.to_lowercase()
    );
    let uri = KeyUri::parse(&text).unwrap();
    let expected = KeyUri::hotp(
        "Acme",
        "alice",
        &secret(),
        AlgorithmId::Sha256,
        Digits::EIGHT,
        7,
    );
    assert_eq!(Ok(uri), expected);
}

#[test]
fn secrets() {
    let of = |value: &str| format!("otpauth://totp/a?secret={value}&issuer=b");
    for spelling in [
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ%3D%3d",
        "gezd%20gnbv-GY3TQOJQGEZDGNBVGY3TQOJQ",
    ] {
        let text = of(spelling);
        assert_eq!(KeyUri::parse(&text).unwrap().secret(), &secret());
    }
    let refused = |value, error| check_refused(&of(value), KeyUriError::Secret(error));
    refused("", SecretError::Empty);
    refused("GEZDGNBV", SecretError::TooShort);
    refused("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", SecretError::Alphabet);
    refused("GEZDGNBVGY3TQOJQ+GEZDGNBVGY3TQOJQ", SecretError::Alphabet);
    check_refused(&of("%ZZ"), KeyUriError::Encoding);
}

#[test]
fn parameters_that_are_refused() {
    let refused = |kind: &str, more: &str, error| {
        check_refused(&format!("otpauth://{kind}/a?secret={SECRET}{more}"), error);
    };
    for name in [
        "secret",
        "SECRET",
        "issuer",
        "algorithm",
        "digits",
        "period",
        "counter",
    ] {
        let twice = format!("&{name}={SECRET}&{name}={SECRET}");
        refused("totp", &twice, KeyUriError::Duplicate);
    }
    for value in ["", "MD5", "SHA", "SHA-1", "SHA1024", "HmacSHA1", "SHA%31"] {
        refused(
            "totp",
            &format!("&algorithm={value}"),
            KeyUriError::Algorithm,
        );
    }
    for value in [
        "",
        "5",
        "11",
        "0",
        "-6",
        "+6",
        "6.0",
        "6a",
        "262",
        "99999999999999999999999",
    ] {
        refused("totp", &format!("&digits={value}"), KeyUriError::Digits);
    }
    for value in [
        "",
        "0",
        "3601",
        "-30",
        "+30",
        "30s",
        "65566",
        "99999999999999999999999",
    ] {
        refused("totp", &format!("&period={value}"), KeyUriError::Period);
    }
    refused("hotp", "", KeyUriError::CounterMissing);
    for value in ["", "-1", "+1", "0x1", "18446744073709551616"] {
        refused("hotp", &format!("&counter={value}"), KeyUriError::Counter);
    }
}

#[test]
fn what_it_says_about_the_factor() {
    let text = format!("otpauth://totp/a?secret={SECRET}&period=60&digits=7&counter=x");
    let uri = KeyUri::parse(&text).unwrap();
    let period = Period::from_secs(60).unwrap();
    assert_eq!(uri.factor(), MovingFactor::Time(period));
    let params = TotpParams {
        digits: Digits::new(7).unwrap(),
        period,
        t0: UnixTime::EPOCH,
    };
    assert_eq!(uri.totp_params(), Some(params));
    let text = format!("otpauth://hotp/a?secret={SECRET}&counter=5");
    let uri = KeyUri::parse(&text).unwrap();
    assert_eq!(
        (uri.factor(), uri.totp_params()),
        (MovingFactor::Counter(5), None)
    );
    assert_eq!(
        (uri.algorithm(), uri.digits()),
        (AlgorithmId::Sha1, Digits::SIX)
    );
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", totp("Acme", "a\"b").unwrap());
    assert!(
        shown.contains("SharedSecret(..)") && shown.contains(r#""a\"b""#),
        "{shown}"
    );
    assert!(!shown.contains("GEZD"));
}

#[test]
fn a_text_is_compared_as_it_is_meant() {
    let uri =
        KeyUri::parse("otpauth://totp/A:b%40c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let account = uri.account();
    assert!(account == "b@c" && account == *"b@c");
    for other in ["b%40c", "b@", "b@cc", ""] {
        assert!(account != other && account != *other);
    }
}
