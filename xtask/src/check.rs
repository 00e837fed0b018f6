//! The gate: every rule that a change must keep, in one list.

use std::time::Instant;

use crate::process::{Failure, Outcome, cargo, run as run_program};
use crate::{bare_metal, dependencies, features, licences, tidy, toolchain};

/// The rules, quick ones first. All are run, so that one visit shows everything there is to mend.
const RULES: &[(&str, fn() -> Outcome)] = &[
    ("minimum supported Rust version", toolchain::prove_msrv),
    ("tidy", tidy::run),
    ("format", format),
    ("dependencies", dependencies::run),
    ("licences", licences::run),
    ("lints", lints),
    ("documentation", documentation),
    ("features", features::run),
    ("bare metal", bare_metal::run),
];

/// Runs every rule and names those that were broken.
///
/// # Errors
/// If any rule was broken.
pub(crate) fn run() -> Outcome {
    let mut broken = Vec::new();
    for (name, rule) in RULES {
        println!("== {name}");
        let started = Instant::now();
        match rule() {
            Ok(()) => println!("   ok, {:.1} s", started.elapsed().as_secs_f64()),
            Err(failure) => {
                println!("   BROKEN: {failure}");
                broken.push(*name);
            }
        }
    }
    if broken.is_empty() {
        println!("== check: all {} rules hold", RULES.len());
        Ok(())
    } else {
        Err(Failure::new(format!(
            "check: broken: {}",
            broken.join(", ")
        )))
    }
}

fn format() -> Outcome {
    run_program(cargo().args(["fmt", "--all", "--check"]))?;
    run_program(cargo().args(["fmt", "--manifest-path", bare_metal::MANIFEST, "--check"]))
}

fn lints() -> Outcome {
    run_program(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn documentation() -> Outcome {
    run_program(
        cargo()
            .args([
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
            ])
            .env("RUSTDOCFLAGS", "-Dwarnings"),
    )
}
