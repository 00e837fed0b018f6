//! A code of an authenticator is accepted once: in the same session, in another, and by exactly
//! one of many at the same moment.

use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{User, World, totp_answer};

const CHALLENGE: &str = "SOFTWARE_TOKEN_MFA";

#[tokio::test(flavor = "multi_thread")]
async fn a_code_serves_once_in_its_session_and_in_others() {
    let world = World::new(&json!([{}]));
    let user = world.users[0].clone();
    let mut app = world.enrol(&user).await;
    let spent_in_set_up = app.last_code();
    let (first, second) = (
        world.challenged(&user, CHALLENGE).await,
        world.challenged(&user, CHALLENGE).await,
    );
    expect_refused(
        &world,
        &user,
        &first,
        &spent_in_set_up,
        "ExpiredCodeException",
    )
    .await;

    let code = app.code().await;
    assert!(world.answer(&user, &first, &code).await.is_ok());
    expect_refused(&world, &user, &first, &code, "NotAuthorizedException").await;
    expect_refused(&world, &user, &second, &code, "ExpiredCodeException").await;
    let third = world.challenged(&user, CHALLENGE).await;
    expect_refused(&world, &user, &third, &code, "ExpiredCodeException").await;
    let next = app.code().await;
    assert!(world.answer(&user, &second, &next).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_in_one_session_one_wins() {
    check_race(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_in_sessions_of_their_own_one_wins() {
    check_race(50).await;
}

/// Fifty answers with the same right code at the same moment, spread over so many sessions.
async fn check_race(sessions: usize) {
    let world = World::new(&json!([{}]));
    let user = world.users[0].clone();
    let mut app = world.enrol(&user).await;
    let mut open = Vec::new();
    for _ in 0..sessions {
        open.push(world.challenged(&user, CHALLENGE).await);
    }
    let code = app.code().await;
    let mut answers = JoinSet::new();
    for session in open.iter().cycle().take(50) {
        let body = totp_answer(&world.client_id, &user.username, session, &code);
        let client = world.client.clone();
        answers.spawn(async move { client.call("RespondToAuthChallenge", &body).await });
    }
    let answers = answers.join_all().await;
    let winners = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(winners, 1, "{answers:?}");
    for loser in answers.iter().filter(|answer| !answer.is_ok()) {
        let name = loser.refused();
        assert!(
            ["ExpiredCodeException", "NotAuthorizedException"].contains(&name),
            "{name}"
        );
    }
}

async fn expect_refused(world: &World, user: &User, session: &str, code: &str, expected: &str) {
    let answer = world.answer(user, session, code).await;
    assert_eq!(answer.refused(), expected);
}
