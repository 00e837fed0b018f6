//! The `serde` feature: what is written and how, and that nothing comes in past a check.

use countersign_core::{
    Account, AccountId, AlgorithmId, AnyTotp, Contacts, Destination, Digits, Drift, HotpState,
    LastFactor, LastStep, LookAhead, MfaPreference, MfaPreferenceUpdate, MfaRequirement, MfaSet,
    MfaSettings, MfaType, Outcome, Passcode, Period, Policy, RecoveryCodes, RecoveryUse, Scope,
    Sha1, Sha256, Throttle, ThrottlePolicy, TotpParams, TotpState, UnixTime, Window, ocra,
};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_core::de::value::{Error, SeqAccessDeserializer, SeqDeserializer};

use crate::rig::{ALICE, MAIL, Rig, at, draw};

/// Writes in a format with names and in one without, and reads both back.
#[track_caller]
fn round_trip<T: Serialize + DeserializeOwned>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap();
    let read: T = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    let tree = serde_json::to_value(value).unwrap();
    let read: T = serde_json::from_value(tree.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), tree);
    let bytes = postcard::to_allocvec(value).unwrap();
    let read: T = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(postcard::to_allocvec(&read).unwrap(), bytes);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    for len in 0..bytes.len() {
        assert!(postcard::from_bytes::<T>(&bytes[..len]).is_err());
    }
    text
}

#[track_caller]
fn check<T: Serialize + DeserializeOwned>(value: &T, text: &str) {
    assert_eq!(round_trip(value), text);
}

#[track_caller]
fn refused<T: DeserializeOwned>(texts: &[&str]) {
    for text in texts {
        assert!(serde_json::from_str::<T>(text).is_err(), "{text}");
    }
}

#[test]
fn numbers() {
    check(&Digits::EIGHT, "8");
    refused::<Digits>(&["5", "11", "-6", "6.0", "\"6\"", "262", "null"]);
    check(&Period::DEFAULT, "30");
    refused::<Period>(&["0", "3601", "65566"]);
    check(&LookAhead::DEFAULT, "10");
    refused::<LookAhead>(&["101", "266"]);
    check(&UnixTime::MAX, "1099511627776");
    refused::<UnixTime>(&["1099511627777", "-1"]);
    check(&Drift::from_secs(-72_000).unwrap(), "-72000");
    refused::<Drift>(&["72001", "-72001"]);
    check(&LastStep::NEVER, "null");
    check(&LastStep::at(u64::MAX), "18446744073709551615");
    let sixteen = format!("[{}]", ["161"; 16].join(","));
    check(&ALICE, &sixteen);
    refused::<AccountId>(&["[1]", "\"alice\""]);
    let _ = round_trip(&Destination([7; 16]));
}

#[test]
fn names() {
    for (algorithm, text) in AlgorithmId::ALL.iter().zip(["SHA1", "SHA256", "SHA512"]) {
        check(algorithm, &format!("{text:?}"));
    }
    for (factor, text) in MfaType::ALL.iter().zip(["sms", "totp", "email"]) {
        check(factor, &format!("{text:?}"));
    }
    check(&MfaRequirement::Off, "\"off\"");
    check(&MfaRequirement::Optional, "\"optional\"");
    check(&MfaRequirement::Required, "\"required\"");
    check(&LastFactor::MayBeDisabled, "\"may_be_disabled\"");
    check(&LastFactor::MustStay, "\"must_stay\"");
    check(&RecoveryUse::IfIssued, "\"if_issued\"");
    check(&RecoveryUse::Never, "\"never\"");
    check(&MfaPreference::Enabled, "\"enabled\"");
    check(&MfaPreference::Disabled, "\"disabled\"");
    check(&MfaPreference::Preferred, "\"preferred\"");
    check(&MfaPreference::NotPreferred, "\"not_preferred\"");
    refused::<MfaType>(&["\"Totp\"", "\"\"", "1", "{\"totp\":1}", "null"]);
    assert!(postcard::from_bytes::<MfaType>(&[3]).is_err());
    assert_eq!(postcard::to_allocvec(&MfaType::Email).unwrap(), [2]);
    // What was read instead is not repeated.
    let error = serde_json::from_str::<MfaType>("\"JBSWY3DP\"").unwrap_err();
    assert!(!error.to_string().contains("JBSWY3DP"), "{error}");
}

#[test]
fn sets_and_windows() {
    check(&MfaSet::EMPTY, "[]");
    check(&MfaSet::ALL, "[\"sms\",\"totp\",\"email\"]");
    refused::<MfaSet>(&["[\"sms\",\"sms\"]", "[\"push\"]", "7", "[0]"]);
    check(&Window::DEFAULT, "{\"steps\":{\"past\":1,\"future\":1}}");
    let secs = Window::from_secs(300, 20).unwrap();
    check(&secs, "{\"secs\":{\"past\":300,\"future\":20}}");
    refused::<Window>(&[
        "{\"steps\":{\"past\":11,\"future\":1}}",
        "{\"steps\":{\"past\":256,\"future\":1}}",
        "{\"secs\":{\"past\":0,\"future\":301}}",
        "{\"steps\":{\"past\":1}}",
        "{\"hours\":{\"past\":1,\"future\":1}}",
        "{\"steps\":{\"past\":1,\"future\":1,\"other\":1}}",
        "{\"steps\":{\"past\":1,\"future\":1,\"past\":1}}",
        "\"steps\"",
        "{}",
    ]);
}

#[test]
fn structs() {
    let params = TotpParams {
        digits: Digits::EIGHT,
        t0: at(1000),
        ..TotpParams::DEFAULT
    };
    check(&params, "{\"digits\":8,\"period\":30,\"t0\":1000}");
    refused::<TotpParams>(&[
        "{\"digits\":8,\"period\":30}",
        "{\"digits\":8,\"period\":0,\"t0\":1000}",
        "{\"digits\":8,\"period\":30,\"t0\":1000,\"secret\":1}",
        "{\"digits\":8,\"period\":30,\"t0\":1000,\"t0\":1000}",
        "[8,30]",
    ]);
    let update = MfaPreferenceUpdate {
        totp: Some(MfaPreference::Preferred),
        ..MfaPreferenceUpdate::default()
    };
    check(
        &update,
        "{\"sms\":null,\"totp\":\"preferred\",\"email\":null}",
    );
    for byte in 0..=u8::MAX {
        if let Some(settings) = MfaSettings::from_byte(byte) {
            let text = round_trip(&settings);
            let read: MfaSettings = serde_json::from_str(&text).unwrap();
            assert_eq!(read, settings);
        }
    }
    refused::<MfaSettings>(&["{\"enabled\":[\"sms\"],\"preferred\":\"totp\"}"]);
    let contacts = Contacts {
        sms: None,
        email: Some(MAIL),
    };
    assert!(round_trip(&contacts).starts_with("{\"sms\":null,\"email\":[96,"));
}

#[test]
fn policies_are_checked() {
    let text = round_trip(&Policy::DEFAULT);
    assert_eq!(
        serde_json::from_str::<Policy>(&text).unwrap(),
        Policy::DEFAULT
    );
    assert_eq!(
        text,
        "{\"requirement\":\"optional\",\"allowed\":[\"totp\"],\"recovery\":\"if_issued\",\
         \"last_factor\":\"may_be_disabled\",\"window\":{\"steps\":{\"past\":1,\"future\":1}},\
         \"passcode_digits\":6,\"step_secs\":180,\"set_up_secs\":600,\"throttle\":{\
         \"backoff_from\":5,\"backoff_max_secs\":900,\"lock_at\":10,\"yearly_failures\":100,\
         \"hourly_deliveries\":5,\"daily_deliveries\":20}}"
    );
    let bad = text.replace("\"step_secs\":180", "\"step_secs\":3600");
    let locked_out = text
        .replace("[\"totp\"]", "[]")
        .replace("\"optional\"", "\"required\"");
    let unlimited = text.replace("\"lock_at\":10", "\"lock_at\":0");
    refused::<Policy>(&[&bad, &locked_out, &unlimited]);
    let throttle = round_trip(&ThrottlePolicy::DEFAULT);
    assert!(text.contains(&throttle));
}

/// What has a stored form is its bytes, and comes in through `decode` alone.
#[track_caller]
fn stored<T: Serialize + DeserializeOwned>(value: &T, form: &[u8]) {
    let text = round_trip(value);
    assert_eq!(serde_json::from_str::<Vec<u8>>(&text).unwrap(), form);
    let bytes = postcard::to_allocvec(value).unwrap();
    assert!(bytes.ends_with(form));
    let with = |form: &[u8]| serde_json::from_str::<T>(&serde_json::to_string(form).unwrap());
    assert!(with(form).is_ok());
    let mut other = form.to_vec();
    other[0] ^= 0x80;
    assert!(with(&other).is_err());
    assert!(with(&form[1..]).is_err());
    assert!(with(&form[..form.len() - 1]).is_err());
    assert!(with(&[form, &[0]].concat()).is_err());
    refused::<T>(&["null", "[]", "{}", "[256]", "\"\"", "1"]);
    // A format that does not look whether there is more.
    let loose = |form: &[u8]| {
        let bytes = SeqDeserializer::<_, Error>::new(form.iter().copied());
        T::deserialize(SeqAccessDeserializer::new(bytes)).is_ok()
    };
    assert!(loose(form) && !loose(&[form, &[0]].concat()));
    let mut other = bytes.clone();
    other[bytes.len() - form.len()] ^= 0x80;
    assert!(postcard::from_bytes::<T>(&other).is_err());
}

fn rig() -> Rig {
    let mut rig = Rig::new(MfaRequirement::Optional);
    rig.enrol_totp();
    rig
}

#[test]
fn stored_forms() {
    let rig = rig();
    stored(&rig.account, rig.account.encode().as_slice());
    let other: Account<Sha256> = Account::new(ALICE);
    stored(&other, other.encode().as_slice());
    let text = serde_json::to_string(&other).unwrap();
    assert!(serde_json::from_str::<Account<Sha1>>(&text).is_err());
    stored(rig.account.throttle(), &rig.account.throttle().encode());
    stored(&Throttle::NEW, &Throttle::NEW.encode());
    let state = TotpState::new(LastStep::at(7), Drift::from_secs(-3).unwrap());
    stored(&state, &state.encode());
    stored(&HotpState::at(7), &HotpState::at(7).encode());
    let (codes, _) = RecoveryCodes::issue::<Sha1>(draw(1));
    stored(&codes, &codes.encode());
    let state = ocra::State::new(9, LastStep::at(7));
    stored(&state, &state.encode());
    let question = ocra::Question::parse(ocra::QuestionFormat::DEFAULT, "12345678").unwrap();
    let challenge = ocra::Challenge::to_sign(question);
    stored(&challenge, &challenge.encode());
    let scope = Scope {
        purpose: Scope::SIGN_IN_EMAIL,
        binding: [1; 16],
        destination: MAIL,
    };
    let (passcode, _) = Passcode::issue::<Sha1>(scope, Digits::SIX, at(1000), 60, draw(2));
    stored(&passcode, &passcode.encode());
}

#[test]
fn a_sign_in_comes_in_pending() {
    let mut rig = rig();
    rig.prefer(MfaType::Totp, MfaPreference::Preferred);
    let Outcome::Continue { sign_in, .. } = rig.begin() else {
        panic!("a code is asked for");
    };
    stored(&sign_in, &sign_in.encode());
}

#[test]
fn no_secret_is_written_but_in_an_account() {
    let mut rig = Rig::new(MfaRequirement::Optional);
    let secret = rig.enrol_totp();
    rig.prefer(MfaType::Totp, MfaPreference::Preferred);
    let scope = Scope {
        purpose: Scope::SIGN_IN_SMS,
        binding: [1; 16],
        destination: MAIL,
    };
    let (passcode, code) = Passcode::issue::<Sha1>(scope, Digits::SIX, at(1000), 60, draw(2));
    let (recovery, recovery_codes) = RecoveryCodes::issue::<Sha1>(draw(3));
    let outcome = rig.begin();
    let shown = format!(
        "{outcome:?} {:?} {passcode:?} {recovery:?} {secret:?}",
        rig.account
    );
    let Outcome::Continue { sign_in, .. } = outcome else {
        panic!("a code is asked for");
    };
    let written = (
        (&sign_in, &passcode, &recovery, rig.account.throttle()),
        (rig.account.settings(), Policy::DEFAULT, TotpState::NEW),
    );
    let secrets = [
        secret.as_bytes(),
        secret.to_base32().as_str().as_bytes(),
        code.as_bytes(),
        recovery_codes[0].as_str().as_bytes(),
    ]
    .map(<[u8]>::to_vec);
    let text = serde_json::to_vec(&written).unwrap();
    let bytes = postcard::to_allocvec(&written).unwrap();
    let account = postcard::to_allocvec(&rig.account).unwrap();
    let holds = |all: &[u8], part: &[u8]| all.windows(part.len()).any(|window| window == part);
    for secret in &secrets {
        let listed = serde_json::to_string(secret).unwrap();
        let listed = listed.trim_matches(['[', ']']).as_bytes();
        for written in [text.as_slice(), &bytes, shown.as_bytes()] {
            assert!(!holds(written, secret) && !holds(written, listed));
        }
    }
    // The search finds what is there.
    assert!(holds(&account, &secrets[0]));
}

/// Fails to compile if one of the types can be written.
macro_rules! cannot_be_written {
    ($($name:ty),+ $(,)?) => {$({
        trait Unwritten<T> {
            fn known() {}
        }
        impl<T: ?Sized> Unwritten<()> for T {}
        struct Written;
        impl<T: ?Sized + Serialize> Unwritten<Written> for T {}
        // Both apply to what can be written, and then it is not clear which is meant.
        let () = <$name as Unwritten<_>>::known();
    })+};
}

#[test]
fn secrets_and_proofs_cannot_be_written() {
    cannot_be_written!(
        AnyTotp,
        countersign_core::AcceptedCounter,
        countersign_core::AcceptedStep,
        countersign_core::Base32Secret,
        countersign_core::Code,
        countersign_core::Entropy,
        countersign_core::FirstFactorVerified,
        countersign_core::Hotp<Sha1>,
        countersign_core::KeyUri<'static>,
        countersign_core::Keyed<Sha1>,
        countersign_core::NextCode,
        countersign_core::Outcome,
        countersign_core::RecoveryCode,
        countersign_core::RedeemedCode,
        countersign_core::SecondFactorVerified,
        countersign_core::SetUpBinding,
        countersign_core::SharedSecret,
        countersign_core::Step<Sha1>,
        countersign_core::Tag<Sha1>,
        countersign_core::Totp<Sha1>,
        countersign_core::TotpVerdict,
        ocra::Ocra<Sha1>,
        ocra::PinHash,
        ocra::Response,
    );
}
