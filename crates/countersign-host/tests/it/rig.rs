//! The rig of the service's tests: a service with a clock that the test moves, a real outbox file
//! that codes are read from, and users in the states that stories begin with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use countersign_host::clock::ManualClock;
use countersign_host::core::{
    MfaPreference, MfaPreferenceUpdate, MfaRequirement, MfaSet, Sha1, SharedSecret, Totp,
    TotpParams, UnixTime,
};
use countersign_host::delivery::Outbox;
use countersign_host::random::OsRandom;
use countersign_host::seal::KeyRing;
use countersign_host::store::{MemoryStore, SqliteStore, Store};
use countersign_host::{
    Answer, Error, NewUser, NextStep, Parts, Pool, Principal, Progress, Service, SignedIn,
};

pub(crate) const CLIENT: &str = "web";
pub(crate) const PASSWORD: &str = "Correct-Horse-1";
pub(crate) const EMAIL: &str = "alice@example.com";
pub(crate) const PHONE: &str = "+15555550100";
/// Tue Nov 24 04:05:06 UTC 2026.
pub(crate) const START: u64 = 1_795_493_106;

pub(crate) type Attributes = BTreeMap<String, String>;

pub(crate) struct Rig {
    pub(crate) service: Service,
    pub(crate) pool: Pool,
    pub(crate) clock: Arc<ManualClock>,
    store: Arc<dyn Store>,
    keys: KeyRing,
    outbox: PathBuf,
    /// Where there is one, every node has a connection of its own.
    database: Option<PathBuf>,
    folder: tempfile::TempDir,
}

/// A code that was sent.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct Sent {
    pub(crate) medium: String,
    pub(crate) destination: String,
    pub(crate) purpose: String,
    pub(crate) code: String,
}

impl Rig {
    /// In memory; every factor allowed, none required.
    pub(crate) fn new() -> Self {
        Self::on(Arc::new(MemoryStore::new()))
    }

    /// In an SQLite file.
    pub(crate) fn sqlite() -> Self {
        let mut rig = Self::new();
        rig.database = Some(rig.folder.path().join("countersign.sqlite"));
        rig.service = rig.another_node();
        rig
    }

    pub(crate) fn on(store: Arc<dyn Store>) -> Self {
        let folder = tempfile::tempdir().expect("there is room");
        let outbox = folder.path().join("outbox.jsonl");
        let clock = Arc::new(ManualClock::new(at(START)));
        let keys = KeyRing::generate(&OsRandom).expect("there is randomness");
        let mut pool = Pool::new("pool");
        pool.policy.allowed = MfaSet::ALL;
        Self {
            service: service(store.clone(), clock.clone(), keys.clone(), &outbox),
            pool,
            clock,
            store,
            keys,
            outbox,
            database: None,
            folder,
        }
    }

    pub(crate) fn requiring(mut self, allowed: MfaSet) -> Self {
        self.pool.policy.requirement = MfaRequirement::Required;
        self.pool.policy.allowed = allowed;
        self
    }

    /// Another service on the same store, as after a restart or on another node.
    pub(crate) fn another_node(&self) -> Service {
        let store: Arc<dyn Store> = match &self.database {
            Some(path) => Arc::new(SqliteStore::open(path).expect("the store opens")),
            None => self.store.clone(),
        };
        service(store, self.clock.clone(), self.keys.clone(), &self.outbox)
    }

    /// All codes sent so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        let text = std::fs::read_to_string(&self.outbox).expect("the outbox is a file");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect()
    }

    #[track_caller]
    pub(crate) fn last_code(&self) -> String {
        self.sent().pop().expect("a code was sent").code
    }

    /// Makes the outbox a thing that cannot be written to, or a file again.
    pub(crate) fn block_outbox(&self, blocked: bool) {
        let aside = self.outbox.with_extension("aside");
        if blocked {
            std::fs::rename(&self.outbox, &aside).expect("it is a file");
            std::fs::create_dir(&self.outbox).expect("its place is free");
        } else {
            std::fs::remove_dir(&self.outbox).expect("it is empty");
            std::fs::rename(&aside, &self.outbox).expect("its place is free");
        }
    }

    /// A confirmed user without factors, with this address and number, both verified.
    pub(crate) async fn user(&self, name: &str) {
        let attributes = attributes(&[
            ("email", EMAIL),
            ("email_verified", "true"),
            ("phone_number", PHONE),
            ("phone_number_verified", "true"),
        ]);
        self.user_with(name, &attributes).await;
    }

    pub(crate) async fn user_with(&self, name: &str, attributes: &Attributes) {
        let new = NewUser {
            username: name,
            temporary_password: None,
            attributes,
        };
        let made = self.service.create_user(&self.pool, &new).await;
        made.expect("the user is new");
        self.service
            .set_password(&self.pool, name, PASSWORD, true)
            .await
            .expect("the user is there");
    }

    /// A user whose authenticator is set up and preferred, and whose next code is fresh.
    pub(crate) async fn totp_user(&self, name: &str) -> SharedSecret {
        self.user(name).await;
        let secret = self.enrol(name).await;
        self.prefer(
            name,
            MfaPreferenceUpdate {
                totp: Some(MfaPreference::Preferred),
                ..MfaPreferenceUpdate::default()
            },
        )
        .await;
        secret
    }

    pub(crate) async fn enrol(&self, name: &str) -> SharedSecret {
        let who = Principal::vouch(name, [1; 16]);
        let set_up = self.service.set_up_totp(&self.pool, &who).await;
        let secret = set_up.expect("TOTP is allowed").shared_secret().clone();
        let code = self.totp(&secret);
        self.service
            .verify_totp_setup(&self.pool, &who, &code, Some("phone"))
            .await
            .expect("the code is right");
        self.clock.advance(60);
        secret
    }

    pub(crate) async fn prefer(&self, name: &str, update: MfaPreferenceUpdate) {
        self.service
            .set_mfa_preference(&self.pool, name, &update)
            .await
            .expect("the factors are enrolled");
    }

    /// The code that an authenticator shows now.
    pub(crate) fn totp(&self, secret: &SharedSecret) -> String {
        let now = self.service.now().expect("the clock is set");
        totp_at(secret, now)
    }

    /// A code that no step near now has.
    pub(crate) fn wrong_totp(&self, secret: &SharedSecret) -> String {
        let now = self.service.now().expect("the clock is set").secs();
        let right: Vec<String> = (0..=8)
            .map(|step| totp_at(secret, at(now + 30 * step - 120)))
            .collect();
        (0..=9)
            .map(|number| format!("{number:06}"))
            .find(|code| !right.contains(code))
            .expect("ten codes are more than nine")
    }

    pub(crate) async fn sign_in(&self, name: &str) -> Result<Progress, Error> {
        self.service
            .sign_in(&self.pool, CLIENT, name, PASSWORD)
            .await
    }

    /// Signs in up to the second factor.
    pub(crate) async fn session(&self, name: &str) -> String {
        let progress = self.sign_in(name).await.expect("the password is right");
        progress.session.expect("a second factor is asked for")
    }

    pub(crate) async fn answer(
        &self,
        session: &str,
        answer: Answer<'_>,
    ) -> Result<Progress, Error> {
        self.service
            .confirm_sign_in(&self.pool, CLIENT, session, answer)
            .await
    }

    pub(crate) async fn code(&self, session: &str, code: &str) -> Result<Progress, Error> {
        self.answer(session, Answer::Code(None, code)).await
    }
}

#[track_caller]
pub(crate) fn done(progress: Result<Progress, Error>) -> SignedIn {
    match progress.expect("the answer is right").next_step {
        NextStep::Done(signed_in) => signed_in,
        other => panic!("not signed in: {other:?}"),
    }
}

/// A code of as many digits that is another one.
pub(crate) fn another(code: &str) -> String {
    let (front, last) = code.split_at(code.len() - 1);
    format!("{front}{}", if last == "0" { "1" } else { "0" })
}

pub(crate) fn attributes(pairs: &[(&str, &str)]) -> Attributes {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

pub(crate) fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs).expect("in range")
}

pub(crate) fn totp_at(secret: &SharedSecret, now: UnixTime) -> String {
    let totp = Totp::<Sha1>::new(secret, TotpParams::DEFAULT);
    totp.generate(now).expect("after 1970").as_str().to_owned()
}

fn service(
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
    keys: KeyRing,
    outbox: &std::path::Path,
) -> Service {
    Service::new(Parts {
        store,
        delivery: Arc::new(Outbox::create(outbox).expect("the folder is there")),
        clock,
        random: Arc::new(OsRandom),
        keys,
    })
}
