//! Setting factors up: signed in, or because the pool requires it.

use serde_json::{Value, json};

use crate::world::{PASSWORD, World, text, wrong};

/// A pool that requires MFA, with a user who has no address at all.
async fn required() -> World {
    let world = World::new("ON").await;
    let user = json!({"UserPoolId": world.pool, "Username": "bob", "MessageAction": "SUPPRESS"});
    world.admin("AdminCreateUser", user).await.ok();
    let password = json!({
        "UserPoolId": world.pool,
        "Username": "bob",
        "Password": PASSWORD,
        "Permanent": true,
    });
    world.admin("AdminSetUserPassword", password).await.ok();
    world
}

async fn associate(world: &World, session: &Value) -> Value {
    world
        .call("AssociateSoftwareToken", json!({"Session": session}))
        .await
        .ok()
}

#[tokio::test]
async fn the_secret_is_base32_of_twenty_bytes() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let made = world
        .call("AssociateSoftwareToken", json!({"AccessToken": token}))
        .await
        .ok();
    let secret = text(&made["SecretCode"]);
    assert_eq!(secret.len(), 32);
    assert!(
        secret
            .bytes()
            .all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b))
    );
    assert!(made.get("Session").is_none());
}

#[tokio::test]
async fn a_wrong_first_code_may_be_corrected() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let made = world
        .call("AssociateSoftwareToken", json!({"AccessToken": token}))
        .await
        .ok();
    let code = world.totp(&text(&made["SecretCode"]));
    let verify = |code: String| {
        world.call(
            "VerifySoftwareToken",
            json!({"AccessToken": token, "UserCode": code}),
        )
    };
    assert_eq!(
        verify(wrong(&code)).await.refused(),
        "EnableSoftwareTokenMFAException"
    );
    assert_eq!(
        verify("abcdef".to_owned()).await.refused(),
        "InvalidParameterException"
    );
    for malformed in ["12345", "1234567"] {
        let reply = verify(malformed.to_owned()).await;
        assert_eq!(reply.refused(), "InvalidParameterException");
    }
    assert_eq!(verify(code).await.ok()["Status"], "SUCCESS");
}

#[tokio::test]
async fn a_verified_authenticator_is_neither_enabled_nor_preferred() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    world.enrol(&token).await;
    let user = world
        .call("GetUser", json!({"AccessToken": token}))
        .await
        .ok();
    assert!(user.get("UserMFASettingList").is_none());
    assert!(world.sign_in("alice").await["AuthenticationResult"].is_object());
}

#[tokio::test]
async fn an_abandoned_set_up_leaves_the_old_authenticator_in_force() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let secret = world.enrol(&token).await;
    let on = json!({"AccessToken": token, "SoftwareTokenMfaSettings": {"Enabled": true}});
    world.call("SetUserMFAPreference", on).await.ok();
    world
        .call("AssociateSoftwareToken", json!({"AccessToken": token}))
        .await
        .ok();
    let challenge = world.sign_in("alice").await;
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});
    world.respond("alice", &challenge, code).await.ok();
}

#[tokio::test]
async fn a_secret_of_another_session_is_not_confirmed() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let (mine, theirs) = (
        world.access_token("alice").await,
        world.access_token("alice").await,
    );
    let made = world
        .call("AssociateSoftwareToken", json!({"AccessToken": theirs}))
        .await
        .ok();
    let code = world.totp(&text(&made["SecretCode"]));
    let verify = json!({"AccessToken": mine, "UserCode": code});
    let reply = world.call("VerifySoftwareToken", verify).await;
    assert_eq!(reply.refused(), "SoftwareTokenMFANotFoundException");
}

#[tokio::test]
async fn the_first_code_does_not_sign_in() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let made = world
        .call("AssociateSoftwareToken", json!({"AccessToken": token}))
        .await
        .ok();
    let code = world.totp(&text(&made["SecretCode"]));
    let verify = json!({"AccessToken": token, "UserCode": code});
    world.call("VerifySoftwareToken", verify).await.ok();
    let on = json!({"AccessToken": token, "SoftwareTokenMfaSettings": {"Enabled": true}});
    world.call("SetUserMFAPreference", on).await.ok();
    let challenge = world.sign_in("alice").await;
    let reply = world
        .respond(
            "alice",
            &challenge,
            json!({"SOFTWARE_TOKEN_MFA_CODE": code}),
        )
        .await;
    assert_eq!(reply.refused(), "ExpiredCodeException");
}

#[tokio::test]
async fn forced_set_up_of_an_authenticator() {
    let world = required().await;
    let challenge = world.sign_in("bob").await;
    assert_eq!(challenge["ChallengeName"], "MFA_SETUP");
    let choice = text(&challenge["ChallengeParameters"]["MFAS_CAN_SETUP"]);
    assert!(
        choice.contains("SOFTWARE_TOKEN_MFA") && choice.contains("EMAIL_OTP"),
        "{choice}"
    );
    let made = associate(&world, &challenge["Session"]).await;
    let secret = text(&made["SecretCode"]);
    let code = world.totp(&secret);
    let verify = |code: String| {
        world.call(
            "VerifySoftwareToken",
            json!({"Session": made["Session"], "UserCode": code}),
        )
    };
    assert_eq!(
        verify(wrong(&code)).await.refused(),
        "EnableSoftwareTokenMFAException"
    );
    let verified = verify(code).await.ok();
    assert_eq!(verified["Status"], "SUCCESS");
    let done = json!({"ChallengeName": "MFA_SETUP", "Session": verified["Session"]});
    let answer = world.respond("bob", &done, json!({})).await.ok();
    assert!(answer["AuthenticationResult"]["AccessToken"].is_string());
    let again = world.respond("bob", &done, json!({})).await;
    assert_eq!(again.refused(), "NotAuthorizedException");
    assert_eq!(
        world.sign_in("bob").await["ChallengeName"],
        "SOFTWARE_TOKEN_MFA"
    );
}

#[tokio::test]
async fn set_up_cannot_be_skipped() {
    let world = required().await;
    let challenge = world.sign_in("bob").await;
    let reply = world.respond("bob", &challenge, json!({})).await;
    assert!(reply.status.is_client_error());
    let made = associate(&world, &challenge["Session"]).await;
    let early = json!({"ChallengeName": "MFA_SETUP", "Session": made["Session"]});
    assert!(
        world
            .respond("bob", &early, json!({}))
            .await
            .status
            .is_client_error()
    );
}

#[tokio::test]
async fn forced_set_up_of_an_email_address() {
    let world = required().await;
    let challenge = world.sign_in("bob").await;
    let email = json!({"EMAIL": "bob@example.com"});
    let asked = world.respond("bob", &challenge, email).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    assert_eq!(
        asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "b***@e***"
    );
    assert_eq!(world.last_message()["destination"], "bob@example.com");
    let code = json!({"EMAIL_OTP_CODE": world.last_code()});
    let answer = world.respond("bob", &asked, code).await.ok();
    let token = text(&answer["AuthenticationResult"]["AccessToken"]);
    let user = world
        .call("GetUser", json!({"AccessToken": token}))
        .await
        .ok();
    assert_eq!(user["UserMFASettingList"], json!(["EMAIL_OTP"]));
    let attributes = user["UserAttributes"].as_array().expect("a list");
    assert!(attributes.contains(&json!({"Name": "email", "Value": "bob@example.com"})));
    assert!(attributes.contains(&json!({"Name": "email_verified", "Value": "true"})));
}

#[tokio::test]
async fn the_session_of_a_code_challenge_sets_nothing_up() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    world.enrol(&token).await;
    let on = json!({"AccessToken": token, "SoftwareTokenMfaSettings": {"Enabled": true}});
    world.call("SetUserMFAPreference", on).await.ok();
    let challenge = world.sign_in("alice").await;
    let request = json!({"Session": challenge["Session"]});
    let reply = world.call("AssociateSoftwareToken", request).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn neither_token_nor_session() {
    let world = World::empty();
    let reply = world.call("AssociateSoftwareToken", json!({})).await;
    assert_eq!(reply.refused(), "InvalidParameterException");
    let reply = world
        .call("VerifySoftwareToken", json!({"UserCode": "123456"}))
        .await;
    assert_eq!(reply.refused(), "InvalidParameterException");
}

#[tokio::test]
async fn a_pool_without_authenticators() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let config = json!({
        "UserPoolId": world.pool,
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {},
    });
    world.admin("SetUserPoolMfaConfig", config).await.ok();
    let token = world.access_token("alice").await;
    let reply = world
        .call("AssociateSoftwareToken", json!({"AccessToken": token}))
        .await;
    assert_eq!(reply.refused(), "SoftwareTokenMFANotFoundException");
}

#[tokio::test]
async fn a_device_name_beyond_its_limit() {
    let world = World::empty();
    let request = json!({
        "AccessToken": "x",
        "UserCode": "123456",
        "FriendlyDeviceName": "n".repeat(257),
    });
    let reply = world.call("VerifySoftwareToken", request).await;
    assert_eq!(reply.refused(), "InvalidParameterException");
}
