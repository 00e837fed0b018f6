//! A user pool's configuration.

use countersign_core::UnixTime;
use serde::{Deserialize, Serialize};

/// Whether sign-in asks for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MfaConfiguration {
    /// Never.
    Off,
    /// Always.
    On,
    /// Of users who have enabled a factor.
    Optional,
}

/// An attribute that a message can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// `email`.
    Email,
    /// `phone_number`.
    PhoneNumber,
}

impl Contact {
    /// The attribute's name.
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
        }
    }
}

/// `SmsMfaConfiguration`: that codes can be sent by text message, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SmsSettings {
    /// The message with `{####}` in place of the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_authentication_message: Option<String>,
    /// What Cognito needs to call Amazon SNS: kept for clients that read it back, not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_configuration: Option<serde_json::Map<String, serde_json::Value>>,
}

/// `EmailMfaConfiguration`: that codes can be sent by e-mail, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EmailMessage {
    /// The text with `{####}` in place of the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// What a new password has to satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PasswordPolicy {
    /// Fewest characters, 6 to 99.
    pub minimum_length: u32,
    /// Needs a lower-case letter.
    pub require_lowercase: bool,
    /// Needs an upper-case letter.
    pub require_uppercase: bool,
    /// Needs a digit.
    pub require_numbers: bool,
    /// Needs one of Cognito's symbols.
    pub require_symbols: bool,
    /// Days after which a temporary password is void.
    pub temporary_password_validity_days: u32,
}

impl Default for PasswordPolicy {
    /// Eight characters and, as NIST SP 800-63B §3.1.1.2 advises, no rule of composition.
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_lowercase: false,
            require_uppercase: false,
            require_numbers: false,
            require_symbols: false,
            temporary_password_validity_days: 7,
        }
    }
}

impl PasswordPolicy {
    /// The rule that a password breaks, in words for the client, or nothing.
    #[must_use]
    pub fn violation(&self, password: &str) -> Option<&'static str> {
        let lacks = |class: fn(char) -> bool| !password.contains(class);
        let short = password.chars().count() < usize::try_from(self.minimum_length).unwrap_or(99);
        if short {
            Some("Password did not conform with policy: Password not long enough")
        } else if self.require_lowercase && lacks(|c| c.is_ascii_lowercase()) {
            Some("Password did not conform with policy: Password must have lowercase characters")
        } else if self.require_uppercase && lacks(|c| c.is_ascii_uppercase()) {
            Some("Password did not conform with policy: Password must have uppercase characters")
        } else if self.require_numbers && lacks(|c| c.is_ascii_digit()) {
            Some("Password did not conform with policy: Password must have numeric characters")
        } else if self.require_symbols && lacks(|c| SYMBOLS.contains(c)) {
            Some("Password did not conform with policy: Password must have symbol characters")
        } else {
            None
        }
    }
}

/// A user pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRecord {
    /// `local_` and nine letters or digits.
    pub id: String,
    /// The name that an administrator gave it.
    pub name: String,
    /// Seconds since 1970.
    pub created_secs: u64,
    /// Seconds since 1970.
    pub modified_secs: u64,
    /// Whether sign-in asks for a second factor.
    pub mfa: MfaConfiguration,
    /// Whether authenticators may be used.
    pub software_token: bool,
    /// Whether and how codes go out by text message.
    pub sms: Option<SmsSettings>,
    /// Whether and how codes go out by e-mail.
    pub email: Option<EmailMessage>,
    /// What passwords have to satisfy.
    pub password: PasswordPolicy,
    /// Which addresses are verified at sign-up.
    pub auto_verified: Vec<Contact>,
    /// Which addresses serve as the user name, in place of one.
    pub username_attributes: Vec<Contact>,
}

impl PoolRecord {
    /// A pool that asks for no second factor.
    #[must_use]
    pub fn new(id: String, name: String, now: UnixTime) -> Self {
        Self {
            id,
            name,
            created_secs: now.secs(),
            modified_secs: now.secs(),
            mfa: MfaConfiguration::Off,
            software_token: false,
            sms: None,
            email: None,
            password: PasswordPolicy::default(),
            auto_verified: Vec::new(),
            username_attributes: Vec::new(),
        }
    }

    /// A fresh identifier from nine random bytes.
    #[must_use]
    pub fn fresh_id(random: [u8; 9]) -> String {
        let name: String = random
            .iter()
            .filter_map(|byte| {
                ALPHANUMERIC
                    .chars()
                    .nth(usize::from(*byte) % ALPHANUMERIC.len())
            })
            .collect();
        format!("local_{name}")
    }

    /// The pool's name in SRP (the part of its identifier after `_`).
    #[must_use]
    pub fn srp_name(&self) -> &str {
        self.id.rsplit_once('_').map_or("", |(_, name)| name)
    }
}

/// The characters of identifiers. The slight bias of a remainder does not matter: they are
/// unique, not secret.
const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What counts as a symbol in a password.
const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ";
