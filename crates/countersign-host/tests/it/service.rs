//! What the service holds against whatever a client presents, and what it does when what it
//! stands on fails.

mod circumstances;
mod faults;
mod password_exchange;
mod sessions;

use countersign_host::Principal;
use countersign_host::core::{MfaPreference, MfaPreferenceUpdate, MfaType};

use crate::rig::Rig;

fn alice() -> Principal {
    Principal::vouch("alice", [1; 16])
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
