//! Setting up an authenticator while signed in, and choosing what is enabled and preferred.

use countersign_host::core::{
    Evidence, MfaPreference, MfaPreferenceUpdate, MfaSet, MfaType, PreferenceError,
};
use countersign_host::{Error, Principal};

use super::{ALL_ON, only};
use crate::rig::{Rig, done};

#[tokio::test]
async fn without_a_factor_the_password_signs_in() {
    let rig = Rig::new();
    rig.user("alice").await;
    let signed_in = done(rig.sign_in("Alice").await);
    assert_eq!(signed_in.evidence(), Evidence::NotRequired);
    assert_eq!(signed_in.user().username, "alice");
}

#[tokio::test]
async fn setting_up_takes_the_first_code_in_the_same_session() {
    let rig = Rig::new();
    rig.user("alice").await;
    let (mine, other) = (
        Principal::vouch("alice", [1; 16]),
        Principal::vouch("alice", [2; 16]),
    );
    let set_up = rig.service.set_up_totp(&rig.pool, &mine).await;
    let set_up = set_up.expect("TOTP is allowed");
    let uri = set_up.setup_uri("My App").expect("a good issuer");
    assert!(
        uri.starts_with("otpauth://totp/My%20App:alice?secret="),
        "{}",
        *uri
    );
    let secret = set_up.shared_secret();
    let verify = async |who: &Principal, code: &str| {
        rig.service
            .verify_totp_setup(&rig.pool, who, code, Some("phone"))
            .await
    };
    let wrong = verify(&mine, &rig.wrong_totp(secret)).await;
    assert!(matches!(wrong, Err(Error::SetUpCodeMismatch)), "{wrong:?}");
    let elsewhere = verify(&other, &rig.totp(secret)).await;
    assert!(
        matches!(elsewhere, Err(Error::SetUpNotStarted)),
        "{elsewhere:?}"
    );
    let malformed = verify(&mine, "12345 ").await;
    assert!(matches!(malformed, Err(Error::InvalidParameter(_))));
    // Nothing so far has changed what sign-in asks for.
    done(rig.sign_in("alice").await);
    verify(&mine, &rig.totp(secret))
        .await
        .expect("the code is right");
    // Verified is not enabled.
    done(rig.sign_in("alice").await);
    rig.prefer("alice", only(MfaType::Totp, MfaPreference::Preferred))
        .await;
    // The code that set it up is spent.
    let session = rig.session("alice").await;
    let spent = rig.code(&session, &rig.totp(secret)).await;
    assert!(matches!(spent, Err(Error::CodeAlreadyUsed)), "{spent:?}");
}

#[tokio::test]
async fn an_abandoned_set_up_leaves_the_old_authenticator_in_force() {
    let rig = Rig::new();
    let old = rig.totp_user("alice").await;
    let who = Principal::vouch("alice", [7; 16]);
    let new = rig.service.set_up_totp(&rig.pool, &who).await;
    let new = new.expect("TOTP is allowed").shared_secret().clone();
    let session = rig.session("alice").await;
    let by_new = rig.code(&session, &rig.totp(&new)).await;
    assert!(matches!(by_new, Err(Error::CodeMismatch)), "{by_new:?}");
    done(rig.code(&session, &rig.totp(&old)).await);
}

#[tokio::test]
async fn preferences_change_in_full_or_not_at_all() {
    let rig = Rig::new();
    rig.user("alice").await;
    let who = Principal::vouch("alice", [1; 16]);
    let update = async |update| {
        rig.service
            .update_mfa_preference(&rig.pool, &who, &update)
            .await
    };
    let not_set_up = update(ALL_ON).await;
    assert!(matches!(
        not_set_up,
        Err(Error::Preference(PreferenceError::NotEnrolled(
            MfaType::Totp
        )))
    ));
    let fetched = rig.service.fetch_mfa_preference(&rig.pool, &who).await;
    assert!(fetched.expect("she is there").enabled().is_empty());

    rig.enrol("alice").await;
    let on = update(ALL_ON).await.expect("all are enrolled");
    assert_eq!((on.enabled(), on.preferred()), (MfaSet::ALL, None));
    let two = MfaPreferenceUpdate {
        sms: Some(MfaPreference::Preferred),
        totp: Some(MfaPreference::Preferred),
        email: Some(MfaPreference::Disabled),
    };
    let refused = update(two).await;
    assert!(matches!(
        refused,
        Err(Error::Preference(PreferenceError::TwoPreferred))
    ));
}

#[tokio::test]
async fn each_change_of_a_preference_leaves_the_rest() {
    let rig = Rig::new();
    rig.user("alice").await;
    rig.enrol("alice").await;
    let who = Principal::vouch("alice", [1; 16]);
    rig.prefer("alice", ALL_ON).await;
    for (change, enabled, preferred) in [
        (
            (MfaType::Sms, MfaPreference::Preferred),
            MfaSet::ALL,
            Some(MfaType::Sms),
        ),
        (
            (MfaType::Totp, MfaPreference::Preferred),
            MfaSet::ALL,
            Some(MfaType::Totp),
        ),
        (
            (MfaType::Sms, MfaPreference::Disabled),
            MfaSet::of(MfaType::Totp).with(MfaType::Email),
            Some(MfaType::Totp),
        ),
        (
            (MfaType::Totp, MfaPreference::NotPreferred),
            MfaSet::of(MfaType::Totp).with(MfaType::Email),
            None,
        ),
        (
            (MfaType::Totp, MfaPreference::Disabled),
            MfaSet::of(MfaType::Email),
            None,
        ),
    ] {
        rig.prefer("alice", only(change.0, change.1)).await;
        let now = rig.service.fetch_mfa_preference(&rig.pool, &who).await;
        let now = now.expect("she is there");
        assert_eq!(
            (now.enabled(), now.preferred()),
            (enabled, preferred),
            "{change:?}"
        );
    }
}
