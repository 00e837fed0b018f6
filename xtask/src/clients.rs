//! The home of the foreign clients' packages: a Python environment and a tree of npm packages.
//!
//! Both are pinned by files in `tests/clients` and installed again only when these change.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Failure, Outcome, command, read, root, run, target_dir};

const REQUIREMENTS: &str = "tests/clients/python/requirements.txt";
const NODE_CLIENTS: &str = "tests/clients/node";

/// Installs what is pinned and gives the environment variables that lead the tests to it:
/// `COUNTERSIGN_PYTHON`, an interpreter, and `COUNTERSIGN_NODE_CLIENTS`, a folder with
/// `node_modules`.
///
/// # Errors
/// If an installer fails.
pub(crate) fn install() -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    println!("== clients");
    let mut variables = Vec::new();
    if root().join(REQUIREMENTS).exists() {
        variables.push(("COUNTERSIGN_PYTHON", python()?));
    }
    if root().join(NODE_CLIENTS).join("package-lock.json").exists() {
        variables.push(("COUNTERSIGN_NODE_CLIENTS", node()?));
    }
    Ok(variables)
}

/// The interpreter with the pinned packages.
///
/// # Errors
/// If they cannot be installed.
pub(crate) fn python() -> Result<PathBuf, Failure> {
    let folder = target_dir().join("clients");
    let venv = folder.join("venv");
    let interpreter = venv.join("bin/python");
    let stamp = folder.join("requirements.installed");
    let wanted = read(REQUIREMENTS)?;
    if interpreter.exists() && is_installed(&stamp, &wanted) {
        println!("   Python: installed already");
        return Ok(interpreter);
    }
    run(command("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&venv))?;
    run(command(&interpreter)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--requirement", REQUIREMENTS]))?;
    mark_installed(&stamp, &wanted)?;
    Ok(interpreter)
}

fn node() -> Result<PathBuf, Failure> {
    let folder = root().join(NODE_CLIENTS);
    let stamp = folder.join("node_modules/.countersign-installed");
    let wanted = read(Path::new(NODE_CLIENTS).join("package-lock.json"))?;
    if is_installed(&stamp, &wanted) {
        println!("   Node.js: installed already");
        return Ok(folder);
    }
    run(command("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(&folder))?;
    mark_installed(&stamp, &wanted)?;
    Ok(folder)
}

/// The stamp holds the pins that were installed, so that a changed pin installs again.
fn is_installed(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|installed| installed == wanted)
}

fn mark_installed(stamp: &Path, wanted: &str) -> Outcome {
    fs::write(stamp, wanted).map_err(|error| Failure::new(format!("{}: {error}", stamp.display())))
}
