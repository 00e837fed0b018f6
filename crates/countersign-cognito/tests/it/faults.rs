//! Faults of what the server stands on: the store, the delivery, the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use countersign_host::delivery::{Delivery, DeliveryError, Message};
use countersign_host::store::{
    Deleted, Expected, Key, Kind, MemoryStore, OperationId, Revision, Saved, Store, StoreError,
    Stored,
};
use serde_json::json;

use crate::world::{World, text};

/// A store that can be broken and mended.
#[derive(Default)]
pub(crate) struct Breakable {
    store: MemoryStore,
    broken: AtomicBool,
}

impl Breakable {
    fn check(&self) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Failed("the disk is on fire".to_owned()));
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Store for Breakable {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        self.check()?;
        self.store.load(key).await
    }

    async fn save(
        &self,
        key: &Key,
        expected: Expected,
        operation: OperationId,
        value: Vec<u8>,
    ) -> Result<Saved, StoreError> {
        self.check()?;
        self.store.save(key, expected, operation, value).await
    }

    async fn delete(&self, key: &Key, expected: Revision) -> Result<Deleted, StoreError> {
        self.check()?;
        self.store.delete(key, expected).await
    }

    async fn list(
        &self,
        kind: Kind,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, Stored)>, StoreError> {
        self.check()?;
        self.store.list(kind, prefix, after, limit).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.check()?;
        self.store.ready().await
    }
}

/// A way of delivery that refuses everything.
pub(crate) struct Undeliverable;

#[async_trait::async_trait]
impl Delivery for Undeliverable {
    async fn deliver(&self, _: Message) -> Result<(), DeliveryError> {
        Err(DeliveryError::Unavailable)
    }
}

#[tokio::test]
async fn a_broken_store_accepts_nothing_and_loses_nothing() {
    let store = Arc::new(Breakable::default());
    let world = World::on_store("OPTIONAL", store.clone()).await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let secret = world.enrol(&token).await;
    let on = json!({"AccessToken": token, "SoftwareTokenMfaSettings": {"Enabled": true}});
    world.call("SetUserMFAPreference", on).await.ok();
    let challenge = world.sign_in("alice").await;
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": world.totp(&secret)});

    store.broken.store(true, Ordering::SeqCst);
    let reply = world.respond("alice", &challenge, code.clone()).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(reply.body["__type"], "InternalErrorException");
    assert!(!text(&reply.body["message"]).contains("fire"));
    let reply = world.call("GetUser", json!({"AccessToken": token})).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    let request = Request::get("/healthz")
        .body(Body::empty())
        .expect("a request");
    let reply = world.exchange(request).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);

    store.broken.store(false, Ordering::SeqCst);
    world.respond("alice", &challenge, code).await.ok();
}

#[tokio::test]
async fn a_code_that_cannot_be_delivered() {
    let world = World::with_delivery("OPTIONAL", Arc::new(Undeliverable)).await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let on = json!({"AccessToken": token, "SMSMfaSettings": {"Enabled": true}});
    world.call("SetUserMFAPreference", on).await.ok();
    let reply = world.try_sign_in("alice", crate::world::PASSWORD).await;
    assert_eq!(reply.refused(), "CodeDeliveryFailureException");
}

#[tokio::test]
async fn a_clock_that_was_never_set() {
    let world = World::new("OFF").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    world.clock.set(countersign_core::UnixTime::EPOCH);
    for reply in [
        world.try_sign_in("alice", crate::world::PASSWORD).await,
        world.call("GetUser", json!({"AccessToken": token})).await,
    ] {
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(reply.body["__type"], "InternalErrorException");
    }
}
