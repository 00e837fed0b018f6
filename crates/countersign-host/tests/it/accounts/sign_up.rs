//! Signing up: the code, another code, what is refused, and what does not show.

use countersign_host::{
    CodeDeliveryDetails, ContactAttribute, Error, PasswordChallenge, UserStatus,
};

use super::to_email;
use crate::rig::{Attributes, CLIENT, EMAIL, PASSWORD, PHONE, Rig, another, attributes, done};

#[tokio::test]
async fn a_sign_up_is_confirmed_by_the_code_that_was_sent() {
    let rig = Rig::new();
    rig.signed_up().await.expect("the name is free");
    let sent = rig.sent().pop().expect("a code was sent");
    assert_eq!(
        (sent.purpose.as_str(), sent.destination.as_str()),
        ("sign-up", EMAIL)
    );
    assert_eq!(sent.code.len(), 6);
    assert!(matches!(
        rig.sign_in("alice").await,
        Err(Error::UserNotConfirmed)
    ));
    assert!(matches!(rig.signed_up().await, Err(Error::UserExists)));
    assert!(matches!(
        rig.confirm(&another(&sent.code)).await,
        Err(Error::CodeMismatch)
    ));
    assert!(matches!(
        rig.confirm("12345").await,
        Err(Error::InvalidParameter(_))
    ));
    rig.confirm(&sent.code).await.expect("the code is right");
    assert!(matches!(
        rig.confirm(&sent.code).await,
        Err(Error::WrongState(_))
    ));
    let user = rig.alice().await;
    assert_eq!(user.status, UserStatus::Confirmed);
    assert_eq!(user.attributes["email_verified"], "true");
    done(rig.sign_in("ALICE").await);
}

#[tokio::test]
async fn another_code_replaces_the_first_and_five_wrong_ones_end_it() {
    let rig = Rig::new();
    rig.signed_up().await.expect("the name is free");
    let first = rig.last_code();
    let resend = async || rig.service.resend_sign_up_code(&rig.pool, "alice").await;
    assert_eq!(
        resend().await.expect("there is room"),
        to_email("a***@e***")
    );
    let second = rig.last_code();
    if first != second {
        assert!(matches!(
            rig.confirm(&first).await,
            Err(Error::CodeMismatch)
        ));
    }
    for n in 2..=5 {
        let wrong = rig.confirm(&another(&second)).await;
        assert!(matches!(wrong, Err(Error::CodeMismatch)), "{n}: {wrong:?}");
    }
    for _ in 0..2 {
        let right = rig.confirm(&second).await;
        assert!(matches!(right, Err(Error::CodeExpired)), "{right:?}");
    }
    resend().await.expect("there is room");
    rig.clock.advance(86_400);
    let late = rig.confirm(&rig.last_code()).await;
    assert!(matches!(late, Err(Error::CodeExpired)), "{late:?}");
    // Seen dead is dead: a clock that is set back does not revive it.
    rig.clock.set(crate::rig::at(crate::rig::START));
    let back = rig.confirm(&rig.last_code()).await;
    assert!(matches!(back, Err(Error::CodeExpired)), "{back:?}");
}

#[tokio::test]
async fn a_sign_up_goes_to_the_first_verified_attribute_it_has() {
    let mut rig = Rig::new();
    rig.pool.verified_attributes = vec![ContactAttribute::Email, ContactAttribute::PhoneNumber];
    let sign_up = async |name: &str, with: &Attributes| {
        rig.service.sign_up(&rig.pool, name, PASSWORD, with).await
    };
    let by_sms = sign_up("bob", &attributes(&[("phone_number", PHONE)])).await;
    let delivery = by_sms.expect("the name is free").delivery;
    assert_eq!(delivery.expect("it was sent").destination, "+*******0100");
    let none = sign_up("carol", &attributes(&[]))
        .await
        .expect("the name is free");
    assert_eq!(none.delivery, None);
    let resent = rig.service.resend_sign_up_code(&rig.pool, "carol").await;
    assert!(
        matches!(resent, Err(Error::InvalidParameter(_))),
        "{resent:?}"
    );
    rig.service
        .confirm_user(&rig.pool, "carol")
        .await
        .expect("she is unconfirmed");
    done(rig.sign_in("carol").await);
    for (pair, weak) in [
        (("email", "nobody"), PASSWORD),
        (("phone_number", "0100"), PASSWORD),
        (("email_verified", "true"), PASSWORD),
        (("sub", "1"), PASSWORD),
        (("iss", "https://example.com"), PASSWORD),
        (("custom:", "empty"), PASSWORD),
        (("name", "line\nbreak"), PASSWORD),
    ] {
        let refused = rig
            .service
            .sign_up(&rig.pool, "dave", weak, &attributes(&[pair]))
            .await;
        assert!(
            matches!(refused, Err(Error::InvalidParameter(_))),
            "{pair:?}: {refused:?}"
        );
    }
    let long = "x".repeat(2049);
    assert!(
        sign_up("dave", &attributes(&[("name", &long)]))
            .await
            .is_err()
    );
    let weak = rig
        .service
        .sign_up(&rig.pool, "dave", "weak", &attributes(&[]))
        .await;
    assert!(matches!(weak, Err(Error::WeakPassword(_))), "{weak:?}");
    for name in [
        "",
        "two words",
        "new\nline",
        "zero\u{200b}width",
        &"x".repeat(129),
    ] {
        let refused = sign_up(name, &attributes(&[])).await;
        assert!(
            matches!(refused, Err(Error::InvalidParameter(_))),
            "{name:?}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn who_exists_does_not_show_where_it_need_not() {
    let rig = Rig::new();
    rig.user("alice").await;
    let sign_in = async |name: &str| {
        rig.service
            .sign_in(&rig.pool, CLIENT, name, "Wrong-1!")
            .await
    };
    for n in 1..=7 {
        let (known, unknown) = (sign_in("alice").await, sign_in("nobody").await);
        match (known, unknown) {
            (Err(Error::WrongPassword), Err(Error::UserNotFound)) if n <= 5 => {}
            (Err(Error::PasswordBlocked), Err(Error::PasswordBlocked)) if n > 5 => {}
            other => panic!("{n}: {other:?}"),
        }
    }
    let decoy = async |name: &str| {
        let decoy = rig.service.decoy_delivery(&rig.pool, name);
        decoy.expect("the name is well formed")
    };
    let known = rig.forgot().await.expect("she has an address");
    let unknown = decoy("nobody").await;
    assert_eq!(unknown, decoy("NOBODY").await);
    assert_eq!(known.medium, unknown.medium);
    let shape = |details: &CodeDeliveryDetails| -> String {
        let letter = |c: char| if c.is_ascii_lowercase() { 'x' } else { c };
        details.destination.chars().map(letter).collect()
    };
    assert_eq!(shape(&known), shape(&unknown));
    let others: std::collections::BTreeSet<String> = {
        let mut all = std::collections::BTreeSet::new();
        for n in 0..50 {
            all.insert(decoy(&format!("nobody{n}")).await.destination);
        }
        all
    };
    assert!(others.len() > 25, "{others:?}");

    let public = "3".repeat(96);
    let begin = async |name: &str| {
        let begun = rig
            .service
            .begin_exchange(&rig.pool, CLIENT, name, &public, true)
            .await;
        begun.expect("a challenge either way")
    };
    rig.clock.advance(900);
    rig.user("Bob").await;
    for (one, other) in [("nemo", "NEMO"), ("Bob", "bOB")] {
        let (a, b) = (begin(one).await, begin(other).await);
        assert_eq!((&a.salt_hex, &a.user_id), (&b.salt_hex, &b.user_id));
        assert_eq!(
            a.user_id,
            one.to_lowercase(),
            "nor does the spelling on file show"
        );
    }
    let (known, unknown) = (begin("alice").await, begin("nemo2").await);
    let lengths = |challenge: PasswordChallenge| {
        let PasswordChallenge {
            secret_block,
            session,
            ..
        } = challenge;
        (secret_block.len(), session.len())
    };
    assert_eq!(lengths(known), lengths(unknown));
}
