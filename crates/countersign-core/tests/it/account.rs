//! Accounts: setting up authenticators, preferences, and the stored form byte by byte.

use countersign_core::{
    ACCOUNT_ENCODED_LEN, Account, AccountId, Destination, Event, LastFactor, MfaPreference,
    MfaPreferenceUpdate, MfaRequirement, MfaSet, MfaSettings, MfaType, Outcome, Passcode,
    PreferenceError, Prompt, SetUpBinding, SetUpVerdict, Sha1, Sha256, SharedSecret, SignIn,
    SignInId, Throttle,
};

use crate::rig::{ALICE, BOTH, Rig, at, not, only, totp_code};

const A: SetUpBinding = SetUpBinding([0xaa; 16]);
const B: SetUpBinding = SetUpBinding([0xbb; 16]);

fn start(rig: &mut Rig, binding: SetUpBinding) -> SharedSecret {
    let fresh = rig.fresh();
    rig.account
        .begin_totp_set_up(binding, &rig.policy, at(rig.now), fresh)
}

/// Types the code of `secret`, `after` seconds from now, `wrong` times wrong before it is right.
#[track_caller]
fn check(wrong: u32, after: u64, binding: SetUpBinding, expected: SetUpVerdict) {
    let mut rig = Rig::new(MfaRequirement::Optional);
    let secret = start(&mut rig, A);
    rig.now += after;
    let code = totp_code(&secret, rig.now);
    for n in 0..wrong {
        let verdict = rig
            .account
            .verify_totp_set_up(A, &not(&code, n), &rig.policy, at(rig.now));
        assert_eq!(verdict, SetUpVerdict::WrongCode);
    }
    let verdict = rig
        .account
        .verify_totp_set_up(binding, &code, &rig.policy, at(rig.now));
    assert_eq!(verdict, expected);
    let enrolled = expected == SetUpVerdict::Enrolled;
    assert_eq!(rig.account.has_authenticator(), enrolled);
    // A verified authenticator is not enabled by that.
    assert_eq!(rig.account.settings(), MfaSettings::NONE);
}

#[test]
fn a_set_up_is_bound_and_limited() {
    check(0, 0, A, SetUpVerdict::Enrolled);
    check(9, 0, A, SetUpVerdict::Enrolled);
    check(10, 0, A, SetUpVerdict::NotStarted);
    check(0, 599, A, SetUpVerdict::Enrolled);
    check(0, 600, A, SetUpVerdict::NotStarted);
    check(0, 0, B, SetUpVerdict::NotStarted);
}

#[test]
fn a_set_up_seen_to_have_expired_is_gone_whatever_the_clock_says() {
    let mut rig = Rig::new(MfaRequirement::Optional);
    let secret = start(&mut rig, A);
    let code = totp_code(&secret, rig.now);
    for (at_secs, expected) in [
        (rig.now + 600, SetUpVerdict::NotStarted),
        (rig.now, SetUpVerdict::NotStarted),
    ] {
        let verdict = rig
            .account
            .verify_totp_set_up(A, &code, &rig.policy, at(at_secs));
        assert_eq!(verdict, expected);
    }
}

#[test]
fn a_secret_minted_in_one_session_is_never_confirmed_by_another() {
    let mut rig = Rig::new(MfaRequirement::Optional);
    let of_a = start(&mut rig, A);
    let of_b = start(&mut rig, B);
    let mut verify = |binding, secret| {
        let code = totp_code(secret, rig.now);
        rig.account
            .verify_totp_set_up(binding, &code, &rig.policy, at(rig.now))
    };
    assert_eq!(verify(A, &of_a), SetUpVerdict::NotStarted);
    assert_eq!(verify(A, &of_b), SetUpVerdict::NotStarted);
    assert_eq!(verify(B, &of_a), SetUpVerdict::WrongCode);
    assert_eq!(verify(B, &of_b), SetUpVerdict::Enrolled);
    assert_eq!(verify(B, &of_b), SetUpVerdict::NotStarted);
}

/// The settings after `asked` of `factor` where one is enabled, under a policy that requires MFA.
#[track_caller]
fn check_last(
    last_factor: LastFactor,
    asked: MfaPreferenceUpdate,
    expected: Result<(), PreferenceError>,
) {
    let (mut rig, _) = Rig::enrolled(MfaRequirement::Required, MfaSet::of(MfaType::Totp));
    rig.policy.last_factor = last_factor;
    let before = rig.account.settings();
    let result = rig
        .account
        .update_preferences(&asked, &rig.contacts, &rig.policy);
    assert_eq!(result, expected);
    if result.is_err() {
        assert_eq!(rig.account.settings(), before);
    }
}

#[test]
fn the_last_factor_stays_if_the_policy_says_so() {
    let disable = only(MfaType::Totp, MfaPreference::Disabled);
    let swap = MfaPreferenceUpdate {
        sms: Some(MfaPreference::Preferred),
        ..disable
    };
    check_last(LastFactor::MayBeDisabled, disable, Ok(()));
    check_last(
        LastFactor::MustStay,
        disable,
        Err(PreferenceError::LastFactor),
    );
    check_last(LastFactor::MustStay, swap, Ok(()));
}

#[test]
fn what_is_removed_is_disabled() {
    let (mut rig, _) = Rig::enrolled(MfaRequirement::Optional, MfaSet::ALL);
    rig.prefer(MfaType::Totp, MfaPreference::Preferred);
    rig.account.remove_delivered(MfaType::Totp);
    assert_eq!(rig.account.settings().enabled(), MfaSet::ALL);
    rig.account.remove_totp();
    assert!(!rig.account.has_authenticator());
    assert_eq!(rig.account.settings().preferred(), None);
    rig.account.remove_delivered(MfaType::Sms);
    assert_eq!(rig.account.settings().enabled(), MfaSet::of(MfaType::Email));
    assert_eq!(rig.account.enrolled(&BOTH).bits(), 0b101);
}

/// Accounts in which every optional field is in use, or none, or some.
fn accounts() -> Vec<Account> {
    let mut accounts = vec![Account::new(ALICE)];
    let (mut rig, _) = Rig::enrolled(MfaRequirement::Optional, MfaSet::ALL);
    accounts.push(rig.account.clone());
    let fresh = rig.fresh();
    let codes = rig.account.issue_recovery_codes(&rig.policy, fresh);
    start(&mut rig, A);
    rig.prefer(MfaType::Sms, MfaPreference::Preferred);
    let Outcome::Continue { sign_in, .. } = rig.begin() else {
        panic!("SMS is preferred");
    };
    let wrong = not(&totp_code(&SharedSecret::generate(rig.fresh()), rig.now), 0);
    let Outcome::Continue { sign_in, .. } = rig.handle(sign_in, Event::Code(&wrong)) else {
        panic!("it can be tried again");
    };
    accounts.push(rig.account.clone());
    let _ = rig.handle(sign_in, Event::RecoveryCode(&codes.unwrap()[7]));
    assert_eq!(rig.account.remaining_recovery_codes(), 9);
    accounts.push(rig.account.clone());
    let mut rig = Rig::new(MfaRequirement::Required);
    let Outcome::Continue { sign_in, .. } = rig.begin() else {
        panic!("a set-up is asked for");
    };
    let Outcome::Continue { sign_in, act } = rig.handle(sign_in, Event::SetUpTotp) else {
        panic!("it is offered");
    };
    let countersign_core::Act::ShowSecret(secret) = act else {
        panic!("there is a secret");
    };
    let code = totp_code(&secret, rig.now);
    let _ = rig.handle(sign_in, Event::Code(&code));
    accounts.push(rig.account.clone());
    accounts
}

#[test]
fn a_stored_account_has_one_spelling() {
    for account in accounts() {
        let stored = account.encode();
        let decoded = Account::<Sha1>::decode(stored.as_slice()).unwrap();
        assert_eq!(decoded.encode(), stored);
        for len in 0..stored.len() {
            assert!(Account::<Sha1>::decode(&stored[..len]).is_err());
        }
        let longer: Vec<u8> = stored.iter().copied().chain([0]).collect();
        assert!(Account::<Sha1>::decode(&longer).is_err());
        let mut refused = 0;
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            match Account::<Sha1>::decode(flipped.as_slice()) {
                Ok(decoded) => assert_eq!(decoded.encode(), flipped),
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 100);
    }
}

#[test]
fn other_formats_and_algorithms_are_refused() {
    let stored = Account::<Sha1>::new(ALICE).encode();
    for format in (0..=u8::MAX).filter(|format| *format != 2) {
        let mut other = stored.clone();
        other[0] = format;
        assert!(Account::<Sha1>::decode(other.as_slice()).is_err());
    }
    assert!(Account::<Sha256>::decode(stored.as_slice()).is_err());
    assert!(Account::<Sha1>::decode(&[]).is_err());
}

#[test]
fn a_stored_set_up_has_tries_left() {
    let mut rig = Rig::new(MfaRequirement::Optional);
    start(&mut rig, A);
    let stored = rig.account.encode();
    let tries = 19 + 90 + 1 + 65 + 11 + 32;
    assert_eq!(stored[tries], 10);
    for (n, good) in [(0, false), (1, true), (10, true), (11, false)] {
        let mut other = stored.clone();
        other[tries] = n;
        assert_eq!(Account::<Sha1>::decode(other.as_slice()).is_ok(), good);
    }
}

/// The numbers in the second column of the table in `source`, added up.
fn documented_len(source: &str) -> usize {
    let rows = source.lines().map(str::trim_start).filter_map(|line| {
        line.strip_prefix("//! | ")
            .or_else(|| line.strip_prefix("/// | "))
    });
    rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once("| "))
        .filter(|(_, bytes)| bytes.starts_with(|c: char| c.is_ascii_digit()))
        .flat_map(|(_, bytes)| bytes.split(" + "))
        .map(|term| -> usize {
            let factors = term.split(" × ").map(|n| n.parse::<usize>().unwrap());
            factors.product()
        })
        .sum()
}

#[test]
fn the_documented_lengths_are_right() {
    let account = documented_len(include_str!("../../src/account/encoding.rs"));
    assert_eq!(account, ACCOUNT_ENCODED_LEN);
    let sign_in = documented_len(include_str!("../../src/sign_in/encoding.rs"));
    assert_eq!(sign_in, SignIn::ENCODED_LEN);
    let throttle = documented_len(include_str!("../../src/throttle/encoding.rs"));
    assert_eq!(throttle, Throttle::ENCODED_LEN);
    let passcode = documented_len(include_str!("../../src/passcode.rs"));
    assert_eq!(passcode, Passcode::ENCODED_LEN);
    let settings = documented_len(include_str!("../../src/mfa.rs"));
    assert_eq!(settings, MfaSettings::ENCODED_LEN);
}

/// The stored form of a sign-in with this prompt.
fn stored_sign_in(tag: u8, detail: [u8; 16]) -> Vec<u8> {
    let mut stored = vec![1];
    stored.extend([0xa1; 16]);
    stored.extend([0x51; 16]);
    stored.extend(1_800_000_000_u64.to_be_bytes());
    stored.extend(1_800_000_180_u64.to_be_bytes());
    stored.push(tag);
    stored.extend(detail);
    stored
}

#[track_caller]
fn check_prompt(tag: u8, first: u8, expected: Option<Prompt>) {
    let mut detail = [0; 16];
    detail[0] = first;
    let stored = stored_sign_in(tag, detail);
    let decoded = SignIn::decode(&stored).ok();
    assert_eq!(decoded.as_ref().map(SignIn::prompt), expected);
    let Some(sign_in) = decoded else { return };
    assert_eq!(sign_in.encode()[..], stored);
    assert_eq!(sign_in.account(), AccountId([0xa1; 16]));
    assert_eq!(sign_in.id(), SignInId([0x51; 16]));
    assert_eq!(sign_in.expires_at(), at(1_800_000_180));
}

#[test]
fn every_prompt_has_one_spelling() {
    let set = |bits| MfaSet::from_bits(bits).unwrap();
    for bits in 0..=7 {
        check_prompt(1, bits, set(bits).only().map(Prompt::Code));
        // No sign-in offers nothing.
        let offered = Some(set(bits)).filter(|offered| !offered.is_empty());
        check_prompt(2, bits, offered.map(Prompt::SelectFactor));
        check_prompt(3, bits, offered.map(Prompt::SetUp));
    }
    for bits in 8..=u8::MAX {
        for tag in 1..=3 {
            check_prompt(tag, bits, None);
        }
    }
    check_prompt(4, 0, Some(Prompt::TotpSetUpCode));
    check_prompt(4, 1, None);
    let mut to = [0; 16];
    to[0] = 9;
    check_prompt(5, 9, Some(Prompt::EmailSetUpCode(Destination(to))));
    check_prompt(6, 0, Some(Prompt::Complete));
    check_prompt(6, 1, None);
    check_prompt(7, 0, Some(Prompt::RecoveryCode));
    check_prompt(7, 1, None);
    for tag in (8..=u8::MAX).chain([0]) {
        check_prompt(tag, 0, None);
    }
}

#[test]
fn a_stored_sign_in_has_one_spelling() {
    for tag in 1..=7 {
        let mut detail = [0; 16];
        detail[0] = u8::from(![4, 6, 7].contains(&tag));
        let stored = stored_sign_in(tag, detail);
        assert!(SignIn::decode(&stored).is_ok());
        for len in 0..stored.len() {
            assert!(SignIn::decode(&stored[..len]).is_err());
        }
        assert!(SignIn::decode(&[stored.as_slice(), &[0]].concat()).is_err());
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(decoded) = SignIn::decode(&flipped) {
                assert_eq!(decoded.encode()[..], flipped);
            }
        }
        for format in (0..=u8::MAX).filter(|format| *format != 1) {
            let mut other = stored.clone();
            other[0] = format;
            assert!(SignIn::decode(&other).is_err());
        }
    }
}
