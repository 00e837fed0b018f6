//! The workspace tool: `cargo xtask check | test | demo | setup`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks on standard output"
)]

mod bare_metal;
mod bench;
mod check;
mod clients;
mod cross;
mod demo;
mod dependencies;
mod features;
mod firmware;
mod fuzz;
mod licences;
mod miri;
mod mutants;
mod object_walk;
mod pcsc;
mod process;
mod setup;
mod test;
mod tidy;
mod toolchain;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask check   every rule, or those named: format, lints, documentation, tidy, ...
cargo xtask test    everything: what check does, then every test with every real client
cargo xtask demo    build and run `countersign serve --demo`; further arguments are passed on
cargo xtask fuzz    drive every fuzz target: [--seconds N] [--target NAME] [--grow]
cargo xtask firmware run    the token on an emulated board, with display and keys: docs/token.md
cargo xtask firmware lock   the offline lock on an emulated board: docs/lock.md
cargo xtask firmware size   what core, token and lock cost in flash, memory and instructions
cargo xtask firmware screens   hold the token's display against docs/pictures
cargo xtask firmware test   the tests that run on the emulated board itself
cargo xtask bench   measure the core beside every comparable crate; `timing`: look for leaks
cargo xtask mutants break the core in every small way and see whether its tests notice
cargo xtask token   a shell in which ykman finds a simulated hardware token: [--state DIR]
cargo xtask setup   install what check and test need and is missing";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.split_first() {
        Some((command, rest)) => match command.as_str() {
            "check" => check::run(rest),
            "test" => test::run(rest),
            "bench" => bench::run(rest),
            "demo" => demo::run(rest),
            "fuzz" => fuzz::run(rest),
            "firmware" => firmware::run(rest),
            "mutants" => mutants::run(rest),
            "setup" => setup::run(),
            "token" => pcsc::shell(rest),
            other => Err(process::Failure::new(format!(
                "there is no command `{other}`\n\n{USAGE}"
            ))),
        },
        None => Err(process::Failure::new(USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
