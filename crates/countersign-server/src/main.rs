//! The `countersign` binary: reads the command line and runs one command.

mod access_key;
mod cli;
mod config_file;
mod connections;
mod courier;
mod data_folder;
mod demo;
mod failure;
mod installation;
mod logging;
mod options;
mod password;
mod pool;
mod qr;
mod secret_input;
mod serve;
mod settings;
mod shutdown;
mod totp;
mod user;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Builder;

use crate::cli::{Cli, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(failure) => {
            // Whoever closed our stderr does not want to read it.
            let _ = writeln!(io::stderr(), "{failure}");
            failure.exit_code()
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    let out = &mut io::stdout().lock();
    match command {
        Command::Serve { options, demo } => serve::run(*options, demo, out),
        Command::Pool(command) => wait_for(pool::run(command, out)),
        Command::User(command) => wait_for(user::run(command, out)),
        Command::Totp(command) => totp::run(command, out),
    }
}

/// Runs a command that waits for the store.
fn wait_for(command: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime
        .map_err(|error| Failure::obstacle("the command cannot be started").because(&error))?
        .block_on(command)
}
