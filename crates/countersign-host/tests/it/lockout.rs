//! What guessing at the second factor costs: back-off from the fifth wrong code, lock at the
//! tenth, over all sessions, and nothing gives attempts back but time and a right code.

use std::sync::Arc;

use countersign_host::core::{Blocked, MfaPreference, MfaPreferenceUpdate, SharedSecret};
use countersign_host::{Answer, ContactAttribute, Error, NextStep, Principal, Service};

use crate::rig::{CLIENT, PASSWORD, Rig, another, done};

/// Waits out whatever back-off there is, and then gives a wrong code in a new sign-in.
async fn wrong(rig: &Rig, secret: &SharedSecret) -> Result<(), Error> {
    rig.clock.advance(900);
    let session = rig.session("alice").await;
    rig.code(&session, &rig.wrong_totp(secret)).await.map(drop)
}

async fn lock(rig: &Rig, secret: &SharedSecret) {
    for n in 1..=10 {
        let refused = wrong(rig, secret).await;
        assert!(
            matches!(refused, Err(Error::CodeMismatch)),
            "{n}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn from_the_fifth_wrong_code_each_blocks_for_twice_as_long() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    for n in 1..=4 {
        let session = rig.session("alice").await;
        let refused = rig.code(&session, &rig.wrong_totp(&secret)).await;
        assert!(
            matches!(refused, Err(Error::CodeMismatch)),
            "{n}: {refused:?}"
        );
    }
    for (n, secs) in [(5, 1), (6, 2), (7, 4), (8, 8), (9, 16)] {
        // A time is rounded down, so a block covers one more second than it is long.
        let wait = secs + 1;
        let session = rig.session("alice").await;
        let refused = rig.code(&session, &rig.wrong_totp(&secret)).await;
        assert!(
            matches!(refused, Err(Error::CodeMismatch)),
            "{n}: {refused:?}"
        );
        let now = rig.service.now().expect("the clock is set");
        // The right code does not slip through, in this session or a new one.
        rig.clock.advance(wait - 1);
        for session in [session, rig.session("alice").await] {
            let blocked = rig.code(&session, &rig.totp(&secret)).await;
            let until = now.plus_secs(wait);
            assert!(
                matches!(blocked, Err(Error::CodesBlocked(Blocked::Until(t))) if t == until),
                "{n}: {blocked:?}"
            );
        }
        rig.clock.advance(1);
    }
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn at_the_tenth_wrong_code_the_factor_is_locked() {
    let rig = Rig::new();
    let bobs = rig.totp_user("bob").await;
    let secret = rig.totp_user("alice").await;
    let open = rig.session("alice").await;
    for n in 1..=9 {
        let refused = rig.code(&open, &rig.wrong_totp(&secret)).await;
        assert!(
            matches!(refused, Err(Error::CodeMismatch)),
            "{n}: {refused:?}"
        );
        rig.clock
            .advance(if n < 5 { 0 } else { (1 << (n - 5)) + 1 });
    }
    let refused = rig.code(&open, &rig.wrong_totp(&secret)).await;
    assert!(matches!(refused, Err(Error::CodeMismatch)), "{refused:?}");
    rig.clock.advance(60);
    let right = rig.code(&open, &rig.totp(&secret)).await;
    assert!(
        matches!(right, Err(Error::CodesBlocked(Blocked::FactorLocked))),
        "{right:?}"
    );
    // Neither a new sign-in, however spelled, nor a long time opens it again.
    rig.clock.advance(86_400 * 30);
    for name in ["alice", "ALICE"] {
        let locked = rig.sign_in(name).await;
        assert!(matches!(locked, Err(Error::FactorsLocked)), "{locked:?}");
    }
    // Others do not notice.
    let session = rig.session("bob").await;
    done(rig.code(&session, &rig.totp(&bobs)).await);
    // An administrator lifts it.
    rig.service
        .unlock_mfa(&rig.pool, "alice")
        .await
        .expect("she is there");
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn wrong_codes_in_a_sign_in_each_lock_just_the_same_and_a_restart_keeps_it() {
    let rig = Rig::sqlite();
    let secret = rig.totp_user("alice").await;
    for n in 1..=10 {
        let refused = if n % 2 == 0 {
            wrong(&rig, &secret).await
        } else {
            rig.clock.advance(900);
            let node = rig.another_node();
            let progress = node.sign_in(&rig.pool, CLIENT, "alice", PASSWORD).await;
            let session = progress
                .expect("right")
                .session
                .expect("a code is asked for");
            let code = rig.wrong_totp(&secret);
            let answer = Answer::Code(None, &code);
            node.confirm_sign_in(&rig.pool, CLIENT, &session, answer)
                .await
                .map(drop)
        };
        assert!(
            matches!(refused, Err(Error::CodeMismatch)),
            "{n}: {refused:?}"
        );
    }
    let restarted = rig.another_node();
    let locked = restarted
        .sign_in(&rig.pool, CLIENT, "alice", PASSWORD)
        .await;
    assert!(matches!(locked, Err(Error::FactorsLocked)), "{locked:?}");
}

#[tokio::test]
async fn another_factor_opens_a_locked_one() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    lock(&rig, &secret).await;
    let email = MfaPreferenceUpdate {
        email: Some(MfaPreference::Enabled),
        ..MfaPreferenceUpdate::default()
    };
    rig.prefer("alice", email).await;
    rig.clock.advance(900);
    let progress = rig.sign_in("alice").await.expect("the password is right");
    assert!(matches!(
        progress.next_step,
        NextStep::ConfirmWithEmailCode(_)
    ));
    let session = progress.session.expect("a code is asked for");
    done(rig.code(&session, &rig.last_code()).await);
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn sending_again_gives_nothing_back() {
    let rig = Rig::new();
    rig.user("alice").await;
    let email = MfaPreferenceUpdate {
        email: Some(MfaPreference::Preferred),
        ..MfaPreferenceUpdate::default()
    };
    rig.prefer("alice", email).await;
    let mut session = rig.session("alice").await;
    for n in 1..=5 {
        if n % 2 == 0 {
            let resent = rig
                .answer(&session, Answer::Resend)
                .await
                .expect("there is room");
            session = resent.session.expect("a code is asked for");
        }
        let refused = rig.code(&session, &another(&rig.last_code())).await;
        assert!(
            matches!(refused, Err(Error::CodeMismatch)),
            "{n}: {refused:?}"
        );
    }
    let resent = rig
        .answer(&session, Answer::Resend)
        .await
        .expect("there is room");
    let session = resent.session.expect("a code is asked for");
    let right = rig.code(&session, &rig.last_code()).await;
    assert!(
        matches!(right, Err(Error::CodesBlocked(Blocked::Until(_)))),
        "{right:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_wrong_codes_at_once_evaluate_no_more_than_the_limit() {
    let rig = Rig::sqlite();
    let secret = rig.totp_user("alice").await;
    // Without a back-off, the lock at the tenth is all there is.
    let mut pool = rig.pool.clone();
    pool.policy.throttle.backoff_from = 200;
    for (pool, limit) in [(rig.pool.clone(), 5), (pool, 10)] {
        rig.service
            .unlock_mfa(&pool, "alice")
            .await
            .expect("she is there");
        let mut sessions = Vec::new();
        for _ in 0..64 {
            sessions.push(rig.session("alice").await);
        }
        let nodes = [rig.service.clone(), rig.another_node()];
        let code = rig.wrong_totp(&secret);
        let start = Arc::new(tokio::sync::Barrier::new(sessions.len()));
        let tasks: Vec<_> = sessions
            .into_iter()
            .zip(nodes.iter().cycle())
            .map(|(session, node)| {
                let (node, pool, code) = (node.clone(), pool.clone(), code.clone());
                let start = start.clone();
                tokio::spawn(async move {
                    start.wait().await;
                    let answer = Answer::Code(None, &code);
                    node.confirm_sign_in(&pool, CLIENT, &session, answer)
                        .await
                        .map(drop)
                })
            })
            .collect();
        let mut evaluated = 0;
        for task in tasks {
            match task.await.expect("no task panics") {
                Err(Error::CodeMismatch) => evaluated += 1,
                Err(Error::CodesBlocked(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(evaluated, limit);
    }
}

#[tokio::test]
async fn a_flood_of_wrong_passwords_blocks_passwords_and_nothing_else() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let open = rig.session("alice").await;
    let guess = async |service: &Service, name: &str| {
        service
            .sign_in(&rig.pool, CLIENT, name, "Wrong-Horse-1")
            .await
            .map(drop)
    };
    for _ in 0..5 {
        assert!(matches!(
            guess(&rig.service, "alice").await,
            Err(Error::WrongPassword)
        ));
    }
    for _ in 0..40 {
        assert!(matches!(
            guess(&rig.service, "Alice").await,
            Err(Error::PasswordBlocked)
        ));
    }
    let right = rig.sign_in("alice").await;
    assert!(matches!(right, Err(Error::PasswordBlocked)), "{right:?}");
    // The second factor of a sign-in that is under way goes on.
    done(rig.code(&open, &rig.totp(&secret)).await);
    rig.clock.advance(900);
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn a_flood_of_confirmation_codes_leaves_those_of_sign_in() {
    let rig = Rig::new();
    rig.user("alice").await;
    let email = MfaPreferenceUpdate {
        email: Some(MfaPreference::Preferred),
        ..MfaPreferenceUpdate::default()
    };
    rig.prefer("alice", email).await;
    let who = Principal::vouch("alice", [1; 16]);
    let (by_email, by_sms) = (ContactAttribute::Email, ContactAttribute::PhoneNumber);
    for attribute in [by_email, by_sms] {
        let mut sent = 0;
        for _ in 0..20 {
            let asked = rig
                .service
                .send_attribute_code(&rig.pool, &who, attribute)
                .await;
            match asked {
                Ok(_) => sent += 1,
                Err(error) => assert!(matches!(error, Error::TooManyDeliveries), "{error:?}"),
            }
        }
        assert_eq!(sent, 5);
    }
    // Codes to choose a new password with, which anybody can ask for, have a limit of their own.
    // E-mail is her factor, so they go to her telephone.
    for _ in 0..5 {
        let forgot = rig.service.forgot_password(&rig.pool, "alice").await;
        forgot.expect("none of these has been sent yet");
    }
    let forgot = rig.service.forgot_password(&rig.pool, "alice").await;
    assert!(
        matches!(forgot, Err(Error::TooManyDeliveries)),
        "{forgot:?}"
    );
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.last_code()).await);
    // Sign-in has a limit of its own.
    for _ in 0..5 {
        rig.session("alice").await;
    }
    let full = rig.sign_in("alice").await;
    assert!(matches!(full, Err(Error::TooManyDeliveries)), "{full:?}");
    // What is full empties with time, a day's worth at most.
    let mut sent = 5;
    for _ in 0..10 {
        rig.clock.advance(3600 + 600);
        for _ in 0..5 {
            let asked = rig
                .service
                .send_attribute_code(&rig.pool, &who, by_email)
                .await;
            sent += u32::from(asked.is_ok());
        }
    }
    assert_eq!(sent, 20);
}
