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

/// Whether recovery codes serve as a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RecoveryUse {
    /// Where an account has had some issued.
    #[default]
    IfIssued,
    /// Never: none are issued, and those that were are worth nothing while this is so.
    Never,
}

/// What an operator decides for a group of accounts.
///
/// ```
/// use countersign_core::{MfaRequirement, MfaSet, Policy, PolicyError};
/// let policy = Policy {
///     requirement: MfaRequirement::Required,
///     allowed: MfaSet::ALL,
///     ..Policy::DEFAULT
/// };
/// assert_eq!(policy.check(), Ok(()));
/// let too_long = Policy { step_secs: 3600, ..policy };
/// assert_eq!(too_long.check(), Err(PolicyError::StepSecs));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whether sign-in asks for a second factor.
    pub requirement: MfaRequirement,
    /// The factors that may be used.
    pub allowed: MfaSet,
    /// Whether recovery codes may stand in for a factor.
    pub recovery: RecoveryUse,
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
        recovery: RecoveryUse::IfIssued,
        last_factor: LastFactor::MayBeDisabled,
        window: Window::DEFAULT,
        passcode_digits: Digits::SIX,
        step_secs: 180,
        set_up_secs: 600,
        throttle: ThrottlePolicy::DEFAULT,
    };
    /// The longest step of a sign-in, in seconds (NIST SP 800-63B §3.1.3.2).
    pub const MAX_STEP_SECS: u32 = 600;
    /// The longest that a new shared secret may wait for its first code, in seconds.
    pub const MAX_SET_UP_SECS: u32 = 3600;

    /// Refuses what would lock everybody out, or let guessing go on for longer than the standards
    /// allow. Whatever reads a policy from outside calls this once; the machine takes any policy,
    /// and no policy makes it accept a wrong code.
    ///
    /// # Errors
    /// [`PolicyError`], the first that applies.
    pub const fn check(&self) -> Result<(), PolicyError> {
        let delivers = self.allowed.contains(MfaType::Sms) || self.allowed.contains(MfaType::Email);
        if self.step_secs == 0 || self.step_secs > Self::MAX_STEP_SECS {
            return Err(PolicyError::StepSecs);
        }
        if self.set_up_secs == 0 || self.set_up_secs > Self::MAX_SET_UP_SECS {
            return Err(PolicyError::SetUpSecs);
        }
        if matches!(self.requirement, MfaRequirement::Required) && self.allowed.is_empty() {
            return Err(PolicyError::NoFactorAllowed);
        }
        self.throttle.check(delivers)
    }
}

/// What is wrong with a [`Policy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// A step of a sign-in must last from 1 s to [`Policy::MAX_STEP_SECS`].
    StepSecs,
    /// A set-up must last from 1 s to [`Policy::MAX_SET_UP_SECS`].
    SetUpSecs,
    /// A factor is required and none is allowed: nobody could sign in.
    NoFactorAllowed,
    /// A factor has to be locked at a number of failures from 1 to
    /// [`ThrottlePolicy::MAX_FAILURES`].
    LockAt,
    /// The yearly budget of wrong guesses has to be from 1 to [`ThrottlePolicy::MAX_FAILURES`].
    YearlyFailures,
    /// Back-off must begin before a factor is locked, and a block last from 1 s to
    /// [`ThrottlePolicy::MAX_BACKOFF_SECS`].
    Backoff,
    /// Codes are to be delivered, but none may be: the hour and the day each need room for one,
    /// and the day for no less than the hour.
    Deliveries,
}

impl core::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::StepSecs => "a step of a sign-in must last from 1 to 600 seconds",
            Self::SetUpSecs => "a set-up must last from 1 to 3600 seconds",
            Self::NoFactorAllowed => "a second factor is required, but none is allowed",
            Self::LockAt => "a factor must be locked at 1 to 100 failures in a row",
            Self::YearlyFailures => "the yearly budget must be 1 to 100 wrong guesses",
            Self::Backoff => "back-off must begin by the failure that locks, for 1 s to a day",
            Self::Deliveries => "an hour must have room for a delivery, and a day for no less",
        })
    }
}

impl core::error::Error for PolicyError {}

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
