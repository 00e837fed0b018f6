//! The `countersign totp` commands: codes, secrets and QR codes without a server.

mod key;

use std::io::Write;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand};
use countersign_core::{
    AlgorithmId, Code, KeyUri, SharedSecret, TotpParams, TotpVerdict, UnixTime, Window,
};
use countersign_host::random::{OsRandom, entropy};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::qr::{self, Screen};
use crate::secret_input;
use key::{KeyArgs, TotpKey};

/// One of the commands.
#[derive(Subcommand)]
pub(crate) enum TotpCommand {
    /// Prints the code of now, or of another moment
    Generate {
        #[command(flatten)]
        key: KeyArgs,
        #[command(flatten)]
        moment: Moment,
    },
    /// Says whether a code is right; exits with 1 if it is not
    ///
    /// The code alone is checked: unlike the server, this command does not remember which codes
    /// were used before.
    Verify {
        /// The code as the authenticator shows it
        code: String,
        #[command(flatten)]
        key: KeyArgs,
        #[command(flatten)]
        moment: Moment,
        /// How many steps before and after the present one are accepted, 0 to 10
        #[arg(long, value_name = "STEPS", default_value_t = 1)]
        window: u8,
    },
    /// Makes a fresh secret: base32, key URI and QR code
    New {
        /// The name of the service, as the authenticator shows it
        #[arg(long)]
        issuer: String,
        /// The name of the account, as the authenticator shows it
        #[arg(long)]
        account: String,
        /// Print the key URI alone, for another program
        #[arg(long, conflicts_with = "invert")]
        uri_only: bool,
        #[command(flatten)]
        screen: ScreenArgs,
    },
    /// Shows the QR code of a key URI that is read from standard input
    Show {
        #[command(flatten)]
        screen: ScreenArgs,
    },
}

/// When.
#[derive(Args)]
pub(crate) struct Moment {
    /// A moment in seconds since 1970, in place of now
    #[arg(long, value_name = "SECS")]
    at: Option<u64>,
}

/// What the terminal looks like.
#[derive(Args)]
pub(crate) struct ScreenArgs {
    /// For terminals with dark text on a light ground
    #[arg(long)]
    invert: bool,
}

/// Runs a command.
///
/// # Errors
/// [`Failure`] if the input is not right or cannot be read.
pub(crate) fn run(command: TotpCommand, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    match command {
        TotpCommand::Generate { key, moment } => {
            let code = key.read()?.code_at(moment.time()?);
            writeln!(out, "{}", code.as_str())?;
            Ok(ExitCode::SUCCESS)
        }
        TotpCommand::Verify {
            code,
            key,
            moment,
            window,
        } => verify(&code, &key.read()?, moment.time()?, window, out),
        TotpCommand::New {
            issuer,
            account,
            uri_only,
            screen,
        } => {
            let (secret, uri) = fresh(&issuer, &account)?;
            if uri_only {
                writeln!(out, "{}", *uri)?;
                return Ok(ExitCode::SUCCESS);
            }
            writeln!(out, "secret  {}", secret.to_base32().as_str())?;
            writeln!(out, "uri     {}\n", *uri)?;
            write!(out, "{}", *drawn(&uri, &screen)?)?;
            Ok(ExitCode::SUCCESS)
        }
        TotpCommand::Show { screen } => {
            let uri = secret_input::from_stdin()?;
            key::parse_uri(&uri)?;
            write!(out, "{}", *drawn(&uri, &screen)?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn verify(
    code: &str,
    key: &TotpKey,
    now: UnixTime,
    window: u8,
    out: &mut dyn Write,
) -> Result<ExitCode, Failure> {
    let code = Code::parse(code).map_err(|_| Failure::input("the code is not 6 to 10 digits"))?;
    let window =
        Window::new(window, window).map_err(|_| Failure::input("--window is 0 to 10 steps"))?;
    if code.digits() != key.digits() {
        return Err(Failure::input(format!(
            "the code has {} digits, the key makes codes of {}",
            code.digits().get(),
            key.digits().get(),
        )));
    }
    match key.verify(&code, now, window) {
        TotpVerdict::Accepted(accepted) => {
            let (step, offset) = (accepted.step(), accepted.offset());
            writeln!(out, "right: step {step}, drift {offset}")?;
            Ok(ExitCode::SUCCESS)
        }
        TotpVerdict::AlreadyUsed | TotpVerdict::Mismatch => {
            writeln!(out, "wrong: no step in the window has this code")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A fresh secret of 20 bytes, and its URI with what every authenticator app understands: SHA-1,
/// six digits, 30 seconds.
fn fresh(issuer: &str, account: &str) -> Result<(SharedSecret, Zeroizing<String>), Failure> {
    let entropy = entropy(&OsRandom)
        .map_err(|error| Failure::obstacle("there is no secret to be had").because(&error))?;
    let secret = SharedSecret::generate(entropy);
    let uri = KeyUri::totp(
        issuer,
        account,
        &secret,
        AlgorithmId::Sha1,
        TotpParams::DEFAULT,
    )
    .map_err(|error| {
        Failure::input(error.to_string())
            .next("Names are not empty, have no colon, and no space at an end.")
    })?;
    let mut text = Zeroizing::new(String::with_capacity(KeyUri::MAX_LEN));
    uri.write_to(&mut *text)
        .expect("a string takes whatever is written to it");
    Ok((secret, text))
}

fn drawn(uri: &str, screen: &ScreenArgs) -> Result<Zeroizing<String>, Failure> {
    let screen = if screen.invert {
        Screen::Light
    } else {
        Screen::Dark
    };
    qr::draw(uri, screen).ok_or_else(|| Failure::input("the URI is too long for a QR code"))
}

impl Moment {
    fn time(&self) -> Result<UnixTime, Failure> {
        let secs = match self.at {
            Some(secs) => secs,
            None => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_err(|_| Failure::obstacle("the clock is before 1970").next("Set it."))?
                .as_secs(),
        };
        UnixTime::from_secs(secs).map_err(|_| {
            Failure::input(format!(
                "a moment is 0 to {} seconds since 1970",
                UnixTime::MAX.secs()
            ))
        })
    }
}
