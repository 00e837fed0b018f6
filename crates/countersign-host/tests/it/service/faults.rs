//! Faults: a store that fails at any call, a message that cannot be delivered, a clock that was
//! never set. None of them accepts anything, and none of them loses anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use countersign_host::clock::{Clock, ClockUnset, ManualClock, SystemClock};
use countersign_host::core::{MfaPreference, MfaPreferenceUpdate, MfaType};
use countersign_host::store::{
    Deleted, Expected, Key, Kind, MemoryStore, OperationId, Revision, Saved, Store, StoreError,
    Stored,
};
use countersign_host::{Answer, ContactAttribute, Error, NextStep, Principal};

use crate::rig::{CLIENT, EMAIL, PASSWORD, Rig, START, at, attributes, done};

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

fn alice() -> Principal {
    Principal::vouch("alice", [1; 16])
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
async fn accounts_are_changed_in_full_or_not_at_all() {
    check(
        "a sign-up",
        async |_| (),
        async |rig, ()| {
            let with = attributes(&[("email", EMAIL)]);
            rig.service
                .sign_up(&rig.pool, "alice", PASSWORD, &with)
                .await
                .map(drop)
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

async fn prefer_email(rig: &Rig) {
    let email = MfaPreferenceUpdate {
        email: Some(MfaPreference::Preferred),
        ..MfaPreferenceUpdate::default()
    };
    rig.prefer("alice", email).await;
    let user = rig
        .service
        .user(&rig.pool, "alice")
        .await
        .expect("she is there");
    assert!(user.mfa.enabled().contains(MfaType::Email));
}
