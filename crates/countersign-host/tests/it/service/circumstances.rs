//! What the service stands on besides the store: messages that cannot be delivered, and clocks
//! that were never set or are set back. Nothing is accepted, and nothing is lost.

use countersign_host::clock::{Clock, ClockUnset, ManualClock, SystemClock};
use countersign_host::{Answer, ContactAttribute, Error, NextStep};

use super::{alice, prefer_email};
use crate::rig::{CLIENT, PASSWORD, Rig, START, at, attributes, done};

#[tokio::test]
async fn what_cannot_be_delivered_is_reported_and_can_be_asked_for_again() {
    let rig = Rig::new();
    rig.user("alice").await;
    prefer_email(&rig).await;
    let session = rig.session("alice").await;
    rig.block_outbox(true);
    let with = attributes(&[("email", "bob@example.com")]);
    let signed_up = rig.service.sign_up(&rig.pool, "bob", PASSWORD, &with).await;
    assert!(
        matches!(signed_up, Err(Error::Undeliverable(_))),
        "{signed_up:?}"
    );
    let resent = rig.answer(&session, Answer::Resend).await;
    assert!(matches!(resent, Err(Error::Undeliverable(_))), "{resent:?}");
    let signed_in = rig.sign_in("alice").await;
    assert!(
        matches!(signed_in, Err(Error::Undeliverable(_))),
        "{signed_in:?}"
    );
    let new = attributes(&[("phone_number", "+15555550199"), ("name", "Alice")]);
    let updated = rig
        .service
        .update_attributes(&rig.pool, &alice(), &new)
        .await;
    assert!(
        matches!(updated, Err(Error::Undeliverable(_))),
        "{updated:?}"
    );
    rig.block_outbox(false);

    let bob = rig.service.user(&rig.pool, "bob").await;
    bob.expect("the account has been made");
    let again = rig.service.resend_sign_up_code(&rig.pool, "bob").await;
    again.expect("it can be sent now");
    let confirmed = rig
        .service
        .confirm_sign_up(&rig.pool, "bob", &rig.last_code())
        .await;
    confirmed.expect("the code is right");
    let again = rig
        .answer(&session, Answer::Resend)
        .await
        .expect("there is room");
    assert!(matches!(again.next_step, NextStep::ConfirmWithEmailCode(_)));
    let session = again.session.expect("a code is asked for");
    done(rig.code(&session, &rig.last_code()).await);
    let phone = ContactAttribute::PhoneNumber;
    let again = rig
        .service
        .send_attribute_code(&rig.pool, &alice(), phone)
        .await;
    assert_eq!(
        again.expect("it can be sent now").destination,
        "+*******0199"
    );
    let verified = rig
        .service
        .verify_attribute(&rig.pool, &alice(), phone, &rig.last_code())
        .await;
    verified.expect("the code is right");
    let user = rig
        .service
        .user(&rig.pool, "alice")
        .await
        .expect("she is there");
    assert_eq!(user.attributes["phone_number"], "+15555550199");
    assert_eq!(user.attributes["name"], "Alice");
}

#[tokio::test]
async fn without_a_clock_nothing_is_verified() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let session = rig.session("alice").await;
    let code = rig.totp(&secret);
    let signed_in = done(rig.code(&session, &code).await);
    let (_, _, token) = rig
        .service
        .issue(signed_in, 3600)
        .expect("it can be sealed");
    let session = rig.session("alice").await;
    rig.clock.set(at(0));
    let none = attributes(&[]);
    let outcomes = [
        rig.sign_in("alice").await.map(drop),
        rig.code(&session, &code).await.map(drop),
        rig.service
            .redeem(&rig.pool, CLIENT, &token)
            .await
            .map(drop),
        rig.service
            .sign_up(&rig.pool, "bob", PASSWORD, &none)
            .await
            .map(drop),
        rig.service
            .forgot_password(&rig.pool, "alice")
            .await
            .map(drop),
        rig.service.set_up_totp(&rig.pool, &alice()).await.map(drop),
        rig.service.ready().await,
    ];
    for (n, outcome) in outcomes.into_iter().enumerate() {
        assert!(
            matches!(outcome, Err(Error::Clock(ClockUnset))),
            "{n}: {outcome:?}"
        );
    }
    rig.clock.set(at(START + 300));
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[test]
fn a_clock_out_of_range_is_unset() {
    let of = |secs| ManualClock::new(at(secs)).now();
    assert_eq!(of(1_577_836_799), Err(ClockUnset));
    assert_eq!(of(1_577_836_800), Ok(at(1_577_836_800)));
    assert_eq!(of(1 << 40), Ok(at(1 << 40)));
    assert!(countersign_host::core::UnixTime::from_secs((1 << 40) + 1).is_err());
    assert!(countersign_host::core::UnixTime::from_signed_secs(-1).is_err());
    assert!(SystemClock.now().is_ok());
}

#[tokio::test]
async fn a_clock_that_is_set_back_revives_nothing() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let session = rig.session("alice").await;
    let code = rig.totp(&secret);
    done(rig.code(&session, &code).await);
    rig.clock.set(at(START - 3600));
    let session = rig.session("alice").await;
    let earlier = rig.code(&session, &rig.totp(&secret)).await;
    assert!(
        matches!(earlier, Err(Error::CodeAlreadyUsed)),
        "{earlier:?}"
    );
    rig.clock.set(at(START + 365 * 86_400));
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}
