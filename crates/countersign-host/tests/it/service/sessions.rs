//! Sessions: good for their pool, client, user and factor, and for nothing after a change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_host::core::{MfaPreference, MfaPreferenceUpdate, MfaType};
use countersign_host::{Answer, Error, Principal};

use crate::rig::{CLIENT, Rig, done};

#[tokio::test]
async fn a_session_is_worth_nothing_to_another_pool_or_client() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let session = rig.session("alice").await;
    let code = rig.totp(&secret);
    let mut other_pool = rig.pool.clone();
    other_pool.id = "pool2".to_owned();
    for (pool, client) in [(&other_pool, CLIENT), (&rig.pool, "other"), (&rig.pool, "")] {
        let refused = rig
            .service
            .confirm_sign_in(pool, client, &session, Answer::Code(None, &code))
            .await;
        assert!(matches!(refused, Err(Error::SessionInvalid)), "{refused:?}");
    }
    let owner = rig.service.session_owner(&session).expect("it is ours");
    assert_eq!(
        owner,
        ("pool".to_owned(), CLIENT.to_owned(), "alice".to_owned())
    );
    // Neither did it cost anything.
    done(rig.code(&session, &code).await);
}

#[tokio::test]
async fn only_the_own_code_passes_in_the_own_session() {
    let rig = Rig::new();
    let names = ["alice", "bob", "carol"];
    let mut secrets = Vec::new();
    for name in names {
        secrets.push(rig.totp_user(name).await);
    }
    for (n, name) in names.iter().enumerate() {
        for (m, secret) in secrets.iter().enumerate() {
            let session = rig.session(name).await;
            let answer = rig.code(&session, &rig.totp(secret)).await;
            if n == m {
                done(answer);
            } else {
                assert!(
                    matches!(answer, Err(Error::CodeMismatch)),
                    "{n} {m}: {answer:?}"
                );
            }
        }
        rig.clock.advance(30);
    }
}

#[tokio::test]
async fn a_code_of_one_factor_is_wrong_for_another() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let all = MfaPreferenceUpdate {
        sms: Some(MfaPreference::Enabled),
        totp: Some(MfaPreference::NotPreferred),
        email: Some(MfaPreference::Enabled),
    };
    rig.prefer("alice", all).await;
    let selected = async |factor| {
        let session = rig.session("alice").await;
        let progress = rig.answer(&session, Answer::SelectMfa(factor)).await;
        progress
            .expect("it is on offer")
            .session
            .expect("a code is asked for")
    };
    let (sms, email) = (selected(MfaType::Sms).await, selected(MfaType::Email).await);
    let codes: Vec<String> = rig.sent().into_iter().map(|sent| sent.code).collect();
    let by_sms = rig.code(&sms, &codes[1]).await;
    assert!(
        matches!(by_sms, Err(Error::CodeExpired)),
        "replaced: {by_sms:?}"
    );
    let by_totp = rig.code(&email, &rig.totp(&secret)).await;
    assert!(matches!(by_totp, Err(Error::CodeMismatch)), "{by_totp:?}");
    let totp = selected(MfaType::Totp).await;
    let delivered = rig.code(&totp, &codes[1]).await;
    assert!(
        matches!(delivered, Err(Error::CodeMismatch)),
        "{delivered:?}"
    );
    // A factor that is disabled meanwhile is worth nothing in an open sign-in.
    let off = MfaPreferenceUpdate {
        email: Some(MfaPreference::Disabled),
        ..MfaPreferenceUpdate::default()
    };
    rig.prefer("alice", off).await;
    let disabled = rig.code(&email, &codes[1]).await;
    assert!(matches!(disabled, Err(Error::NotOffered)), "{disabled:?}");
}

#[tokio::test]
async fn a_truncated_or_forged_session_is_invalid_and_costs_nothing() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let session = rig.session("alice").await;
    let code = rig.totp(&secret);
    let mut forged: Vec<String> = (0..session.len())
        .map(|n| session[..n].to_owned())
        .collect();
    for n in 0..session.len() {
        let mut bytes = session.clone().into_bytes();
        bytes[n] = if bytes[n] == b'A' { b'B' } else { b'A' };
        forged.push(String::from_utf8(bytes).expect("it is ASCII"));
    }
    forged.push(format!("{session}A"));
    forged.push(format!("{session}{session}"));
    forged.push(URL_SAFE_NO_PAD.encode([0_u8; 300]));
    forged.push("x".repeat(1 << 20));
    for text in &forged {
        let refused = rig.code(text, &code).await;
        assert!(
            matches!(refused, Err(Error::SessionInvalid)),
            "{}: {refused:?}",
            text.len()
        );
        assert!(rig.service.session_owner(text).is_err());
    }
    // Sealed by the same service, but for something else.
    let signed_in = done(rig.code(&session, &code).await);
    let (_, _, token) = rig
        .service
        .issue(signed_in, 3600)
        .expect("it can be sealed");
    assert!(matches!(
        rig.code(&token, &code).await,
        Err(Error::SessionInvalid)
    ));
    let as_token = rig.service.redeem(&rig.pool, CLIENT, &session).await;
    assert!(matches!(as_token, Err(Error::TokenInvalid)));
    // Sealed by another service.
    let other = Rig::new();
    other.totp_user("alice").await;
    let foreign = other.session("alice").await;
    assert!(matches!(
        rig.code(&foreign, &code).await,
        Err(Error::SessionInvalid)
    ));
}

#[tokio::test]
async fn a_half_signed_in_client_cannot_do_what_a_user_does() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let session = rig.session("alice").await;
    for answer in [
        Answer::Complete,
        Answer::SetUpTotp,
        Answer::SetUpEmail("mallory@example.com"),
        Answer::SelectMfa(MfaType::Email),
        Answer::Resend,
        Answer::TotpSetUpCode("123456", None),
        Answer::NewPassword("Another-Horse-2", &std::collections::BTreeMap::new()),
    ] {
        let refused = rig.answer(&session, answer).await;
        assert!(refused.is_err(), "{refused:?}");
    }
    let redeemed = rig.service.redeem(&rig.pool, CLIENT, &session).await;
    assert!(redeemed.is_err());
    let user = rig
        .service
        .user(&rig.pool, "alice")
        .await
        .expect("she is there");
    assert_eq!(user.attributes["email"], crate::rig::EMAIL);
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn a_set_up_of_one_session_is_not_confirmed_by_another() {
    let rig = Rig::new();
    rig.user("alice").await;
    let (thief, owner) = (
        Principal::vouch("alice", [1; 16]),
        Principal::vouch("alice", [2; 16]),
    );
    let stolen = rig.service.set_up_totp(&rig.pool, &thief).await;
    let stolen = stolen.expect("TOTP is allowed").shared_secret().clone();
    let mine = rig.service.set_up_totp(&rig.pool, &owner).await;
    let mine = mine.expect("TOTP is allowed").shared_secret().clone();
    let verify = async |who: &Principal, code: String| {
        rig.service
            .verify_totp_setup(&rig.pool, who, &code, None)
            .await
    };
    assert!(verify(&thief, rig.totp(&stolen)).await.is_err());
    let crossed = verify(&owner, rig.totp(&stolen)).await;
    assert!(
        matches!(crossed, Err(Error::SetUpCodeMismatch)),
        "{crossed:?}"
    );
    verify(&owner, rig.totp(&mine))
        .await
        .expect("the code is right");
}
