//! Attributes: addresses that are verified before they count, and what may not be set.

use countersign_host::core::MfaType;
use countersign_host::{ContactAttribute, Error};

use super::{NEW_EMAIL, alice, to_email};
use crate::rig::{EMAIL, Rig, another, attributes, done};

#[tokio::test]
async fn a_verified_address_stays_until_the_new_one_is_verified() {
    let rig = Rig::new();
    rig.user("alice").await;
    let sent = rig
        .update("email", NEW_EMAIL)
        .await
        .expect("it can be sent");
    assert_eq!(sent, [to_email("a***@e***")]);
    let message = rig.sent().pop().expect("a code was sent");
    assert_eq!(
        (message.destination.as_str(), message.purpose.as_str()),
        (NEW_EMAIL, "verify-attribute")
    );
    let before = rig.alice().await.attributes;
    assert_eq!(
        (before["email"].as_str(), before["email_verified"].as_str()),
        (EMAIL, "true")
    );
    let wrong = rig
        .verify(ContactAttribute::Email, &another(&message.code))
        .await;
    assert!(matches!(wrong, Err(Error::CodeMismatch)), "{wrong:?}");
    let other = rig
        .verify(ContactAttribute::PhoneNumber, &message.code)
        .await;
    assert!(matches!(other, Err(Error::CodeExpired)), "{other:?}");
    rig.verify(ContactAttribute::Email, &message.code)
        .await
        .expect("the code is right");
    let after = rig.alice().await.attributes;
    assert_eq!(
        (after["email"].as_str(), after["email_verified"].as_str()),
        (NEW_EMAIL, "true")
    );
    let again = rig.verify(ContactAttribute::Email, &message.code).await;
    assert!(matches!(again, Err(Error::CodeExpired)), "{again:?}");
}

#[tokio::test]
async fn a_code_is_worth_nothing_for_an_address_that_came_after() {
    let rig = Rig::new();
    rig.user("alice").await;
    rig.update("email", "mine@example.com")
        .await
        .expect("it can be sent");
    let mine = rig.last_code();
    rig.update("email", "theirs@example.com")
        .await
        .expect("it can be sent");
    let swapped = rig.verify(ContactAttribute::Email, &mine).await;
    assert!(matches!(swapped, Err(Error::CodeMismatch)), "{swapped:?}");
    // Back to the present address: nothing waits any more, and nothing is sent.
    let back = rig.update("email", EMAIL).await.expect("nothing is sent");
    assert_eq!(back, []);
    let late = rig.verify(ContactAttribute::Email, &rig.last_code()).await;
    assert!(matches!(late, Err(Error::CodeExpired)), "{late:?}");
    assert_eq!(rig.alice().await.attributes["email"], EMAIL);
}

#[tokio::test]
async fn an_unverified_address_is_replaced_at_once_unless_it_is_a_factors() {
    let rig = Rig::new();
    rig.user_with("alice", &attributes(&[("email", EMAIL)]))
        .await;
    rig.update("email", NEW_EMAIL)
        .await
        .expect("it can be sent");
    let now = rig.alice().await.attributes;
    assert_eq!(
        (now["email"].as_str(), now["email_verified"].as_str()),
        (NEW_EMAIL, "false")
    );
    rig.enable(MfaType::Email).await;
    rig.update("email", "third@example.com")
        .await
        .expect("it can be sent");
    assert_eq!(rig.alice().await.attributes["email"], NEW_EMAIL);
    let sign_in = rig.sign_in("alice").await.expect("the password is right");
    let sent = rig.sent().pop().expect("a code was sent");
    assert_eq!(
        sent.destination, NEW_EMAIL,
        "sign-in still uses the address in force"
    );
    let session = sign_in.session.expect("a code is asked for");
    done(rig.code(&session, &sent.code).await);
    let resent = rig
        .service
        .send_attribute_code(&rig.pool, &alice(), ContactAttribute::Email)
        .await;
    assert_eq!(resent.expect("there is room"), to_email("t***@e***"));
    rig.verify(ContactAttribute::Email, &rig.last_code())
        .await
        .expect("the code is right");
    rig.sign_in("alice").await.expect("the password is right");
    let sent = rig.sent().pop().expect("a code was sent");
    assert_eq!(sent.destination, "third@example.com");
}

#[tokio::test]
async fn a_sign_in_code_dies_with_the_address_it_was_sent_to() {
    let rig = Rig::new();
    rig.user("alice").await;
    rig.enable(MfaType::Email).await;
    let session = rig.session("alice").await;
    let code = rig.last_code();
    rig.update("email", NEW_EMAIL)
        .await
        .expect("it can be sent");
    rig.verify(ContactAttribute::Email, &rig.last_code())
        .await
        .expect("the code is right");
    let refused = rig.code(&session, &code).await;
    assert!(matches!(refused, Err(Error::CodeExpired)), "{refused:?}");
}

#[tokio::test]
async fn attributes_are_set_and_deleted_but_not_under_an_enabled_factor() {
    let rig = Rig::new();
    rig.user("alice").await;
    let plain = attributes(&[("name", "Alice"), ("custom:team", "blue")]);
    let sent = rig
        .service
        .update_attributes(&rig.pool, &alice(), &plain)
        .await;
    assert_eq!(sent.expect("they are allowed"), []);
    for pair in [
        ("sub", "1"),
        ("email_verified", "true"),
        ("phone_number_verified", "true"),
        ("token_use", "access"),
        ("vendor:groups", "admin"),
    ] {
        let refused = rig.update(pair.0, pair.1).await;
        assert!(
            matches!(refused, Err(Error::InvalidParameter(_))),
            "{pair:?}: {refused:?}"
        );
    }
    let delete = async |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        rig.service
            .delete_attributes(&rig.pool, &alice(), &names)
            .await
    };
    rig.enable(MfaType::Email).await;
    let refused = delete(&["name", "email"]).await;
    assert!(
        matches!(refused, Err(Error::InvalidParameter(_))),
        "{refused:?}"
    );
    assert_eq!(
        rig.alice().await.attributes["name"],
        "Alice",
        "in full or not at all"
    );
    assert!(delete(&["email_verified"]).await.is_err());
    delete(&["name", "phone_number", "birthdate"])
        .await
        .expect("they are allowed");
    let left: Vec<String> = rig.alice().await.attributes.into_keys().collect();
    assert_eq!(left, ["custom:team", "email", "email_verified"]);
    let none = rig
        .service
        .send_attribute_code(&rig.pool, &alice(), ContactAttribute::PhoneNumber)
        .await;
    assert!(matches!(none, Err(Error::InvalidParameter(_))), "{none:?}");
}

#[tokio::test]
async fn attributes_cannot_fill_the_store() {
    let rig = Rig::new();
    rig.user("alice").await;
    let value = "x".repeat(2000);
    let mut kept = 0;
    for n in 0..20 {
        match rig.update(&format!("custom:a{n}"), &value).await {
            Ok(_) => kept += 1,
            Err(error) => assert!(matches!(error, Error::InvalidParameter(_)), "{error:?}"),
        }
    }
    assert_eq!(kept, 8);
}
