//! What an administrator does: making, listing, deleting and disabling users.

use countersign_host::{Error, NewUser, UserStatus};

use crate::rig::{Attributes, CLIENT, EMAIL, PASSWORD, Rig, attributes, done};

#[tokio::test]
async fn an_administrator_makes_users_with_a_password_of_their_pools_rules() {
    let rig = Rig::new();
    let create = async |name: &str, password: Option<&str>, with: &Attributes| {
        let new = NewUser {
            username: name,
            temporary_password: password,
            attributes: with,
        };
        rig.service.create_user(&rig.pool, &new).await
    };
    let none = attributes(&[]);
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..20 {
        let (user, password) = create(&format!("user{n}"), None, &none)
            .await
            .expect("free");
        assert_eq!(user.status, UserStatus::ForceChangePassword);
        rig.pool
            .passwords
            .check(&password)
            .expect("it keeps the rules");
        assert!(seen.insert(user.sub.clone()) && seen.insert((*password).clone()));
        let (variant, version) = (user.sub.as_bytes()[19], user.sub.as_bytes()[14]);
        assert!(
            version == b'4' && b"89ab".contains(&variant),
            "{}",
            user.sub
        );
    }
    assert!(matches!(
        create("USER0", None, &none).await,
        Err(Error::UserExists)
    ));
    assert!(matches!(
        create("bob", Some("weak"), &none).await,
        Err(Error::WeakPassword(_))
    ));
    for pairs in [
        &[("email_verified", "true")][..],
        &[("email", EMAIL), ("email_verified", "maybe")],
    ] {
        let refused = create("bob", None, &attributes(pairs)).await;
        assert!(
            matches!(refused, Err(Error::InvalidParameter(_))),
            "{pairs:?}"
        );
    }
}

#[tokio::test]
async fn users_are_listed_page_by_page_within_their_pool() {
    let rig = Rig::new();
    let mut other = rig.pool.clone();
    other.id = "pool2".to_owned();
    for name in ["Carol", "alice", "bob", "dave"] {
        rig.user_with(name, &attributes(&[])).await;
    }
    let elsewhere = rig
        .service
        .sign_up(&other, "erin", PASSWORD, &attributes(&[]))
        .await;
    elsewhere.expect("the name is free");
    let page = async |after: Option<&str>| -> Vec<String> {
        let page = rig.service.list_users(&rig.pool, after, 3).await;
        let page = page.expect("the store answers");
        page.into_iter().map(|user| user.username).collect()
    };
    assert_eq!(page(None).await, ["alice", "bob", "Carol"]);
    assert_eq!(page(Some("Carol")).await, ["dave"]);
    assert!(page(Some("dave")).await.is_empty());
    rig.service
        .delete_user(&rig.pool, "BOB")
        .await
        .expect("he is there");
    assert_eq!(page(None).await, ["alice", "Carol", "dave"]);
    let gone = rig.service.delete_user(&rig.pool, "bob").await;
    assert!(matches!(gone, Err(Error::UserNotFound)), "{gone:?}");
}

#[tokio::test]
async fn a_disabled_user_does_nothing_and_keeps_no_session() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let (open, session) = (rig.session("alice").await, rig.session("alice").await);
    let signed_in = done(rig.code(&session, &rig.totp(&secret)).await);
    let (_, _, token) = rig
        .service
        .issue(signed_in, 3600)
        .expect("it can be sealed");
    let enable = async |enabled| {
        let set = rig
            .service
            .set_user_enabled(&rig.pool, "alice", enabled)
            .await;
        set.expect("she is there");
    };
    enable(false).await;
    assert!(matches!(
        rig.sign_in("alice").await,
        Err(Error::UserDisabled)
    ));
    assert!(matches!(rig.forgot().await, Err(Error::UserDisabled)));
    rig.clock.advance(60);
    let open = rig.code(&open, &rig.totp(&secret)).await;
    assert!(matches!(open, Err(Error::UserDisabled)), "{open:?}");
    enable(true).await;
    let old = rig.service.redeem(&rig.pool, CLIENT, &token).await;
    assert!(matches!(old, Err(Error::TokenRevoked)));
    let session = rig.session("alice").await;
    done(rig.code(&session, &rig.totp(&secret)).await);
}

#[tokio::test]
async fn a_new_user_of_an_old_name_inherits_nothing() {
    let rig = Rig::new();
    let secret = rig.totp_user("alice").await;
    let (open, session) = (rig.session("alice").await, rig.session("alice").await);
    let signed_in = done(rig.code(&session, &rig.totp(&secret)).await);
    let (_, _, token) = rig
        .service
        .issue(signed_in, 3600)
        .expect("it can be sealed");
    rig.forgot().await.expect("she has an address");
    let code = rig.last_code();
    rig.service
        .delete_user(&rig.pool, "alice")
        .await
        .expect("she is there");
    rig.user("alice").await;
    rig.clock.advance(60);
    let open = rig.code(&open, &rig.totp(&secret)).await;
    assert!(matches!(open, Err(Error::SessionInvalid)), "{open:?}");
    let old = rig.service.redeem(&rig.pool, CLIENT, &token).await;
    assert!(matches!(old, Err(Error::TokenInvalid)));
    assert!(matches!(rig.reset(&code).await, Err(Error::CodeExpired)));
    done(rig.sign_in("alice").await);
}
