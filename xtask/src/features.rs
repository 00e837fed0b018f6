//! The rule that every set of features builds: none, each alone, all.

use crate::process::{Failure, Outcome, cargo, read_toml, root, run as run_program};

/// Checks each crate that has features with none of them, with each alone and with all.
///
/// # Errors
/// If a set does not build.
pub(crate) fn run() -> Outcome {
    let mut sets = 0_usize;
    for (package, features) in packages()? {
        let mut choices: Vec<Vec<String>> = vec![Vec::new()];
        choices.extend(features.iter().map(|feature| vec![feature.clone()]));
        choices.push(features);
        for choice in choices {
            sets += 1;
            run_program(
                cargo()
                    .args(["check", "--quiet", "--package", &package])
                    .args(["--no-default-features", "--features", &choice.join(",")]),
            )?;
        }
    }
    println!("   {sets} sets of features built");
    Ok(())
}

/// The crates that have features, with their names other than `default`.
fn packages() -> Result<Vec<(String, Vec<String>)>, Failure> {
    let folder = root().join("crates");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    let mut packages = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let manifest = read_toml(format!("crates/{name}/Cargo.toml"))?;
        if let Some(features) = manifest.get("features").and_then(toml::Value::as_table) {
            let features = features.keys().filter(|key| *key != "default").cloned();
            packages.push((name, features.collect()));
        }
    }
    packages.sort();
    Ok(packages)
}
