//! A store that fails at any call: nothing is accepted by it, and nothing is half done.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use countersign_host::store::{
    Deleted, Expected, Key, Kind, MemoryStore, OperationId, Revision, Saved, Store, StoreError,
    Stored,
};
use countersign_host::{ContactAttribute, Error};

use super::{alice, prefer_email};
use crate::rig::{CLIENT, EMAIL, PASSWORD, Rig, attributes, done};

/// A store whose `n`th call from now fails, once, with the given error.
struct Failing {
    store: MemoryStore,
    calls_left: AtomicI64,
    error: StoreError,
    /// Whether a save that fails has happened all the same.
    saves_all_the_same: bool,
}

impl Failing {
    fn new(error: StoreError) -> Self {
        Self {
            store: MemoryStore::new(),
            calls_left: AtomicI64::new(-1),
            error,
            saves_all_the_same: false,
        }
    }

    fn fail_at(&self, call: i64) {
        self.calls_left.store(call, Ordering::SeqCst);
    }

    /// Whether the call that should fail has come.
    fn has_failed(&self) -> bool {
        self.calls_left.load(Ordering::SeqCst) <= 0
    }

    fn now(&self) -> Result<(), StoreError> {
        if self.calls_left.fetch_sub(1, Ordering::SeqCst) == 1 {
            return Err(self.error.clone());
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Failing {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        self.now()?;
        self.store.load(key).await
    }

    async fn save(
        &self,
        key: &Key,
        expected: Expected,
        operation: OperationId,
        value: Vec<u8>,
    ) -> Result<Saved, StoreError> {
        let fails = self.now();
        if fails.is_ok() || self.saves_all_the_same {
            let saved = self.store.save(key, expected, operation, value).await;
            return fails.and(saved);
        }
        Err(self.error.clone())
    }

    async fn delete(&self, key: &Key, expected: Revision) -> Result<Deleted, StoreError> {
        self.now()?;
        self.store.delete(key, expected).await
    }

    async fn list(
        &self,
        kind: Kind,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.now()?;
        self.store.list(kind, prefix, after, limit).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.now()
    }
}

/// Runs `operation` on a world that `prepare` makes, with the first, second, … call to the store
/// failing, until none fails any more. Each failure has to come out as an internal error.
async fn check<W>(
    name: &str,
    prepare: impl AsyncFn(&Rig) -> W,
    operation: impl AsyncFn(&Rig, &W) -> Result<(), Error>,
) {
    for call in 1.. {
        let store = Arc::new(Failing::new(StoreError::Failed("no disk".to_owned())));
        let rig = Rig::on(store.clone());
        let world = prepare(&rig).await;
        store.fail_at(call);
        let outcome = operation(&rig, &world).await;
        if !store.has_failed() {
            outcome.unwrap_or_else(|error| panic!("{name} without a failure: {error:?}"));
            assert!(call > 1, "{name} calls the store");
            return;
        }
        store.fail_at(-1);
        match outcome {
            Err(error) => assert!(error.is_internal(), "{name}, call {call}: {error:?}"),
            Ok(()) => panic!("{name} was granted although call {call} failed"),
        }
        // What failed was not half done: the same can be done again.
        let again = operation(&rig, &world).await;
        again.unwrap_or_else(|error| panic!("{name} after call {call} failed: {error:?}"));
    }
}

#[tokio::test]
async fn a_sign_in_is_not_granted_by_a_failing_store() {
    check(
        "the password",
        async |rig| rig.user("alice").await,
        async |rig, ()| rig.sign_in("alice").await.map(drop),
    )
    .await;
    check(
        "a TOTP code",
        async |rig| {
            let secret = rig.totp_user("alice").await;
            (rig.session("alice").await, rig.totp(&secret))
        },
        async |rig, (session, code)| rig.code(session, code).await.map(drop),
    )
    .await;
    check(
        "a code by mail",
        async |rig| {
            rig.user("alice").await;
            prefer_email(rig).await;
            (rig.session("alice").await, rig.last_code())
        },
        async |rig, (session, code)| rig.code(session, code).await.map(drop),
    )
    .await;
    check(
        "a refresh token",
        async |rig| {
            rig.user("alice").await;
            let signed_in = done(rig.sign_in("alice").await);
            rig.service
                .issue(signed_in, 3600)
                .expect("it can be sealed")
                .2
        },
        async |rig, token| rig.service.redeem(&rig.pool, CLIENT, token).await.map(drop),
    )
    .await;
}

#[tokio::test]
async fn a_wrong_answer_is_no_wrong_answer_while_the_store_fails() {
    // A wrong code that could not be counted must not be answered like one that was.
    for call in 1..=2 {
        let store = Arc::new(Failing::new(StoreError::Busy));
        let rig = Rig::on(store.clone());
        let secret = rig.totp_user("alice").await;
        let session = rig.session("alice").await;
        store.fail_at(call);
        let wrong = rig.code(&session, &rig.wrong_totp(&secret)).await;
        assert!(matches!(wrong, Err(Error::Store(_))), "{call}: {wrong:?}");
    }
    for call in 1..=3 {
        let store = Arc::new(Failing::new(StoreError::Busy));
        let rig = Rig::on(store.clone());
        rig.user("alice").await;
        store.fail_at(call);
        let wrong = rig
            .service
            .sign_in(&rig.pool, CLIENT, "alice", "Wrong-1!")
            .await;
        assert!(matches!(wrong, Err(Error::Store(_))), "{call}: {wrong:?}");
    }
}

#[tokio::test]
async fn a_sign_up_happens_in_full_or_not_at_all() {
    check(
        "a sign-up",
        async |_| (),
        async |rig, ()| {
            let with = attributes(&[("email", EMAIL)]);
            let service = &rig.service;
            match service.sign_up(&rig.pool, "alice", PASSWORD, &with).await {
                // The account was made before the call that failed: another code can be had.
                Err(Error::UserExists) => {
                    let sent = service.resend_sign_up_code(&rig.pool, "alice").await;
                    sent.map(drop)
                }
                other => other.map(drop),
            }
        },
    )
    .await;
    check(
        "a confirmation",
        async |rig| {
            let with = attributes(&[("email", EMAIL)]);
            let made = rig
                .service
                .sign_up(&rig.pool, "alice", PASSWORD, &with)
                .await;
            made.expect("the name is free");
            rig.last_code()
        },
        async |rig, code| rig.service.confirm_sign_up(&rig.pool, "alice", code).await,
    )
    .await;
}

#[tokio::test]
async fn accounts_are_changed_in_full_or_not_at_all() {
    check(
        "a reset",
        async |rig| {
            rig.user("alice").await;
            let sent = rig.service.forgot_password(&rig.pool, "alice").await;
            sent.expect("she has an address");
            rig.last_code()
        },
        async |rig, code| {
            rig.service
                .confirm_forgot_password(&rig.pool, "alice", code, "Another-Horse-2")
                .await
        },
    )
    .await;
    check(
        "a verification",
        async |rig| {
            rig.user("alice").await;
            let new = attributes(&[("email", "new@example.com")]);
            let sent = rig
                .service
                .update_attributes(&rig.pool, &alice(), &new)
                .await;
            sent.expect("it can be sent");
            rig.last_code()
        },
        async |rig, code| {
            let email = ContactAttribute::Email;
            rig.service
                .verify_attribute(&rig.pool, &alice(), email, code)
                .await
        },
    )
    .await;
    check(
        "the first code of an authenticator",
        async |rig| {
            rig.user("alice").await;
            let set_up = rig.service.set_up_totp(&rig.pool, &alice()).await;
            rig.totp(set_up.expect("TOTP is allowed").shared_secret())
        },
        async |rig, code| {
            rig.service
                .verify_totp_setup(&rig.pool, &alice(), code, None)
                .await
        },
    )
    .await;
    check(
        "a deletion",
        async |rig| rig.user("alice").await,
        async |rig, ()| rig.service.delete_user(&rig.pool, "alice").await,
    )
    .await;
}

#[tokio::test]
async fn a_write_of_unknown_outcome_is_read_back() {
    for saves_all_the_same in [false, true] {
        let store = Arc::new(Failing {
            saves_all_the_same,
            ..Failing::new(StoreError::Unknown)
        });
        let rig = Rig::on(store.clone());
        let secret = rig.totp_user("alice").await;
        let session = rig.session("alice").await;
        let code = rig.totp(&secret);
        // The load is the first call, the save the second.
        store.fail_at(2);
        done(rig.code(&session, &code).await);
        assert!(store.has_failed());
        let other = rig.session("alice").await;
        let again = rig.code(&other, &code).await;
        assert!(matches!(again, Err(Error::CodeAlreadyUsed)), "{again:?}");
    }
}
