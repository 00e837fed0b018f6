//! Guessing is stopped: back-off from the fifth wrong code, the factor locked at the tenth,
//! whatever sessions it is spread over; and nobody else is touched.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{User, World, totp_answer};

const CHALLENGE: &str = "SOFTWARE_TOKEN_MFA";

/// The default policy: see `ThrottlePolicy::DEFAULT` in `countersign-core`.
const FREE: usize = 4;
const LOCK_AT: usize = 10;

/// What the blocks after the fifth to the ninth wrong code add up to: 1 + 2 + 4 + 8 + 16 s. The
/// server counts whole seconds, so each may be shorter by up to one.
const BLOCKED: Duration = Duration::from_secs(31 - 5);

/// Each wrong code in a new sign-in. The blocks are real, so this takes half a minute.
#[tokio::test(flavor = "multi_thread")]
async fn the_tenth_wrong_code_locks_the_factor() {
    let world = World::new(&json!([{}, {}]));
    let [alice, bob] = [0, 1].map(|index: usize| world.users[index].clone());
    let mut app = world.enrol(&alice).await;
    let mut bobs = world.enrol(&bob).await;
    let begun = Instant::now();
    let mut blocked_after = None;
    let mut evaluated = 0;
    while evaluated < LOCK_AT {
        let session = world.challenged(&alice, CHALLENGE).await;
        if evaluated == FREE {
            beginning_of_a_second().await;
        }
        let answer = world.answer(&alice, &session, &app.wrong_code()).await;
        match answer.refused() {
            "CodeMismatchException" => {
                evaluated += 1;
                // From here on a block outlasts the next request: the right code is not taken.
                if evaluated > FREE + 1 {
                    let answer = world.answer(&alice, &session, &app.present_code()).await;
                    assert_eq!(answer.refused(), "NotAuthorizedException");
                }
            }
            "NotAuthorizedException" => {
                blocked_after.get_or_insert(evaluated);
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(blocked_after, Some(FREE + 1), "back-off from the fifth");
    assert!(begun.elapsed() >= BLOCKED, "{:?}", begun.elapsed());
    refuses_the_right_code(&world, &alice, &app.code().await).await;
    let session = world.challenged(&bob, CHALLENGE).await;
    let code = bobs.code().await;
    assert!(
        world.answer(&bob, &session, &code).await.is_ok(),
        "another account is not touched"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_no_more_guesses() {
    let world = World::new(&json!([{}]));
    let user = world.users[0].clone();
    let app = world.enrol(&user).await;
    let mut sessions = Vec::new();
    for _ in 0..64 {
        sessions.push(world.challenged(&user, CHALLENGE).await);
    }
    let wrong = app.wrong_code();
    let mut guesses = JoinSet::new();
    for session in &sessions {
        let body = totp_answer(&world.client_id, &user.username, session, &wrong);
        let client = world.client.clone();
        guesses.spawn(async move { client.call("RespondToAuthChallenge", &body).await });
    }
    let answers = guesses.join_all().await;
    let evaluated = answers
        .iter()
        .filter(|answer| answer.refused() == "CodeMismatchException")
        .count();
    assert!(
        (FREE + 1..=LOCK_AT).contains(&evaluated),
        "{evaluated} of 64 were evaluated"
    );
    let ignored = answers
        .iter()
        .filter(|answer| answer.refused() == "NotAuthorizedException")
        .count();
    assert_eq!(evaluated + ignored, 64, "{answers:?}");
}

/// Only who has the password moves the second factor's count.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_never_lock_the_second_factor() {
    let world = World::new(&json!([{}]));
    let user = world.users[0].clone();
    let mut app = world.enrol(&user).await;
    let mallory = User {
        password: "Wrong-Passw0rd!".to_owned(),
        ..user.clone()
    };
    for _ in 0..40 {
        let answer = world.first_factor(&mallory).await;
        assert_eq!(answer.refused(), "NotAuthorizedException");
    }
    let session = loop {
        let answer = world.first_factor(&user).await;
        if answer.is_ok() {
            break crate::world::text(&answer.body["Session"]);
        }
        assert_eq!(answer.refused(), "NotAuthorizedException");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let code = app.code().await;
    assert!(world.answer(&user, &session, &code).await.is_ok());
}

/// The server counts whole seconds, so only there the first block lasts for one.
async fn beginning_of_a_second() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let past = now.expect("the clock is set").subsec_nanos();
    tokio::time::sleep(Duration::from_secs(1).saturating_sub(Duration::from_nanos(past.into())))
        .await;
}

async fn refuses_the_right_code(world: &World, user: &User, code: &str) {
    let asked = world.first_factor(user).await;
    if !asked.is_ok() {
        assert_eq!(asked.refused(), "NotAuthorizedException");
        return;
    }
    let session = crate::world::text(&asked.body["Session"]);
    let answer = world.answer(user, &session, code).await;
    assert_eq!(answer.refused(), "NotAuthorizedException");
}
