//! A sign-in with a code that a real SMTP server received from the running binary.

use serde_json::{Value, json};

use crate::client::Reply;
use crate::server::Server;
use crate::smtp::Sink;
use crate::world::{User, World, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_code_signs_in() {
    let mut sink = Sink::start(&[]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let from = "Countersign <no-reply@example.com>";
    let server = Server::start(folder.path(), &["--smtp", &sink.url(), "--smtp-from", from]);
    let addresses = ["alice@example.com", "nobody@example.com"];
    let users = addresses.map(|email| json!({ "email": email }));
    let world = World::on(server, folder, &json!(users));
    let [alice, nobody] = [0, 1].map(|index: usize| world.users[index].clone());
    prefer_mail(&world, &alice).await;
    let session = world.challenged(&alice, "EMAIL_OTP").await;
    let mail = sink.next_mail();
    assert_eq!(mail["to"], json!(["alice@example.com"]));
    let code = code_in(&mail);
    let wrong = if code == "123456" { "654321" } else { "123456" };
    let answer = answer(&world, &alice, &session, wrong).await;
    assert_eq!(answer.refused(), "CodeMismatchException");
    let tokens = self::answer(&world, &alice, &session, &code).await.ok();
    assert!(tokens["AuthenticationResult"]["AccessToken"].is_string());

    prefer_mail(&world, &nobody).await;
    let refused = world.first_factor(&nobody).await;
    assert_eq!(refused.refused(), "CodeDeliveryFailureException");
}

async fn prefer_mail(world: &World, user: &User) {
    let tokens = world.first_factor(user).await.ok();
    let prefer = json!({
        "AccessToken": tokens["AuthenticationResult"]["AccessToken"],
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true },
    });
    world
        .client
        .call("SetUserMFAPreference", &prefer)
        .await
        .ok();
}

async fn answer(world: &World, user: &User, session: &str, code: &str) -> Reply {
    let body = json!({
        "ChallengeName": "EMAIL_OTP",
        "ClientId": world.client_id,
        "Session": session,
        "ChallengeResponses": { "USERNAME": user.username, "EMAIL_OTP_CODE": code },
    });
    world.client.call("RespondToAuthChallenge", &body).await
}

/// The six digits in the mail's body.
fn code_in(mail: &Value) -> String {
    let data = text(&mail["data"]);
    let (_, body) = data.split_once("\r\n\r\n").expect("a mail has a head");
    let mut numbers = body.split(|c: char| !c.is_ascii_digit());
    let code = numbers.find(|number| number.len() == 6);
    code.expect("the mail has a code").to_owned()
}
