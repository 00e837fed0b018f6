//! The core's tests in Miri, which watches for undefined behaviour, where the component is there.

use crate::process::{Outcome, cargo, run as run_program};
use crate::toolchain;

/// Runs the core's tests in Miri, or says that it is not installed.
///
/// The walk is left out: interpreted, it would take days. The library has no `unsafe` of its own;
/// what is watched are the crates below it.
///
/// # Errors
/// If a test fails in Miri.
pub(crate) fn run() -> Outcome {
    println!("== Miri");
    if !toolchain::cargo_has("miri") {
        println!("   left out: `rustup component add miri` on a nightly toolchain brings it");
        return Ok(());
    }
    let mut miri = cargo();
    miri.args(["miri", "test", "--package", "countersign-core"])
        .args(["--test", "it", "--", "--skip", "walk"])
        .env("PROPTEST_CASES", "4")
        .env("MIRIFLAGS", "-Zmiri-disable-isolation");
    run_program(&mut miri)
}
