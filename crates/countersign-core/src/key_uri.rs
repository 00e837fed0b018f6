//! The home of the key URI, `otpauth://TYPE/LABEL?PARAMETERS`: what a QR code hands to an
//! authenticator app, written and read without a heap.
//!
//! The text contains the secret. Show it to its owner once; do not log it or send it anywhere.

mod leniency;
mod migration;
mod names;
mod parse;
mod payload;
mod percent;
mod protobuf;
mod tolerated;

use core::fmt::{self, Write};

use crate::{AlgorithmId, Digits, Period, SecretError, SharedSecret, TotpParams, UnixTime};

pub use migration::{
    Migration, MigrationBatch, MigrationEntry, MigrationEntryError, MigrationError,
};
pub use percent::UriText;
pub use tolerated::{Deviation, Tolerated};

use names::{checked_account, checked_issuer};

/// Everything that a key URI says.
///
/// Equality is that of what it says: a URI that was read equals the one it was written from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUri<'a> {
    issuer: Option<UriText<'a>>,
    account: UriText<'a>,
    secret: SharedSecret,
    algorithm: AlgorithmId,
    digits: Digits,
    factor: MovingFactor,
}

/// What makes each code differ from the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovingFactor {
    /// The time (`totp`), in steps of this length from 1970 on.
    Time(Period),
    /// A counter (`hotp`), of which this is the next value.
    Counter(u64),
}

/// Why a key URI cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUriError {
    /// More than [`KeyUri::MAX_LEN`] bytes.
    TooLong,
    /// It does not begin with `otpauth://`.
    Scheme,
    /// The type is neither `totp` nor `hotp`.
    Type,
    /// The codes are not decimal digits: the type is `steam`, or an `encoder` is named. Those of
    /// Steam are for [`crate::SteamGuard`], with the secret alone.
    Encoder,
    /// A character that a URI cannot have unencoded, a `%` without two hexadecimal digits, a
    /// fragment, or text that is not UTF-8.
    Encoding,
    /// The account is empty, longer than [`KeyUri::ACCOUNT_MAX_LEN`], begins or ends in a space,
    /// or has a colon or a control character.
    Account,
    /// The same of the issuer, whose limit is [`KeyUri::ISSUER_MAX_LEN`].
    Issuer,
    /// The label and the `issuer` parameter name different issuers.
    IssuerMismatch,
    /// A parameter that may occur once occurs twice; in the lenient mode, with two values.
    Duplicate,
    /// There is no `secret`.
    SecretMissing,
    /// The secret is not one.
    Secret(SecretError),
    /// The algorithm is not SHA1, SHA256 or SHA512.
    Algorithm,
    /// The digits are not 6 to 10.
    Digits,
    /// The period is not 1 to 3600 seconds.
    Period,
    /// The type is `hotp` and there is no `counter`.
    CounterMissing,
    /// The counter is not a number of at most 64 bits.
    Counter,
    /// A `T0` other than 1970 was given, for which the format has no word.
    T0,
}

impl<'a> KeyUri<'a> {
    /// The most bytes that are read, and more than is ever written.
    pub const MAX_LEN: usize = 2048;
    /// The most UTF-8 bytes of an issuer.
    pub const ISSUER_MAX_LEN: usize = 64;
    /// The most UTF-8 bytes of an account: the longest email address has 254.
    pub const ACCOUNT_MAX_LEN: usize = 256;
    /// The account of a URI that names neither account nor issuer, which only a lenient reading
    /// takes.
    pub const UNNAMED: &'static str = "unnamed";

    /// The URI of a time-based authenticator.
    ///
    /// Many apps ignore the algorithm, the digits or the period and then show wrong codes without
    /// a word; only SHA-1 with [`TotpParams::DEFAULT`] works everywhere.
    ///
    /// # Errors
    /// [`KeyUriError::Issuer`], [`KeyUriError::Account`], and [`KeyUriError::T0`].
    pub fn totp(
        issuer: &'a str,
        account: &'a str,
        secret: &SharedSecret,
        algorithm: AlgorithmId,
        params: TotpParams,
    ) -> Result<Self, KeyUriError> {
        if params.t0 != UnixTime::EPOCH {
            return Err(KeyUriError::T0);
        }
        let factor = MovingFactor::Time(params.period);
        Self::new(issuer, account, secret, algorithm, params.digits, factor)
    }

    /// The URI of a counter-based authenticator whose next code is that of `counter`.
    ///
    /// # Errors
    /// [`KeyUriError::Issuer`] and [`KeyUriError::Account`].
    pub fn hotp(
        issuer: &'a str,
        account: &'a str,
        secret: &SharedSecret,
        algorithm: AlgorithmId,
        digits: Digits,
        counter: u64,
    ) -> Result<Self, KeyUriError> {
        Self::new(
            issuer,
            account,
            secret,
            algorithm,
            digits,
            MovingFactor::Counter(counter),
        )
    }

    fn new(
        issuer: &'a str,
        account: &'a str,
        secret: &SharedSecret,
        algorithm: AlgorithmId,
        digits: Digits,
        factor: MovingFactor,
    ) -> Result<Self, KeyUriError> {
        Ok(Self {
            issuer: Some(checked_issuer(UriText::plain(issuer))?),
            account: checked_account(UriText::plain(account))?,
            secret: secret.clone(),
            algorithm,
            digits,
            factor,
        })
    }

    /// Reads a URI. See [`KeyUriError`] for what is refused.
    ///
    /// The scheme, the type, the names of parameters and of algorithms are taken in either case,
    /// parameters in any order; unknown ones are left aside. A `+` is a plus, not a space. The
    /// label is split at its first colon before it is decoded; only a label that has none is
    /// split at its first `%3A`. Spaces between the colon and the account are dropped.
    ///
    /// # Errors
    /// [`KeyUriError`] says what is wrong.
    pub fn parse(uri: &'a str) -> Result<Self, KeyUriError> {
        parse::key_uri::<false>(uri).map(|(uri, _)| uri)
    }

    /// Reads a URI as real programs write it, and says in what it deviates from the format: see
    /// [`Deviation`]. Also what [`KeyUri::parse`] reads without a word is named.
    ///
    /// Strict on what it means, all the same: which codes are to be computed is never guessed at.
    /// An unknown algorithm, digits or a period out of range, a parameter with two values, or a
    /// secret that is not base32 is an error here too.
    ///
    /// ```
    /// use countersign_core::{Deviation, KeyUri, Tolerated};
    ///
    /// let uri = "otpauth://totp/Some+Company%3ame%40example.com?secret=gezdgnbvgy3tqojq\
    ///            &issuer=Microsoft&algorithm=HmacSHA1";
    /// assert!(KeyUri::parse(uri).is_err());
    /// let (key, tolerated) = KeyUri::parse_lenient(uri)?;
    /// assert!(key.issuer().is_some_and(|issuer| issuer == "Microsoft"));
    /// assert!(key.account() == "me@example.com");
    /// assert!(tolerated.contains(Deviation::WeakSecret));
    /// assert_eq!(
    ///     tolerated.to_string(),
    ///     "a plus stands for a space; two issuers are named; the secret is not in canonical \
    ///      base32; the secret is weak; the algorithm goes by another name",
    /// );
    /// # Ok::<(), countersign_core::KeyUriError>(())
    /// ```
    ///
    /// # Errors
    /// [`KeyUriError`] says what is wrong.
    pub fn parse_lenient(uri: &'a str) -> Result<(Self, Tolerated), KeyUriError> {
        parse::key_uri::<true>(uri)
    }

    /// Writes the URI. What the format has a default for is left out, except that the secret is
    /// never last, where trailing characters of a surrounding text would stick to it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: &mut impl Write) -> fmt::Result {
        out.write_str(match self.factor {
            MovingFactor::Time(_) => "otpauth://totp/",
            MovingFactor::Counter(_) => "otpauth://hotp/",
        })?;
        if let Some(issuer) = &self.issuer {
            issuer.write_encoded(out)?;
            out.write_char(':')?;
        } else if self.account.chars().any(|char| char == ':') {
            // Behind an empty issuer, or what stands before the colon would be read as one.
            out.write_char(':')?;
        }
        self.account.write_encoded(out)?;
        out.write_str("?secret=")?;
        out.write_str(self.secret.to_base32().as_str())?;
        if let Some(issuer) = &self.issuer {
            out.write_str("&issuer=")?;
            issuer.write_encoded(out)?;
        }
        if self.algorithm != AlgorithmId::Sha1 {
            write!(out, "&algorithm={}", self.algorithm.name())?;
        }
        if self.digits != Digits::SIX || self.issuer.is_none() {
            write!(out, "&digits={}", self.digits.get())?;
        }
        match self.factor {
            MovingFactor::Time(Period::DEFAULT) => Ok(()),
            MovingFactor::Time(period) => write!(out, "&period={}", period.secs()),
            MovingFactor::Counter(counter) => write!(out, "&counter={counter}"),
        }
    }

    /// Who issued the secret: a name that the app shows.
    #[must_use]
    pub const fn issuer(&self) -> Option<UriText<'a>> {
        self.issuer
    }

    /// Whose account it is.
    #[must_use]
    pub const fn account(&self) -> UriText<'a> {
        self.account
    }

    /// The secret.
    #[must_use]
    pub const fn secret(&self) -> &SharedSecret {
        &self.secret
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> AlgorithmId {
        self.algorithm
    }

    /// Digits of each code.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    /// Time or counter.
    #[must_use]
    pub const fn factor(&self) -> MovingFactor {
        self.factor
    }

    /// What [`crate::Totp`] needs, if the codes are time-based.
    #[must_use]
    pub const fn totp_params(&self) -> Option<TotpParams> {
        match self.factor {
            MovingFactor::Time(period) => Some(TotpParams {
                digits: self.digits,
                period,
                t0: UnixTime::EPOCH,
            }),
            MovingFactor::Counter(_) => None,
        }
    }
}

impl fmt::Display for KeyUriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the key URI has more than 2048 bytes",
            Self::Scheme => "the key URI does not begin with otpauth://",
            Self::Type => "the key URI's type is neither totp nor hotp",
            Self::Encoder => "the key URI's codes are not decimal digits",
            Self::Encoding => "the key URI has text that is not percent-encoded UTF-8",
            Self::Account => "the account cannot stand in a key URI",
            Self::Issuer => "the issuer cannot stand in a key URI",
            Self::IssuerMismatch => "the key URI names two issuers",
            Self::Duplicate => "the key URI has a parameter twice",
            Self::SecretMissing => "the key URI has no secret",
            Self::Secret(error) => return error.fmt(f),
            Self::Algorithm => "the key URI's algorithm is not SHA1, SHA256 or SHA512",
            Self::Digits => "the key URI's digits are not 6 to 10",
            Self::Period => "the key URI's period is not 1 to 3600 seconds",
            Self::CounterMissing => "the key URI is of type hotp and has no counter",
            Self::Counter => "the key URI's counter is not a number of at most 64 bits",
            Self::T0 => "a key URI cannot express a T0 other than 1970",
        })
    }
}

impl core::error::Error for KeyUriError {}
