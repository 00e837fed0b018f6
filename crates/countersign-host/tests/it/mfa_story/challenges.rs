//! Codes that sign-in asks for: by authenticator, text message and mail, and the choice among them.

use countersign_host::core::{Evidence, MfaPreference, MfaPreferenceUpdate, MfaSet, MfaType};
use countersign_host::{Answer, Error, NextStep};

use super::{ALL_ON, only};
use crate::rig::{EMAIL, PHONE, Rig, another, done};

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
