//! A user pool's configuration.

use countersign_core::{MfaRequirement, MfaSet, MfaType, Policy, UnixTime};
use countersign_host::{ContactAttribute, PasswordRules, Pool};
use serde::{Deserialize, Serialize};

/// Whether sign-in asks for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MfaConfiguration {
    /// Never.
    Off,
    /// Always.
    On,
    /// Of users who have enabled a factor.
    Optional,
}

impl MfaConfiguration {
    /// The word on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::On => "ON",
            Self::Optional => "OPTIONAL",
        }
    }
}

/// `SmsMfaConfiguration`: that codes can be sent by text message, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsSettings {
    /// The message with `{####}` in place of the code.
    pub message: Option<String>,
    /// What Cognito needs to call Amazon SNS, as JSON text: kept for clients that read it back,
    /// not used.
    pub configuration: Option<String>,
}

/// `EmailMfaConfiguration`: that codes can be sent by e-mail, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailMessage {
    /// The text with `{####}` in place of the code.
    pub message: Option<String>,
    /// The subject line.
    pub subject: Option<String>,
}

/// What a new password has to satisfy, in the form that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "Cognito's policy is four independent switches"
)]
pub struct PasswordPolicy {
    /// Fewest characters, 6 to 99.
    pub minimum_length: u8,
    /// Needs a lower-case letter.
    pub lowercase: bool,
    /// Needs an upper-case letter.
    pub uppercase: bool,
    /// Needs a digit.
    pub numbers: bool,
    /// Needs a symbol.
    pub symbols: bool,
    /// Days after which a temporary password is void.
    pub temporary_days: u16,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        let PasswordRules {
            min_length,
            uppercase,
            lowercase,
            numbers,
            symbols,
            temporary_days,
        } = PasswordRules::DEFAULT;
        Self {
            minimum_length: min_length,
            lowercase,
            uppercase,
            numbers,
            symbols,
            temporary_days,
        }
    }
}

impl PasswordPolicy {
    /// The rules as the host checks them.
    #[must_use]
    pub const fn rules(self) -> PasswordRules {
        PasswordRules {
            min_length: self.minimum_length,
            uppercase: self.uppercase,
            lowercase: self.lowercase,
            numbers: self.numbers,
            symbols: self.symbols,
            temporary_days: self.temporary_days,
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
    /// Whether users are made by administrators alone, and nobody signs up.
    pub admin_creates_users: bool,
    /// Whether authenticators may be used.
    pub software_token: bool,
    /// Whether and how codes go out by text message.
    pub sms: Option<SmsSettings>,
    /// Whether and how codes go out by e-mail.
    pub email: Option<EmailMessage>,
    /// What passwords have to satisfy.
    pub password: PasswordPolicy,
    /// Which addresses are verified at sign-up.
    #[serde(with = "contact_names")]
    pub auto_verified: Vec<ContactAttribute>,
    /// Which addresses serve as the user name, in place of one.
    #[serde(with = "contact_names")]
    pub username_attributes: Vec<ContactAttribute>,
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
            admin_creates_users: false,
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

    /// The pool as the host sees it. `session_secs` is how long a client's challenges last.
    #[must_use]
    pub fn host_pool(&self, session_secs: u32) -> Pool {
        let requirement = match self.mfa {
            MfaConfiguration::Off => MfaRequirement::Off,
            MfaConfiguration::Optional => MfaRequirement::Optional,
            MfaConfiguration::On => MfaRequirement::Required,
        };
        Pool {
            id: self.id.clone(),
            realm: self.realm().to_owned(),
            policy: Policy {
                requirement,
                allowed: self.allowed_factors(),
                step_secs: session_secs,
                ..Policy::DEFAULT
            },
            passwords: self.password.rules(),
            verified_attributes: self.auto_verified.clone(),
        }
    }

    /// The factors that the configuration allows.
    #[must_use]
    pub fn allowed_factors(&self) -> MfaSet {
        [
            (MfaType::Sms, self.sms.is_some()),
            (MfaType::Totp, self.software_token),
            (MfaType::Email, self.email.is_some()),
        ]
        .into_iter()
        .filter(|(_, allowed)| *allowed)
        .map(|(factor, _)| factor)
        .collect()
    }

    /// What goes into password verifiers: the part of the identifier after `_`.
    fn realm(&self) -> &str {
        self.id.rsplit_once('_').map_or("", |(_, name)| name)
    }
}

/// The characters of identifiers. The slight bias of a remainder does not matter: they are
/// unique, not secret.
const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Attributes are stored by their names.
mod contact_names {
    use countersign_host::ContactAttribute;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        attributes: &[ContactAttribute],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(attributes.iter().map(|attribute| attribute.name()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<ContactAttribute>, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        Ok(names
            .iter()
            .filter_map(|name| ContactAttribute::from_name(name))
            .collect())
    }
}
