//! The bare-metal gate: the core as firmware links it, with no panic to be reached.
//!
//! `tests/bare-metal` is built for each target the way a firmware is, and its object is read as a
//! linker would. A control with one `unwrap` in it shows every time that the gate can fail.

use std::path::PathBuf;

use crate::cross::{self, MANIFEST, TARGETS};
use crate::object_walk::Objects;
use crate::process::{Failure, Outcome, capture, read_toml, run as run_program};

/// What the probe's panic handler calls and nobody defines.
const MUST_NOT_PANIC: &str = "countersign_core_must_not_panic";

/// Which features of the probe are built for each target: the core as it is, and with what
/// replaces a part of it.
const VARIANTS: [&str; 2] = ["", "small-sha1"];

/// Builds the probe for each target and reads what comes out.
///
/// # Errors
/// If no toolchain for a target is there, the probe does not build, a panic, an allocation or an
/// undefined symbol is in the object, a story is larger than the probe's manifest allows, or a
/// control passes.
pub(crate) fn run() -> Outcome {
    let mut broken = Vec::new();
    for target in TARGETS {
        let limits = text_limits(target)?;
        for variant in VARIANTS {
            let objects = Objects::read(&build(target, variant)?)?;
            for fault in faults(&objects, &limits, target, variant)? {
                broken.push(format!("{target} {variant}: {fault}"));
            }
        }
    }
    if !broken.is_empty() {
        return Err(Failure::new(broken.join("\n   ")));
    }
    panic_control()?;
    allocation_control()
}

/// In the probe with one `unwrap`, the gate has to see the panic, and the way to it: on both kinds
/// of processor, whose objects link one section to the next in ways of their own.
fn panic_control() -> Outcome {
    for target in [TARGETS[1], TARGETS[3]] {
        let control = Objects::read(&build(target, "control-panic")?)?;
        let reach = control.reach("probe_panic")?;
        if panic_symbols(&control).is_empty() || !reach.undefined.iter().any(|s| is_panic(s)) {
            return Err(Failure::new(format!(
                "{target}: the control has an unwrap, and the gate did not see it"
            )));
        }
    }
    println!("   control: the gate sees a panic when there is one");
    Ok(())
}

/// The probe that allocates must not build: `alloc` is not there, or has no allocator to call.
fn allocation_control() -> Outcome {
    let (mut cargo, _) = cross::build(TARGETS[1])?;
    cargo.args(["--package", PROBE, "--features", "control-allocation"]);
    match capture(&mut cargo) {
        Ok(_) => Err(Failure::new("the control allocates, and was built")),
        Err(failure) if failure.to_string().contains("alloc") => {
            println!("   control: what allocates is not built");
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

/// Builds the probe and gives the path of its static library.
fn build(target: &str, features: &str) -> Result<PathBuf, Failure> {
    let (mut cargo, out) = cross::build(target)?;
    run_program(cargo.args(["--package", PROBE, "--features", features]))?;
    Ok(out.join("libcountersign_bare_metal.a"))
}

const PROBE: &str = "countersign-bare-metal";

/// Prints each story's size and gives all that is wrong with the object.
fn faults(
    objects: &Objects,
    limits: &[(String, u64)],
    target: &str,
    variant: &str,
) -> Result<Vec<String>, Failure> {
    let mut faults: Vec<String> = panic_symbols(objects)
        .into_iter()
        .chain(allocation_symbols(objects))
        .map(|symbol| format!("the object names `{symbol}`"))
        .collect();
    for (story, limit) in limits {
        let reach = objects.reach(story)?;
        println!(
            "   {target} {variant}: {story}: .text {} B, constants {} B, {} sections",
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

/// The symbols of the probe's own object that have to do with a heap. With a compiler that has
/// `alloc` at hand, this is what shows that it is not used.
fn allocation_symbols(objects: &Objects) -> Vec<String> {
    objects
        .symbols_of_member("countersign_bare_metal")
        .filter(|symbol| symbol.contains("__rust_alloc") || symbol.contains("__rust_dealloc"))
        .map(str::to_owned)
        .collect()
}

fn is_panic(symbol: &str) -> bool {
    symbol == MUST_NOT_PANIC || symbol.contains("panic") || symbol == "rust_begin_unwind"
}

/// The stories and the most bytes of `.text` each may have on `target`, from the probe's manifest.
fn text_limits(target: &str) -> Result<Vec<(String, u64)>, Failure> {
    let manifest = read_toml(MANIFEST)?;
    manifest
        .get("package")
        .and_then(|package| package.get("metadata")?.get("text-limits")?.as_table())
        .and_then(|families| families.iter().find(|(name, _)| target.starts_with(*name)))
        .and_then(|(_, family)| {
            let limit = |(story, bytes): (&String, &toml::Value)| {
                Some((story.clone(), u64::try_from(bytes.as_integer()?).ok()?))
            };
            family.as_table()?.iter().map(limit).collect()
        })
        .ok_or_else(|| Failure::new(format!("{MANIFEST} has no text-limits for {target}")))
}
