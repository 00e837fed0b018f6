//! The home of MFA preferences: which factors are enabled, which is preferred, how updates resolve.

use crate::DecodeError;

/// A kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MfaType {
    /// A code delivered by text message.
    Sms,
    /// A code computed by an authenticator (RFC 6238).
    Totp,
    /// A code delivered by e-mail.
    Email,
}

impl MfaType {
    /// Every kind, in the order in which clients list them.
    pub const ALL: [Self; 3] = [Self::Sms, Self::Totp, Self::Email];

    /// Whether its codes are delivered, and not computed by the holder.
    #[must_use]
    pub const fn is_delivered(self) -> bool {
        matches!(self, Self::Sms | Self::Email)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Sms => 1,
            Self::Totp => 2,
            Self::Email => 4,
        }
    }
}

/// A set of [`MfaType`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MfaSet(u8);

impl MfaSet {
    /// No factor.
    pub const EMPTY: Self = Self(0);
    /// Every factor.
    pub const ALL: Self = Self(7);

    /// The set of just `factor`.
    #[must_use]
    pub const fn of(factor: MfaType) -> Self {
        Self(factor.bit())
    }

    /// The set with `factor` added.
    #[must_use]
    pub const fn with(self, factor: MfaType) -> Self {
        Self(self.0 | factor.bit())
    }

    /// The set with `factor` removed.
    #[must_use]
    pub const fn without(self, factor: MfaType) -> Self {
        Self(self.0 & !factor.bit())
    }

    /// The factors in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether `factor` is in the set.
    #[must_use]
    pub const fn contains(self, factor: MfaType) -> bool {
        self.0 & factor.bit() != 0
    }

    /// Whether the set has no factor.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The factor, if the set has exactly one.
    #[must_use]
    pub fn only(self) -> Option<MfaType> {
        MfaType::ALL
            .into_iter()
            .find(|factor| self == Self::of(*factor))
    }

    /// The factors in the order of [`MfaType::ALL`].
    pub fn iter(self) -> impl Iterator<Item = MfaType> {
        MfaType::ALL
            .into_iter()
            .filter(move |factor| self.contains(*factor))
    }

    /// The stored form: bit 0 for SMS, bit 1 for TOTP, bit 2 for e-mail.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Reads the stored form; `None` if it names a factor that does not exist.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits > Self::ALL.0 {
            return None;
        }
        Some(Self(bits))
    }
}

impl FromIterator<MfaType> for MfaSet {
    fn from_iter<T: IntoIterator<Item = MfaType>>(factors: T) -> Self {
        factors.into_iter().fold(Self::EMPTY, Self::with)
    }
}

/// What a user asks for one factor, in Amplify's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MfaPreference {
    /// Enabled; says nothing of preference, so a preference of this factor ends.
    Enabled,
    /// Disabled, and no longer preferred.
    Disabled,
    /// Enabled, and the one that is asked for at sign-in.
    Preferred,
    /// Enabled, and not the one that is asked for.
    NotPreferred,
}

/// One request to change preferences; a factor that is `None` is not touched, except that it
/// stops being preferred when another becomes so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MfaPreferenceUpdate {
    /// What is asked for codes by text message.
    pub sms: Option<MfaPreference>,
    /// What is asked for codes of an authenticator.
    pub totp: Option<MfaPreference>,
    /// What is asked for codes by e-mail.
    pub email: Option<MfaPreference>,
}

impl MfaPreferenceUpdate {
    /// What is asked for `factor`.
    #[must_use]
    pub const fn of(&self, factor: MfaType) -> Option<MfaPreference> {
        match factor {
            MfaType::Sms => self.sms,
            MfaType::Totp => self.totp,
            MfaType::Email => self.email,
        }
    }
}

/// Which factors an account has enabled and which of them it prefers.
///
/// The preferred factor is always an enabled one: no sequence of operations and no stored form
/// yields anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MfaSettings {
    enabled: MfaSet,
    preferred: Option<MfaType>,
}

/// Why an [`MfaPreferenceUpdate`] was refused; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreferenceError {
    /// More than one factor was to be preferred.
    TwoPreferred,
    /// This factor was to be enabled, but it has not been set up.
    NotEnrolled(MfaType),
    /// The policy requires MFA and asks that one factor stays enabled.
    LastFactor,
}

impl MfaSettings {
    /// Nothing enabled.
    pub const NONE: Self = Self {
        enabled: MfaSet::EMPTY,
        preferred: None,
    };

    /// The enabled factors.
    #[must_use]
    pub const fn enabled(self) -> MfaSet {
        self.enabled
    }

    /// The preferred factor, always one of [`MfaSettings::enabled`].
    #[must_use]
    pub const fn preferred(self) -> Option<MfaType> {
        self.preferred
    }

    /// The settings after `update`, for an account that has set up the factors in `enrolled`.
    ///
    /// # Errors
    /// [`PreferenceError::TwoPreferred`] and [`PreferenceError::NotEnrolled`]; the update takes
    /// effect in full or not at all.
    pub fn updated(
        self,
        update: &MfaPreferenceUpdate,
        enrolled: MfaSet,
    ) -> Result<Self, PreferenceError> {
        let asked = |wanted: MfaPreference| {
            MfaType::ALL
                .into_iter()
                .filter(move |factor| update.of(*factor) == Some(wanted))
        };
        if asked(MfaPreference::Preferred).count() > 1 {
            return Err(PreferenceError::TwoPreferred);
        }
        let mut settings = self;
        for factor in MfaType::ALL {
            settings = match update.of(factor) {
                None => settings,
                Some(MfaPreference::Disabled) => settings.without(factor),
                Some(_) if !enrolled.contains(factor) => {
                    return Err(PreferenceError::NotEnrolled(factor));
                }
                Some(_) => settings.without(factor).with_enabled(factor),
            };
        }
        if let Some(factor) = asked(MfaPreference::Preferred).next() {
            settings.preferred = Some(factor);
        }
        Ok(settings)
    }

    /// The settings with `factor` enabled; its preference does not change.
    #[must_use]
    pub const fn with_enabled(self, factor: MfaType) -> Self {
        Self {
            enabled: self.enabled.with(factor),
            preferred: self.preferred,
        }
    }

    /// The settings with `factor` disabled and not preferred.
    #[must_use]
    pub fn without(self, factor: MfaType) -> Self {
        Self {
            enabled: self.enabled.without(factor),
            preferred: self.preferred.filter(|preferred| *preferred != factor),
        }
    }

    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = 2;

    /// The stored form, where settings are kept by themselves.
    ///
    /// | field | bytes |
    /// |---|---|
    /// | format, 1 | 1 |
    /// | settings, as [`MfaSettings::to_byte`] writes them | 1 |
    #[must_use]
    pub fn encode(self) -> [u8; Self::ENCODED_LEN] {
        [FORMAT, self.to_byte()]
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`MfaSettings::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        match stored {
            [FORMAT, byte] => Self::from_byte(*byte).ok_or(DecodeError),
            _ => Err(DecodeError),
        }
    }

    /// The settings as one byte: the enabled set in bits 0 to 2, the preferred factor as a set
    /// in bits 4 to 6.
    #[must_use]
    pub fn to_byte(self) -> u8 {
        self.enabled.bits() | (self.preferred.map_or(MfaSet::EMPTY, MfaSet::of).bits() << 4)
    }

    /// Reads that byte; `None` unless it is one that [`MfaSettings::to_byte`] writes.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        let enabled = MfaSet::from_bits(byte & 0x0f)?;
        let preferred = MfaSet::from_bits(byte >> 4)?;
        if preferred.is_empty() {
            return Some(Self {
                enabled,
                preferred: None,
            });
        }
        let factor = preferred.only()?;
        enabled.contains(factor).then_some(Self {
            enabled,
            preferred: Some(factor),
        })
    }
}

impl core::fmt::Display for PreferenceError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TwoPreferred => "only one factor can be preferred",
            Self::NotEnrolled(_) => "the factor has not been set up",
            Self::LastFactor => "MFA is required, so one factor must stay enabled",
        })
    }
}

impl core::error::Error for PreferenceError {}

const FORMAT: u8 = 1;
