//! The home of programs from the registry that run or read a firmware: which release of each, and
//! where it is put.

use std::process::Command;

use crate::process::{Failure, cargo, command as program, run, target_dir};

/// Decodes what a firmware logs.
pub(super) const DEFMT_PRINT: &str = "1.2.0";
/// Runs tests on an emulated board.
pub(super) const EMBEDDED_TEST_QEMU_RUNNER: &str = "0.1.0";

/// The program of a package, installed below cargo's own folder if it is not there.
///
/// # Errors
/// If it cannot be installed.
pub(super) fn command(package: &str, version: &str) -> Result<Command, Failure> {
    let tools = target_dir().join("tools");
    let path = tools.join("bin").join(package);
    if !path.exists() {
        let wanted = format!("{package}@{version}");
        run(cargo()
            .args(["install", "--locked", "--quiet", &wanted, "--root"])
            .arg(&tools))?;
    }
    Ok(program(path))
}
