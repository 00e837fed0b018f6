//! The home of what an operator decides: which factors may be used, whether one must be, and for
//! how long things are good.

use crate::{Digits, MfaSet, MfaType, ThrottlePolicy, Window};

/// Whether sign-in asks for a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MfaRequirement {
    /// Never.
    Off,
    /// Of the accounts that have enabled one.
    #[default]
    Optional,
    /// Always; an account that has none sets one up while signing in.
    Required,
}

/// Whether a user may disable the last factor where [`MfaRequirement::Required`] is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LastFactor {
    /// Yes; the next sign-in asks for what is set up all the same, or has the user set one up.
    #[default]
    MayBeDisabled,
    /// No; such an update is refused.
    MustStay,
}

/// What an operator decides for a group of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whether sign-in asks for a second factor.
    pub requirement: MfaRequirement,
    /// The factors that may be used.
    pub allowed: MfaSet,
    /// Whether the last factor may be disabled although one is required.
    pub last_factor: LastFactor,
    /// The steps around the current one whose TOTP codes are accepted (RFC 6238 §5.2).
    pub window: Window,
    /// Digits of delivered codes.
    pub passcode_digits: Digits,
    /// How long each step of a sign-in, and the code delivered for it, is good for, in seconds.
    /// NIST SP 800-63B §3.1.3.2 allows 600 at most.
    pub step_secs: u32,
    /// How long a new shared secret waits for its first code, in seconds.
    pub set_up_secs: u32,
    /// Limits on guessing and on deliveries.
    pub throttle: ThrottlePolicy,
}

impl Policy {
    /// MFA optional with an authenticator only, one step early or late, six digits, three minutes
    /// a step, ten to set up.
    pub const DEFAULT: Self = Self {
        requirement: MfaRequirement::Optional,
        allowed: MfaSet::of(MfaType::Totp),
        last_factor: LastFactor::MayBeDisabled,
        window: Window::DEFAULT,
        passcode_digits: Digits::SIX,
        step_secs: 180,
        set_up_secs: 600,
        throttle: ThrottlePolicy::DEFAULT,
    };
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The delivery addresses that an account has on file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// Where text messages go.
    pub sms: Option<crate::Destination>,
    /// Where e-mail goes.
    pub email: Option<crate::Destination>,
}

impl Contacts {
    /// No address.
    pub const NONE: Self = Self {
        sms: None,
        email: None,
    };

    /// The address for codes of `factor`; `None` also for TOTP, which needs none.
    #[must_use]
    pub const fn of(&self, factor: MfaType) -> Option<crate::Destination> {
        match factor {
            MfaType::Sms => self.sms,
            MfaType::Email => self.email,
            MfaType::Totp => None,
        }
    }
}
