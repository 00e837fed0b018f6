//! `cargo xtask firmware test`: the firmware's tests that run on the emulated board itself.

use std::fs;
use std::process::Command;

use super::board::EMULATOR;
use super::token::{self, State, TARGET, at};
use super::tools;
use crate::cross::{self, TOKEN_FIRMWARE};
use crate::process::{Failure, target_dir};

/// The command that builds them and runs each in an emulator of its own, from reset.
///
/// Its output is that of any other test program. The chips are there, with an empty storage.
///
/// # Errors
/// If the runner cannot be installed.
pub(crate) fn tests() -> Result<Command, Failure> {
    let folder = target_dir().join("token-on-target");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    }
    let state = State::open(&folder)?;
    let runner = tools::command(
        "embedded-test-qemu-runner",
        tools::EMBEDDED_TEST_QEMU_RUNNER,
    )?;
    let (mut cargo, _) = cross::build_in(TOKEN_FIRMWARE, "test", TARGET)?;
    let (variable, linker) = cross::linker(TARGET)?;
    let board = [
        EMULATOR,
        "-machine",
        "lm3s6965evb",
        "-nographic",
        "-monitor",
        "none",
    ];
    let board = board.map(str::to_owned).into_iter();
    let clock = [
        "-serial",
        "null",
        "-rtc",
        "base=2009-02-13T23:31:30,clock=host",
    ];
    let emulator: Vec<String> = board
        .chain(clock.map(str::to_owned))
        .chain(token::devices(&state))
        .collect();
    let runner = [
        runner.get_program().to_string_lossy().into_owned(),
        "--timeout".to_owned(),
        "60".to_owned(),
        "--qemu".to_owned(),
        emulator.join(" "),
    ];
    let quoted: Vec<String> = runner.iter().map(|word| format!("'{word}'")).collect();
    cargo.arg("--config");
    cargo.arg(format!("target.{TARGET}.runner=[{}]", quoted.join(",")));
    cargo.args(["--test", "on_target"]);
    cargo.env(variable, linker);
    Ok(cargo)
}
