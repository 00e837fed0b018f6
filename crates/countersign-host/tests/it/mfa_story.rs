//! The MFA story in process: set-up, preferences, every challenge, selection, forced set-up, new
//! password, and what follows a sign-in.

use countersign_host::core::{
    Evidence, MfaPreference, MfaPreferenceUpdate, MfaSet, MfaType, PreferenceError,
};
use countersign_host::{Answer, Error, NewUser, NextStep, Principal};

use crate::rig::{CLIENT, EMAIL, PASSWORD, PHONE, Rig, another, attributes, done};

const ALL_ON: MfaPreferenceUpdate = MfaPreferenceUpdate {
    sms: Some(MfaPreference::Enabled),
    totp: Some(MfaPreference::Enabled),
    email: Some(MfaPreference::Enabled),
};

fn only(factor: MfaType, preference: MfaPreference) -> MfaPreferenceUpdate {
    let of = |f| (f == factor).then_some(preference);
    MfaPreferenceUpdate {
        sms: of(MfaType::Sms),
        totp: of(MfaType::Totp),
        email: of(MfaType::Email),
    }
}

#[tokio::test]
async fn without_a_factor_the_password_signs_in() {
    let rig = Rig::new();
    rig.user("alice").await;
    let signed_in = done(rig.sign_in("Alice").await);
    assert_eq!(signed_in.evidence(), Evidence::NotRequired);
    assert_eq!(signed_in.user().username, "alice");
}

#[tokio::test]
async fn setting_up_takes_the_first_code_in_the_same_session() {
    let rig = Rig::new();
    rig.user("alice").await;
    let (mine, other) = (
        Principal::vouch("alice", [1; 16]),
        Principal::vouch("alice", [2; 16]),
    );
    let set_up = rig.service.set_up_totp(&rig.pool, &mine).await;
    let set_up = set_up.expect("TOTP is allowed");
    let uri = set_up.setup_uri("My App").expect("a good issuer");
    assert!(
        uri.starts_with("otpauth://totp/My%20App:alice?secret="),
        "{}",
        *uri
    );
    let secret = set_up.shared_secret();
    let verify = async |who: &Principal, code: &str| {
        rig.service
            .verify_totp_setup(&rig.pool, who, code, Some("phone"))
            .await
    };
    let wrong = verify(&mine, &rig.wrong_totp(secret)).await;
    assert!(matches!(wrong, Err(Error::SetUpCodeMismatch)), "{wrong:?}");
    let elsewhere = verify(&other, &rig.totp(secret)).await;
    assert!(
        matches!(elsewhere, Err(Error::SetUpNotStarted)),
        "{elsewhere:?}"
    );
    let malformed = verify(&mine, "12345 ").await;
    assert!(matches!(malformed, Err(Error::InvalidParameter(_))));
    // Nothing so far has changed what sign-in asks for.
    done(rig.sign_in("alice").await);
    verify(&mine, &rig.totp(secret))
        .await
        .expect("the code is right");
    // Verified is not enabled.
    done(rig.sign_in("alice").await);
    rig.prefer("alice", only(MfaType::Totp, MfaPreference::Preferred))
        .await;
    // The code that set it up is spent.
    let session = rig.session("alice").await;
    let spent = rig.code(&session, &rig.totp(secret)).await;
    assert!(matches!(spent, Err(Error::CodeAlreadyUsed)), "{spent:?}");
}

#[tokio::test]
async fn an_abandoned_set_up_leaves_the_old_authenticator_in_force() {
    let rig = Rig::new();
    let old = rig.totp_user("alice").await;
    let who = Principal::vouch("alice", [7; 16]);
    let new = rig.service.set_up_totp(&rig.pool, &who).await;
    let new = new.expect("TOTP is allowed").shared_secret().clone();
    let session = rig.session("alice").await;
    let by_new = rig.code(&session, &rig.totp(&new)).await;
    assert!(matches!(by_new, Err(Error::CodeMismatch)), "{by_new:?}");
    done(rig.code(&session, &rig.totp(&old)).await);
}

#[tokio::test]
async fn preferences_change_in_full_or_not_at_all() {
    let rig = Rig::new();
    rig.user("alice").await;
    let who = Principal::vouch("alice", [1; 16]);
    let update = async |update| {
        rig.service
            .update_mfa_preference(&rig.pool, &who, &update)
            .await
    };
    let not_set_up = update(ALL_ON).await;
    assert!(matches!(
        not_set_up,
        Err(Error::Preference(PreferenceError::NotEnrolled(
            MfaType::Totp
        )))
    ));
    let fetched = rig.service.fetch_mfa_preference(&rig.pool, &who).await;
    assert!(fetched.expect("she is there").enabled().is_empty());

    rig.enrol("alice").await;
    let on = update(ALL_ON).await.expect("all are enrolled");
    assert_eq!((on.enabled(), on.preferred()), (MfaSet::ALL, None));
    let two = MfaPreferenceUpdate {
        sms: Some(MfaPreference::Preferred),
        totp: Some(MfaPreference::Preferred),
        email: Some(MfaPreference::Disabled),
    };
    let refused = update(two).await;
    assert!(matches!(
        refused,
        Err(Error::Preference(PreferenceError::TwoPreferred))
    ));
    for (change, enabled, preferred) in [
        (
            (MfaType::Sms, MfaPreference::Preferred),
            MfaSet::ALL,
            Some(MfaType::Sms),
        ),
        (
            (MfaType::Totp, MfaPreference::Preferred),
            MfaSet::ALL,
            Some(MfaType::Totp),
        ),
        (
            (MfaType::Sms, MfaPreference::Disabled),
            MfaSet::of(MfaType::Totp).with(MfaType::Email),
            Some(MfaType::Totp),
        ),
        (
            (MfaType::Totp, MfaPreference::NotPreferred),
            MfaSet::of(MfaType::Totp).with(MfaType::Email),
            None,
        ),
        (
            (MfaType::Totp, MfaPreference::Disabled),
            MfaSet::of(MfaType::Email),
            None,
        ),
    ] {
        update(only(change.0, change.1))
            .await
            .expect("it is allowed");
        let now = rig.service.fetch_mfa_preference(&rig.pool, &who).await;
        let now = now.expect("she is there");
        assert_eq!(
            (now.enabled(), now.preferred()),
            (enabled, preferred),
            "{change:?}"
        );
    }
}

#[tokio::test]
async fn a_totp_challenge_bears_a_wrong_code_in_the_same_session() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let progress = rig.sign_in("alice").await.expect("the password is right");
    let NextStep::ConfirmWithTotpCode(name) = progress.next_step else {
        panic!("{progress:?}");
    };
    assert_eq!(name.as_deref(), Some("phone"));
    let session = progress.session.expect("a code is asked for");
    let wrong = rig.code(&session, &rig.wrong_totp(&secret)).await;
    assert!(matches!(wrong, Err(Error::CodeMismatch)), "{wrong:?}");
    for malformed in [
        " 123456",
        "123456 ",
        "12345",
        "+12345",
        "１２３４５６",
        "12345\0",
        "",
    ] {
        let refused = rig.code(&session, malformed).await;
        assert!(
            matches!(refused, Err(Error::InvalidParameter(_))),
            "{malformed:?}"
        );
    }
    let as_sms = Answer::Code(Some(MfaType::Sms), "123456");
    assert!(matches!(
        rig.answer(&session, as_sms).await,
        Err(Error::NotAsked)
    ));
    let signed_in = done(rig.code(&session, &rig.totp(&secret)).await);
    assert_eq!(signed_in.evidence(), Evidence::Code(MfaType::Totp));
    let again = rig.code(&session, "123456").await;
    assert!(matches!(again, Err(Error::SessionSpent)), "{again:?}");
}

async fn check_delivered(factor: MfaType, medium: &str, address: &str, masked: &str) {
    let rig = Rig::new();
    rig.user("alice").await;
    rig.prefer("alice", only(factor, MfaPreference::Preferred))
        .await;
    let progress = rig.sign_in("alice").await.expect("the password is right");
    let details = match (&progress.next_step, factor) {
        (NextStep::ConfirmWithSmsCode(details), MfaType::Sms)
        | (NextStep::ConfirmWithEmailCode(details), MfaType::Email) => details,
        other => panic!("{other:?}"),
    };
    assert_eq!(details.destination, masked);
    let sent = rig.sent().pop().expect("a code was sent");
    let shown = (
        sent.medium.as_str(),
        sent.destination.as_str(),
        sent.purpose.as_str(),
    );
    assert_eq!(shown, (medium, address, "sign-in"));
    let session = progress.session.expect("a code is asked for");
    let wrong = rig.code(&session, &another(&sent.code)).await;
    assert!(matches!(wrong, Err(Error::CodeMismatch)), "{wrong:?}");

    let resent = rig
        .answer(&session, Answer::Resend)
        .await
        .expect("there is room");
    let session = resent.session.expect("a code is asked for");
    let old = rig.code(&session, &sent.code).await;
    assert!(matches!(old, Err(Error::CodeMismatch)), "replaced: {old:?}");
    let elsewhere = rig.session("alice").await;
    let borrowed = rig.sent()[1].code.clone();
    let other = rig.code(&elsewhere, &borrowed).await;
    assert!(
        matches!(other, Err(Error::CodeMismatch)),
        "of another sign-in: {other:?}"
    );
    let signed_in = done(rig.code(&elsewhere, &rig.last_code()).await);
    assert_eq!(signed_in.evidence(), Evidence::Code(factor));
    let stale = rig.code(&session, &borrowed).await;
    assert!(matches!(stale, Err(Error::CodeExpired)), "{stale:?}");
}

#[tokio::test]
async fn an_sms_challenge_takes_the_last_code_sent_and_no_other() {
    check_delivered(MfaType::Sms, "SMS", PHONE, "+*******0100").await;
}

#[tokio::test]
async fn an_email_challenge_takes_the_last_code_sent_and_no_other() {
    check_delivered(MfaType::Email, "EMAIL", EMAIL, "a***@e***").await;
}

#[tokio::test]
async fn delivered_codes_and_sessions_expire() {
    let rig = Rig::new();
    rig.user("alice").await;
    rig.prefer("alice", only(MfaType::Email, MfaPreference::Preferred))
        .await;
    let session = rig.session("alice").await;
    rig.clock.advance(180);
    let late = rig.code(&session, &rig.last_code()).await;
    assert!(matches!(late, Err(Error::SessionExpired)), "{late:?}");
    // A clock that is set back revives nothing.
    rig.clock.set(crate::rig::at(crate::rig::START));
    let back = rig.code(&session, &rig.last_code()).await;
    assert!(matches!(back, Err(Error::SessionSpent)), "{back:?}");
}

#[tokio::test]
async fn several_enabled_factors_are_selected_from() {
    let rig = Rig::new();
    rig.user("alice").await;
    let secret = rig.enrol("alice").await;
    let two = MfaPreferenceUpdate {
        sms: None,
        ..ALL_ON
    };
    rig.prefer("alice", two).await;
    for (chosen, evidence) in [
        (MfaType::Email, Evidence::Code(MfaType::Email)),
        (MfaType::Totp, Evidence::Code(MfaType::Totp)),
    ] {
        let progress = rig.sign_in("alice").await.expect("the password is right");
        let NextStep::SelectMfa(offered) = progress.next_step else {
            panic!("{progress:?}");
        };
        assert_eq!(offered, MfaSet::of(MfaType::Totp).with(MfaType::Email));
        let session = progress.session.expect("a choice is asked for");
        let crafted = rig.answer(&session, Answer::SelectMfa(MfaType::Sms)).await;
        assert!(matches!(crafted, Err(Error::NotOffered)), "{crafted:?}");
        let early = rig.code(&session, &rig.totp(&secret)).await;
        assert!(matches!(early, Err(Error::NotAsked)), "{early:?}");
        let progress = rig.answer(&session, Answer::SelectMfa(chosen)).await;
        let session = progress
            .expect("it is offered")
            .session
            .expect("a code is asked for");
        let code = match chosen {
            MfaType::Totp => rig.totp(&secret),
            _ => rig.last_code(),
        };
        assert_eq!(done(rig.code(&session, &code).await).evidence(), evidence);
    }
}

#[tokio::test]
async fn where_mfa_is_required_an_authenticator_is_set_up_at_sign_in() {
    let rig = Rig::new().requiring(MfaSet::of(MfaType::Totp).with(MfaType::Email));
    rig.user_with("alice", &attributes(&[])).await;
    let progress = rig.sign_in("alice").await.expect("the password is right");
    let NextStep::SetUpMfa(offered) = progress.next_step else {
        panic!("{progress:?}");
    };
    assert_eq!(offered, MfaSet::of(MfaType::Totp).with(MfaType::Email));
    let session = progress.session.expect("a set-up is asked for");
    let early = rig.answer(&session, Answer::Complete).await;
    assert!(early.is_err(), "{early:?}");
    let progress = rig
        .answer(&session, Answer::SetUpTotp)
        .await
        .expect("it is offered");
    let NextStep::ConfirmTotpSetUp(secret) = progress.next_step else {
        panic!("{progress:?}");
    };
    let session = progress.session.expect("a code is asked for");
    let wrong = Answer::TotpSetUpCode(&rig.wrong_totp(&secret), None);
    let refused = rig.answer(&session, wrong).await;
    assert!(
        matches!(refused, Err(Error::SetUpCodeMismatch)),
        "{refused:?}"
    );
    let right = Answer::TotpSetUpCode(&rig.totp(&secret), Some("tablet"));
    let progress = rig
        .answer(&session, right)
        .await
        .expect("the code is right");
    assert!(matches!(progress.next_step, NextStep::CompleteSetUp));
    let session = progress.session.expect("the sign-in is to be completed");
    let signed_in = done(rig.answer(&session, Answer::Complete).await);
    assert_eq!(signed_in.evidence(), Evidence::SetUp(MfaType::Totp));
    let again = rig.answer(&session, Answer::Complete).await;
    assert!(matches!(again, Err(Error::SessionSpent)), "{again:?}");

    rig.clock.advance(60);
    let progress = rig.sign_in("alice").await.expect("the password is right");
    let NextStep::ConfirmWithTotpCode(name) = progress.next_step else {
        panic!("{progress:?}");
    };
    assert_eq!(name.as_deref(), Some("tablet"));
    let session = progress.session.expect("a code is asked for");
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn where_mfa_is_required_email_is_set_up_at_sign_in() {
    let rig = Rig::new().requiring(MfaSet::of(MfaType::Email));
    rig.user_with("alice", &attributes(&[])).await;
    let session = rig.session("alice").await;
    let malformed = rig.answer(&session, Answer::SetUpEmail("alice@")).await;
    assert!(matches!(malformed, Err(Error::InvalidParameter(_))));
    let progress = rig.answer(&session, Answer::SetUpEmail(EMAIL)).await;
    let progress = progress.expect("it is offered");
    assert!(matches!(
        progress.next_step,
        NextStep::ConfirmWithEmailCode(_)
    ));
    let session = progress.session.expect("a code is asked for");
    let wrong = rig.code(&session, &another(&rig.last_code())).await;
    assert!(matches!(wrong, Err(Error::CodeMismatch)), "{wrong:?}");
    let user = rig
        .service
        .user(&rig.pool, "alice")
        .await
        .expect("she is there");
    assert!(user.attributes.is_empty(), "nothing has changed yet");
    let signed_in = done(rig.code(&session, &rig.last_code()).await);
    assert_eq!(signed_in.evidence(), Evidence::SetUp(MfaType::Email));
    let user = rig
        .service
        .user(&rig.pool, "alice")
        .await
        .expect("she is there");
    assert_eq!(user.attributes["email"], EMAIL);
    assert_eq!(user.attributes["email_verified"], "true");
    assert!(user.mfa.enabled().contains(MfaType::Email));
    let next = rig.sign_in("alice").await.expect("the password is right");
    assert!(matches!(next.next_step, NextStep::ConfirmWithEmailCode(_)));
}

#[tokio::test]
async fn a_temporary_password_has_to_be_replaced_and_wins_nothing_else() {
    let rig = Rig::new();
    let given = attributes(&[("email", EMAIL), ("email_verified", "true")]);
    let new = NewUser {
        username: "alice",
        temporary_password: Some("Temporary-1"),
        attributes: &given,
    };
    rig.service
        .create_user(&rig.pool, &new)
        .await
        .expect("she is new");
    let sign_in = async |password: &str| {
        rig.service
            .sign_in(&rig.pool, CLIENT, "alice", password)
            .await
    };
    let progress = sign_in("Temporary-1").await.expect("the password is right");
    let NextStep::NewPasswordRequired(on_file) = progress.next_step else {
        panic!("{progress:?}");
    };
    assert_eq!(on_file, given);
    let session = progress.session.expect("a password is asked for");
    let none = attributes(&[]);
    let weak = rig
        .answer(&session, Answer::NewPassword("weak", &none))
        .await;
    assert!(matches!(weak, Err(Error::WeakPassword(_))), "{weak:?}");
    for pair in [
        ("email", "mallory@example.com"),
        ("phone_number_verified", "true"),
        ("sub", "1"),
        ("iss", "https://example.com"),
    ] {
        let crafted = attributes(&[pair]);
        let refused = rig
            .answer(&session, Answer::NewPassword(PASSWORD, &crafted))
            .await;
        assert!(
            matches!(refused, Err(Error::InvalidParameter(_))),
            "{pair:?}: {refused:?}"
        );
    }
    let with = attributes(&[("name", "Alice"), ("email", EMAIL), ("phone_number", PHONE)]);
    let signed_in = done(
        rig.answer(&session, Answer::NewPassword(PASSWORD, &with))
            .await,
    );
    let now = &signed_in.user().attributes;
    assert_eq!(now["email_verified"], "true");
    assert_eq!(now["phone_number_verified"], "false");
    let again = rig
        .answer(&session, Answer::NewPassword(PASSWORD, &none))
        .await;
    assert!(matches!(again, Err(Error::SessionSpent)), "{again:?}");
    assert!(matches!(
        sign_in("Temporary-1").await,
        Err(Error::WrongPassword)
    ));
    done(sign_in(PASSWORD).await);
}

#[tokio::test]
async fn a_temporary_password_is_good_for_its_days() {
    let rig = Rig::new();
    rig.user("alice").await;
    let temporary = rig
        .service
        .set_password(&rig.pool, "alice", "Temporary-1", false)
        .await;
    temporary.expect("she is there");
    rig.clock.advance(7 * 86_400);
    let late = rig
        .service
        .sign_in(&rig.pool, CLIENT, "alice", "Temporary-1")
        .await;
    assert!(
        matches!(late, Err(Error::TemporaryPasswordExpired)),
        "{late:?}"
    );
}

#[tokio::test]
async fn a_grant_is_redeemed_until_it_is_revoked_or_ends() {
    let rig = Rig::new();
    rig.user("alice").await;
    let issue = async || {
        let signed_in = done(rig.sign_in("alice").await);
        let (_, _, token) = rig
            .service
            .issue(signed_in, 3600)
            .expect("it can be sealed");
        token
    };
    let redeem = async |token: &str| {
        let redeemed = rig.service.redeem(&rig.pool, CLIENT, token).await;
        redeemed.map(|(grant, user)| (grant.id, user.username))
    };
    let (first, second) = (issue().await, issue().await);
    assert_ne!(
        redeem(&first).await.expect("good").0,
        redeem(&second).await.expect("good").0
    );
    let elsewhere = rig.service.redeem(&rig.pool, "other", &first).await;
    assert!(matches!(elsewhere, Err(Error::TokenInvalid)));
    for _ in 0..2 {
        let revoked = rig.service.revoke(&rig.pool, CLIENT, &first).await;
        revoked.expect("twice is no error");
    }
    assert!(matches!(redeem(&first).await, Err(Error::TokenRevoked)));
    redeem(&second).await.expect("the other sign-in goes on");
    rig.service
        .sign_out_everywhere(&rig.pool, "alice")
        .await
        .expect("she is there");
    assert!(matches!(redeem(&second).await, Err(Error::TokenRevoked)));
    let third = issue().await;
    redeem(&third).await.expect("a new sign-in is good");
    rig.clock.advance(3600);
    assert!(matches!(redeem(&third).await, Err(Error::TokenInvalid)));
}
