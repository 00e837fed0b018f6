//! Tokens after sign-in: refresh, revocation, signing out everywhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::world::{World, text};

async fn signed_in() -> (World, Value) {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let result = world.sign_in("alice").await["AuthenticationResult"].clone();
    (world, result)
}

fn claims(token: &Value) -> Value {
    let token = text(token);
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

async fn is_accepted(world: &World, result: &Value) -> bool {
    let request = json!({"AccessToken": result["AccessToken"]});
    world.call("GetUser", request).await.status.is_success()
}

fn refresh_request(world: &World, result: &Value) -> Value {
    json!({"ClientId": world.client, "RefreshToken": result["RefreshToken"]})
}

#[tokio::test]
async fn the_claims_of_a_sign_in() {
    let (world, result) = signed_in().await;
    let access = claims(&result["AccessToken"]);
    let id = claims(&result["IdToken"]);
    assert_eq!(
        access["iss"],
        format!("{}/{}", crate::world::URL, world.pool)
    );
    assert_eq!(access["client_id"], world.client.as_str());
    assert_eq!(access["username"], "alice");
    assert_eq!(access["auth_time"], crate::world::START);
    assert_eq!(text(&access["origin_jti"]).len(), 36);
    assert_eq!(id["aud"], world.client.as_str());
    assert_eq!(id["cognito:username"], "alice");
    assert_eq!(id["email"], "alice@example.com");
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["sub"], access["sub"]);
    assert_eq!(id["origin_jti"], access["origin_jti"]);
}

#[tokio::test]
async fn refresh_keeps_the_sign_in() {
    let (world, result) = signed_in().await;
    world.clock.advance(3600);
    assert!(!is_accepted(&world, &result).await);
    let request = refresh_request(&world, &result);
    let answer = world.call("GetTokensFromRefreshToken", request).await.ok();
    let renewed = &answer["AuthenticationResult"];
    assert!(is_accepted(&world, renewed).await);
    assert!(renewed.get("RefreshToken").is_none());
    let (old, new) = (
        claims(&result["AccessToken"]),
        claims(&renewed["AccessToken"]),
    );
    assert_eq!(old["auth_time"], new["auth_time"]);
    assert_eq!(old["origin_jti"], new["origin_jti"]);
    assert_ne!(old["jti"], new["jti"]);
}

#[tokio::test]
async fn the_older_way_to_refresh() {
    let (world, result) = signed_in().await;
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        let request = json!({
            "AuthFlow": flow,
            "AuthParameters": {"REFRESH_TOKEN": result["RefreshToken"]},
            "ClientId": world.client,
        });
        let answer = world.call("InitiateAuth", request).await.ok();
        assert!(is_accepted(&world, &answer["AuthenticationResult"]).await);
    }
}

#[tokio::test]
async fn a_refresh_token_is_base64url() {
    let (_, result) = signed_in().await;
    let token = text(&result["RefreshToken"]);
    assert!(
        token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    );
}

#[tokio::test]
async fn a_refresh_token_of_another_client_or_forged() {
    let (mut world, result) = signed_in().await;
    let mut forged = result.clone();
    let token = text(&result["RefreshToken"]);
    forged["RefreshToken"] = token[1..].into();
    let request = refresh_request(&world, &forged);
    let reply = world.call("GetTokensFromRefreshToken", request).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    world.client = world.new_client(json!({})).await;
    let request = refresh_request(&world, &result);
    let reply = world.call("GetTokensFromRefreshToken", request).await;
    assert_eq!(reply.body["message"], "Invalid Refresh Token.");
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_refresh_token_expires() {
    let (world, result) = signed_in().await;
    world.clock.advance(30 * 86_400);
    let request = refresh_request(&world, &result);
    let reply = world.call("GetTokensFromRefreshToken", request).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn revocation_ends_one_sign_in() {
    let (world, result) = signed_in().await;
    let other = world.sign_in("alice").await["AuthenticationResult"].clone();
    let request = json!({"ClientId": world.client, "Token": result["RefreshToken"]});
    world.call("RevokeToken", request.clone()).await.ok();
    world.call("RevokeToken", request).await.ok();
    assert!(!is_accepted(&world, &result).await);
    assert!(is_accepted(&world, &other).await);
    let request = refresh_request(&world, &result);
    let reply = world.call("GetTokensFromRefreshToken", request).await;
    assert_eq!(reply.body["message"], "Refresh Token has been revoked");
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn only_refresh_tokens_are_revoked() {
    let (world, result) = signed_in().await;
    let request = json!({"ClientId": world.client, "Token": result["AccessToken"]});
    let reply = world.call("RevokeToken", request).await;
    assert_eq!(reply.refused(), "UnsupportedTokenTypeException");
}

#[tokio::test]
async fn signing_out_everywhere_ends_all() {
    let (world, result) = signed_in().await;
    let other = world.sign_in("alice").await["AuthenticationResult"].clone();
    let request = json!({"AccessToken": result["AccessToken"]});
    world.call("GlobalSignOut", request.clone()).await.ok();
    let reply = world.call("GlobalSignOut", request).await;
    assert_eq!(reply.body["message"], "Access Token has been revoked");
    assert_eq!(reply.refused(), "NotAuthorizedException");
    for result in [&result, &other] {
        assert!(!is_accepted(&world, result).await);
        let request = refresh_request(&world, result);
        let reply = world.call("GetTokensFromRefreshToken", request).await;
        assert_eq!(reply.refused(), "NotAuthorizedException");
    }
    let again = world.sign_in("alice").await["AuthenticationResult"].clone();
    assert!(is_accepted(&world, &again).await);
}

#[tokio::test]
async fn an_id_token_opens_nothing() {
    let (world, result) = signed_in().await;
    for operation in ["GetUser", "GlobalSignOut", "AssociateSoftwareToken"] {
        let reply = world
            .call(operation, json!({"AccessToken": result["IdToken"]}))
            .await;
        assert_eq!(reply.refused(), "NotAuthorizedException", "{operation}");
    }
}

#[tokio::test]
async fn lifetimes_are_the_clients() {
    let mut world = World::new("OFF").await;
    world.new_user("alice").await;
    let settings = json!({
        "AccessTokenValidity": 5,
        "TokenValidityUnits": {"AccessToken": "minutes"},
    });
    world.client = world.new_client(settings).await;
    let result = world.sign_in("alice").await["AuthenticationResult"].clone();
    assert_eq!(result["ExpiresIn"], 300);
    world.clock.advance(299);
    assert!(is_accepted(&world, &result).await);
    world.clock.advance(1);
    assert!(!is_accepted(&world, &result).await);
}
