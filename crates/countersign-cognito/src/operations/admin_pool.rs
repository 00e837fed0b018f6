//! Pools: create, describe, list, and their MFA configuration.

use countersign_host::ContactAttribute;
use serde_json::{Value, json};

use super::Outcome;
use super::members::with_next;
use crate::endpoint::Endpoint;
use crate::records::{EmailMessage, MfaConfiguration, PasswordPolicy, PoolRecord, SmsSettings};
use crate::wire::{Answer, Fields, MESSAGE, POOL_ID, POOL_NAME, Parse, SUBJECT, TOKEN, WireError};

const MFA: &[(&str, MfaConfiguration)] = &[
    ("OFF", MfaConfiguration::Off),
    ("ON", MfaConfiguration::On),
    ("OPTIONAL", MfaConfiguration::Optional),
];

const CONTACTS: &[(&str, ContactAttribute)] = &[
    ("email", ContactAttribute::Email),
    ("phone_number", ContactAttribute::PhoneNumber),
];

/// A pool to be made.
pub(crate) struct CreateUserPool {
    pub(crate) name: String,
    pub(crate) mfa: Option<MfaConfiguration>,
    pub(crate) sms: Option<SmsSettings>,
    pub(crate) password: PasswordPolicy,
    pub(crate) auto_verified: Vec<ContactAttribute>,
    pub(crate) username_attributes: Vec<ContactAttribute>,
    pub(crate) admin_creates_users: bool,
}

impl Parse for CreateUserPool {
    fn read(fields: &mut Fields) -> Self {
        let name = fields.required("PoolName", POOL_NAME);
        let message = fields.optional("SmsAuthenticationMessage", MESSAGE);
        let configuration = fields.raw_object("SmsConfiguration");
        let sms = configuration.map(|configuration| SmsSettings {
            message,
            configuration: Some(Value::Object(configuration).to_string()),
        });
        Self {
            name,
            mfa: fields.word("MfaConfiguration", MFA),
            sms,
            password: fields
                .object::<Policies>("Policies")
                .and_then(|policies| policies.0)
                .unwrap_or_default(),
            auto_verified: fields
                .words("AutoVerifiedAttributes", CONTACTS)
                .unwrap_or_default(),
            username_attributes: fields
                .words("UsernameAttributes", CONTACTS)
                .unwrap_or_default(),
            admin_creates_users: fields
                .object::<AdminCreateUserConfig>("AdminCreateUserConfig")
                .is_some_and(|config| config.0),
        }
    }
}

struct AdminCreateUserConfig(bool);

impl Parse for AdminCreateUserConfig {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.flag("AllowAdminCreateUserOnly").unwrap_or(false))
    }
}

struct Policies(Option<PasswordPolicy>);

impl Parse for Policies {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.object("PasswordPolicy"))
    }
}

impl Parse for PasswordPolicy {
    /// What a given policy does not ask for, it does not require; only a policy that is not given
    /// at all is the default one.
    fn read(fields: &mut Fields) -> Self {
        let default = Self::default();
        Self {
            minimum_length: fields
                .number("MinimumLength", 6, 99)
                .and_then(|length| u8::try_from(length).ok())
                .unwrap_or(default.minimum_length),
            lowercase: fields.flag("RequireLowercase").unwrap_or(false),
            uppercase: fields.flag("RequireUppercase").unwrap_or(false),
            numbers: fields.flag("RequireNumbers").unwrap_or(false),
            symbols: fields.flag("RequireSymbols").unwrap_or(false),
            temporary_days: fields
                .number("TemporaryPasswordValidityDays", 0, 365)
                .and_then(|days| u16::try_from(days).ok())
                .filter(|days| *days > 0)
                .unwrap_or(default.temporary_days),
        }
    }
}

/// A pool to be described, or its MFA configuration.
pub(crate) struct OnePool {
    pub(crate) pool_id: String,
}

impl Parse for OnePool {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
        }
    }
}

/// A pool's whole MFA configuration: a factor that is left out is not allowed.
pub(crate) struct SetUserPoolMfaConfig {
    pub(crate) pool_id: String,
    pub(crate) mfa: Option<MfaConfiguration>,
    pub(crate) sms: Option<SmsSettings>,
    pub(crate) software_token: bool,
    pub(crate) email: Option<EmailMessage>,
}

impl Parse for SetUserPoolMfaConfig {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            mfa: fields.word("MfaConfiguration", MFA),
            sms: fields.object("SmsMfaConfiguration"),
            software_token: fields
                .object::<SoftwareToken>("SoftwareTokenMfaConfiguration")
                .is_some_and(|settings| settings.0),
            email: fields.object("EmailMfaConfiguration"),
        }
    }
}

struct SoftwareToken(bool);

impl Parse for SoftwareToken {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.flag("Enabled").unwrap_or(false))
    }
}

impl Parse for SmsSettings {
    fn read(fields: &mut Fields) -> Self {
        Self {
            message: fields.optional("SmsAuthenticationMessage", MESSAGE),
            configuration: fields
                .raw_object("SmsConfiguration")
                .map(|configuration| Value::Object(configuration).to_string()),
        }
    }
}

impl Parse for EmailMessage {
    fn read(fields: &mut Fields) -> Self {
        Self {
            message: fields.optional("Message", MESSAGE),
            subject: fields.optional("Subject", SUBJECT),
        }
    }
}

/// A page of pools.
pub(crate) struct ListUserPools {
    pub(crate) limit: u32,
    pub(crate) page: Option<String>,
}

impl Parse for ListUserPools {
    fn read(fields: &mut Fields) -> Self {
        let limit = fields.number("MaxResults", 1, 60);
        if limit.is_none() {
            fields.missing_unless_noted("MaxResults");
        }
        Self {
            limit: limit.unwrap_or(60),
            page: fields.optional("NextToken", TOKEN),
        }
    }
}

/// A pool as `CreateUserPool` and `DescribeUserPool` show it.
pub(crate) fn description(pool: &PoolRecord) -> Value {
    let contacts =
        |list: &[ContactAttribute]| -> Vec<&str> { list.iter().map(|c| c.name()).collect() };
    let mut shown = json!({
        "Id": pool.id,
        "Name": pool.name,
        "Arn": format!("arn:aws:cognito-idp:local:000000000000:userpool/{}", pool.id),
        "Policies": { "PasswordPolicy": password_description(pool.password) },
        "MfaConfiguration": pool.mfa.name(),
        "AutoVerifiedAttributes": contacts(&pool.auto_verified),
        "SchemaAttributes": schema(),
        "CreationDate": pool.created_secs,
        "LastModifiedDate": pool.modified_secs,
        "EstimatedNumberOfUsers": 0,
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": pool.admin_creates_users },
    });
    if !pool.username_attributes.is_empty() {
        shown["UsernameAttributes"] = contacts(&pool.username_attributes).into();
    }
    if let Some(sms) = &pool.sms {
        for (name, value) in sms_members(sms) {
            shown[name] = value;
        }
    }
    shown
}

/// A pool's MFA configuration, as `GetUserPoolMfaConfig` and `SetUserPoolMfaConfig` show it.
pub(crate) fn mfa_description(pool: &PoolRecord) -> Value {
    let mut shown = json!({
        "MfaConfiguration": pool.mfa.name(),
        "SoftwareTokenMfaConfiguration": { "Enabled": pool.software_token },
    });
    if let Some(sms) = &pool.sms {
        shown["SmsMfaConfiguration"] = Value::Object(sms_members(sms).collect());
    }
    if let Some(email) = &pool.email {
        let members = [("Message", &email.message), ("Subject", &email.subject)];
        shown["EmailMfaConfiguration"] = members
            .into_iter()
            .filter_map(|(name, text)| Some((name, text.clone()?)))
            .collect();
    }
    shown
}

fn sms_members(sms: &SmsSettings) -> impl Iterator<Item = (String, Value)> {
    let configuration = sms
        .configuration
        .as_ref()
        .and_then(|text| serde_json::from_str(text).ok());
    [
        (
            "SmsAuthenticationMessage",
            sms.message.clone().map(Value::String),
        ),
        ("SmsConfiguration", configuration),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
}

fn password_description(policy: PasswordPolicy) -> Value {
    json!({
        "MinimumLength": policy.minimum_length,
        "RequireUppercase": policy.uppercase,
        "RequireLowercase": policy.lowercase,
        "RequireNumbers": policy.numbers,
        "RequireSymbols": policy.symbols,
        "TemporaryPasswordValidityDays": policy.temporary_days,
    })
}

/// The standard attributes that a user of this server has a use for.
fn schema() -> Value {
    let text = |name: &str, mutable: bool, required: bool| {
        json!({
            "Name": name,
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": false,
            "Mutable": mutable,
            "Required": required,
            "StringAttributeConstraints": { "MinLength": "0", "MaxLength": "2048" },
        })
    };
    let flag = |name: &str| {
        json!({
            "Name": name,
            "AttributeDataType": "Boolean",
            "DeveloperOnlyAttribute": false,
            "Mutable": true,
            "Required": false,
        })
    };
    json!([
        text("sub", false, true),
        text("name", true, false),
        text("email", true, false),
        flag("email_verified"),
        text("phone_number", true, false),
        flag("phone_number_verified"),
    ])
}

/// `CreateUserPool`.
pub(crate) async fn create(endpoint: &Endpoint, request: CreateUserPool) -> Outcome {
    let pool = endpoint
        .create_pool(&request.name, |pool| {
            pool.mfa = request.mfa.unwrap_or(MfaConfiguration::Off);
            pool.sms = request.sms;
            // This request cannot speak of authenticators, so a pool that asks for MFA has them.
            pool.software_token = pool.mfa != MfaConfiguration::Off;
            pool.password = request.password;
            pool.auto_verified = request.auto_verified;
            pool.username_attributes = request.username_attributes;
            pool.admin_creates_users = request.admin_creates_users;
        })
        .await?;
    Answer::new(&json!({ "UserPool": description(&pool) }))
}

/// `DescribeUserPool`.
pub(crate) async fn describe(endpoint: &Endpoint, request: OnePool) -> Outcome {
    let pool = endpoint.directory().pool(&request.pool_id).await?;
    Answer::new(&json!({ "UserPool": description(&pool) }))
}

/// `ListUserPools`.
pub(crate) async fn list(endpoint: &Endpoint, request: ListUserPools) -> Outcome {
    let limit = usize::try_from(request.limit).unwrap_or(60);
    let page = endpoint
        .directory()
        .pools(request.page.as_deref(), limit)
        .await?;
    let pools: Vec<Value> = page
        .items
        .iter()
        .map(|pool| {
            json!({
                "Id": pool.id,
                "Name": pool.name,
                "CreationDate": pool.created_secs,
                "LastModifiedDate": pool.modified_secs,
            })
        })
        .collect();
    Answer::new(&with_next(json!({ "UserPools": pools }), page.next))
}

/// `SetUserPoolMfaConfig`.
pub(crate) async fn set_mfa(endpoint: &Endpoint, request: SetUserPoolMfaConfig) -> Outcome {
    // What is not said stays: a request about factors must not turn MFA off.
    let stored = endpoint.directory().pool(&request.pool_id).await?;
    let mfa = request.mfa.unwrap_or(stored.mfa);
    let no_factor = request.sms.is_none() && request.email.is_none() && !request.software_token;
    if mfa != MfaConfiguration::Off && no_factor {
        return Err(WireError::invalid(
            "MFA cannot be turned on without a configured MFA type",
        ));
    }
    let now = endpoint.now()?;
    let pool = endpoint
        .directory()
        .change_pool(&request.pool_id, |pool| {
            pool.mfa = mfa;
            pool.sms.clone_from(&request.sms);
            pool.software_token = request.software_token;
            pool.email.clone_from(&request.email);
            pool.modified_secs = now.secs();
        })
        .await?;
    Answer::new(&mfa_description(&pool))
}

/// `GetUserPoolMfaConfig`.
pub(crate) async fn mfa(endpoint: &Endpoint, request: OnePool) -> Outcome {
    let pool = endpoint.directory().pool(&request.pool_id).await?;
    Answer::new(&mfa_description(&pool))
}
