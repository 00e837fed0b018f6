//! Key URIs: reading undoes writing, and no text breaks either.

use countersign_core::{AlgorithmId, Digits, KeyUri, Period, SharedSecret, TotpParams, UnixTime};
use proptest::prelude::*;

use crate::key_uri::{SECRET, written};

fn label_text(max_len: usize) -> impl Strategy<Value = String> {
    any::<String>().prop_map(move |text| {
        let kept = text.chars().filter(|c| *c != ':' && !c.is_control());
        let mut text: String = kept.collect();
        while text.len() > max_len {
            text.pop();
        }
        let text = text.trim_matches(' ');
        if text.is_empty() {
            "x".to_owned()
        } else {
            text.to_owned()
        }
    })
}

proptest! {
    #[test]
    fn reading_undoes_writing(
        issuer in label_text(64),
        account in label_text(256),
        bytes in prop::collection::vec(any::<u8>(), 16..=64),
        algorithm in prop::sample::select(AlgorithmId::ALL.to_vec()),
        digits in 6_u8..=10,
        period in 1_u16..=3600,
        counter: Option<u64>,
    ) {
        let secret = SharedSecret::from_bytes(&bytes).unwrap();
        let digits = Digits::new(digits).unwrap();
        let period = Period::from_secs(period).unwrap();
        let params = TotpParams { digits, period, t0: UnixTime::EPOCH };
        let uri = counter
            .map_or_else(
                || KeyUri::totp(&issuer, &account, &secret, algorithm, params),
                |next| KeyUri::hotp(&issuer, &account, &secret, algorithm, digits, next),
            )
            .unwrap();
        let text = written(&uri);
        prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%:/?&=".contains(&b)));
        prop_assert_eq!(text.matches("secret=").count(), 1);
        prop_assert_eq!(text.matches('?').count(), 1);
        prop_assert!(!text.ends_with(secret.to_base32().as_str()));
        let read = KeyUri::parse(&text).unwrap();
        prop_assert_eq!(&read, &uri);
        prop_assert!(read.account() == account.as_str());
        prop_assert!(read.issuer().unwrap() == issuer.as_str());
        prop_assert_eq!(read.account().to_string(), account);
    }

    #[test]
    fn what_is_read_is_written_and_read_again(
        label in "[a-zA-Z0-9%:+/@ ]{0,12}",
        more in "(&(issuer|digits|period|counter|x)=[a-zA-Z0-9%+]{0,3}){0,3}",
    ) {
        let text = format!("otpauth://totp/{label}?secret={SECRET}{more}");
        if let Ok(uri) = KeyUri::parse(&text) {
            let again = written(&uri);
            prop_assert_eq!(KeyUri::parse(&again), Ok(uri));
        }
    }

    #[test]
    fn no_text_panics(text in "(otpauth://(totp|hotp)/)?\\PC{0,80}") {
        let _ = KeyUri::parse(&text);
    }
}
