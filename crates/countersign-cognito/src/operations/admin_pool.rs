//! Pools: create, describe, list, and their MFA configuration.

use serde_json::{Value, json};

use crate::records::{
    Contact, EmailMessage, MfaConfiguration, PasswordPolicy, PoolRecord, SmsSettings,
};
use crate::wire::{Fields, MESSAGE, POOL_ID, POOL_NAME, Parse, TOKEN};

const MFA: &[(&str, MfaConfiguration)] = &[
    ("OFF", MfaConfiguration::Off),
    ("ON", MfaConfiguration::On),
    ("OPTIONAL", MfaConfiguration::Optional),
];

const CONTACTS: &[(&str, Contact)] = &[
    ("email", Contact::Email),
    ("phone_number", Contact::PhoneNumber),
];

/// A pool to be made.
pub(crate) struct CreateUserPool {
    pub(crate) name: String,
    pub(crate) mfa: Option<MfaConfiguration>,
    pub(crate) sms: Option<SmsSettings>,
    pub(crate) password: PasswordPolicy,
    pub(crate) auto_verified: Vec<Contact>,
    pub(crate) username_attributes: Vec<Contact>,
}

impl Parse for CreateUserPool {
    fn read(fields: &mut Fields) -> Self {
        let name = fields.required("PoolName", POOL_NAME);
        let message = fields.optional("SmsAuthenticationMessage", MESSAGE);
        let configuration = fields.raw_object("SmsConfiguration");
        let sms = configuration.map(|configuration| SmsSettings {
            sms_authentication_message: message,
            sms_configuration: Some(configuration),
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
        }
    }
}

struct Policies(Option<PasswordPolicy>);

impl Parse for Policies {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.object("PasswordPolicy"))
    }
}

impl Parse for PasswordPolicy {
    fn read(fields: &mut Fields) -> Self {
        let default = Self::default();
        Self {
            minimum_length: fields
                .number("MinimumLength", 6, 99)
                .unwrap_or(default.minimum_length),
            require_lowercase: fields.flag("RequireLowercase").unwrap_or(false),
            require_uppercase: fields.flag("RequireUppercase").unwrap_or(false),
            require_numbers: fields.flag("RequireNumbers").unwrap_or(false),
            require_symbols: fields.flag("RequireSymbols").unwrap_or(false),
            temporary_password_validity_days: fields
                .number("TemporaryPasswordValidityDays", 0, 365)
                .filter(|days| *days > 0)
                .unwrap_or(default.temporary_password_validity_days),
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
            sms_authentication_message: fields.optional("SmsAuthenticationMessage", MESSAGE),
            sms_configuration: fields.raw_object("SmsConfiguration"),
        }
    }
}

impl Parse for EmailMessage {
    fn read(fields: &mut Fields) -> Self {
        Self {
            message: fields.optional("Message", MESSAGE),
            subject: fields.optional("Subject", crate::wire::SUBJECT),
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
    let contacts = |list: &[Contact]| -> Vec<&str> { list.iter().map(|c| c.attribute()).collect() };
    let mut shown = json!({
        "Id": pool.id,
        "Name": pool.name,
        "Arn": format!("arn:aws:cognito-idp:local:000000000000:userpool/{}", pool.id),
        "Policies": { "PasswordPolicy": pool.password },
        "MfaConfiguration": pool.mfa,
        "AutoVerifiedAttributes": contacts(&pool.auto_verified),
        "SchemaAttributes": schema(),
        "CreationDate": pool.created_secs,
        "LastModifiedDate": pool.modified_secs,
        "EstimatedNumberOfUsers": 0,
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": false },
    });
    if !pool.username_attributes.is_empty() {
        shown["UsernameAttributes"] = contacts(&pool.username_attributes).into();
    }
    if let Some(sms) = &pool.sms {
        if let Some(configuration) = &sms.sms_configuration {
            shown["SmsConfiguration"] = configuration.clone().into();
        }
        if let Some(message) = &sms.sms_authentication_message {
            shown["SmsAuthenticationMessage"] = message.as_str().into();
        }
    }
    shown
}

/// A pool's MFA configuration, as `GetUserPoolMfaConfig` and `SetUserPoolMfaConfig` show it.
pub(crate) fn mfa_description(pool: &PoolRecord) -> Value {
    let mut shown = json!({
        "MfaConfiguration": pool.mfa,
        "SoftwareTokenMfaConfiguration": { "Enabled": pool.software_token },
    });
    if let Some(sms) = &pool.sms {
        shown["SmsMfaConfiguration"] = json!(sms);
    }
    if let Some(email) = &pool.email {
        shown["EmailMfaConfiguration"] = json!(email);
    }
    shown
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
