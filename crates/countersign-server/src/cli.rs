//! The command line: which commands there are.

use clap::{Parser, Subcommand};

use crate::options::Options;
use crate::pool::PoolCommand;
use crate::totp::TotpCommand;
use crate::user::UserCommand;

/// What the command line says.
#[derive(Parser)]
#[command(
    name = "countersign",
    version,
    about = "A self-hosted MFA server that Amplify and AWS SDK clients speak to",
    after_help = EXIT_CODES,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One command.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serves until it is told to stop (SIGTERM or Ctrl-C)
    Serve {
        #[command(flatten)]
        options: Box<Options>,
        /// Make a pool, an app client and a user to try, and say how
        #[arg(long)]
        demo: bool,
    },
    /// Makes user pools; works beside a running server
    #[command(subcommand)]
    Pool(PoolCommand),
    /// Adds users and helps them out; works beside a running server
    #[command(subcommand)]
    User(UserCommand),
    /// Computes, checks and shows authenticator codes and secrets, without a server
    #[command(subcommand)]
    Totp(TotpCommand),
}

/// What scripts may rely on.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the answer is no: a code that does not match
  2  the command line, the configuration or the input is not right
  3  it could not be done: a file, the network or the store stood in the way

Passwords and authenticator secrets are read from standard input, files or the environment, never
from the command line, which other users of the machine can read.";
