//! What stands before and after the second factor: forced set-up, a new password, refresh and
//! revocation.

use countersign_host::core::{Evidence, MfaSet, MfaType};
use countersign_host::{Answer, Error, NewUser, NextStep};

use crate::rig::{CLIENT, EMAIL, PASSWORD, PHONE, Rig, another, attributes, done};

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
