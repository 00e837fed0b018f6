//! The `countersign` binary: reads the command line and runs one command.

mod cli;
mod failure;
mod qr;
mod secret_input;
mod totp;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let outcome = match command {
        Command::Totp(command) => totp::run(command, &mut std::io::stdout().lock()),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            // Whoever closed our stderr does not want to read it.
            let _ = writeln!(std::io::stderr(), "{failure}");
            failure.exit_code()
        }
    }
}
