//! What a request must not get past: pools that only administrators fill, user names that are
//! addresses, MFA that is not turned off in passing, and answers that tell who has an account.

use serde_json::{Value, json};

use crate::srp_client::SrpClient;
use crate::world::{PASSWORD, World, text, wrong};

/// A pool of these settings and a client of it.
async fn pool(world: &World, settings: Value) -> (String, String) {
    let made = world.admin("CreateUserPool", settings).await.ok();
    let pool = text(&made["UserPool"]["Id"]);
    let client = json!({ "UserPoolId": pool, "ClientName": "web" });
    let made = world.admin("CreateUserPoolClient", client).await.ok();
    (pool, text(&made["UserPoolClient"]["ClientId"]))
}

async fn sign_up(world: &World, client: &str, name: &str, email: Option<&str>) -> String {
    let attributes: Vec<Value> = email
        .iter()
        .map(|email| json!({ "Name": "email", "Value": email }))
        .collect();
    let request = json!({
        "ClientId": client,
        "Username": name,
        "Password": PASSWORD,
        "UserAttributes": attributes,
    });
    let reply = world.call("SignUp", request).await;
    if reply.status.is_success() {
        "made".to_owned()
    } else {
        reply.refused()
    }
}

#[tokio::test]
async fn where_administrators_make_the_users_nobody_signs_up() {
    let world = World::empty();
    let (id, client) = pool(
        &world,
        json!({
            "PoolName": "staff",
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        }),
    )
    .await;
    let shown = world
        .admin("DescribeUserPool", json!({ "UserPoolId": id }))
        .await
        .ok();
    assert_eq!(
        shown["UserPool"]["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        true
    );
    let refused = sign_up(&world, &client, "mallory", Some("m@example.com")).await;
    assert_eq!(refused, "NotAuthorizedException");
}

#[tokio::test]
async fn a_user_name_that_is_an_address_is_the_one_that_is_proven() {
    let world = World::empty();
    let settings = json!({ "PoolName": "mail", "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"] });
    let (_, client) = pool(&world, settings).await;
    for (name, email, expected) in [
        (
            "victim@example.com",
            Some("evil@example.com"),
            "InvalidParameterException",
        ),
        ("admin", None, "InvalidParameterException"),
        ("@", None, "InvalidParameterException"),
        ("same@example.com", Some("same@example.com"), "made"),
        ("alone@example.com", None, "made"),
    ] {
        assert_eq!(
            sign_up(&world, &client, name, email).await,
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn mfa_is_not_turned_off_in_passing() {
    let world = World::new("ON").await;
    let change = json!({
        "UserPoolId": world.pool,
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
    });
    let shown = world.admin("SetUserPoolMfaConfig", change).await.ok();
    assert_eq!(shown["MfaConfiguration"], "ON");
}

#[tokio::test]
async fn a_proof_of_the_password_needs_no_session() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let client = SrpClient::new();
    let begin = json!({
        "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": "alice", "SRP_A": client.public() },
        "ClientId": world.client,
    });
    let challenge = world.call("InitiateAuth", begin).await.ok();
    let stamp = "Tue Nov 24 07:30:00 UTC 2026";
    let mut responses = client.answer(&world.pool, &challenge, PASSWORD, stamp);
    responses["USERNAME"] = "alice".into();
    let answer = json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": responses,
        "ClientId": world.client,
    });
    let signed_in = world.call("RespondToAuthChallenge", answer).await.ok();
    assert!(signed_in["AuthenticationResult"]["AccessToken"].is_string());
}

/// What a stranger is told who confirms with a code that was never sent.
async fn confirm(world: &World, operation: &str, name: &str, code: &str) -> String {
    let request = json!({
        "ClientId": world.client,
        "Username": name,
        "ConfirmationCode": code,
        "Password": "Another-Horse-9!",
    });
    world.call(operation, request).await.refused()
}

#[tokio::test]
async fn a_new_password_does_not_tell_who_has_an_account() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    for name in ["alice", "nobody"] {
        let told = confirm(&world, "ConfirmForgotPassword", name, "12345678").await;
        assert_eq!(told, "CodeMismatchException", "{name}");
    }
    for _ in 0..8 {
        for name in ["alice", "nobody"] {
            let asked = json!({ "ClientId": world.client, "Username": name });
            let sent = world.call("ForgotPassword", asked).await.ok();
            assert_eq!(
                sent["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL",
                "{name}"
            );
        }
    }
    let code = wrong("12345678");
    for name in ["alice", "nobody"] {
        let told = confirm(&world, "ConfirmForgotPassword", name, &code).await;
        assert_eq!(told, "CodeMismatchException", "{name}");
    }
}

#[tokio::test]
async fn users_are_searched_by_what_they_have_and_by_nothing_else() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    for (filter, found) in [
        ("cognito:user_status = \"CONFIRMED\"", 1),
        ("cognito:user_status = \"UNCONFIRMED\"", 0),
        ("status = \"Enabled\"", 1),
        ("username ^= \"ali\"", 1),
    ] {
        let request = json!({ "UserPoolId": world.pool, "Filter": filter });
        let shown = world.admin("ListUsers", request).await.ok();
        assert_eq!(
            shown["Users"].as_array().map(Vec::len),
            Some(found),
            "{filter}"
        );
    }
    let unknown = json!({ "UserPoolId": world.pool, "Filter": "shoe_size = \"43\"" });
    let refused = world.admin("ListUsers", unknown).await.refused();
    assert_eq!(refused, "InvalidParameterException");
}
