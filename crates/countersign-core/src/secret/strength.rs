//! The home of a secret's strength: how many bits it has at most, and patterns that leave it none.

use core::fmt;

use super::SharedSecret;

/// What can be told of a secret's strength from the secret alone: an upper limit.
///
/// A secret that nobody drew at random can be as long as it likes; only the crudest patterns are
/// seen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Strength {
    /// Eight times the length in bytes, which is at most 64.
    bits: u16,
    pattern: Option<SecretPattern>,
}

/// What to think of a secret (RFC 4226 §4 R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StrengthVerdict {
    /// Fewer than 128 bits, or of a pattern: replace it.
    Weak,
    /// At least the 128 bits that the standard demands.
    Sufficient,
    /// At least the 160 bits that the standard recommends.
    Recommended,
}

/// A pattern that no drawn secret shows, and whoever tries secrets tries first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretPattern {
    /// One byte over and over: all zeros, most of all.
    OneByte,
    /// Each byte is as far from the last as that is from the one before: counting up or down.
    Sequence,
    /// A shorter text twice or more, like the `12345678901234567890` of the standards' examples.
    Repetition,
}

impl Strength {
    /// The secret's length in bits, a pattern notwithstanding: 8 to 512.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.bits
    }

    /// What to think of it.
    #[must_use]
    pub const fn verdict(self) -> StrengthVerdict {
        match (self.pattern, self.bits()) {
            (Some(_), _) | (_, ..128) => StrengthVerdict::Weak,
            (None, 128..160) => StrengthVerdict::Sufficient,
            (None, 160..) => StrengthVerdict::Recommended,
        }
    }

    /// The pattern it shows, if any; the crudest of several.
    #[must_use]
    pub const fn pattern(self) -> Option<SecretPattern> {
        self.pattern
    }

    /// Of a secret, byte by byte. How long that takes depends on a pattern's length, so it is for
    /// imports, not for each check of a code.
    pub(super) fn of(secret: &[u8]) -> Self {
        let pattern = if has_one_difference(secret, Some(0)) {
            Some(SecretPattern::OneByte)
        } else if has_one_difference(secret, None) {
            Some(SecretPattern::Sequence)
        } else if is_repetition(secret) {
            Some(SecretPattern::Repetition)
        } else {
            None
        };
        Self {
            bits: u16::try_from(secret.len()).map_or(u16::MAX, |len| len.saturating_mul(8)),
            pattern,
        }
    }
}

/// Whether each byte differs from the one before by the same number: `expected`, if there is one.
/// Two bytes always do, so it takes three to tell.
fn has_one_difference(secret: &[u8], mut expected: Option<u8>) -> bool {
    let differences = secret.iter().zip(secret.iter().skip(1));
    secret.len() > 2
        && differences
            .map(|(byte, next)| next.wrapping_sub(*byte))
            .all(|difference| difference == *expected.get_or_insert(difference))
}

/// Whether it is a text of at most half its length, twice or more, the last time perhaps cut off.
fn is_repetition(secret: &[u8]) -> bool {
    (1..=SharedSecret::MAX_LEN)
        .take_while(|period| period.saturating_mul(2) <= secret.len())
        .any(|period| {
            secret
                .iter()
                .zip(secret.iter().skip(period))
                .all(|(a, b)| a == b)
        })
}

impl fmt::Display for StrengthVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Weak => "weak",
            Self::Sufficient => "sufficient",
            Self::Recommended => "recommended",
        })
    }
}

impl fmt::Display for SecretPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneByte => "the secret is one byte over and over",
            Self::Sequence => "the secret counts in equal steps",
            Self::Repetition => "the secret is a shorter one over and over",
        })
    }
}
