//! The home of TOTP with an algorithm that is known at run time only: from a key URI or a record.

use crate::{
    AlgorithmId, BeforeT0, Code, Sha1, Sha256, Sha512, SharedSecret, Totp, TotpParams, TotpState,
    TotpVerdict, UnixTime, Window,
};

/// A [`Totp`] of any algorithm. A program that uses it links all three.
///
/// ```
/// use countersign_core::{AnyTotp, KeyUri, UnixTime};
///
/// let uri = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
///            &issuer=Example&algorithm=SHA256";
/// let uri = KeyUri::parse(uri)?;
/// let params = uri.totp_params().expect("it is a totp URI");
/// let totp = AnyTotp::new(uri.algorithm(), uri.secret(), params);
/// let code = totp.generate(UnixTime::from_secs(1_111_111_109)?)?;
/// assert_eq!(code.digits().get(), 6);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum AnyTotp {
    /// SHA-1.
    Sha1(Totp<Sha1>),
    /// SHA-256.
    Sha256(Totp<Sha256>),
    /// SHA-512.
    Sha512(Totp<Sha512>),
}

/// Calls the same method, whatever the algorithm.
macro_rules! with {
    ($any:expr, $totp:ident => $call:expr) => {
        match $any {
            AnyTotp::Sha1($totp) => $call,
            AnyTotp::Sha256($totp) => $call,
            AnyTotp::Sha512($totp) => $call,
        }
    };
}

impl AnyTotp {
    /// Prepares a secret.
    #[must_use]
    pub fn new(algorithm: AlgorithmId, secret: &SharedSecret, params: TotpParams) -> Self {
        match algorithm {
            AlgorithmId::Sha1 => Self::Sha1(Totp::new(secret, params)),
            AlgorithmId::Sha256 => Self::Sha256(Totp::new(secret, params)),
            AlgorithmId::Sha512 => Self::Sha512(Totp::new(secret, params)),
        }
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> AlgorithmId {
        match self {
            Self::Sha1(_) => AlgorithmId::Sha1,
            Self::Sha256(_) => AlgorithmId::Sha256,
            Self::Sha512(_) => AlgorithmId::Sha512,
        }
    }

    /// The parameters.
    #[must_use]
    pub const fn params(&self) -> TotpParams {
        with!(self, totp => totp.params())
    }

    /// See [`Totp::step_at`].
    ///
    /// # Errors
    /// [`BeforeT0`].
    pub fn step_at(&self, now: UnixTime) -> Result<u64, BeforeT0> {
        with!(self, totp => totp.step_at(now))
    }

    /// See [`Totp::generate`].
    ///
    /// # Errors
    /// [`BeforeT0`].
    pub fn generate(&self, now: UnixTime) -> Result<Code, BeforeT0> {
        with!(self, totp => totp.generate(now))
    }

    /// See [`Totp::verify`].
    pub fn verify(
        &self,
        code: &Code,
        now: UnixTime,
        window: Window,
        state: TotpState,
    ) -> TotpVerdict {
        with!(self, totp => totp.verify(code, now, window, state))
    }

    /// See [`Totp::resynchronise`].
    pub fn resynchronise(
        &self,
        first: &Code,
        second: &Code,
        now: UnixTime,
        state: TotpState,
    ) -> TotpVerdict {
        with!(self, totp => totp.resynchronise(first, second, now, state))
    }
}
