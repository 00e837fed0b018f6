//! Taking what a run found into the committed corpus, as few and as small inputs as will do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{Fuzzer, TARGET, Target, committed, created, failed};
use crate::process::{Failure, Outcome, capture, command, root};

/// Replaces the committed inputs of `target` by a smallest set that reaches all that the old and
/// the new ones do. What once was a finding stays.
pub(super) fn corpus(fuzzer: &Fuzzer, target: &Target) -> Outcome {
    let ours = root().join(committed(target));
    let grown = fuzzer.folder.join("grown").join(&target.name);
    if grown.exists() {
        fs::remove_dir_all(&grown).map_err(|error| failed(&grown, &error))?;
    }
    created(&grown)?;
    let found = fuzzer.corpus(target)?;
    capture(
        command(&fuzzer.program)
            .env(TARGET, &target.name)
            .args([
                "-set_cover_merge=1",
                &format!("-max_len={}", target.max_len),
            ])
            .args([&grown, &ours, &found])
            .stderr(Stdio::null()),
    )?;
    for path in files(&ours)? {
        if !is_finding(&path) {
            fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
        }
    }
    let mut kept = 0_usize;
    for path in files(&grown)? {
        if let Some(name) = path.file_name().filter(|_| !is_finding(&path)) {
            fs::copy(&path, ours.join(name)).map_err(|error| failed(&path, &error))?;
            kept += 1;
        }
    }
    println!(
        "   {:<16} {kept} inputs in the committed corpus",
        target.name
    );
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}

fn is_finding(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with("finding-")
}
