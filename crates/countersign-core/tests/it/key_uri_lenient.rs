//! Key URIs as real programs write them: what each mode makes of them, and what the lenient one
//! says it put up with.

use countersign_core::{
    AlgorithmId, Deviation, Digits, KeyUri, KeyUriError, MovingFactor, Period, SharedSecret,
    Tolerated, TotpParams,
};
use proptest::prelude::*;

use crate::key_uri::written;

const URIS: &str = include_str!("../../../../tests/vectors/key_uris.csv");

/// A secret that shows no pattern.
const SECRET: &str = "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ";

#[test]
fn what_programs_write() {
    let mut seen = Tolerated::NOTHING;
    let mut wrong = Vec::new();
    let lines = URIS.lines().filter(|line| !line.starts_with('#'));
    let checked = lines.clone().count();
    for line in lines {
        let fields: Vec<&str> = line.splitn(7, ',').collect();
        let [source, expected @ .., uri] = &fields[..] else {
            panic!("a line of seven fields: {line}");
        };
        let strict = KeyUri::parse(uri).map_or_else(|error| format!("{error:?}"), |_| "ok".into());
        let (lenient, said) = match KeyUri::parse_lenient(uri) {
            Ok((key, tolerated)) => {
                seen = seen.iter().chain(tolerated.iter()).collect();
                (names(tolerated), said_by(&key))
            }
            Err(error) => (format!("!{error:?}"), ["-"; 3].map(str::to_owned)),
        };
        let read = [&[strict, lenient][..], &said].concat();
        if read != expected {
            wrong.push(format!(
                "{source}: {uri}\n  {expected:?} expected\n  {read:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= 90, "{checked}");
    // The table has an example of each deviation.
    assert_eq!(seen, Deviation::ALL.into_iter().collect());
}

fn names(tolerated: Tolerated) -> String {
    let names: Vec<String> = tolerated.iter().map(|one| format!("{one:?}")).collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join("+")
    }
}

fn said_by(key: &KeyUri<'_>) -> [String; 3] {
    let issuer = key
        .issuer()
        .map_or_else(|| "-".to_owned(), |text| text.to_string());
    let factor = match key.factor() {
        MovingFactor::Time(period) => period.secs().to_string(),
        MovingFactor::Counter(counter) => format!("#{counter}"),
    };
    let codes = format!("{}/{}/{factor}", key.algorithm().name(), key.digits().get());
    [issuer, key.account().to_string(), codes]
}

#[track_caller]
fn check(uri: &str, expected: Result<&[Deviation], KeyUriError>) {
    let tolerated = KeyUri::parse_lenient(uri).map(|(_, tolerated)| tolerated);
    let expected = expected.map(|deviations| deviations.iter().copied().collect::<Tolerated>());
    assert_eq!(tolerated, expected, "{uri:?}");
}

fn with(more: &str) -> String {
    format!("otpauth://totp/a?secret={SECRET}{more}")
}

#[test]
fn white_space_around_is_dropped_but_not_within() {
    use Deviation::SurroundingSpace;
    for uri in [
        format!("{}\n", with("")),
        format!("\r\n\t {}\r\n", with("&issuer=b")),
    ] {
        check(&uri, Ok(&[SurroundingSpace]));
    }
    for broken in ["a\nb", "a\tb", "a\0b", "a\u{7f}b"] {
        let uri = format!("otpauth://totp/{broken}?secret={SECRET}");
        check(&uri, Err(KeyUriError::Encoding));
    }
    let uri = format!("otpauth://totp/a%0Ab?secret={SECRET}");
    check(&uri, Err(KeyUriError::Account));
    check(&with("&issuer=a%C2%85b"), Err(KeyUriError::Issuer));
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    for broken in ["%C3", "%FF", "%C3%28", "%ED%A0%80", "caf%E9"] {
        check(
            &with(&format!("&issuer={broken}")),
            Err(KeyUriError::Encoding),
        );
    }
    // A percent sign is itself where it encodes nothing, up to the last character.
    for percent in ["%", "5%", "%4", "%4G", "%%", "a%zz%41"] {
        check(
            &with(&format!("&issuer={percent}")),
            Ok(&[Deviation::Unencoded]),
        );
    }
    let uri = with("&issuer=%%41%");
    assert!(KeyUri::parse_lenient(&uri).unwrap().0.issuer().unwrap() == "%A%");
}

#[test]
fn limits_hold() {
    let long = "x".repeat(65);
    check(&with(&format!("&issuer={long}")), Err(KeyUriError::Issuer));
    check(
        &format!("otpauth://totp/{}?secret={SECRET}", "x".repeat(257)),
        Err(KeyUriError::Account),
    );
    check(
        &with(&format!("&x={}", "y".repeat(2048))),
        Err(KeyUriError::TooLong),
    );
    check(
        &format!("otpauth://totp/a?secret={}", "A".repeat(104)),
        Err(KeyUriError::Secret(countersign_core::SecretError::TooLong)),
    );
}

#[test]
fn an_encoder_means_other_codes() {
    for value in ["steam", "STEAM", "x"] {
        let uri = with(&format!("&issuer=b&encoder={value}"));
        check(&uri, Err(KeyUriError::Encoder));
        assert_eq!(KeyUri::parse(&uri), Err(KeyUriError::Encoder));
    }
    check(&with("&issuer=b&encoder="), Ok(&[Deviation::Empty]));
    assert!(KeyUri::parse(&with("&issuer=b&encoder=")).is_ok());
}

#[test]
fn names_of_algorithms() {
    use Deviation::{AlgorithmName, Case};
    let read = |value: &str, expected: Result<&[Deviation], KeyUriError>| {
        check(&with(&format!("&algorithm={value}")), expected);
    };
    read("SHA256", Ok(&[]));
    read("sHa512", Ok(&[Case]));
    for name in [
        "sha-256",
        "HMAC-SHA256",
        "hmac_sha_512",
        "Hmac/SHA1",
        "hmac%20sha1",
        "SHA.1",
    ] {
        read(name, Ok(&[AlgorithmName]));
    }
    for name in [
        "1",
        "hmac",
        "algorithm",
        "SHA-",
        "SHA3-256",
        "SHA-384",
        "SHA-1-1",
        "SHA224",
        "MD-5",
        "HmacMD5",
        "xSHA1",
        "SHA1x",
        "hmachmacsha1",
        "SHA+1",
        "S%FFA1",
        "algorithm-hmac-sha512-and-then-some",
    ] {
        let uri = with(&format!("&algorithm={name}"));
        assert!(
            matches!(
                KeyUri::parse_lenient(&uri),
                Err(KeyUriError::Algorithm | KeyUriError::Encoding)
            ),
            "{uri}"
        );
    }
}

#[test]
fn the_issuer_that_the_parameter_names_is_looked_for_in_the_label() {
    let read = |label: &str, issuer: &str| {
        let uri = format!("otpauth://totp/{label}?secret={SECRET}&issuer={issuer}");
        let (key, tolerated) = KeyUri::parse_lenient(&uri).unwrap();
        let differ = tolerated.contains(Deviation::IssuersDiffer);
        (said_by(&key)[1].clone(), differ)
    };
    let account = |text: &str, differ| (text.to_owned(), differ);
    assert_eq!(read("A:b:c", "A"), account("b:c", false));
    assert_eq!(read("A:b:c", "A%3Ab"), account("c", false));
    assert_eq!(read("A:b%3Ac", "A:b"), account("c", false));
    assert_eq!(read("A%3Ab:c", "A"), account("b:c", false));
    assert_eq!(read("A%3Ab:c", "X"), account("c", true));
    assert_eq!(read("A:b:c", "X"), account("b:c", true));
    assert_eq!(read("A+B:c", "A+B"), account("c", false));
    assert_eq!(read("A+B:c", "A%20B"), account("c", false));
    assert_eq!(read("c", "A"), account("c", false));
}

#[test]
fn it_says_what_it_tolerated() {
    let none = Tolerated::NOTHING;
    assert_eq!(
        (none.to_string(), format!("{none:?}")),
        ("nothing".into(), "{}".into())
    );
    assert!(none.is_empty() && none == Tolerated::default());
    let two = none.with(Deviation::Colon).with(Deviation::Case);
    assert_eq!(format!("{two:?}"), "{Case, Colon}");
    assert_eq!(
        two.to_string(),
        "a name is in another case; a name has a colon"
    );
    assert!(two.contains(Deviation::Case) && !two.contains(Deviation::Empty) && !two.is_empty());
    // Each has a bit and words of its own.
    for one in Deviation::ALL {
        let others: Tolerated = Deviation::ALL.into_iter().filter(|it| *it != one).collect();
        assert!(!others.contains(one), "{one:?}");
        assert!(
            others
                .iter()
                .all(|other| other.to_string() != one.to_string()),
            "{one}"
        );
    }
}

/// Texts near the format: pieces that real ones are made of, in any order.
fn near_uri() -> impl Strategy<Value = String> {
    let label = "[a-c%:+ é@]{0,6}(%3A|%3a|:|%20|%)?[a-c: +]{0,4}";
    let more = "(&(issuer|ISSUER|digits|period|counter|algorithm|x|)=\
                (|a|b|a%3Ab|a\\+b|a%20b|7|8|30|sha1|SHA-512|%)){0,3}";
    let secret = prop::sample::select(vec![
        SECRET,
        "hxdm vjec-jjws+rb3h",
        "JBSWY3DPEHPK3PXP",
        "A",
        "",
    ]);
    (
        "(otpauth|OTPAUTH)",
        "(totp|hotp|TOTP|steam)",
        "[/?]{1,2}",
        label,
        secret,
        more,
    )
        .prop_map(|(scheme, kind, slash, label, secret, more)| {
            format!("{scheme}://{kind}{slash}{label}?secret={secret}{more}")
        })
}

proptest! {
    /// Whatever is read strictly is read leniently as the same, but for a plus.
    #[test]
    fn lenient_takes_what_strict_takes(uri in near_uri()) {
        if let Ok(key) = KeyUri::parse(&uri) {
            let (lenient, tolerated) = KeyUri::parse_lenient(&uri).unwrap();
            if tolerated.contains(Deviation::PlusAsSpace) {
                prop_assert_eq!(lenient.secret(), key.secret());
                prop_assert_eq!(lenient.factor(), key.factor());
            } else {
                prop_assert_eq!(lenient, key);
            }
        }
    }

    /// What was read leniently is written so that it is read strictly, unless it has what the
    /// format has no place for.
    #[test]
    fn what_was_tolerated_is_not_passed_on(uri in near_uri()) {
        if let Ok((key, tolerated)) = KeyUri::parse_lenient(&uri) {
            let again = written(&key);
            if tolerated.contains(Deviation::Colon) {
                if key.issuer().is_some() {
                    prop_assert_eq!(&KeyUri::parse_lenient(&again).unwrap().0, &key);
                }
            } else if key.secret().as_bytes().len() < SharedSecret::MIN_LEN {
                let (reread, tolerated) = KeyUri::parse_lenient(&again).unwrap();
                prop_assert_eq!(&reread, &key);
                let weak = Tolerated::NOTHING.with(Deviation::WeakSecret);
                let left = tolerated.iter().filter(|it| *it != Deviation::UnusualDigits);
                prop_assert_eq!(left.collect::<Tolerated>(), weak);
            } else {
                prop_assert_eq!(&KeyUri::parse(&again).unwrap(), &key);
            }
        }
    }

    #[test]
    fn nothing_is_tolerated_in_what_is_written(
        issuer in "[a-zA-Z+é%]{1,20}",
        account in "[a-z+@. ]{0,10}x",
        bytes: [u8; 20],
        hotp: bool,
    ) {
        let secret = SharedSecret::from_bytes(&bytes).unwrap();
        let account = account.trim_start();
        let key = if hotp {
            KeyUri::hotp(&issuer, account, &secret, AlgorithmId::Sha256, Digits::EIGHT, 7)
        } else {
            let period = Period::from_secs(60).unwrap();
            let params = TotpParams { period, ..TotpParams::DEFAULT };
            KeyUri::totp(&issuer, account, &secret, AlgorithmId::Sha512, params)
        };
        let text = written(key.as_ref().unwrap());
        let read = KeyUri::parse_lenient(&text);
        prop_assert_eq!(read, key.map(|key| (key, Tolerated::NOTHING)));
    }

    #[test]
    fn no_text_panics(text in "\\s?(otpauth://(totp|hotp|steam)[/?])?\\PC{0,80}") {
        let _ = KeyUri::parse_lenient(&text);
    }
}

#[test]
fn an_issuer_with_colons_and_pluses_is_found_whole() {
    let uri = "otpauth://totp/a+b:c:d?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a%20b%3Ac";
    let (uri, tolerated) = KeyUri::parse_lenient(uri).unwrap();
    assert_eq!(uri.issuer().unwrap().to_string(), "a b:c");
    assert_eq!(uri.account().to_string(), "d");
    assert!(tolerated.contains(Deviation::PlusAsSpace) && tolerated.contains(Deviation::Colon));
}
