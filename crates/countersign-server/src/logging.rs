//! The log: to standard error, for people on a terminal, as JSON lines elsewhere.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// Starts logging what passes the filter.
///
/// # Errors
/// [`Failure`] for a filter that is not one.
pub(crate) fn start(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::builder().parse(filter).map_err(|error| {
        Failure::input("--log is no filter")
            .because(&error)
            .next("Use error, warn, info, debug or trace.")
    })?;
    let log = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(filter);
    let started = if io::stderr().is_terminal() {
        let colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        log.with_ansi(colours).try_init()
    } else {
        log.json().try_init()
    };
    started.map_err(|_| Failure::obstacle("the log is started already"))
}
