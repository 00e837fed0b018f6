//! The admin side of users.

use serde_json::{Value, json};

use crate::world::{PASSWORD, World, text};

fn named(world: &World, username: &str) -> Value {
    json!({"UserPoolId": world.pool, "Username": username})
}

/// Norma, who was made with a temporary password.
async fn with_temporary_password() -> World {
    let world = World::new("OFF").await;
    let mut request = named(&world, "norma");
    request["TemporaryPassword"] = "Temp-Passw0rd!".into();
    request["MessageAction"] = "SUPPRESS".into();
    request["UserAttributes"] = json!([{"Name": "email", "Value": "norma@example.com"}]);
    let made = world.admin("AdminCreateUser", request).await.ok();
    assert_eq!(made["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(made["User"]["Enabled"], true);
    assert_eq!(made["User"]["Username"], "norma");
    world
}

#[tokio::test]
async fn a_temporary_password_has_to_be_changed() {
    let world = with_temporary_password().await;
    let challenge = world.try_sign_in("norma", "Temp-Passw0rd!").await.ok();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let parameters = &challenge["ChallengeParameters"];
    assert_eq!(parameters["requiredAttributes"], "[]");
    assert!(text(&parameters["userAttributes"]).contains("norma@example.com"));
    let weak = world
        .respond("norma", &challenge, json!({"NEW_PASSWORD": "weak"}))
        .await;
    assert_eq!(weak.refused(), "InvalidPasswordException");
    let new = json!({"NEW_PASSWORD": "Another-Passw0rd!", "userAttributes.name": "Norma"});
    let answer = world.respond("norma", &challenge, new.clone()).await.ok();
    assert!(answer["AuthenticationResult"]["AccessToken"].is_string());
    let again = world.respond("norma", &challenge, new).await;
    assert_eq!(again.refused(), "NotAuthorizedException");
    let shown = world
        .admin("AdminGetUser", named(&world, "norma"))
        .await
        .ok();
    assert_eq!(shown["UserStatus"], "CONFIRMED");
    let name = json!({"Name": "name", "Value": "Norma"});
    assert!(
        shown["UserAttributes"]
            .as_array()
            .expect("a list")
            .contains(&name)
    );
}

#[tokio::test]
async fn a_temporary_password_expires() {
    let world = with_temporary_password().await;
    world.clock.advance(7 * 86_400);
    let reply = world.try_sign_in("norma", "Temp-Passw0rd!").await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn verification_cannot_be_claimed_with_a_new_password() {
    let world = with_temporary_password().await;
    let challenge = world.try_sign_in("norma", "Temp-Passw0rd!").await.ok();
    let new = json!({
        "NEW_PASSWORD": "Another-Passw0rd!",
        "userAttributes.email_verified": "true",
    });
    let reply = world.respond("norma", &challenge, new).await;
    assert_eq!(reply.refused(), "InvalidParameterException");
}

#[tokio::test]
async fn a_name_is_taken() {
    let world = with_temporary_password().await;
    let reply = world.admin("AdminCreateUser", named(&world, "Norma")).await;
    assert_eq!(reply.refused(), "UsernameExistsException");
}

#[tokio::test]
async fn a_user_is_described() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let update = json!({
        "UserPoolId": world.pool,
        "Username": "alice",
        "SMSMfaSettings": {"Enabled": true, "PreferredMfa": true},
    });
    world.admin("AdminSetUserMFAPreference", update).await.ok();
    let shown = world
        .admin("AdminGetUser", named(&world, "alice"))
        .await
        .ok();
    assert_eq!(shown["Username"], "alice");
    assert_eq!(shown["UserStatus"], "CONFIRMED");
    assert_eq!(shown["UserMFASettingList"], json!(["SMS_MFA"]));
    assert_eq!(shown["PreferredMfaSetting"], "SMS_MFA");
    assert_eq!(shown["UserCreateDate"], crate::world::START);
}

#[tokio::test]
async fn a_password_by_an_administrator() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let mut request = named(&world, "alice");
    request["Password"] = "Temp-Passw0rd!".into();
    world.admin("AdminSetUserPassword", request).await.ok();
    let old = world.try_sign_in("alice", PASSWORD).await;
    assert_eq!(old.refused(), "NotAuthorizedException");
    let challenge = world.try_sign_in("alice", "Temp-Passw0rd!").await.ok();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let mut weak = named(&world, "alice");
    weak["Password"] = "weak".into();
    let reply = world.admin("AdminSetUserPassword", weak).await;
    assert_eq!(reply.refused(), "InvalidPasswordException");
}

#[tokio::test]
async fn users_are_listed_by_pages() {
    let world = World::new("OFF").await;
    for number in 0..5 {
        world.new_user(&format!("user{number}")).await;
    }
    let mut names = Vec::new();
    let mut request = json!({"UserPoolId": world.pool, "Limit": 2});
    loop {
        let page = world.admin("ListUsers", request.clone()).await.ok();
        let users = page["Users"].as_array().expect("a list").clone();
        assert!(users.len() <= 2);
        names.extend(users.iter().map(|user| text(&user["Username"])));
        match page.get("PaginationToken") {
            Some(token) => request["PaginationToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(names, ["user0", "user1", "user2", "user3", "user4"]);
}

#[tokio::test]
async fn users_of_another_pool_are_not_listed() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let other = world
        .admin("CreateUserPool", json!({"PoolName": "other"}))
        .await
        .ok();
    let request = json!({"UserPoolId": other["UserPool"]["Id"]});
    let page = world.admin("ListUsers", request).await.ok();
    assert_eq!(page["Users"], json!([]));
}

#[tokio::test]
async fn a_user_is_deleted() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    world
        .admin("AdminDeleteUser", named(&world, "alice"))
        .await
        .ok();
    for operation in ["AdminGetUser", "AdminDeleteUser"] {
        let reply = world.admin(operation, named(&world, "alice")).await;
        assert_eq!(reply.refused(), "UserNotFoundException", "{operation}");
    }
    let reply = world.call("GetUser", json!({"AccessToken": token})).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    // Somebody new of the same name is somebody else.
    world.new_user("alice").await;
    let reply = world.call("GetUser", json!({"AccessToken": token})).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn an_address_as_the_user_name() {
    let world = World::empty();
    let request = json!({"PoolName": "by e-mail", "UsernameAttributes": ["email"]});
    let pool = world.admin("CreateUserPool", request).await.ok();
    let pool = text(&pool["UserPool"]["Id"]);
    let create = |name: &str| {
        world.admin(
            "AdminCreateUser",
            json!({"UserPoolId": pool, "Username": name}),
        )
    };
    let made = create("zoe@example.com").await.ok();
    let email = json!({"Name": "email", "Value": "zoe@example.com"});
    let attributes = made["User"]["Attributes"]
        .as_array()
        .expect("a list")
        .clone();
    assert!(attributes.contains(&email));
    assert_eq!(create("zoe").await.refused(), "InvalidParameterException");
}
