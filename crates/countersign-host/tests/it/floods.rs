//! Many requests at once, and requests that anybody can make: what they neither get past nor learn.

use countersign_host::{CodeDeliveryDetails, Error};

use crate::rig::{CLIENT, EMAIL, PASSWORD, Rig, attributes, done};

#[tokio::test]
async fn a_burst_of_passwords_lets_no_more_through_than_one_after_the_other() {
    let rig = Rig::new();
    rig.user("alice").await;
    // Password arithmetic is taken in turns, so the right one is computed after the wrong ones,
    // though it was admitted before any of them had failed.
    let guesses = (0..40).map(|n| format!("Wrong-Horse-{n}"));
    let tasks: Vec<_> = guesses
        .chain([PASSWORD.to_owned()])
        .map(|guess| {
            let (service, pool) = (rig.service.clone(), rig.pool.clone());
            tokio::spawn(async move { service.sign_in(&pool, CLIENT, "alice", &guess).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("no task panics"));
    }
    let wrong = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Error::WrongPassword)));
    assert_eq!(wrong.count(), 5);
    let right = answers.pop().expect("the last one");
    assert!(matches!(right, Err(Error::PasswordBlocked)), "{right:?}");
    rig.clock.advance(2);
    done(rig.sign_in("alice").await);
}

#[tokio::test]
async fn a_new_authenticator_is_not_locked_by_guesses_at_the_old_one() {
    let rig = Rig::new();
    let old = rig.totp_user("alice").await;
    for _ in 0..10 {
        let session = rig.session("alice").await;
        let wrong = rig.code(&session, &rig.wrong_totp(&old)).await;
        assert!(matches!(wrong, Err(Error::CodeMismatch)), "{wrong:?}");
        rig.clock.advance(900);
    }
    let locked = rig.sign_in("alice").await;
    assert!(matches!(locked, Err(Error::FactorsLocked)), "{locked:?}");
    let new = rig.enrol("alice").await;
    rig.clock.advance(30);
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&new)).await);
}

#[tokio::test]
async fn an_address_is_sent_no_more_for_having_many_accounts() {
    let rig = Rig::new();
    let with = attributes(&[("email", "victim@example.com")]);
    let mut sent = 0;
    for n in 0..30 {
        let name = format!("mallory-{n}");
        let made = rig.service.sign_up(&rig.pool, &name, PASSWORD, &with).await;
        match made {
            Ok(_) => sent += 1,
            Err(error) => assert!(matches!(error, Error::TooManyDeliveries), "{error:?}"),
        }
    }
    assert_eq!((sent, rig.sent().len()), (20, 20));
}

/// What the hiding operations answer, whoever asks and however often.
async fn asked(rig: &Rig, name: &str) -> CodeDeliveryDetails {
    let details = rig.service.forgot_password_hiding(&rig.pool, name).await;
    details.expect("it never tells")
}

#[tokio::test]
async fn asking_for_a_new_password_does_not_tell_who_has_an_account() {
    let rig = Rig::new();
    rig.user("alice").await;
    let (alice, nobody) = (asked(&rig, "alice").await, asked(&rig, "nobody").await);
    assert_eq!(
        (alice.medium, alice.attribute),
        (nobody.medium, nobody.attribute)
    );
    assert_eq!(alice.destination.len(), nobody.destination.len());
    for _ in 0..30 {
        assert_eq!(asked(&rig, "alice").await, alice);
        assert_eq!(asked(&rig, "nobody").await, nobody);
    }
    // The sixth and later ones went nowhere.
    tokio::task::yield_now().await;
    assert_eq!(rig.sent().len(), 5);
    // Nor does the state of an account tell.
    let disabled = rig
        .service
        .set_user_enabled(&rig.pool, "alice", false)
        .await;
    disabled.expect("she is there");
    assert_eq!(asked(&rig, "alice").await.medium, nobody.medium);
}

#[tokio::test]
async fn asking_for_another_sign_up_code_does_not_tell_who_has_an_account() {
    let rig = Rig::new();
    let with = attributes(&[("email", EMAIL)]);
    let made = rig
        .service
        .sign_up(&rig.pool, "alice", PASSWORD, &with)
        .await;
    made.expect("the name is free");
    rig.user("confirmed").await;
    for name in ["alice", "confirmed", "nobody"] {
        let answer = rig
            .service
            .resend_sign_up_code_hiding(&rig.pool, name)
            .await;
        assert_eq!(
            answer.expect("it never tells").destination.len(),
            9,
            "{name}"
        );
    }
    let (service, pool) = (&rig.service, &rig.pool);
    let told = service.resend_sign_up_code(pool, "confirmed").await;
    assert!(matches!(told, Err(Error::WrongState(_))), "{told:?}");
}

#[tokio::test]
async fn sign_ups_in_somebodys_name_do_not_hold_back_their_new_password() {
    let rig = Rig::new();
    rig.user("alice").await;
    let with = attributes(&[("email", EMAIL)]);
    for n in 0..25 {
        let name = format!("mallory-{n}");
        let made = rig.service.sign_up(&rig.pool, &name, PASSWORD, &with).await;
        assert!(
            matches!(made, Ok(_) | Err(Error::TooManyDeliveries)),
            "{made:?}"
        );
    }
    for hiding in [true, false] {
        let before = rig.sent().len();
        let sent = if hiding {
            rig.service.forgot_password_hiding(&rig.pool, "alice").await
        } else {
            rig.service.forgot_password(&rig.pool, "alice").await
        };
        sent.expect("her own limit is not touched");
        assert_eq!(rig.sent().len(), before + 1, "hiding: {hiding}");
    }
}
