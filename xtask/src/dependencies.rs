//! The rules on dependencies: what the core may link, what nothing may link.

use std::collections::{BTreeMap, BTreeSet};

use crate::cross;
use crate::process::{Failure, Outcome, capture, cargo, read_toml};

/// Everything that the core brings into a firmware besides itself.
const CORE_LINKS: [&str; 11] = [
    "base32",
    "block-buffer",
    "cfg-if",
    "crypto-common",
    "digest",
    "hybrid-array",
    "sha1",
    "sha2",
    "subtle",
    "typenum",
    "zeroize",
];

/// Everything that the token brings into a firmware besides itself and what the core brings, with
/// every feature.
const TOKEN_LINKS: [&str; 21] = [
    "az",
    "bitflags",
    "byteorder",
    "chrono",
    "cmov",
    "countersign-core",
    "ctutils",
    "defmt",
    "embedded-graphics",
    "embedded-graphics-core",
    "embedded-hal",
    "embedded-storage",
    "float-cmp",
    "hash32",
    "heapless",
    "micromath",
    "num-traits",
    "poly1305",
    "rtcc",
    "stable_deref_trait",
    "universal-hash",
];

/// Asserts every rule on dependencies.
///
/// # Errors
/// Naming each dependency that should not be there, and who brings it.
pub(crate) fn run() -> Outcome {
    let mut faults = links("countersign-core", &[], &CORE_LINKS)?;
    let token: Vec<&str> = CORE_LINKS.into_iter().chain(TOKEN_LINKS).collect();
    faults.extend(links("countersign-token", &["--all-features"], &token)?);
    faults.extend(forbidden()?);
    faults.extend(probe_lock()?);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(faults.join("\n   ")))
    }
}

/// A package's tree on a bare-metal target is what it is allowed, with no `std` or `alloc` feature.
fn links(package: &str, features: &[&str], allowed: &[&str]) -> Result<Vec<String>, Failure> {
    let tree = |edges: &str| {
        capture(
            cargo()
                .args(["tree", "--locked", "--package", package])
                .args(features)
                .args(["--edges", edges, "--prefix", "none"])
                .args(["--target", cross::TARGETS[0]]),
        )
    };
    let mut found = names(&tree("normal,no-proc-macro")?);
    found.remove(package);
    let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
    let mut faults: Vec<String> = found
        .difference(&allowed)
        .map(|name| format!("{package} links `{name}`"))
        .collect();
    faults.extend(
        allowed
            .difference(&found)
            .map(|name| format!("{package} no longer links `{name}`: unlist")),
    );
    let heap = ["feature \"std\"", "feature \"alloc\""];
    faults.extend(
        tree("normal,no-proc-macro,features")?
            .lines()
            .filter(|line| heap.iter().any(|feature| line.contains(feature)))
            .map(|line| format!("{package} asks for {line}")),
    );
    println!(
        "   {package} links {} crates, none with std or alloc",
        found.len()
    );
    Ok(faults)
}

/// Nothing that `deny.toml` bans is in the workspace's tree, for any target or kind of dependency.
fn forbidden() -> Result<Vec<String>, Failure> {
    let whole = [
        "--workspace",
        "--target",
        "all",
        "--edges",
        "all",
        "--prefix",
        "none",
    ];
    let found = names(&capture(cargo().args(["tree", "--locked"]).args(whole))?);
    let banned = banned()?;
    let mut faults = Vec::new();
    for (name, reason) in &banned {
        if found.contains(name) {
            let bringers = [
                "--workspace",
                "--target",
                "all",
                "--edges",
                "all",
                "--invert",
                name,
            ];
            let tree = capture(cargo().args(["tree", "--locked"]).args(bringers))?;
            faults.push(format!(
                "`{name}` is banned ({reason}), and is brought by\n{tree}"
            ));
        }
    }
    println!(
        "   {} crates in all, none of the {} banned ones",
        found.len(),
        banned.len()
    );
    Ok(faults)
}

/// The banned crates and the reasons, from `deny.toml`.
fn banned() -> Result<Vec<(String, String)>, Failure> {
    let deny = read_toml("deny.toml")?;
    let entries = deny
        .get("bans")
        .and_then(|bans| bans.get("deny")?.as_array())
        .ok_or_else(|| Failure::new("deny.toml bans nothing"))?;
    let entry = |value: &toml::Value| {
        let text = |key: &str| {
            value
                .get(key)
                .and_then(toml::Value::as_str)
                .map(str::to_owned)
        };
        text("crate").zip(text("reason"))
    };
    entries
        .iter()
        .map(|value| entry(value).ok_or_else(|| Failure::new("a ban needs a crate and a reason")))
        .collect()
}

/// The packages of the bare-metal workspace itself.
const OF_BARE_METAL: [&str; 2] = ["countersign-bare-metal", "countersign-images"];

/// What the bare-metal probe measures are the versions that the workspace locks.
fn probe_lock() -> Result<Vec<String>, Failure> {
    let ours = locked("Cargo.lock")?;
    let mut faults = Vec::new();
    for (name, versions) in locked("tests/bare-metal/Cargo.lock")? {
        if !OF_BARE_METAL.contains(&name.as_str())
            && !ours
                .get(&name)
                .is_some_and(|locked| versions.is_subset(locked))
        {
            faults.push(format!(
                "the bare-metal probe locks another version of `{name}`"
            ));
        }
    }
    Ok(faults)
}

fn locked(path: &str) -> Result<BTreeMap<String, BTreeSet<String>>, Failure> {
    let lock = read_toml(path)?;
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |key: &str| {
            package
                .get(key)
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
        };
        versions
            .entry(text("name").to_owned())
            .or_default()
            .insert(text("version").to_owned());
    }
    Ok(versions)
}

/// The crates' names in the output of `cargo tree --prefix none`.
fn names(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}
