//! Recovery codes: issued to somebody who is signed in, good for one sign-in each.

use countersign_host::core::{Evidence, MfaPreference, MfaType, RecoveryUse};
use countersign_host::{Answer, Error, NextStep, Principal};

use super::only;
use crate::rig::{Rig, done};

#[tokio::test]
async fn each_recovery_code_signs_in_once_in_place_of_a_lost_authenticator() {
    let rig = Rig::sqlite();
    let secret = rig.totp_user("alice").await;
    let alice = Principal::vouch("alice", [1; 16]);
    let left = async || {
        let left = rig.service.remaining_recovery_codes(&rig.pool, &alice);
        left.await.expect("the user is there")
    };
    assert_eq!(left().await, 0);
    let codes = rig.service.issue_recovery_codes(&rig.pool, &alice).await;
    let codes = codes.expect("they are allowed");
    assert_eq!(left().await, 10);

    // As people type them, and on another node.
    let typed = codes[0].as_str().to_lowercase().replace('-', " ");
    let session = rig.session("alice").await;
    let malformed = rig.answer(&session, Answer::RecoveryCode("123456")).await;
    assert!(matches!(malformed, Err(Error::InvalidParameter(_))));
    let signed_in = done(rig.answer(&session, Answer::RecoveryCode(&typed)).await);
    assert_eq!(signed_in.evidence(), Evidence::Recovery);
    assert_eq!(left().await, 9);

    let session = rig.session("alice").await;
    let again = rig.answer(&session, Answer::RecoveryCode(&typed)).await;
    assert!(matches!(again, Err(Error::CodeAlreadyUsed)), "{again:?}");
    done(rig.code(&session, &rig.totp(&secret)).await);

    // A new set voids the old one; the old code is now a wrong one.
    let new = rig.service.issue_recovery_codes(&rig.pool, &alice).await;
    let new = new.expect("they are allowed");
    let session = rig.session("alice").await;
    let old = rig.answer(&session, Answer::RecoveryCode(codes[1].as_str()));
    let old = old.await;
    assert!(matches!(old, Err(Error::CodeMismatch)), "{old:?}");
    done(
        rig.answer(&session, Answer::RecoveryCode(new[1].as_str()))
            .await,
    );

    let removed = rig.service.remove_recovery_codes(&rig.pool, &alice).await;
    removed.expect("the user is there");
    let session = rig.session("alice").await;
    let gone = rig.answer(&session, Answer::RecoveryCode(new[2].as_str()));
    let gone = gone.await;
    assert!(matches!(gone, Err(Error::NotOffered)), "{gone:?}");
}

#[tokio::test]
async fn a_recovery_code_opens_what_wrong_codes_have_locked() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let alice = Principal::vouch("alice", [1; 16]);
    let codes = rig.service.issue_recovery_codes(&rig.pool, &alice).await;
    let codes = codes.expect("they are allowed");
    let session = rig.session("alice").await;
    for n in 1..=10 {
        let wrong = rig.code(&session, &rig.wrong_totp(&secret)).await;
        assert!(matches!(wrong, Err(Error::CodeMismatch)), "{n}: {wrong:?}");
        rig.clock
            .advance(if n < 5 { 0 } else { (1 << (n - 5)) + 1 });
    }
    let progress = rig.sign_in("alice").await.expect("a way in is left");
    assert!(matches!(
        progress.next_step,
        NextStep::ConfirmWithRecoveryCode
    ));
    let session = progress.session.expect("a code is asked for");
    done(
        rig.answer(&session, Answer::RecoveryCode(codes[3].as_str()))
            .await,
    );
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn a_pool_may_do_without_recovery_codes() {
    let mut rig = Rig::new();
    rig.user("alice").await;
    rig.prefer("alice", only(MfaType::Sms, MfaPreference::Preferred))
        .await;
    let alice = Principal::vouch("alice", [1; 16]);
    let codes = rig.service.issue_recovery_codes(&rig.pool, &alice).await;
    let codes = codes.expect("they are allowed");
    rig.pool.policy.recovery = RecoveryUse::Never;
    let refused = rig.service.issue_recovery_codes(&rig.pool, &alice).await;
    assert!(matches!(refused, Err(Error::Recovery(_))), "{refused:?}");
    let session = rig.session("alice").await;
    let answer = rig.answer(&session, Answer::RecoveryCode(codes[0].as_str()));
    let refused = answer.await;
    assert!(matches!(refused, Err(Error::NotOffered)), "{refused:?}");
    done(rig.code(&session, &rig.last_code()).await);
}
