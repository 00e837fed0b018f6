//! `cargo xtask demo`: the server with a pool, a client and a user to try, in the foreground.

use crate::process::{Failure, Outcome, cargo, shown};

/// Builds the server for release and becomes `countersign serve --demo`.
///
/// # Errors
/// If the server cannot be built or started.
pub(crate) fn run(args: &[String]) -> Outcome {
    let mut server = cargo();
    server
        .args([
            "run",
            "--release",
            "--package",
            "countersign-server",
            "--bin",
            "countersign",
        ])
        .args(["--", "serve", "--demo"])
        .args(args);
    println!("   $ {}", shown(&server));
    become_program(&mut server)
}

/// Replaces this process, so that signals reach the server alone and its exit code is ours.
#[cfg(unix)]
fn become_program(server: &mut std::process::Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(Failure::new(format!(
        "`{}` did not start: {error}",
        shown(server)
    )))
}

#[cfg(not(unix))]
fn become_program(server: &mut std::process::Command) -> Outcome {
    match server.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("`{}`: {status}", shown(server)))),
        Err(error) => Err(Failure::new(format!(
            "`{}` did not start: {error}",
            shown(server)
        ))),
    }
}
