//! The password exchange through the service, with a client of our own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_host::srp::ServerPublic;
use countersign_host::{Error, NextStep, PasswordChallenge, PasswordClaim, Progress};

use crate::rig::{CLIENT, PASSWORD, Rig, done};
use crate::srp::client::Client;

/// The time that the rig's clock starts at.
const NOW: &str = "Tue Nov 24 04:05:06 UTC 2026";

struct Attempt {
    client: Client,
    challenge: PasswordChallenge,
}

impl Attempt {
    async fn begin(rig: &Rig, name: &str) -> Self {
        let client = Client::new([3; 32]);
        let challenge = rig
            .service
            .begin_exchange(&rig.pool, CLIENT, name, &client.public_hex(), true)
            .await
            .expect("a challenge for everyone");
        Self { client, challenge }
    }

    async fn finish(&self, rig: &Rig, password: &str, stamp: &str) -> Result<Progress, Error> {
        let signature = self.client.signature(
            &ServerPublic {
                b_hex: self.challenge.b_hex.clone(),
                salt_hex: self.challenge.salt_hex.clone(),
            },
            &rig.pool.realm,
            &self.challenge.user_id,
            password,
            &STANDARD
                .decode(&self.challenge.secret_block)
                .expect("it is base64"),
            stamp,
        );
        let claim = PasswordClaim {
            secret_block: &self.challenge.secret_block,
            timestamp: stamp,
            signature: &signature,
            session: Some(&self.challenge.session),
        };
        rig.service.finish_exchange(&rig.pool, CLIENT, &claim).await
    }
}

#[tokio::test]
async fn a_proof_signs_in_once_whatever_the_case_of_the_name() {
    let rig = Rig::new();
    rig.user("Alice").await;
    let attempt = Attempt::begin(&rig, "aLICE").await;
    assert_eq!(attempt.challenge.user_id, "alice");
    let signed_in = done(attempt.finish(&rig, PASSWORD, NOW).await);
    assert_eq!(signed_in.user().username, "Alice");
    let replayed = attempt.finish(&rig, PASSWORD, NOW).await;
    assert!(matches!(replayed, Err(Error::SessionSpent)), "{replayed:?}");
    let wrong = Attempt::begin(&rig, "alice").await;
    let wrong = wrong.finish(&rig, "Wrong-Horse-1", NOW).await;
    assert!(matches!(wrong, Err(Error::WrongPassword)), "{wrong:?}");
}

#[tokio::test]
async fn every_way_to_set_a_password_serves_the_exchange() {
    let rig = Rig::new();
    rig.user("Alice").await;
    let proves = async |password: &str| {
        let attempt = Attempt::begin(&rig, "alice").await;
        attempt.finish(&rig, password, NOW).await
    };
    done(proves(PASSWORD).await);
    let who = countersign_host::Principal::vouch("alice", [1; 16]);
    let changed = rig
        .service
        .change_password(&rig.pool, &who, PASSWORD, "Changed-Horse-2");
    changed.await.expect("the password is right");
    done(proves("Changed-Horse-2").await);
    rig.service
        .forgot_password(&rig.pool, "ALICE")
        .await
        .expect("she has an address");
    let code = rig.last_code();
    let reset = rig
        .service
        .confirm_forgot_password(&rig.pool, "alicE", &code, "Reset-Horse-3");
    reset.await.expect("the code is right");
    done(proves("Reset-Horse-3").await);
    let set = rig
        .service
        .set_password(&rig.pool, "alice", "Temporary-4", false);
    set.await.expect("she is there");
    let progress = proves("Temporary-4").await.expect("the password is right");
    assert!(matches!(
        progress.next_step,
        NextStep::NewPasswordRequired(_)
    ));
    let session = progress.session.expect("a password is asked for");
    let none = std::collections::BTreeMap::new();
    let answer = countersign_host::Answer::NewPassword("Own-Horse-5", &none);
    done(rig.answer(&session, answer).await);
    done(proves("Own-Horse-5").await);
    let signed_up = rig.service.sign_up(&rig.pool, "Bob", PASSWORD, &none).await;
    signed_up.expect("the name is free");
    rig.service
        .confirm_user(&rig.pool, "bob")
        .await
        .expect("he is unconfirmed");
    let attempt = Attempt::begin(&rig, "bob").await;
    done(attempt.finish(&rig, PASSWORD, NOW).await);
}

#[tokio::test]
async fn a_proof_begun_under_an_old_password_is_worth_nothing() {
    let rig = Rig::new();
    rig.user("alice").await;
    let attempt = Attempt::begin(&rig, "alice").await;
    let set = rig
        .service
        .set_password(&rig.pool, "alice", "Another-Horse-2", true);
    set.await.expect("she is there");
    for password in [PASSWORD, "Another-Horse-2"] {
        let refused = attempt.finish(&rig, password, NOW).await;
        assert!(matches!(refused, Err(Error::WrongPassword)), "{refused:?}");
    }
}

#[tokio::test]
async fn late_and_misdated_proofs_and_those_of_nobody_are_refused() {
    let rig = Rig::new();
    rig.user("alice").await;
    let nobody = Attempt::begin(&rig, "nobody").await;
    let refused = nobody.finish(&rig, PASSWORD, NOW).await;
    assert!(matches!(refused, Err(Error::WrongPassword)), "{refused:?}");
    let attempt = Attempt::begin(&rig, "alice").await;
    for stamp in [
        "Tue Nov 24 03:59:00 UTC 2026",
        "Tue Nov 24 04:11:00 UTC 2026",
        "yesterday",
    ] {
        let refused = attempt.finish(&rig, PASSWORD, stamp).await;
        assert!(
            matches!(refused, Err(Error::WrongPassword)),
            "{stamp}: {refused:?}"
        );
    }
    rig.clock.advance(180);
    let late = attempt.finish(&rig, PASSWORD, NOW).await;
    assert!(matches!(late, Err(Error::SessionExpired)), "{late:?}");
    for public in ["", "0", "00", "xyz"] {
        let refused = rig
            .service
            .begin_exchange(&rig.pool, CLIENT, "alice", public, true)
            .await;
        assert!(
            matches!(refused, Err(Error::InvalidParameter(_))),
            "{public:?}"
        );
    }
}
