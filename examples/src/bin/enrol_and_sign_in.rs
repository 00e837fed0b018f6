//! The whole story in memory: enrol an authenticator, sign in with it, and try its code again.
#![allow(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use countersign_core::{
    Code, MfaPreference, MfaPreferenceUpdate, Sha1, SharedSecret, Totp, TotpParams, UnixTime,
};
use countersign_host::clock::ManualClock;
use countersign_host::delivery::NotConfigured;
use countersign_host::random::OsRandom;
use countersign_host::seal::KeyRing;
use countersign_host::store::MemoryStore;
use countersign_host::{Answer, NewUser, NextStep, Parts, Pool, Principal, Service};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A clock that we move, so as not to wait for the next code. A server has `SystemClock`.
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_800_000_000)?));
    let service = Service::new(Parts {
        store: Arc::new(MemoryStore::new()),
        delivery: Arc::new(NotConfigured),
        clock: clock.clone(),
        random: Arc::new(OsRandom),
        keys: KeyRing::generate(&OsRandom)?,
    });
    let (pool, client) = (Pool::new("example"), "web");

    let alice = NewUser {
        username: "alice",
        temporary_password: None,
        attributes: &BTreeMap::new(),
    };
    let (_, _temporary) = service.create_user(&pool, &alice).await?;
    let password = "Correct-horse-9";
    service.set_password(&pool, "alice", password, true).await?;

    let progress = service.sign_in(&pool, client, "alice", password).await?;
    let NextStep::Done(signed_in) = progress.next_step else {
        return Err("nothing is enrolled yet".into());
    };
    let (grant, ..) = service.issue(signed_in, 3_600)?;
    println!("alice signed in with a password alone");

    // Who asks: your own session says so.
    let who = Principal::vouch("alice", grant.id);
    let set_up = service.set_up_totp(&pool, &who).await?;
    let secret = set_up.shared_secret().clone();
    println!("for a QR code: {}", *set_up.setup_uri("Example")?);
    let first = code(&secret, service.now()?)?;
    service
        .verify_totp_setup(&pool, &who, first.as_str(), Some("phone"))
        .await?;
    let update = MfaPreferenceUpdate {
        totp: Some(MfaPreference::Preferred),
        ..MfaPreferenceUpdate::default()
    };
    let settings = service.update_mfa_preference(&pool, &who, &update).await?;
    println!("enrolled, and now preferred: {:?}", settings.preferred());

    clock.advance(30);
    let second = code(&secret, service.now()?)?;
    for _ in 0..2 {
        let progress = service.sign_in(&pool, client, "alice", password).await?;
        println!("the password alone now leads to {:?}", progress.next_step);
        let session = progress.session.ok_or("there is something to answer")?;
        let answer = Answer::Code(None, second.as_str());
        match service
            .confirm_sign_in(&pool, client, &session, answer)
            .await
        {
            Ok(progress) => println!("signed in: {:?}", progress.username),
            Err(error) => println!("the same code again: {error}"),
        }
    }
    Ok(())
}

/// What alice's phone shows.
fn code(secret: &SharedSecret, now: UnixTime) -> Result<Code, Box<dyn Error>> {
    Ok(Totp::<Sha1>::new(secret, TotpParams::DEFAULT).generate(now)?)
}
