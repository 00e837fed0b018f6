//! An app client's configuration.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_core::UnixTime;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Which flows of `InitiateAuth` a client may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "a client has any combination of the four"
)]
pub struct AuthFlows {
    /// `USER_SRP_AUTH`.
    pub srp: bool,
    /// `USER_PASSWORD_AUTH`.
    pub password: bool,
    /// `REFRESH_TOKEN_AUTH`.
    pub refresh: bool,
    /// `USER_AUTH`.
    pub choice: bool,
}

impl AuthFlows {
    /// What a client may do when nothing is said: SRP and refresh, so that no password is sent
    /// as it is unless the client was made for that.
    pub const DEFAULT: Self = Self {
        srp: true,
        password: false,
        refresh: true,
        choice: false,
    };

    /// The names that an answer lists.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        [
            ("ALLOW_USER_SRP_AUTH", self.srp),
            ("ALLOW_USER_PASSWORD_AUTH", self.password),
            ("ALLOW_REFRESH_TOKEN_AUTH", self.refresh),
            ("ALLOW_USER_AUTH", self.choice),
        ]
        .into_iter()
        .filter(|(_, allowed)| *allowed)
        .map(|(name, _)| name)
        .collect()
    }
}

/// The unit of a lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeUnit {
    /// One second.
    Seconds,
    /// 60 seconds.
    Minutes,
    /// 3,600 seconds.
    Hours,
    /// 86,400 seconds.
    Days,
}

impl TimeUnit {
    /// The word on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    /// The unit in seconds.
    #[must_use]
    pub const fn secs(self) -> u32 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
        }
    }
}

/// How long the tokens of a client are good for, as given: number and unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLifetimes {
    /// 5 minutes to 1 day.
    pub access: (u32, TimeUnit),
    /// 5 minutes to 1 day.
    pub id: (u32, TimeUnit),
    /// 1 hour to 10 years.
    pub refresh: (u32, TimeUnit),
}

impl TokenLifetimes {
    /// An hour for access and id tokens, 30 days for refresh tokens.
    pub const DEFAULT: Self = Self {
        access: (60, TimeUnit::Minutes),
        id: (60, TimeUnit::Minutes),
        refresh: (30, TimeUnit::Days),
    };

    /// A lifetime in seconds.
    #[must_use]
    pub const fn secs((count, unit): (u32, TimeUnit)) -> u32 {
        count.saturating_mul(unit.secs())
    }

    /// Whether each lifetime is within its bounds.
    #[must_use]
    pub fn are_permitted(&self) -> bool {
        let short = 300..=86_400;
        let long = 3_600..=315_360_000;
        short.contains(&Self::secs(self.access))
            && short.contains(&Self::secs(self.id))
            && long.contains(&Self::secs(self.refresh))
    }
}

/// An app client of a pool.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRecord {
    /// 26 lower-case letters and digits.
    pub id: String,
    /// The pool that it belongs to.
    pub pool_id: String,
    /// The name that an administrator gave it.
    pub name: String,
    /// The secret of a confidential client.
    pub secret: Option<String>,
    /// Seconds since 1970.
    pub created_secs: u64,
    /// Seconds since 1970.
    pub modified_secs: u64,
    /// What it may call.
    pub flows: AuthFlows,
    /// Whether it learns which users exist (`LEGACY`), or not (`ENABLED`).
    pub hides_users: bool,
    /// How long its tokens live.
    pub lifetimes: TokenLifetimes,
    /// Minutes that a user has for each challenge, 3 to 15.
    pub session_minutes: u32,
    /// Whether its refresh tokens can be revoked, which clients see by `origin_jti`.
    pub revocation: bool,
}

impl std::fmt::Debug for ClientRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientRecord")
            .field("id", &self.id)
            .field("pool_id", &self.pool_id)
            .finish_non_exhaustive()
    }
}

impl ClientRecord {
    /// A public client with every default; users are hidden, as in every client made since 2023.
    #[must_use]
    pub fn new(id: String, pool_id: String, name: String, now: UnixTime) -> Self {
        Self {
            id,
            pool_id,
            name,
            secret: None,
            created_secs: now.secs(),
            modified_secs: now.secs(),
            flows: AuthFlows::DEFAULT,
            hides_users: true,
            lifetimes: TokenLifetimes::DEFAULT,
            session_minutes: 3,
            revocation: true,
        }
    }

    /// A fresh identifier (26 bytes) or secret (51 bytes) of lower-case letters and digits. Bytes
    /// that would favour some characters are skipped, so draw twice as many.
    #[must_use]
    pub fn fresh_text(random: &[u8], length: usize) -> Option<String> {
        let text: String = random
            .iter()
            .filter(|byte| usize::from(**byte) < 7 * LOWER_ALPHANUMERIC.len())
            .filter_map(|byte| {
                LOWER_ALPHANUMERIC
                    .chars()
                    .nth(usize::from(*byte) % LOWER_ALPHANUMERIC.len())
            })
            .take(length)
            .collect();
        (text.len() == length).then_some(text)
    }

    /// Whether `hash` is the base64 of HMAC-SHA-256 under the client's secret over the user name
    /// and the client's identifier; of a client without a secret, whether there is none.
    #[must_use]
    pub fn accepts_secret_hash(&self, username: &str, hash: Option<&str>) -> bool {
        let Some(secret) = &self.secret else {
            return true;
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .expect("HMAC takes keys of any length (RFC 2104 §2)");
        mac.update(username.as_bytes());
        mac.update(self.id.as_bytes());
        let expected = STANDARD.encode(mac.finalize().into_bytes());
        hash.is_some_and(|hash| expected.as_bytes().ct_eq(hash.as_bytes()).into())
    }

    /// Whether `given` is the client's secret, or the client has none.
    #[must_use]
    pub fn accepts_secret(&self, given: Option<&str>) -> bool {
        self.secret.as_ref().is_none_or(|secret| {
            given.is_some_and(|given| secret.as_bytes().ct_eq(given.as_bytes()).into())
        })
    }
}

const LOWER_ALPHANUMERIC: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
