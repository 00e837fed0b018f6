//! The home of what a lenient reading put up with: each deviation by name, and the set of them.

use core::fmt;

/// A way in which key URIs that real programs write differ from the format.
///
/// None of them leaves in doubt which codes are meant; those that would are errors in either mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Deviation {
    /// The scheme, the type, a parameter's name or the algorithm's is in another case.
    Case,
    /// There is white space before or after the URI.
    SurroundingSpace,
    /// A character stands as it is that has to be percent-encoded, such as a space, a letter
    /// outside ASCII, `<`, `|`, `#`, or a `%` that encodes nothing.
    Unencoded,
    /// A `+` between other characters of the issuer or the secret was read as a space, which is
    /// how forms encode it. So it is where the text has no space of another spelling.
    PlusAsSpace,
    /// No account is named. The issuer's name stands in, or [`super::KeyUri::UNNAMED`].
    NoAccount,
    /// The label and the `issuer` parameter name different issuers: the parameter's is taken.
    IssuersDiffer,
    /// The issuer or the account has a colon, which the format keeps for itself.
    Colon,
    /// The issuer or the account begins or ends in spaces, which were dropped.
    SpacesAroundName,
    /// The label has an empty issuer, or a parameter is there without a value: taken as absent.
    Empty,
    /// A parameter is there that means nothing to the type, or is unknown.
    UnusedParameter,
    /// A parameter occurs more than once, each time with the same value.
    Duplicate,
    /// The secret has lower case letters, spaces, hyphens or padding.
    SecretSpelling,
    /// The secret is [`crate::StrengthVerdict::Weak`].
    WeakSecret,
    /// The algorithm has another name, such as `SHA-1`, `HmacSHA256` or `Algorithm.sha1`.
    AlgorithmName,
    /// The digits are 7, 9 or 10; the format knows 6 and 8.
    UnusualDigits,
    /// The type is `hotp` and no counter is given: it starts at 0.
    NoCounter,
}

impl Deviation {
    /// Every deviation.
    pub const ALL: [Self; 16] = [
        Self::Case,
        Self::SurroundingSpace,
        Self::Unencoded,
        Self::PlusAsSpace,
        Self::NoAccount,
        Self::IssuersDiffer,
        Self::Colon,
        Self::SpacesAroundName,
        Self::Empty,
        Self::UnusedParameter,
        Self::Duplicate,
        Self::SecretSpelling,
        Self::WeakSecret,
        Self::AlgorithmName,
        Self::UnusualDigits,
        Self::NoCounter,
    ];

    const fn bit(self) -> u16 {
        match self {
            Self::Case => 1,
            Self::SurroundingSpace => 1 << 1,
            Self::Unencoded => 1 << 2,
            Self::PlusAsSpace => 1 << 3,
            Self::NoAccount => 1 << 4,
            Self::IssuersDiffer => 1 << 5,
            Self::Colon => 1 << 6,
            Self::SpacesAroundName => 1 << 7,
            Self::Empty => 1 << 8,
            Self::UnusedParameter => 1 << 9,
            Self::Duplicate => 1 << 10,
            Self::SecretSpelling => 1 << 11,
            Self::WeakSecret => 1 << 12,
            Self::AlgorithmName => 1 << 13,
            Self::UnusualDigits => 1 << 14,
            Self::NoCounter => 1 << 15,
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Case => "a name is in another case",
            Self::SurroundingSpace => "there is white space around the URI",
            Self::Unencoded => "a character is not percent-encoded",
            Self::PlusAsSpace => "a plus stands for a space",
            Self::NoAccount => "no account is named",
            Self::IssuersDiffer => "two issuers are named",
            Self::Colon => "a name has a colon",
            Self::SpacesAroundName => "a name has spaces around it",
            Self::Empty => "a name or a parameter is empty",
            Self::UnusedParameter => "a parameter means nothing here",
            Self::Duplicate => "a parameter is repeated",
            Self::SecretSpelling => "the secret is not in canonical base32",
            Self::WeakSecret => "the secret is weak",
            Self::AlgorithmName => "the algorithm goes by another name",
            Self::UnusualDigits => "the digits are neither 6 nor 8",
            Self::NoCounter => "no counter is given",
        })
    }
}

/// A set of [`Deviation`]s: empty if there was nothing to put up with.
///
/// `Debug` lists their names, `Display` says them in words; neither shows anything of the URI.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Tolerated(u16);

impl Tolerated {
    /// Nothing.
    pub const NOTHING: Self = Self(0);

    /// The set with `deviation` added.
    #[must_use]
    pub const fn with(self, deviation: Deviation) -> Self {
        Self(self.0 | deviation.bit())
    }

    /// Whether `deviation` is in the set.
    #[must_use]
    pub const fn contains(self, deviation: Deviation) -> bool {
        self.0 & deviation.bit() != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The deviations in the order of [`Deviation::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Deviation> {
        Deviation::ALL
            .into_iter()
            .filter(move |deviation| self.contains(*deviation))
    }
}

impl FromIterator<Deviation> for Tolerated {
    fn from_iter<T: IntoIterator<Item = Deviation>>(deviations: T) -> Self {
        deviations.into_iter().fold(Self::NOTHING, Self::with)
    }
}

impl fmt::Debug for Tolerated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for Tolerated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for deviation in self.iter() {
            write!(f, "{separator}{deviation}")?;
            separator = "; ";
        }
        if self.is_empty() {
            f.write_str("nothing")?;
        }
        Ok(())
    }
}
