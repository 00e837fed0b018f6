//! The gate: every rule that a change must keep, in one list.

use std::time::Instant;

use crate::process::{Failure, Outcome, cargo, run as run_program};
use crate::{bare_metal, cross, dependencies, features, firmware, fuzz, licences, tidy, toolchain};

/// A rule's name and the function that holds the work tree against it.
type Rule = (&'static str, fn() -> Outcome);

/// The rules, quick ones first. All are run, so that one visit shows everything there is to mend.
const RULES: &[Rule] = &[
    ("minimum supported Rust version", toolchain::prove_msrv),
    ("tidy", tidy::run),
    ("format", format),
    ("dependencies", dependencies::run),
    ("licences", licences::run),
    ("lints", lints),
    ("documentation", documentation),
    ("features", features::run),
    ("bare metal", bare_metal::run),
    ("firmware size", firmware::check),
];

/// Runs every rule, or those named, and says which were broken.
///
/// # Errors
/// If any rule was broken, or a name is no rule's.
pub(crate) fn run(names: &[String]) -> Outcome {
    if let Some(unknown) = names
        .iter()
        .find(|name| RULES.iter().all(|(rule, _)| rule != name))
    {
        let known: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
        return Err(Failure::new(format!(
            "no rule `{unknown}`; there are: {}",
            known.join(", ")
        )));
    }
    let chosen = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut broken = Vec::new();
    let mut held = 0_usize;
    for (name, rule) in RULES.iter().filter(|(name, _)| chosen(name)) {
        println!("== {name}");
        let started = Instant::now();
        match rule() {
            Ok(()) => {
                held += 1;
                println!("   ok, {:.1} s", started.elapsed().as_secs_f64());
            }
            Err(failure) => {
                println!("   BROKEN: {failure}");
                broken.push(*name);
            }
        }
    }
    if broken.is_empty() {
        println!("== check: {held} rules hold");
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
    run_program(cargo().args(["fmt", "--manifest-path", cross::MANIFEST, "--check"]))?;
    run_program(cargo().args(["fmt", "--manifest-path", fuzz::MANIFEST, "--check"]))
}

fn lints() -> Outcome {
    run_program(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))?;
    run_program(fuzz::cargo_at("clippy").args(["--all-targets", "--", "--deny", "warnings"]))
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
