//! `cargo xtask bench`: measures the core beside every comparable crate, says which claims hold,
//! and writes `docs/benchmarks.md`. `cargo xtask bench timing` looks for leaks through time.
//!
//! Nothing here gates: figures are read by people.

mod claims;
mod flags;
mod instructions;
mod machine;
mod page;
mod rows;
mod timing;

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::process::{self, Failure, Outcome, capture, root, target_dir};
use rows::{Counts, Row};

/// The bench's manifest, from the top of the work tree.
const MANIFEST: &str = "tests/bench/Cargo.toml";
const PAGE: &str = "docs/benchmarks.md";

/// What is timed a second time together with the peer that makes the others wipe what they keep.
const WITH_WIPING: [&str; 5] = [
    "generate-cold",
    "generate-warm",
    "verify-hit",
    "verify-miss-warm",
    "look-ahead-10",
];

/// Everything that is measured.
struct Measured {
    machine: machine::Machine,
    rounds: u32,
    /// Without the peer that switches on wiping: what claims are made against.
    alone: Vec<Row>,
    /// With it.
    with_wiping: Vec<Row>,
    allocations: Vec<Counts>,
    /// Empty if valgrind is not there.
    instructions: Vec<Counts>,
    flags: Vec<flags::Variant>,
    absolute: Vec<(String, String, f64)>,
}

/// Measures and writes the page, or with `timing` looks for leaks and writes that page. With
/// `--quick` it takes fewer rounds, leaves out criterion, and writes no page.
///
/// # Errors
/// If an argument is unknown, something does not build, or a contender computes a wrong answer.
pub(crate) fn run(args: &[String]) -> Outcome {
    let quick = args.iter().any(|arg| arg == "--quick");
    let rest: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| *arg != "--quick")
        .collect();
    match rest.as_slice() {
        [] => measure(quick),
        ["timing"] => timing::run(quick),
        other => Err(Failure::new(format!(
            "bench knows `timing` and `--quick`, not `{}`",
            other.join(" ")
        ))),
    }
}

fn measure(quick: bool) -> Outcome {
    let start = Instant::now();
    let rounds = if quick { 25 } else { 151 };
    let machine = machine::Machine::look();
    println!("== bench: {}, load {}", machine.processor, machine.load);
    let alone = build(&["paired", "count"], &[], "", "bench")?;
    let measured = Measured {
        machine,
        rounds,
        alone: paired(&alone, rounds, &[])?,
        allocations: rows::counts(&capture(
            process::command(alone.join("count")).arg("allocations"),
        )?)?,
        instructions: instructions::count(&alone.join("count"))?,
        with_wiping: {
            let field = build(&["paired"], &["--features", "field"], "", "bench")?;
            paired(&field, rounds, &WITH_WIPING)?
        },
        flags: flags::compare(if quick { 15 } else { 51 })?,
        absolute: if quick { Vec::new() } else { criterion()? },
    };
    let claims = claims::judge(&measured);
    let text = page::write(&measured, &claims);
    println!("\n{text}");
    println!("   measured in {} seconds", start.elapsed().as_secs());
    if quick {
        println!("   a quick run writes no page");
        return Ok(());
    }
    write(PAGE, &text)
}

/// Builds programs of the bench and gives the folder they are in. Each `folder` has one set of
/// `flags` for the compiler; whatever flags the environment has are left out.
fn build(
    programs: &[&str],
    features: &[&str],
    flags: &str,
    folder: &str,
) -> Result<PathBuf, Failure> {
    let target = target_dir().join(folder);
    let mut cargo = cargo(&["build", "--release", "--quiet"]);
    cargo.args(features);
    for program in programs {
        cargo.args(["--bin", program]);
    }
    process::run(
        cargo
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTFLAGS", flags),
    )?;
    Ok(target.join("release"))
}

fn cargo(args: &[&str]) -> Command {
    let mut cargo = process::cargo();
    cargo.args(args);
    // Not `--locked`: what the core newly depends on may be missing from the bench's lock file.
    cargo.args(["--manifest-path", MANIFEST]);
    cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo
}

/// The paired run: every contender in every round.
fn paired(folder: &std::path::Path, rounds: u32, operations: &[&str]) -> Result<Vec<Row>, Failure> {
    let mut program = process::command(folder.join("paired"));
    program.arg(rounds.to_string());
    if !operations.is_empty() {
        // The seed has its place before the operations.
        program.arg(machine::seconds().to_string()).args(operations);
    }
    println!("   $ {}", process::shown(&program));
    rows::timed(&capture(&mut program)?)
}

/// Criterion's medians: operation, contender, nanoseconds.
fn criterion() -> Result<Vec<(String, String, f64)>, Failure> {
    let target = target_dir().join("bench");
    let mut cargo = cargo(&["bench", "--quiet", "--bench", "absolute"]);
    cargo.env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", "");
    println!("   $ {}", process::shown(&cargo));
    rows::criterion(&capture(&mut cargo)?)
}

fn write(path: &str, text: &str) -> Outcome {
    let file = root().join(path);
    let failed = |error| Failure::new(format!("{path}: {error}"));
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(&file, text).map_err(failed)?;
    println!("   wrote {path}");
    Ok(())
}
