//! The password: sent, proven by SRP, chosen, guessed at.

use serde_json::{Value, json};

use crate::srp_client::SrpClient;
use crate::world::{PASSWORD, Reply, World, text};

/// The time of [`crate::world::START`] as clients write it.
const TIMESTAMP: &str = "Tue Nov 24 07:30:00 UTC 2026";

async fn begin_srp(world: &World, client: &SrpClient, username: &str) -> Value {
    let request = json!({
        "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": {"USERNAME": username, "SRP_A": client.public()},
        "ClientId": world.client,
    });
    world.call("InitiateAuth", request).await.ok()
}

async fn srp(world: &World, username: &str, password: &str) -> Reply {
    let client = SrpClient::new();
    let challenge = begin_srp(world, &client, username).await;
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    let user = text(&challenge["ChallengeParameters"]["USER_ID_FOR_SRP"]);
    let answer = client.answer(&world.pool, &challenge, password, TIMESTAMP);
    world.respond(&user, &challenge, answer).await
}

fn is_signed_in(answer: &Value) -> bool {
    let result = &answer["AuthenticationResult"];
    answer["ChallengeParameters"] == json!({})
        && result["AccessToken"].is_string()
        && result["IdToken"].is_string()
        && result["RefreshToken"].is_string()
        && result["TokenType"] == "Bearer"
        && result["ExpiresIn"] == 3600
}

#[tokio::test]
async fn srp_with_the_right_password() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    assert!(is_signed_in(&srp(&world, "alice", PASSWORD).await.ok()));
}

#[tokio::test]
async fn srp_under_another_spelling_of_the_name() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    assert!(is_signed_in(&srp(&world, "ALICE", PASSWORD).await.ok()));
}

#[tokio::test]
async fn srp_with_a_wrong_password() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let reply = srp(&world, "alice", "Wrong-Horse-9!").await;
    assert_eq!(reply.body["message"], "Incorrect username or password.");
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn srp_of_nobody_looks_like_a_wrong_password() {
    let world = World::new("OFF").await;
    let client = SrpClient::new();
    let first = begin_srp(&world, &client, "nobody").await;
    let second = begin_srp(&world, &client, "nobody").await;
    let salt = |answer: &Value| answer["ChallengeParameters"]["SALT"].clone();
    assert_eq!(salt(&first), salt(&second));
    assert_eq!(
        srp(&world, "nobody", PASSWORD).await.refused(),
        "NotAuthorizedException"
    );
}

#[tokio::test]
async fn srp_proof_is_good_once() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let client = SrpClient::new();
    let challenge = begin_srp(&world, &client, "alice").await;
    let answer = client.answer(&world.pool, &challenge, PASSWORD, TIMESTAMP);
    world
        .respond("alice", &challenge, answer.clone())
        .await
        .ok();
    let again = world.respond("alice", &challenge, answer).await;
    assert_eq!(again.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn srp_proof_in_the_session_of_another_exchange() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let client = SrpClient::new();
    let challenge = begin_srp(&world, &client, "alice").await;
    let other = begin_srp(&world, &client, "alice").await;
    let answer = client.answer(&world.pool, &challenge, PASSWORD, TIMESTAMP);
    let reply = world.respond("alice", &other, answer).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn srp_with_a_public_value_of_zero() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    for public in ["0", "", "xyz", &"f".repeat(800)] {
        let request = json!({
            "AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": {"USERNAME": "alice", "SRP_A": public},
            "ClientId": world.client,
        });
        let reply = world.call("InitiateAuth", request).await;
        assert_eq!(reply.refused(), "InvalidParameterException", "{public}");
    }
}

#[tokio::test]
async fn a_password_as_it_is() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    assert!(is_signed_in(&world.sign_in("alice").await));
}

#[tokio::test]
async fn nobody_and_a_wrong_password_look_alike() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let wrong = world.try_sign_in("alice", "Wrong-Horse-9!").await;
    let nobody = world.try_sign_in("nobody", "Wrong-Horse-9!").await;
    assert_eq!(wrong.body, nobody.body);
    assert_eq!(wrong.status, nobody.status);
    assert_eq!(nobody.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_client_that_may_know_is_told_of_nobody() {
    let mut world = World::new("OFF").await;
    let settings = json!({"PreventUserExistenceErrors": "LEGACY"});
    world.client = world.new_client(settings).await;
    let reply = world.try_sign_in("nobody", PASSWORD).await;
    assert_eq!(reply.refused(), "UserNotFoundException");
}

#[tokio::test]
async fn a_client_may_use_only_its_flows() {
    let mut world = World::new("OFF").await;
    world.new_user("alice").await;
    let settings = json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]});
    world.client = world.new_client(settings).await;
    let reply = world.try_sign_in("alice", PASSWORD).await;
    assert_eq!(reply.refused(), "InvalidParameterException");
    for flow in ["CUSTOM_AUTH", "ADMIN_NO_SRP_AUTH", "NONSENSE", "USER_AUTH"] {
        let request = json!({
            "AuthFlow": flow,
            "AuthParameters": {"USERNAME": "alice"},
            "ClientId": world.client,
        });
        let reply = world.call("InitiateAuth", request).await;
        assert_eq!(reply.refused(), "InvalidParameterException", "{flow}");
    }
}

#[tokio::test]
async fn an_unknown_client() {
    let mut world = World::new("OFF").await;
    world.client = "nosuchclient".to_owned();
    let reply = world.try_sign_in("alice", PASSWORD).await;
    assert_eq!(reply.refused(), "ResourceNotFoundException");
}

#[tokio::test]
async fn missing_parameters() {
    let world = World::new("OFF").await;
    for parameters in [
        json!({}),
        json!({"USERNAME": "alice"}),
        json!({"PASSWORD": "x"}),
    ] {
        let request = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": parameters,
            "ClientId": world.client,
        });
        let reply = world.call("InitiateAuth", request).await;
        assert_eq!(reply.refused(), "InvalidParameterException");
    }
}

#[tokio::test]
async fn wrong_passwords_lock_for_a_while_without_asking_for_a_retry() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    for _ in 0..5 {
        let reply = world.try_sign_in("alice", "Wrong-Horse-9!").await;
        assert_eq!(reply.refused(), "NotAuthorizedException");
    }
    let reply = world.try_sign_in("alice", PASSWORD).await;
    assert_eq!(reply.body["message"], "Password attempts exceeded");
    assert_eq!(reply.refused(), "NotAuthorizedException");
    world.clock.advance(2);
    assert!(is_signed_in(&world.sign_in("alice").await));
}

#[tokio::test]
async fn choice_of_first_factor() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    world.new_user("bob").await;
    let request = json!({
        "AuthFlow": "USER_AUTH",
        "AuthParameters": {"USERNAME": "alice"},
        "ClientId": world.client,
    });
    let challenge = world.call("InitiateAuth", request).await.ok();
    assert_eq!(challenge["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(
        challenge["AvailableChallenges"],
        json!(["PASSWORD", "PASSWORD_SRP"])
    );
    let chosen = json!({"ANSWER": "PASSWORD", "PASSWORD": PASSWORD});
    assert!(is_signed_in(
        &world
            .respond("alice", &challenge, chosen.clone())
            .await
            .ok()
    ));
    let other = world.respond("bob", &challenge, chosen.clone()).await;
    assert_eq!(other.refused(), "NotAuthorizedException");
    world.clock.advance(181);
    let late = world.respond("alice", &challenge, chosen).await;
    assert_eq!(late.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn preferred_first_factor() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let client = SrpClient::new();
    for (parameters, expected) in [
        (
            json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}),
            Value::Null,
        ),
        (
            json!({"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": client.public()}),
            "PASSWORD_VERIFIER".into(),
        ),
    ] {
        let mut request = json!({
            "AuthFlow": "USER_AUTH",
            "AuthParameters": parameters,
            "ClientId": world.client,
        });
        request["AuthParameters"]["USERNAME"] = "alice".into();
        let answer = world.call("InitiateAuth", request).await.ok();
        assert_eq!(answer["ChallengeName"], expected);
    }
}

#[tokio::test]
async fn a_confidential_client_signs_its_requests() {
    use base64::Engine as _;
    use hmac::{KeyInit as _, Mac as _};

    let mut world = World::new("OFF").await;
    world.new_user("alice").await;
    world.client = world.new_client(json!({"GenerateSecret": true})).await;
    let request = json!({"UserPoolId": world.pool, "ClientId": world.client});
    let client = world.admin("DescribeUserPoolClient", request).await.ok();
    let secret = text(&client["UserPoolClient"]["ClientSecret"]);
    assert_eq!(
        world.try_sign_in("alice", PASSWORD).await.refused(),
        "NotAuthorizedException"
    );
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("alice{}", world.client).as_bytes());
    let hash = mac.finalize().into_bytes();
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": PASSWORD, "SECRET_HASH": hash},
        "ClientId": world.client,
    });
    assert!(is_signed_in(
        &world.call("InitiateAuth", request).await.ok()
    ));
}
