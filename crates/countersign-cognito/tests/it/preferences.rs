//! `SetUserMFAPreference` and what `GetUser` shows after it: the documented truth table.

use serde_json::{Value, json};

use crate::world::World;

struct Alice {
    world: World,
    token: String,
}

impl Alice {
    async fn new() -> Self {
        let world = World::new("OPTIONAL").await;
        world.new_user("alice").await;
        let token = world.access_token("alice").await;
        world.enrol(&token).await;
        Self { world, token }
    }

    async fn set(&self, settings: &Value) -> Result<(), String> {
        let mut request = settings.clone();
        request["AccessToken"] = self.token.as_str().into();
        let reply = self.world.call("SetUserMFAPreference", request).await;
        if reply.status.is_success() {
            return Ok(());
        }
        Err(reply.refused())
    }

    /// Enabled and preferred, as `fetchMFAPreference` reads them.
    async fn shown(&self) -> (Value, Value) {
        let request = json!({"AccessToken": self.token});
        let user = self.world.call("GetUser", request).await.ok();
        (
            user["UserMFASettingList"].clone(),
            user["PreferredMfaSetting"].clone(),
        )
    }
}

fn on() -> Value {
    json!({"Enabled": true})
}

fn off() -> Value {
    json!({"Enabled": false})
}

fn preferred() -> Value {
    json!({"Enabled": true, "PreferredMfa": true})
}

fn not_preferred() -> Value {
    json!({"Enabled": true, "PreferredMfa": false})
}

/// From nothing through these updates; what is shown after the last.
#[track_caller]
fn check(updates: &[Value], enabled: Value, preference: Value) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let shown = runtime.block_on(async {
        let alice = Alice::new().await;
        for update in updates {
            alice.set(update).await.expect("a good update");
        }
        alice.shown().await
    });
    assert_eq!(shown, (enabled, preference));
}

#[test]
fn one_factor_enabled() {
    for (member, name) in [
        ("SMSMfaSettings", "SMS_MFA"),
        ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA"),
        ("EmailMfaSettings", "EMAIL_OTP"),
    ] {
        check(&[json!({member: on()})], json!([name]), Value::Null);
        check(&[json!({member: preferred()})], json!([name]), name.into());
        let then = [
            json!({member: preferred()}),
            json!({member: not_preferred()}),
        ];
        check(&then, json!([name]), Value::Null);
        let then = [json!({member: preferred()}), json!({member: on()})];
        check(&then, json!([name]), Value::Null);
        let then = [json!({member: preferred()}), json!({member: off()})];
        check(&then, Value::Null, Value::Null);
    }
}

#[test]
fn two_factors_enabled() {
    let both = json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
    let update = json!({"SMSMfaSettings": on(), "SoftwareTokenMfaSettings": on()});
    check(&[update], both.clone(), Value::Null);
    let sms = json!({"SMSMfaSettings": preferred(), "SoftwareTokenMfaSettings": on()});
    check(std::slice::from_ref(&sms), both.clone(), "SMS_MFA".into());
    let totp = json!({"SMSMfaSettings": not_preferred(), "SoftwareTokenMfaSettings": preferred()});
    check(&[sms, totp], both, "SOFTWARE_TOKEN_MFA".into());
}

#[test]
fn what_is_left_out_is_kept() {
    let totp = json!({"SMSMfaSettings": on(), "SoftwareTokenMfaSettings": preferred()});
    let then = json!({"SMSMfaSettings": off()});
    check(
        &[totp, then],
        json!(["SOFTWARE_TOKEN_MFA"]),
        "SOFTWARE_TOKEN_MFA".into(),
    );
}

#[test]
fn preference_moves() {
    let totp = json!({"SoftwareTokenMfaSettings": preferred()});
    let sms = json!({"SMSMfaSettings": preferred()});
    check(
        &[totp, sms],
        json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA"]),
        "SMS_MFA".into(),
    );
}

#[tokio::test]
async fn two_preferred_change_nothing() {
    let alice = Alice::new().await;
    alice
        .set(&json!({"EmailMfaSettings": preferred()}))
        .await
        .expect("a good update");
    let two = json!({"SMSMfaSettings": preferred(), "SoftwareTokenMfaSettings": preferred()});
    assert_eq!(
        alice.set(&two).await,
        Err("InvalidParameterException".to_owned())
    );
    assert_eq!(
        alice.shown().await,
        (json!(["EMAIL_OTP"]), "EMAIL_OTP".into())
    );
}

#[tokio::test]
async fn what_is_not_set_up_cannot_be_enabled() {
    let world = World::new("OPTIONAL").await;
    world.new_user("alice").await;
    let token = world.access_token("alice").await;
    let alice = Alice { world, token };
    for wanted in [on(), preferred(), not_preferred()] {
        let update = json!({"SMSMfaSettings": on(), "SoftwareTokenMfaSettings": wanted});
        assert_eq!(
            alice.set(&update).await,
            Err("InvalidParameterException".to_owned())
        );
    }
    assert_eq!(alice.shown().await, (Value::Null, Value::Null));
}

#[tokio::test]
async fn preferred_but_disabled_is_refused() {
    let alice = Alice::new().await;
    let update = json!({"SMSMfaSettings": {"Enabled": false, "PreferredMfa": true}});
    assert_eq!(
        alice.set(&update).await,
        Err("InvalidParameterException".to_owned())
    );
}

#[tokio::test]
async fn an_administrator_sets_them_too() {
    let alice = Alice::new().await;
    let update = json!({
        "UserPoolId": alice.world.pool,
        "Username": "alice",
        "SoftwareTokenMfaSettings": preferred(),
    });
    alice
        .world
        .admin("AdminSetUserMFAPreference", update)
        .await
        .ok();
    let expected = (json!(["SOFTWARE_TOKEN_MFA"]), "SOFTWARE_TOKEN_MFA".into());
    assert_eq!(alice.shown().await, expected);
}
