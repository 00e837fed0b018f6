//! The `countersign pool` commands.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Subcommand, ValueEnum};
use countersign_cognito::records::{
    AuthFlows, EmailMessage, MfaConfiguration, PoolRecord, SmsSettings,
};
use countersign_cognito::sigv4::AccessKeys;
use countersign_host::ContactAttribute;
use countersign_host::delivery::NotConfigured;

use crate::failure::Failure;
use crate::installation::{self, Installation};
use crate::options::Place;
use crate::settings::Location;

/// One of the commands.
#[derive(Subcommand)]
pub(crate) enum PoolCommand {
    /// Makes a user pool with an app client, and prints the identifiers of both
    Create {
        /// What the pool is called
        #[arg(long)]
        name: String,
        /// Whether sign-in asks for a second factor
        #[arg(long, value_enum, default_value_t = Mfa::Optional)]
        mfa: Mfa,
        /// Which second factors users may have
        #[arg(long, value_enum, value_delimiter = ',', default_values_t = FACTORS)]
        factors: Vec<Factor>,
        #[command(flatten)]
        place: Place,
    },
}

/// Whether sign-in asks for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mfa {
    /// Never
    Off,
    /// Of users who have enabled one
    Optional,
    /// Always
    On,
}

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Factor {
    /// An authenticator app
    Totp,
    /// Codes by text message
    Sms,
    /// Codes by mail
    Email,
}

/// Runs a command.
///
/// # Errors
/// [`Failure`] if the store does not take the pool.
pub(crate) async fn run(command: PoolCommand, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let PoolCommand::Create {
        name,
        mfa,
        factors,
        place,
    } = command;
    if name.is_empty() || name.chars().count() > 128 {
        return Err(Failure::input("--name has 1 to 128 characters"));
    }
    let installation = Installation::open(&Location::from_place(place)?).await?;
    let service = installation.service(Arc::new(NotConfigured));
    let endpoint = installation::endpoint(service, "", AccessKeys::none()).await?;
    let failed = |error| {
        Failure::obstacle("the pool cannot be made").because(&error as &dyn std::error::Error)
    };
    let pool = endpoint
        .create_pool(&name, |pool| configure(pool, mfa, &factors))
        .await
        .map_err(failed)?;
    let client = endpoint
        .create_client(&pool.id, "app", false, |client| client.flows = FLOWS)
        .await
        .map_err(failed)?;
    writeln!(out, "pool    {}", pool.id)?;
    writeln!(out, "client  {}", client.id)?;
    Ok(ExitCode::SUCCESS)
}

/// Sets what a pool that is made here has.
pub(crate) fn configure(pool: &mut PoolRecord, mfa: Mfa, factors: &[Factor]) {
    pool.mfa = match mfa {
        Mfa::Off => MfaConfiguration::Off,
        Mfa::Optional => MfaConfiguration::Optional,
        Mfa::On => MfaConfiguration::On,
    };
    pool.software_token = factors.contains(&Factor::Totp);
    pool.sms = factors.contains(&Factor::Sms).then(SmsSettings::default);
    pool.email = factors.contains(&Factor::Email).then(EmailMessage::default);
    pool.auto_verified = vec![ContactAttribute::Email];
}

/// Every factor.
pub(crate) const FACTORS: [Factor; 3] = [Factor::Totp, Factor::Sms, Factor::Email];

/// What a client that is made here may use: all that the server has.
pub(crate) const FLOWS: AuthFlows = AuthFlows {
    srp: true,
    password: true,
    refresh: true,
    choice: true,
};
