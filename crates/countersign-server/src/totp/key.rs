//! The secret and parameters that codes are computed from, and how they come in.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use countersign_core::{
    AlgorithmId, AnyTotp, Code, Digits, KeyUri, Period, SharedSecret, TotpParams, TotpState,
    TotpVerdict, UnixTime, Window,
};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::secret_input;

/// Where the secret is read from, and what a bare one leaves open.
#[derive(Args)]
pub(crate) struct KeyArgs {
    /// Read a base32 secret from standard input
    #[arg(long, group = "source")]
    secret_stdin: bool,
    /// Read a key URI (`otpauth://…`) from standard input
    #[arg(long, group = "source")]
    uri_stdin: bool,
    /// Read a base32 secret or a key URI from a file
    #[arg(long, group = "source", value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Digits of a code, 6 to 10 [default: 6]
    #[arg(long, conflicts_with = "uri_stdin")]
    digits: Option<u8>,
    /// Seconds that a code lasts, 1 to 3600 [default: 30]
    #[arg(long, conflicts_with = "uri_stdin")]
    period: Option<u16>,
    /// Hash function [default: sha1]
    #[arg(long, conflicts_with = "uri_stdin")]
    algorithm: Option<AlgorithmName>,
    /// Where a secret ends up that somebody gives as an argument: it is refused, but not repeated.
    #[arg(hide = true)]
    misplaced: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum AlgorithmName {
    Sha1,
    Sha256,
    Sha512,
}

/// What codes are computed from. Wiped on drop.
pub(crate) struct TotpKey(AnyTotp);

impl KeyArgs {
    /// Reads the secret from where the arguments say, or else from the environment.
    pub(crate) fn read(&self) -> Result<TotpKey, Failure> {
        if self.misplaced.is_some() {
            let cause = "secrets are read from standard input or a file, never as an argument";
            return Err(Failure::input(cause)
                .next("Arguments show in process lists and histories: use --secret-stdin."));
        }
        if self.uri_stdin {
            return TotpKey::from_uri(&secret_input::from_stdin()?);
        }
        if self.secret_stdin {
            return self.with_secret(&secret_input::from_stdin()?);
        }
        let text = match &self.secret_file {
            Some(path) => secret_input::from_file(path)?,
            None => Zeroizing::new(std::env::var(VARIABLE).map_err(|_| no_secret())?),
        };
        if text.contains("://") {
            if self.digits.is_some() || self.period.is_some() || self.algorithm.is_some() {
                let cause = "a key URI says itself which digits, period and algorithm";
                return Err(Failure::input(cause).next("Leave those options out."));
            }
            return TotpKey::from_uri(&text);
        }
        self.with_secret(&text)
    }

    fn with_secret(&self, base32: &str) -> Result<TotpKey, Failure> {
        let secret = SharedSecret::from_base32(base32).map_err(|error| {
            let failure = Failure::input(error.to_string());
            if base32.contains("://") {
                failure.next("This looks like a key URI: use --uri-stdin.")
            } else {
                failure
            }
        })?;
        let digits = self.digits.map_or(Ok(Digits::SIX), Digits::new);
        let period = self.period.map_or(Ok(Period::DEFAULT), Period::from_secs);
        let algorithm = self.algorithm.map_or(AlgorithmId::Sha1, AlgorithmName::id);
        let params = TotpParams {
            digits: digits.map_err(|_| Failure::input("--digits is 6 to 10"))?,
            period: period.map_err(|_| Failure::input("--period is 1 to 3600 seconds"))?,
            t0: UnixTime::EPOCH,
        };
        Ok(TotpKey(AnyTotp::new(algorithm, &secret, params)))
    }
}

impl AlgorithmName {
    const fn id(self) -> AlgorithmId {
        match self {
            Self::Sha1 => AlgorithmId::Sha1,
            Self::Sha256 => AlgorithmId::Sha256,
            Self::Sha512 => AlgorithmId::Sha512,
        }
    }
}

impl TotpKey {
    fn from_uri(uri: &str) -> Result<Self, Failure> {
        let uri = parse_uri(uri)?;
        let params = uri.totp_params().ok_or_else(|| {
            Failure::input("the key URI is of a counter-based authenticator (hotp)")
                .next("These commands compute time-based codes.")
        })?;
        Ok(Self(AnyTotp::new(uri.algorithm(), uri.secret(), params)))
    }

    /// Digits of each code.
    pub(crate) const fn digits(&self) -> Digits {
        self.0.params().digits
    }

    /// The code of a moment.
    pub(crate) fn code_at(&self, now: UnixTime) -> Code {
        self.0
            .generate(now)
            .expect("T0 is 1970, and no moment is before it")
    }

    /// Looks for the code in the window around now, as if none had ever been used.
    pub(crate) fn verify(&self, code: &Code, now: UnixTime, window: Window) -> TotpVerdict {
        self.0.verify(code, now, window, TotpState::NEW)
    }
}

/// Reads a key URI, or says what is wrong with it without repeating it.
pub(super) fn parse_uri(uri: &str) -> Result<KeyUri<'_>, Failure> {
    KeyUri::parse(uri.trim()).map_err(|error| Failure::input(error.to_string()))
}

fn no_secret() -> Failure {
    Failure::input("there is no secret to compute with").next(format!(
        "Give one with --secret-stdin, --uri-stdin or --secret-file, or in {VARIABLE}."
    ))
}

/// Holds a base32 secret or a key URI where no option says where to look.
const VARIABLE: &str = "COUNTERSIGN_TOTP_SECRET";
