//! The protocol around the operations: names, bodies, errors, CORS, documents.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use countersign_cognito::Audience;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn unknown_operations_say_so() {
    let world = World::empty();
    for operation in ["", "signup", "SignUp2", "CreateGroup", "ConfirmDevice"] {
        let reply = world.call(operation, json!({})).await;
        assert_eq!(reply.refused(), "UnknownOperationException", "{operation}");
    }
}

#[tokio::test]
async fn a_target_of_another_service() {
    let request = Request::post("/")
        .header("x-amz-target", "AWSCognitoIdentityService.GetId")
        .body(Body::from("{}"))
        .expect("a request");
    let reply = World::empty().exchange(request).await;
    assert_eq!(reply.refused(), "UnknownOperationException");
}

#[tokio::test]
async fn no_target() {
    let request = Request::post("/")
        .body(Body::from("{}"))
        .expect("a request");
    let reply = World::empty().exchange(request).await;
    assert_eq!(reply.refused(), "UnknownOperationException");
}

#[tokio::test]
async fn malformed_bodies() {
    let world = World::empty();
    let deep = "[".repeat(10_000);
    let bodies = ["{", "[]", "null", "\"text\"", "{\"a\":1}x", "\u{0}", &deep];
    for body in bodies {
        let reply = world.send("GetUser", body.into(), None).await;
        assert_eq!(reply.refused(), "SerializationException", "{body:.20}");
    }
    let reply = world.send("GetUser", vec![0xff, 0xfe], None).await;
    assert_eq!(reply.refused(), "SerializationException");
}

#[tokio::test]
async fn members_of_the_wrong_type() {
    let world = World::empty();
    for token in [json!(1), json!(true), json!(["x"]), json!({})] {
        let reply = world.call("GetUser", json!({"AccessToken": token})).await;
        assert_eq!(reply.refused(), "SerializationException");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit() {
    let body = format!("{{\"AccessToken\":\"{}\"}}", "a".repeat(70_000));
    let reply = World::empty().send("GetUser", body.into(), None).await;
    assert_eq!(reply.refused(), "InvalidParameterException");
}

#[tokio::test]
async fn every_violation_is_listed_and_no_value_is_echoed() {
    let request = json!({"ClientId": "no spaces canary", "Username": "", "Password": "a canary"});
    let reply = World::empty().call("SignUp", request).await;
    let message = reply.body["message"].as_str().expect("text").to_owned();
    assert_eq!(reply.refused(), "InvalidParameterException");
    assert!(
        message.starts_with("3 validation errors detected: "),
        "{message}"
    );
    assert!(message.contains("'clientId'"), "{message}");
    assert!(!message.contains("canary"), "{message}");
}

#[tokio::test]
async fn a_missing_member_is_null_once() {
    let reply = World::empty().call("GetUser", json!({})).await;
    assert_eq!(
        reply.body["message"],
        "1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: \
         Member must not be null"
    );
}

#[tokio::test]
async fn members_nobody_knows_are_ignored() {
    let request = json!({"AccessToken": "x.y.z", "UserContextData": {"EncodedData": "x"}});
    let reply = World::empty().call("GetUser", request).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}

#[tokio::test]
async fn errors_carry_their_headers() {
    let reply = World::empty()
        .call("GetUser", json!({"AccessToken": "x"}))
        .await;
    assert_eq!(reply.headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(reply.headers["access-control-allow-origin"], "*");
    assert_eq!(reply.headers["x-amzn-errormessage"], "Invalid Access Token");
    assert_eq!(reply.headers["x-amzn-requestid"].len(), 36);
    assert!(reply.headers.contains_key("access-control-expose-headers"));
}

#[tokio::test]
async fn preflight_allows_what_is_asked() {
    let request = Request::options("/")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "x-amz-target,x-own-header",
        )
        .body(Body::empty())
        .expect("a request");
    let reply = World::empty().exchange(request).await;
    assert!(reply.status.is_success());
    assert_eq!(reply.headers["access-control-allow-origin"], "*");
    assert_eq!(
        reply.headers["access-control-allow-headers"],
        "x-amz-target,x-own-header"
    );
    let methods = reply.headers["access-control-allow-methods"]
        .to_str()
        .expect("text");
    assert!(methods.contains("POST"));
}

#[tokio::test]
async fn other_paths_and_methods() {
    let world = World::empty();
    for request in [
        Request::get("/"),
        Request::get("/nowhere"),
        Request::post("/nowhere"),
        Request::put("/"),
        Request::get("/local_000000000/.well-known/jwks.json"),
    ] {
        let request = request.body(Body::empty()).expect("a request");
        let reply = world.exchange(request).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.body["__type"].is_string());
    }
}

#[tokio::test]
async fn healthy() {
    let request = Request::get("/healthz")
        .body(Body::empty())
        .expect("a request");
    assert_eq!(
        World::empty().exchange(request).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_pool_has_its_documents() {
    let world = World::new("OFF").await;
    for (document, member) in [("jwks.json", "keys"), ("openid-configuration", "issuer")] {
        let path = format!("/{}/.well-known/{document}", world.pool);
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let reply = world.exchange(request).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.headers["access-control-allow-origin"], "*");
        assert!(reply.body.get(member).is_some());
    }
}

#[tokio::test]
async fn a_listener_offers_its_audience_alone() {
    let users = World::for_audience(Audience::Users);
    let reply = users.admin("ListUserPools", json!({"MaxResults": 1})).await;
    assert_eq!(reply.refused(), "UnknownOperationException");
    let reply = users.call("GetUser", json!({"AccessToken": "x"})).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
    let admins = World::for_audience(Audience::Admins);
    admins
        .admin("ListUserPools", json!({"MaxResults": 1}))
        .await
        .ok();
    let reply = admins.call("GetUser", json!({"AccessToken": "x"})).await;
    assert_eq!(reply.refused(), "UnknownOperationException");
}

#[tokio::test]
async fn a_signature_on_an_operation_that_needs_none_is_not_looked_at() {
    let world = World::empty();
    let signature = ("AWS4-HMAC-SHA256 nonsense".to_owned(), "never".to_owned());
    let body = br#"{"AccessToken": "x"}"#.to_vec();
    let reply = world.send("GetUser", body, Some(signature)).await;
    assert_eq!(reply.refused(), "NotAuthorizedException");
}
