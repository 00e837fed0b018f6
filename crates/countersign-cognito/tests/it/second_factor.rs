//! Challenges after the password: codes of every kind, selection, sessions, guessing.

use serde_json::{Value, json};

use crate::world::{World, is_code, text, wrong};

/// Alice in a pool where MFA is optional, with all three factors set up as these settings say.
async fn enrolled(settings: Value) -> (World, String) {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let secret = world.enrol(&token).await;
    prefer(&world, &token, settings).await;
    (world, secret)
}

async fn prefer(world: &World, token: &str, mut settings: Value) {
    settings["AccessToken"] = token.into();
    world.call("SetUserMFAPreference", settings).await.ok();
}

fn totp_only() -> Value {
    json!({"SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true}})
}

fn everything() -> Value {
    let enabled = json!({"Enabled": true});
    json!({
        "SoftwareTokenMfaSettings": enabled,
        "SMSMfaSettings": enabled,
        "EmailMfaSettings": enabled,
    })
}

fn is_signed_in(answer: &Value) -> bool {
    answer["AuthenticationResult"]["AccessToken"].is_string()
}

#[tokio::test]
async fn totp() {
    let (world, secret) = enrolled(totp_only()).await;
    let challenge = world.sign_in("alice").await;
    assert_eq!(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(
        challenge["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"],
        "phone one"
    );
    let length = text(&challenge["Session"]).len();
    assert!((20..=2048).contains(&length), "{length}");
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    assert!(is_signed_in(
        &world.respond("alice", &challenge, code).await.ok()
    ));
}

#[tokio::test]
async fn a_wrong_code_leaves_the_session_good() {
    let (world, secret) = enrolled(totp_only()).await;
    let challenge = world.sign_in("alice").await;
    let code = world.totp(&secret);
    let guess = json!({"SOFTWARE_TOKEN_MFA_CODE": wrong(&code)});
    let reply = world.respond("alice", &challenge, guess).await;
    assert_eq!(reply.body["message"], "Invalid code received for user");
    assert_eq!(reply.refused(), "CodeMismatchException");
    let right = json!({"SOFTWARE_TOKEN_MFA_CODE": code});
    assert!(is_signed_in(
        &world.respond("alice", &challenge, right).await.ok()
    ));
}

#[tokio::test]
async fn a_code_is_good_once() {
    let (world, secret) = enrolled(totp_only()).await;
    let first = world.sign_in("alice").await;
    let second = world.sign_in("alice").await;
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    assert!(is_signed_in(
        &world.respond("alice", &first, code.clone()).await.ok()
    ));
    let same = world.respond("alice", &first, code.clone()).await;
    assert_eq!(same.refused(), "NotAuthorizedException");
    let other = world.respond("alice", &second, code).await;
    assert_eq!(
        other.body["message"],
        "Your software token has already been used once."
    );
    assert_eq!(other.refused(), "ExpiredCodeException");
}

#[tokio::test]
async fn of_many_at_once_exactly_one_wins() {
    let (world, secret) = enrolled(totp_only()).await;
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    let world = std::sync::Arc::new(world);
    let mut tasks = Vec::new();
    for _ in 0..50 {
        let (world, code) = (world.clone(), code.clone());
        tasks.push(tokio::spawn(async move {
            let challenge = world.sign_in("alice").await;
            world
                .respond("alice", &challenge, code)
                .await
                .status
                .is_success()
        }));
    }
    let mut wins = 0;
    for task in tasks {
        wins += usize::from(task.await.expect("no panic"));
    }
    assert_eq!(wins, 1);
}

#[tokio::test]
async fn other_spellings_of_a_code() {
    let (world, secret) = enrolled(totp_only()).await;
    let challenge = world.sign_in("alice").await;
    let code = world.totp(&secret);
    let spellings = [
        format!(" {code}"),
        format!("{code} "),
        format!("{code}\n"),
        format!("+{code}"),
        format!("{code}\u{0}"),
        code.chars()
            .map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("full width"))
            .collect(),
        "abc".to_owned(),
    ];
    for spelling in spellings {
        let reply = world
            .respond(
                "alice",
                &challenge,
                json!({"SOFTWARE_TOKEN_MFA_CODE": spelling}),
            )
            .await;
        assert_eq!(reply.refused(), "InvalidParameterException");
    }
    let right = json!({"SOFTWARE_TOKEN_MFA_CODE": code});
    assert!(is_signed_in(
        &world.respond("alice", &challenge, right).await.ok()
    ));
}

#[tokio::test]
async fn delivered_codes() {
    for (member, name, response, medium, masked, to) in [
        (
            "SMSMfaSettings",
            "SMS_MFA",
            "SMS_MFA_CODE",
            "SMS",
            "+*******0100",
            "+15555550100",
        ),
        (
            "EmailMfaSettings",
            "EMAIL_OTP",
            "EMAIL_OTP_CODE",
            "EMAIL",
            "a***@e***",
            "alice@example.com",
        ),
    ] {
        let (world, _) = enrolled(json!({member: {"Enabled": true}})).await;
        let challenge = world.sign_in("alice").await;
        assert_eq!(challenge["ChallengeName"], name);
        let parameters = &challenge["ChallengeParameters"];
        assert_eq!(parameters["CODE_DELIVERY_DELIVERY_MEDIUM"], medium);
        assert_eq!(parameters["CODE_DELIVERY_DESTINATION"], masked);
        let message = world.last_message();
        assert_eq!(message["destination"], to);
        assert_eq!(message["purpose"], "sign-in");
        assert!(is_code(&world.last_code()));
        let guess = json!({response: wrong(&world.last_code())});
        let reply = world.respond("alice", &challenge, guess).await;
        assert_eq!(
            reply.body["message"],
            "Invalid code or auth state for the user."
        );
        assert_eq!(reply.refused(), "CodeMismatchException");
        let right = json!({response: world.last_code()});
        assert!(is_signed_in(
            &world.respond("alice", &challenge, right).await.ok()
        ));
    }
}

#[tokio::test]
async fn selection() {
    let (world, secret) = enrolled(everything()).await;
    let challenge = world.sign_in("alice").await;
    assert_eq!(challenge["ChallengeName"], "SELECT_MFA_TYPE");
    let choice = text(&challenge["ChallengeParameters"]["MFAS_CAN_CHOOSE"]);
    assert_eq!(choice, r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#);
    assert_eq!(world.messages(), 0);
    for (answer, name) in [
        ("SMS_MFA", "SMS_MFA"),
        ("EMAIL_OTP", "EMAIL_OTP"),
        ("EMAIL_MFA", "EMAIL_OTP"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"),
    ] {
        let challenge = world.sign_in("alice").await;
        let next = world
            .respond("alice", &challenge, json!({"ANSWER": answer}))
            .await
            .ok();
        assert_eq!(next["ChallengeName"], name);
        assert_ne!(next["Session"], challenge["Session"]);
    }
    let next = world
        .respond("alice", &challenge, json!({"ANSWER": "SOFTWARE_TOKEN_MFA"}))
        .await
        .ok();
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    assert!(is_signed_in(
        &world.respond("alice", &next, code).await.ok()
    ));
}

#[tokio::test]
async fn what_is_not_offered_cannot_be_selected() {
    let both = json!({
        "SoftwareTokenMfaSettings": {"Enabled": true},
        "SMSMfaSettings": {"Enabled": true},
    });
    let (world, _) = enrolled(both).await;
    let challenge = world.sign_in("alice").await;
    for answer in ["EMAIL_OTP", "PASSWORD", "sms_mfa"] {
        let reply = world
            .respond("alice", &challenge, json!({"ANSWER": answer}))
            .await;
        assert_eq!(reply.refused(), "InvalidParameterException", "{answer}");
    }
}

#[tokio::test]
async fn a_code_of_another_factor() {
    let (world, secret) = enrolled(totp_only()).await;
    let challenge = world.sign_in("alice").await;
    for (name, member) in [("SMS_MFA", "SMS_MFA_CODE"), ("EMAIL_OTP", "EMAIL_OTP_CODE")] {
        let code = json!({member: world.totp(&secret)});
        let reply = world.respond_as("alice", name, &challenge, code).await;
        assert_eq!(reply.refused(), "NotAuthorizedException", "{name}");
    }
    for name in [
        "MFA_SETUP",
        "NEW_PASSWORD_REQUIRED",
        "SELECT_MFA_TYPE",
        "CUSTOM_CHALLENGE",
    ] {
        let answers = json!({"NEW_PASSWORD": "New-Passw0rd!", "ANSWER": "SMS_MFA"});
        let reply = world.respond_as("alice", name, &challenge, answers).await;
        assert!(reply.status.is_client_error(), "{name}");
    }
}

#[tokio::test]
async fn the_session_of_another_user_or_client() {
    let (mut world, secret) = enrolled(totp_only()).await;
    world.new_user("bob").await;
    let challenge = world.sign_in("alice").await;
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    let reply = world.respond("bob", &challenge, code.clone()).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    let client = world.client.clone();
    world.client = world.new_client(json!({})).await;
    let reply = world.respond("alice", &challenge, code.clone()).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    world.client = client;
    assert!(is_signed_in(
        &world.respond("alice", &challenge, code).await.ok()
    ));
}

#[tokio::test]
async fn forged_truncated_and_missing_sessions() {
    let (world, secret) = enrolled(totp_only()).await;
    let challenge = world.sign_in("alice").await;
    let session = text(&challenge["Session"]);
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    let last = session.len() - 1;
    for forged in [
        &session[..last],
        &session[1..],
        &"A".repeat(100),
        &format!("{session}A"),
    ] {
        let mut forgery = challenge.clone();
        forgery["Session"] = forged.into();
        let reply = world.respond("alice", &forgery, code.clone()).await;
        assert_eq!(reply.refused(), "NotAuthorizedException");
    }
    for missing in [Value::Null, "short".into()] {
        let mut forgery = challenge.clone();
        forgery["Session"] = missing;
        let reply = world.respond("alice", &forgery, code.clone()).await;
        assert_eq!(reply.refused(), "InvalidParameterException");
    }
}

#[tokio::test]
async fn a_session_ends_with_its_time() {
    let (world, secret) = enrolled(totp_only()).await;
    let challenge = world.sign_in("alice").await;
    world.clock.advance(181);
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    let reply = world.respond("alice", &challenge, code).await;
    assert_eq!(
        reply.body["message"],
        "Invalid session for the user, session is expired."
    );
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn guessing_over_many_sessions_is_stopped_and_not_retried() {
    let (world, secret) = enrolled(totp_only()).await;
    for _ in 0..5 {
        let challenge = world.sign_in("alice").await;
        let guess = json!({"SOFTWARE_TOKEN_MFA_CODE": wrong(&world.totp(&secret))});
        let reply = world.respond("alice", &challenge, guess).await;
        assert_eq!(reply.refused(), "CodeMismatchException");
    }
    let challenge = world.sign_in("alice").await;
    let right = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    let reply = world.respond("alice", &challenge, right.clone()).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    world.clock.advance(30);
    let right = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    assert!(is_signed_in(
        &world.respond("alice", &challenge, right).await.ok()
    ));
}

#[tokio::test]
async fn the_preferred_factor_is_asked_for() {
    let sms = json!({
        "SoftwareTokenMfaSettings": {"Enabled": true},
        "SMSMfaSettings": {"Enabled": true, "PreferredMfa": true},
    });
    let (world, _) = enrolled(sms).await;
    assert_eq!(world.sign_in("alice").await["ChallengeName"], "SMS_MFA");
}

#[tokio::test]
async fn a_pool_without_mfa_asks_for_none() {
    let (world, _) = enrolled(totp_only()).await;
    let off = json!({"UserPoolId": world.pool, "MfaConfiguration": "OFF"});
    world.admin("SetUserPoolMfaConfig", off).await.ok();
    assert!(is_signed_in(&world.sign_in("alice").await));
}

#[tokio::test]
async fn a_client_says_how_long_its_sessions_last() {
    let (mut world, secret) = enrolled(totp_only()).await;
    world.client = world.new_client(json!({"AuthSessionValidity": 5})).await;
    let challenge = world.sign_in("alice").await;
    world.clock.advance(299);
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    assert!(is_signed_in(
        &world.respond("alice", &challenge, code).await.ok()
    ));
}
