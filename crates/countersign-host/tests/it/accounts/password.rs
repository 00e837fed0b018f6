//! New passwords: reset by a code, required by an administrator, changed by who knows the old.

use countersign_host::core::MfaType;
use countersign_host::{ContactAttribute, Error};

use super::{NEW_EMAIL, NEW_PASSWORD, alice, to_email};
use crate::rig::{CLIENT, EMAIL, PASSWORD, Rig, another, attributes, done};

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_code_and_ends_every_session() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let open = rig.session("alice").await;
    let signed_in = rig.session("alice").await;
    let signed_in = done(rig.code(&signed_in, &rig.totp(&secret)).await);
    let (_, _, token) = rig
        .service
        .issue(signed_in, 3600)
        .expect("it can be sealed");
    assert_eq!(
        rig.forgot().await.expect("she has an address"),
        to_email("a***@e***")
    );
    let sent = rig.sent().pop().expect("a code was sent");
    assert_eq!(
        (sent.purpose.as_str(), sent.code.len()),
        ("reset-password", 8)
    );
    let weak = rig
        .service
        .confirm_forgot_password(&rig.pool, "alice", &sent.code, "weak")
        .await;
    assert!(matches!(weak, Err(Error::WeakPassword(_))), "{weak:?}");
    assert!(matches!(
        rig.reset(&another(&sent.code)).await,
        Err(Error::CodeMismatch)
    ));
    assert!(matches!(
        rig.reset(&sent.code[..6]).await,
        Err(Error::CodeMismatch)
    ));
    let still = rig.service.redeem(&rig.pool, CLIENT, &token).await;
    still.expect("nothing has changed yet");
    rig.reset(&sent.code).await.expect("the code is right");
    assert!(matches!(
        rig.reset(&sent.code).await,
        Err(Error::CodeExpired)
    ));
    let old = rig.service.redeem(&rig.pool, CLIENT, &token).await;
    assert!(matches!(old, Err(Error::TokenRevoked)));
    rig.clock.advance(60);
    let open = rig.code(&open, &rig.totp(&secret)).await;
    assert!(matches!(open, Err(Error::SessionInvalid)), "{open:?}");
    assert!(matches!(
        rig.sign_in("alice").await,
        Err(Error::WrongPassword)
    ));
    // The second factor is still asked for.
    let progress = rig
        .service
        .sign_in(&rig.pool, CLIENT, "alice", NEW_PASSWORD)
        .await;
    let session = progress
        .expect("it is right")
        .session
        .expect("a code is asked for");
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn a_reset_code_is_good_for_an_hour_and_for_the_password_it_was_asked_for() {
    let rig = Rig::new();
    rig.user("alice").await;
    rig.forgot().await.expect("she has an address");
    rig.clock.advance(3600);
    assert!(matches!(
        rig.reset(&rig.last_code()).await,
        Err(Error::CodeExpired)
    ));
    rig.forgot().await.expect("she has an address");
    let changed = rig
        .service
        .change_password(&rig.pool, &alice(), PASSWORD, "Third-Horse-3")
        .await;
    changed.expect("the password is right");
    assert!(matches!(
        rig.reset(&rig.last_code()).await,
        Err(Error::CodeExpired)
    ));
    // Nor is it good for anything else, or once its address has changed.
    rig.forgot().await.expect("she has an address");
    let verified = rig.verify(ContactAttribute::Email, &rig.last_code()).await;
    assert!(matches!(verified, Err(Error::CodeExpired)), "{verified:?}");
    let code = rig.last_code();
    rig.update("email", NEW_EMAIL)
        .await
        .expect("it can be sent");
    rig.verify(ContactAttribute::Email, &rig.last_code())
        .await
        .expect("the code is right");
    assert!(matches!(rig.reset(&code).await, Err(Error::CodeExpired)));
}

#[tokio::test]
async fn recovery_does_not_use_the_channel_of_an_enabled_factor() {
    let rig = Rig::new();
    rig.user("alice").await;
    rig.enable(MfaType::Email).await;
    let details = rig.forgot().await.expect("there is a number");
    assert_eq!(details.attribute, ContactAttribute::PhoneNumber);
    // A code that is out when its channel becomes a factor's is worth nothing.
    rig.enable(MfaType::Sms).await;
    assert!(matches!(
        rig.reset(&rig.last_code()).await,
        Err(Error::CodeExpired)
    ));
    assert!(matches!(
        rig.forgot().await,
        Err(Error::InvalidParameter(_))
    ));
    let bob = attributes(&[("email", EMAIL)]);
    rig.user_with("bob", &bob).await;
    let unverified = rig.service.forgot_password(&rig.pool, "bob").await;
    assert!(
        matches!(unverified, Err(Error::InvalidParameter(_))),
        "{unverified:?}"
    );
}

#[tokio::test]
async fn a_required_reset_stands_in_front_of_everything() {
    let rig = Rig::new();
    rig.user("alice").await;
    let signed_in = done(rig.sign_in("alice").await);
    let (grant, _, token) = rig
        .service
        .issue(signed_in, 3600)
        .expect("it can be sealed");
    let service = &rig.service;
    let required = service.reset_password_required(&rig.pool, "alice").await;
    required.expect("she has a password");
    assert!(matches!(
        rig.sign_in("alice").await,
        Err(Error::PasswordResetRequired)
    ));
    assert!(service.redeem(&rig.pool, CLIENT, &token).await.is_err());
    let authorized = service
        .authorize(&rig.pool, "alice", &grant.sub, grant.epoch, grant.id)
        .await;
    assert!(authorized.is_err());
    rig.forgot().await.expect("she has an address");
    rig.reset(&rig.last_code())
        .await
        .expect("the code is right");
    let again = service
        .sign_in(&rig.pool, CLIENT, "alice", NEW_PASSWORD)
        .await;
    done(again);
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let rig = Rig::new();
    rig.user("Alice").await;
    let change = async |previous: &str, proposed: &str| {
        rig.service
            .change_password(&rig.pool, &alice(), previous, proposed)
            .await
    };
    assert!(matches!(
        change(PASSWORD, "weak").await,
        Err(Error::WeakPassword(_))
    ));
    for _ in 0..4 {
        assert!(matches!(
            change("Wrong-1!", NEW_PASSWORD).await,
            Err(Error::WrongPassword)
        ));
    }
    change(PASSWORD, NEW_PASSWORD)
        .await
        .expect("the password is right");
    let sign_in = async |password: &str| {
        rig.service
            .sign_in(&rig.pool, CLIENT, "alice", password)
            .await
    };
    assert!(matches!(sign_in(PASSWORD).await, Err(Error::WrongPassword)));
    done(sign_in(NEW_PASSWORD).await);
    for _ in 0..5 {
        assert!(matches!(
            change("Wrong-1!", PASSWORD).await,
            Err(Error::WrongPassword)
        ));
    }
    assert!(matches!(
        change(NEW_PASSWORD, PASSWORD).await,
        Err(Error::PasswordBlocked)
    ));
}
