//! Hands the linker the memory map and what the features need.

use std::env;

fn main() {
    let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo::rustc-link-search={folder}");
    println!("cargo::rustc-link-arg=-Tlink.x");
    // Sections are padded to pages otherwise, which a memory chip knows nothing of.
    println!("cargo::rustc-link-arg=--nmagic");
    if env::var_os("CARGO_FEATURE_LOG").is_some() {
        println!("cargo::rustc-link-arg=-Tdefmt.x");
    }
    println!("cargo::rustc-link-arg-tests=-Tembedded-test.x");
    println!("cargo::rerun-if-changed=memory.x");
}
