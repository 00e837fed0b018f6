//! What happens at the same time: a code is accepted once, whatever the number of sessions, tasks
//! and nodes, and a name is taken once.

use std::sync::Arc;

use countersign_host::core::{MfaPreference, MfaPreferenceUpdate};
use countersign_host::{Answer, Error, NextStep, Service};

use crate::rig::{CLIENT, PASSWORD, Rig, attributes, done};

const TASKS: usize = 50;

/// What each of many concurrent answers came to, over several nodes on one store.
async fn at_once(
    rig: &Rig,
    nodes: &[Service],
    sessions: &[String],
    code: &str,
) -> Vec<Result<(), Error>> {
    let start = Arc::new(tokio::sync::Barrier::new(sessions.len()));
    let tasks: Vec<_> = sessions
        .iter()
        .zip(nodes.iter().cycle())
        .map(|(session, node)| {
            let (node, pool, start) = (node.clone(), rig.pool.clone(), start.clone());
            let (session, code) = (session.clone(), code.to_owned());
            tokio::spawn(async move {
                start.wait().await;
                let answer = Answer::Code(None, &code);
                let progress = node
                    .confirm_sign_in(&pool, CLIENT, &session, answer)
                    .await?;
                assert!(matches!(progress.next_step, NextStep::Done(_)));
                Ok(())
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.expect("no task panics"));
    }
    outcomes
}

#[track_caller]
fn one_wins(outcomes: &[Result<(), Error>]) {
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((won, outcomes.len()), (1, TASKS));
    for outcome in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        let refused = matches!(
            outcome,
            Error::CodeAlreadyUsed | Error::SessionSpent | Error::CodeExpired | Error::CodeMismatch
        );
        assert!(refused, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_totp_code_is_refused_the_second_time() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let (first, second) = (rig.session("alice").await, rig.session("alice").await);
    let code = rig.totp(&secret);
    done(rig.code(&first, &code).await);
    let in_the_same = rig.code(&first, &code).await;
    assert!(
        matches!(in_the_same, Err(Error::SessionSpent)),
        "{in_the_same:?}"
    );
    let in_another = rig.code(&second, &code).await;
    assert!(
        matches!(in_another, Err(Error::CodeAlreadyUsed)),
        "{in_another:?}"
    );
    // Nor is a code of an earlier step of the window accepted after it.
    let now = rig.service.now().expect("the clock is set").secs();
    let earlier = crate::rig::totp_at(&secret, crate::rig::at(now - 30));
    let earlier = rig.code(&second, &earlier).await;
    assert!(
        matches!(earlier, Err(Error::CodeAlreadyUsed)),
        "{earlier:?}"
    );
    rig.clock.advance(30);
    done(rig.code(&second, &rig.totp(&secret)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_equal_codes_in_fifty_sessions_one_wins() {
    let rig = Rig::sqlite();
    let secret = rig.totp_user("alice").await;
    let mut sessions = Vec::new();
    for _ in 0..TASKS {
        sessions.push(rig.session("alice").await);
    }
    let code = rig.totp(&secret);
    one_wins(&at_once(&rig, std::slice::from_ref(&rig.service), &sessions, &code).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_equal_codes_in_one_session_on_two_nodes_one_wins() {
    let rig = Rig::sqlite();
    let secret = rig.totp_user("alice").await;
    let nodes = [rig.service.clone(), rig.another_node()];
    for _ in 0..4 {
        rig.clock.advance(60);
        let sessions = vec![rig.session("alice").await; TASKS];
        let code = rig.totp(&secret);
        one_wins(&at_once(&rig, &nodes, &sessions, &code).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_delivered_code_wins_once_on_two_nodes() {
    let rig = Rig::sqlite();
    rig.user("alice").await;
    let email = MfaPreferenceUpdate {
        email: Some(MfaPreference::Preferred),
        ..MfaPreferenceUpdate::default()
    };
    rig.prefer("alice", email).await;
    let nodes = [rig.service.clone(), rig.another_node()];
    let sessions = vec![rig.session("alice").await; TASKS];
    one_wins(&at_once(&rig, &nodes, &sessions, &rig.last_code()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_is_taken_once() {
    let rig = Rig::sqlite();
    let nodes = [rig.service.clone(), rig.another_node()];
    let tasks: Vec<_> = ["alice", "Alice", "ALICE", "aLiCe"]
        .iter()
        .cycle()
        .take(16)
        .zip(nodes.iter().cycle())
        .map(|(name, node)| {
            let (node, pool) = (node.clone(), rig.pool.clone());
            tokio::spawn(async move {
                let attributes = attributes(&[("email", "alice@example.com")]);
                node.sign_up(&pool, name, PASSWORD, &attributes).await
            })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.expect("no task panics") {
            Ok(_) => made += 1,
            Err(error) => assert!(matches!(error, Error::UserExists), "{error:?}"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(rig.sent().len(), 1, "nobody else was sent a code");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_confirmation_code_wins_once_and_its_guesses_are_counted_on_two_nodes() {
    let rig = Rig::sqlite();
    rig.user("alice").await;
    let forgot = rig.service.forgot_password(&rig.pool, "alice").await;
    forgot.expect("she has a verified address");
    let code = rig.last_code();
    let nodes = [rig.service.clone(), rig.another_node()];
    let reset = |code: String| {
        let tasks: Vec<_> = nodes
            .iter()
            .cycle()
            .take(16)
            .enumerate()
            .map(|(n, node)| {
                let (node, pool, code) = (node.clone(), rig.pool.clone(), code.clone());
                tokio::spawn(async move {
                    let password = format!("Another-Horse-{n}");
                    node.confirm_forgot_password(&pool, "alice", &code, &password)
                        .await
                })
            })
            .collect();
        async move {
            let mut outcomes = Vec::new();
            for task in tasks {
                outcomes.push(task.await.expect("no task panics"));
            }
            outcomes
        }
    };
    let outcomes = reset(code).await;
    assert_eq!(
        outcomes.iter().filter(|o| o.is_ok()).count(),
        1,
        "{outcomes:?}"
    );

    let forgot = rig.service.forgot_password(&rig.pool, "alice").await;
    forgot.expect("she has a verified address");
    let code = rig.last_code();
    let outcomes = reset(crate::rig::another(&code)).await;
    let evaluated = |o: &&Result<(), Error>| matches!(o, Err(Error::CodeMismatch));
    assert_eq!(outcomes.iter().filter(evaluated).count(), 5, "{outcomes:?}");
    let late = rig
        .service
        .confirm_forgot_password(&rig.pool, "alice", &code, PASSWORD)
        .await;
    assert!(matches!(late, Err(Error::CodeExpired)), "{late:?}");
}
