//! Accounts: what the tests of signing up, passwords, attributes and administration share.

mod admin;
mod attributes;
mod password;
mod sign_up;

use countersign_host::core::{MfaPreference, MfaPreferenceUpdate, MfaType};
use countersign_host::{CodeDeliveryDetails, ContactAttribute, Error, Principal, UserView};

use crate::rig::{EMAIL, PASSWORD, Rig, attributes};

const NEW_PASSWORD: &str = "Another-Horse-2";
const NEW_EMAIL: &str = "alice@example.org";

/// What an account can do that a test does several times.
impl Rig {
    async fn signed_up(&self) -> Result<(), Error> {
        let with = attributes(&[("email", EMAIL), ("name", "Alice")]);
        let made = self
            .service
            .sign_up(&self.pool, "alice", PASSWORD, &with)
            .await?;
        assert!(!made.confirmed);
        assert_eq!(made.sub.len(), 36);
        assert_eq!(made.delivery, Some(to_email("a***@e***")));
        Ok(())
    }

    async fn confirm(&self, code: &str) -> Result<(), Error> {
        self.service
            .confirm_sign_up(&self.pool, "alice", code)
            .await
    }

    async fn forgot(&self) -> Result<CodeDeliveryDetails, Error> {
        self.service.forgot_password(&self.pool, "alice").await
    }

    async fn reset(&self, code: &str) -> Result<(), Error> {
        self.service
            .confirm_forgot_password(&self.pool, "alice", code, NEW_PASSWORD)
            .await
    }

    async fn update(&self, name: &str, value: &str) -> Result<Vec<CodeDeliveryDetails>, Error> {
        let one = attributes(&[(name, value)]);
        self.service
            .update_attributes(&self.pool, &alice(), &one)
            .await
    }

    async fn verify(&self, attribute: ContactAttribute, code: &str) -> Result<(), Error> {
        self.service
            .verify_attribute(&self.pool, &alice(), attribute, code)
            .await
    }

    async fn alice(&self) -> UserView {
        let user = self.service.user(&self.pool, "alice").await;
        user.expect("she is there")
    }

    async fn enable(&self, factor: MfaType) {
        let on = |f| (f == factor).then_some(MfaPreference::Enabled);
        let update = MfaPreferenceUpdate {
            sms: on(MfaType::Sms),
            totp: on(MfaType::Totp),
            email: on(MfaType::Email),
        };
        self.prefer("alice", update).await;
    }
}

fn alice() -> Principal {
    Principal::vouch("alice", [1; 16])
}

fn to_email(masked: &str) -> CodeDeliveryDetails {
    CodeDeliveryDetails {
        destination: masked.to_owned(),
        medium: countersign_host::delivery::Medium::Email,
        attribute: ContactAttribute::Email,
    }
}
