//! The home of what is decided for a group of users: policy, password rules, what is verified.

use countersign_core::{MfaType, Policy};

use crate::Error;

/// A group of users under one policy. The service stores no pools: whoever calls it says which
/// one is meant, and what it is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Names the pool; part of every user's key, so it never changes. At most 128 bytes, without
    /// a slash.
    pub id: String,
    /// The name that goes into password verifiers. It never changes either.
    pub realm: String,
    /// Whether and how a second factor is asked for.
    pub policy: Policy,
    /// What passwords have to be like.
    pub passwords: PasswordRules,
    /// Where a sign-up code goes, the first that the user has; without one, a sign-up needs an
    /// administrator to confirm it.
    pub verified_attributes: Vec<ContactAttribute>,
}

impl Pool {
    /// A pool under the default policy and password rules.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            realm: id.clone(),
            id,
            policy: Policy::DEFAULT,
            passwords: PasswordRules::DEFAULT,
            verified_attributes: vec![ContactAttribute::Email],
        }
    }
}

/// An attribute that codes can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactAttribute {
    /// `email`
    Email,
    /// `phone_number`
    PhoneNumber,
}

impl ContactAttribute {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Email, Self::PhoneNumber];

    /// The attribute's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// The name of the attribute that says whether it is verified.
    #[must_use]
    pub const fn verified_name(self) -> &'static str {
        match self {
            Self::Email => "email_verified",
            Self::PhoneNumber => "phone_number_verified",
        }
    }

    /// The factor whose codes go to this attribute's address.
    #[must_use]
    pub const fn factor(self) -> MfaType {
        match self {
            Self::Email => MfaType::Email,
            Self::PhoneNumber => MfaType::Sms,
        }
    }

    /// The attribute of this name, if it is one that codes can be sent to.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|attribute| attribute.name() == name)
    }
}

/// What passwords have to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four rules, each of which can be on or off"
)]
pub struct PasswordRules {
    /// Characters at least, 6 to 99.
    pub min_length: u8,
    /// At least one of A to Z.
    pub uppercase: bool,
    /// At least one of a to z.
    pub lowercase: bool,
    /// At least one digit.
    pub numbers: bool,
    /// At least one character that is none of these.
    pub symbols: bool,
    /// How long a temporary password is good for, in days.
    pub temporary_days: u16,
}

impl PasswordRules {
    /// Eight characters with all four kinds; temporary passwords are good for seven days.
    pub const DEFAULT: Self = Self {
        min_length: 8,
        uppercase: true,
        lowercase: true,
        numbers: true,
        symbols: true,
        temporary_days: 7,
    };
    /// Characters at most.
    pub const MAX_LENGTH: usize = 256;

    /// Checks a password that shall be set.
    ///
    /// # Errors
    /// [`Error::WeakPassword`] with the first rule that it breaks.
    pub fn check(&self, password: &str) -> Result<(), Error> {
        let any = |kind: fn(char) -> bool| password.chars().any(kind);
        let length = password.chars().count();
        let broken = if length < usize::from(self.min_length) {
            "it is too short"
        } else if length > Self::MAX_LENGTH {
            "it is too long"
        } else if any(char::is_control) || password.trim() != password {
            "it has control characters, or spaces at an end"
        } else if self.uppercase && !any(|c| c.is_ascii_uppercase()) {
            "it needs an uppercase letter"
        } else if self.lowercase && !any(|c| c.is_ascii_lowercase()) {
            "it needs a lowercase letter"
        } else if self.numbers && !any(|c| c.is_ascii_digit()) {
            "it needs a number"
        } else if self.symbols && !any(|c| !c.is_ascii_alphanumeric()) {
            "it needs a symbol"
        } else {
            return Ok(());
        };
        Err(Error::WeakPassword(broken))
    }
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}
