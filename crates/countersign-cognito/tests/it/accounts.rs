//! A user's own account: sign-up, passwords, attributes, the end of it.

use serde_json::{Value, json};

use crate::world::{PASSWORD, World, text, wrong};

/// A pool that verifies e-mail addresses at sign-up.
async fn open_pool() -> World {
    let mut world = World::empty();
    let request = json!({"PoolName": "open", "AutoVerifiedAttributes": ["email"]});
    let pool = world.admin("CreateUserPool", request).await.ok();
    world.pool = text(&pool["UserPool"]["Id"]);
    world.client = world.new_client(json!({})).await;
    world
}

fn sign_up(world: &World, username: &str) -> Value {
    json!({
        "ClientId": world.client,
        "Username": username,
        "Password": PASSWORD,
        "UserAttributes": [{"Name": "email", "Value": format!("{username}@example.com")}],
    })
}

fn confirm(world: &World, username: &str, code: &str) -> Value {
    json!({"ClientId": world.client, "Username": username, "ConfirmationCode": code})
}

fn user(world: &World, username: &str) -> Value {
    json!({"ClientId": world.client, "Username": username})
}

fn attribute<'a>(user: &'a Value, name: &str) -> Option<&'a Value> {
    let attributes = user["UserAttributes"].as_array().expect("a list");
    attributes
        .iter()
        .find(|entry| entry["Name"] == name)
        .map(|entry| &entry["Value"])
}

#[tokio::test]
async fn sign_up_and_confirm() {
    let world = open_pool().await;
    let made = world.call("SignUp", sign_up(&world, "zoe")).await.ok();
    assert_eq!(made["UserConfirmed"], false);
    assert_eq!(text(&made["UserSub"]).len(), 36);
    assert_eq!(
        made["CodeDeliveryDetails"],
        json!({"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "z***@e***"})
    );
    assert_eq!(world.last_message()["purpose"], "sign-up");
    let early = world.try_sign_in("zoe", PASSWORD).await;
    assert_eq!(early.refused(), "UserNotConfirmedException");
    let code = world.last_code();
    let reply = world
        .call("ConfirmSignUp", confirm(&world, "zoe", &wrong(&code)))
        .await;
    assert_eq!(reply.refused(), "CodeMismatchException");
    world
        .call("ConfirmSignUp", confirm(&world, "zoe", &code))
        .await
        .ok();
    let token = world.access_token("zoe").await;
    let shown = world
        .call("GetUser", json!({"AccessToken": token}))
        .await
        .ok();
    assert_eq!(shown["Username"], "zoe");
    assert_eq!(attribute(&shown, "email_verified"), Some(&json!("true")));
    let again = world
        .call("ConfirmSignUp", confirm(&world, "zoe", &code))
        .await;
    assert_eq!(again.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_new_code_replaces_the_last() {
    let world = open_pool().await;
    world.call("SignUp", sign_up(&world, "zoe")).await.ok();
    let old = world.last_code();
    let sent = world
        .call("ResendConfirmationCode", user(&world, "zoe"))
        .await
        .ok();
    assert_eq!(sent["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
    world.wait_for_messages(2).await;
    let new = world.last_code();
    if old != new {
        let reply = world
            .call("ConfirmSignUp", confirm(&world, "zoe", &old))
            .await;
        assert!(reply.status.is_client_error());
    }
    world
        .call("ConfirmSignUp", confirm(&world, "zoe", &new))
        .await
        .ok();
}

#[tokio::test]
async fn names_are_taken_whatever_their_case() {
    let world = open_pool().await;
    world.call("SignUp", sign_up(&world, "zoe")).await.ok();
    for name in ["zoe", "ZOE"] {
        let reply = world.call("SignUp", sign_up(&world, name)).await;
        assert_eq!(reply.refused(), "UsernameExistsException");
    }
}

#[tokio::test]
async fn weak_passwords() {
    let world = open_pool().await;
    for password in [
        "Short-1",
        "nouppercase-1",
        "NOLOWERCASE-1",
        "NoNumber-x",
        "NoSymbol1",
    ] {
        let mut request = sign_up(&world, "zoe");
        request["Password"] = password.into();
        let reply = world.call("SignUp", request).await;
        let message = text(&reply.body["message"]);
        assert!(!message.contains(password));
        assert_eq!(reply.refused(), "InvalidPasswordException", "{password}");
    }
}

#[tokio::test]
async fn confirming_nobody() {
    let world = open_pool().await;
    let reply = world
        .call("ConfirmSignUp", confirm(&world, "nobody", "123456"))
        .await;
    assert!(reply.status.is_client_error());
    assert_ne!(reply.refused(), "UserNotFoundException");
    let reply = world
        .call("ResendConfirmationCode", user(&world, "nobody"))
        .await;
    let details = reply.ok();
    assert_eq!(details["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
}

#[tokio::test]
async fn a_forgotten_password() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let sent = world
        .call("ForgotPassword", user(&world, "alice"))
        .await
        .ok();
    assert!(sent["CodeDeliveryDetails"]["Destination"].is_string());
    world.wait_for_messages(1).await;
    assert_eq!(world.last_message()["purpose"], "reset-password");
    let code = world.last_code();
    let mut request = confirm(&world, "alice", &wrong(&code));
    request["Password"] = "New-Passw0rd!".into();
    let reply = world.call("ConfirmForgotPassword", request.clone()).await;
    assert_eq!(reply.refused(), "CodeMismatchException");
    request["ConfirmationCode"] = code.into();
    world
        .call("ConfirmForgotPassword", request.clone())
        .await
        .ok();
    let again = world.call("ConfirmForgotPassword", request).await;
    assert!(again.status.is_client_error());
    let old = world.try_sign_in("alice", PASSWORD).await;
    assert_eq!(old.refused(), "NotAuthorizedException");
    world.try_sign_in("alice", "New-Passw0rd!").await.ok();
    let reply = world.call("GetUser", json!({"AccessToken": token})).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn nobody_forgets_a_password_like_anybody() {
    let world = World::new("OFF").await;
    let sent = world
        .call("ForgotPassword", user(&world, "nobody"))
        .await
        .ok();
    assert!(sent["CodeDeliveryDetails"]["Destination"].is_string());
    assert_eq!(world.messages(), 0);
    let mut request = confirm(&world, "nobody", "123456");
    request["Password"] = "New-Passw0rd!".into();
    let reply = world.call("ConfirmForgotPassword", request).await;
    assert_ne!(reply.refused(), "UserNotFoundException");
}

#[tokio::test]
async fn changing_a_password() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let change = |previous: &str, proposed: &str| {
        world.call(
            "ChangePassword",
            json!({
                "AccessToken": token,
                "PreviousPassword": previous,
                "ProposedPassword": proposed,
            }),
        )
    };
    let reply = change("Wrong-Horse-9!", "New-Passw0rd!").await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    assert_eq!(
        change(PASSWORD, "weak").await.refused(),
        "InvalidPasswordException"
    );
    change(PASSWORD, "New-Passw0rd!").await.ok();
    world.try_sign_in("alice", "New-Passw0rd!").await.ok();
}

#[tokio::test]
async fn attributes_change_and_are_verified() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let request = json!({
        "AccessToken": token,
        "UserAttributes": [
            {"Name": "name", "Value": "Alice"},
            {"Name": "email", "Value": "new@example.com"},
        ],
    });
    let answer = world.call("UpdateUserAttributes", request).await.ok();
    assert!(answer["CodeDeliveryDetailsList"].is_array());
    let request = json!({"AccessToken": token, "AttributeName": "email"});
    let sent = world
        .call("GetUserAttributeVerificationCode", request)
        .await
        .ok();
    assert_eq!(sent["CodeDeliveryDetails"]["AttributeName"], "email");
    let message = world.last_message();
    assert_eq!(message["purpose"], "verify-attribute");
    assert_eq!(message["destination"], "new@example.com");
    let verify = |code: String| {
        world.call(
            "VerifyUserAttribute",
            json!({"AccessToken": token, "AttributeName": "email", "Code": code}),
        )
    };
    let code = world.last_code();
    assert_eq!(
        verify(wrong(&code)).await.refused(),
        "CodeMismatchException"
    );
    verify(code).await.ok();
    let shown = world
        .call("GetUser", json!({"AccessToken": token}))
        .await
        .ok();
    assert_eq!(attribute(&shown, "name"), Some(&json!("Alice")));
    assert_eq!(attribute(&shown, "email"), Some(&json!("new@example.com")));
    assert_eq!(attribute(&shown, "email_verified"), Some(&json!("true")));
}

#[tokio::test]
async fn users_do_not_verify_themselves() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    for name in ["email_verified", "phone_number_verified", "sub"] {
        let request = json!({
            "AccessToken": token,
            "UserAttributes": [{"Name": name, "Value": "true"}],
        });
        let reply = world.call("UpdateUserAttributes", request).await;
        assert!(reply.status.is_client_error(), "{name}");
    }
}

#[tokio::test]
async fn attributes_are_removed() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let request = json!({"AccessToken": token, "UserAttributeNames": ["phone_number"]});
    world.call("DeleteUserAttributes", request).await.ok();
    let shown = world
        .call("GetUser", json!({"AccessToken": token}))
        .await
        .ok();
    assert_eq!(attribute(&shown, "phone_number"), None);
    assert_eq!(attribute(&shown, "phone_number_verified"), None);
}

#[tokio::test]
async fn the_end_of_an_account() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    world
        .call("DeleteUser", json!({"AccessToken": token}))
        .await
        .ok();
    let reply = world.call("GetUser", json!({"AccessToken": token})).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    let reply = world.try_sign_in("alice", PASSWORD).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}
