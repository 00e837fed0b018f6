//! Bad input gets an error of the right name, and nothing is lost by it.

use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::world::{User, World, make, text, totp_answer};

const CHALLENGE: &str = "SOFTWARE_TOKEN_MFA";

/// Everything that is wrong about a request as such, sent to one server, which serves on.
#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_named() {
    let world = World::new(&json!([{}]));
    let client = &world.client;
    for body in [
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"a\":1}}",
        "\u{feff}{}",
        "{\"ClientId\":7}",
    ] {
        check_body(client, "InitiateAuth", body, "SerializationException").await;
    }
    // No body at all is an empty one.
    for body in ["", "{}"] {
        check_body(client, "InitiateAuth", body, "InvalidParameterException").await;
    }
    check_body(client, "NoSuchOperation", "{}", "UnknownOperationException").await;
    check_body(client, "", "{}", "UnknownOperationException").await;
    check_body(client, "initiateauth", "{}", "UnknownOperationException").await;
    let deep = "[".repeat(10_000);
    check_body(client, "InitiateAuth", &deep, "SerializationException").await;
    let unknown = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "nosuchclient",
        "AuthParameters": { "USERNAME": "alice", "PASSWORD": "Passw0rd!" },
    });
    check(
        client,
        "InitiateAuth",
        &unknown,
        "ResourceNotFoundException",
    )
    .await;
    let nameless = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": world.client_id });
    check(
        client,
        "InitiateAuth",
        &nameless,
        "InvalidParameterException",
    )
    .await;
    let flow = json!({ "AuthFlow": "MAGIC", "ClientId": world.client_id });
    check(client, "InitiateAuth", &flow, "InvalidParameterException").await;
    assert!(world.first_factor(&world.users[0]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_requests_are_answered_too() {
    let world = World::new(&json!([]));
    let (http, url) = (world.client.http(), world.client.url());
    let send = async |request: reqwest::RequestBuilder| {
        Reply::of(request.send().await.expect("an answer"))
            .await
            .expect("a whole answer")
    };
    for (path, status) in [("/", 404), ("/nowhere", 404), ("/healthz", 200)] {
        assert_eq!(
            send(http.get(format!("{url}{path}"))).await.status,
            status,
            "{path}"
        );
    }
    let without_target = send(http.post(url).body("{}")).await;
    assert_eq!(without_target.refused(), "UnknownOperationException");
    let large = vec![b' '; 64 << 20];
    // The server may close the connection before it has taken all of it.
    if let Ok(answer) = world.client.send("InitiateAuth", large).await {
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        assert!(answer.body["__type"].is_string(), "{}", answer.body);
    }
    assert_eq!(send(http.get(format!("{url}/healthz"))).await.status, 200);
}

/// A browser asks before it sends: any origin may.
#[tokio::test(flavor = "multi_thread")]
async fn browsers_of_any_origin_may_send() {
    let world = World::new(&json!([]));
    let (http, url) = (world.client.http(), world.client.url());
    let asked = http
        .request(reqwest::Method::OPTIONS, url)
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,x-amz-target",
        )
        .send()
        .await
        .expect("an answer");
    assert!(asked.status().is_success());
    let allowed = asked.headers()["access-control-allow-headers"]
        .to_str()
        .expect("ASCII");
    assert!(allowed.contains("x-amz-target"), "{allowed}");
    let refused = http
        .post(url)
        .header("origin", "https://app.example.com")
        .body("{}")
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
    assert_eq!(
        refused.headers()["x-amzn-errortype"],
        "UnknownOperationException"
    );
}

/// A session is worth something for its own user, client and challenge only, and only as it was
/// issued.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_others_and_forged_ones_are_refused() {
    let world = World::new(&json!([{}, {}]));
    let [alice, mallory] = [0, 1].map(|index: usize| world.users[index].clone());
    let mut alices = world.enrol(&alice).await;
    let mut mallorys = world.enrol(&mallory).await;
    let session = world.challenged(&alice, CHALLENGE).await;
    let mallorys_session = world.challenged(&mallory, CHALLENGE).await;

    let code = mallorys.code().await;
    refused(
        &world,
        &alice,
        &mallorys_session,
        &code,
        "NotAuthorizedException",
    )
    .await;
    refused(&world, &mallory, &session, &code, "NotAuthorizedException").await;
    refused(&world, &alice, &session, &code, "CodeMismatchException").await;
    for forged in forgeries(&session) {
        let answer = world.answer(&alice, &forged, &alices.last_code()).await;
        let name = answer.refused();
        let expected = ["NotAuthorizedException", "InvalidParameterException"];
        assert!(
            expected.contains(&name),
            "{name} for {} bytes",
            forged.len()
        );
    }
    other_challenges(&world, &alice, &session).await;
    let (stranger, _) = make(&world.server, &json!({}));
    let body = totp_answer(&stranger, &alice.username, &session, &alices.last_code());
    check(
        &world.client,
        "RespondToAuthChallenge",
        &body,
        "NotAuthorizedException",
    )
    .await;

    let code = alices.code().await;
    let answer = world.answer(&alice, &session, &code).await;
    assert!(
        answer.is_ok(),
        "none of it has harmed the session: {answer:?}"
    );
}

/// The password alone changes no factor and answers no other challenge.
async fn other_challenges(world: &World, user: &User, session: &str) {
    let set_up = json!({ "Session": session });
    check(
        &world.client,
        "AssociateSoftwareToken",
        &set_up,
        "NotAuthorizedException",
    )
    .await;
    let verify = json!({ "Session": session, "UserCode": "123456" });
    let answer = world.client.call("VerifySoftwareToken", &verify).await;
    assert_eq!(answer.refused(), "SoftwareTokenMFANotFoundException");
    for (challenge, member, value) in [
        ("SMS_MFA", "SMS_MFA_CODE", "123456"),
        ("EMAIL_OTP", "EMAIL_OTP_CODE", "123456"),
        ("SELECT_MFA_TYPE", "ANSWER", "SMS_MFA"),
        ("MFA_SETUP", "EMAIL", "mallory@example.com"),
        ("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD", "Another-Passw0rd!"),
    ] {
        let body = json!({
            "ChallengeName": challenge,
            "ClientId": world.client_id,
            "Session": session,
            "ChallengeResponses": { "USERNAME": user.username, member: value },
        });
        let answer = world.client.call("RespondToAuthChallenge", &body).await;
        let name = answer.refused().to_owned();
        let expected = [
            "NotAuthorizedException",
            "InvalidParameterException",
            "SoftwareTokenMFANotFoundException",
        ];
        assert!(expected.contains(&name.as_str()), "{challenge}: {name}");
    }
}

/// Tokens, too, serve only as they were issued.
#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_refused() {
    let world = World::new(&json!([{}]));
    let tokens = world.first_factor(&world.users[0]).await.ok();
    let access = text(&tokens["AuthenticationResult"]["AccessToken"]);
    let get = |token: &str| json!({ "AccessToken": token });
    let client = &world.client;
    for forged in forgeries(&access) {
        let answer = client.call("GetUser", &get(&forged)).await;
        let name = answer.refused();
        let expected = ["NotAuthorizedException", "InvalidParameterException"];
        assert!(
            expected.contains(&name),
            "{name} for {} bytes",
            forged.len()
        );
    }
    let (_, rest) = access.split_once('.').expect("three parts");
    let unsigned = format!("eyJhbGciOiJub25lIn0.{rest}");
    check(client, "GetUser", &get(&unsigned), "NotAuthorizedException").await;
    assert!(client.call("GetUser", &get(&access)).await.is_ok());
}

/// Changed at the beginning, in the middle and at the end; truncated; prolonged; doubled.
fn forgeries(genuine: &str) -> Vec<String> {
    let changed = |at: usize| {
        let mut letters: Vec<char> = genuine.chars().collect();
        letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
        letters.into_iter().collect::<String>()
    };
    let length = genuine.len();
    let mut forged = vec![
        changed(0),
        changed(1),
        changed(length / 2),
        changed(length - 3),
        format!("{genuine}AAAA"),
        format!("{genuine}{genuine}"),
        genuine.to_lowercase(),
        "A".repeat(length),
        "A".repeat(4096),
        "A".repeat(20_000),
        String::new(),
    ];
    forged.extend([1, 4, 19, 20, length / 2, length - 1].map(|to: usize| genuine[..to].to_owned()));
    forged.retain(|text| text != genuine);
    forged
}

async fn refused(world: &World, user: &User, session: &str, code: &str, expected: &str) {
    let answer = world.answer(user, session, code).await;
    assert_eq!(answer.refused(), expected);
}

async fn check(client: &Client, operation: &str, body: &Value, expected: &str) {
    let answer = client.call(operation, body).await;
    assert_eq!(answer.refused(), expected, "{operation} {}", answer.body);
}

async fn check_body(client: &Client, operation: &str, body: &str, expected: &str) {
    let answer = client
        .send(operation, body.to_owned())
        .await
        .expect("an answer");
    let shown = body.get(..40.min(body.len())).unwrap_or_default();
    assert_eq!(answer.refused(), expected, "{operation} {shown}");
}
