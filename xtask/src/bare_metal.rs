//! The bare-metal gate: the core as firmware links it, with no panic to be reached.
//!
//! `tests/bare-metal` is built for each target the way a firmware is, and its object is read as a
//! linker would. A control with one `unwrap` in it shows every time that the gate can fail.

use std::path::PathBuf;
use std::process::Command;

use crate::object_walk::Objects;
use crate::process::{Failure, Outcome, command, read_toml, run as run_program, target_dir};
use crate::toolchain;

/// The probe's manifest, from the top of the work tree.
pub(crate) const MANIFEST: &str = "tests/bare-metal/Cargo.toml";

/// A Cortex-M4F and a Cortex-M0: the common one, and the one with the fewest instructions.
pub(crate) const TARGETS: [&str; 2] = ["thumbv7em-none-eabihf", "thumbv6m-none-eabi"];

/// Debian's packages that bring a compiler together with the source of `core`.
pub(crate) const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CORE: &str = "/usr/lib/rustlib/src/rust/library/core/Cargo.toml";

/// What the probe's panic handler calls and nobody defines.
const MUST_NOT_PANIC: &str = "countersign_core_must_not_panic";

/// Builds the probe for each target and reads what comes out.
///
/// # Errors
/// If no toolchain for a target is there, the probe does not build, a panic or an undefined
/// symbol is in the object, a story is larger than the probe's manifest allows, or the control
/// passes.
pub(crate) fn run() -> Outcome {
    let limits = size_limits()?;
    for target in TARGETS {
        let objects = Objects::read(&build(target, &[])?)?;
        let faults = faults(&objects, &limits, target)?;
        if !faults.is_empty() {
            return Err(Failure::new(format!("{target}: {}", faults.join("; "))));
        }
    }
    let control = Objects::read(&build(TARGETS[0], &["control"])?)?;
    if panic_symbols(&control).is_empty() {
        return Err(Failure::new(
            "the control has an unwrap, and the gate did not see it",
        ));
    }
    println!("   control: the gate sees a panic when there is one");
    Ok(())
}

/// Whether the probe can be built for `target` here.
pub(crate) fn can_build(target: &str) -> bool {
    toolchain::rustup_has(target) || debian_has_core()
}

/// Builds the probe and gives the path of its static library.
fn build(target: &str, features: &[&str]) -> Result<PathBuf, Failure> {
    let out = target_dir().join("bare-metal");
    let mut cargo = if toolchain::rustup_has(target) {
        crate::process::cargo()
    } else if debian_has_core() {
        debian_cargo()
    } else {
        return Err(Failure::new(format!(
            "no toolchain for {target}: run `cargo xtask setup`, or `rustup target add {target}`"
        )));
    };
    cargo.args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--manifest-path",
        MANIFEST,
    ]);
    cargo.args(["--target", target, "--features", &features.join(",")]);
    if cargo.get_program() == DEBIAN_CARGO {
        cargo.args(["-Z", "build-std=core"]);
    }
    run_program(cargo.env("CARGO_TARGET_DIR", &out))?;
    Ok(out.join(target).join("release/libcountersign_bare_metal.a"))
}

/// Debian's cargo and rustc, kept apart from the toolchain that runs this tool.
///
/// `build-std` wants a nightly; the variable lets the packaged release do it, for this build only.
/// The search path for libraries goes because cargo points it at the other compiler's.
fn debian_cargo() -> Command {
    let mut cargo = command(DEBIAN_CARGO);
    cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    for variable in ["RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH", "CARGO", "RUSTDOC"] {
        cargo.env_remove(variable);
    }
    cargo
}

fn debian_has_core() -> bool {
    [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_CORE]
        .iter()
        .all(|path| std::path::Path::new(path).exists())
}

/// Prints each story's size and gives all that is wrong with the object.
fn faults(
    objects: &Objects,
    limits: &[(String, u64)],
    target: &str,
) -> Result<Vec<String>, Failure> {
    let mut faults: Vec<String> = panic_symbols(objects)
        .into_iter()
        .map(|symbol| format!("the object names `{symbol}`"))
        .collect();
    for (story, limit) in limits {
        let reach = objects.reach(story)?;
        println!(
            "   {target}: {story}: .text {} B, constants {} B, {} sections",
            reach.text, reach.constants, reach.sections
        );
        if reach.text > *limit {
            faults.push(format!(
                "{story} has {} B of .text, allowed are {limit}",
                reach.text
            ));
        }
        for symbol in reach.undefined {
            faults.push(format!("{story} needs `{symbol}`, which nobody defines"));
        }
        for symbol in reach.defined.iter().filter(|symbol| is_panic(symbol)) {
            faults.push(format!("{story} reaches `{symbol}`"));
        }
    }
    Ok(faults)
}

/// The symbols of the probe's own object that have to do with panicking.
fn panic_symbols(objects: &Objects) -> Vec<String> {
    objects
        .symbols_of_member("countersign_bare_metal")
        .filter(|symbol| is_panic(symbol))
        .map(str::to_owned)
        .collect()
}

fn is_panic(symbol: &str) -> bool {
    symbol == MUST_NOT_PANIC || symbol.contains("panic") || symbol == "rust_begin_unwind"
}

/// The stories and the most bytes of `.text` each may have, from the probe's manifest.
fn size_limits() -> Result<Vec<(String, u64)>, Failure> {
    let manifest = read_toml(MANIFEST)?;
    manifest
        .get("package")
        .and_then(|package| package.get("metadata")?.get("text-limits")?.as_table())
        .and_then(|table| {
            let limit = |(story, bytes): (&String, &toml::Value)| {
                Some((story.clone(), u64::try_from(bytes.as_integer()?).ok()?))
            };
            table.iter().map(limit).collect()
        })
        .ok_or_else(|| Failure::new(format!("{MANIFEST} has no table of text-limits")))
}
