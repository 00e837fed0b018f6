//! The committed corpus, every finding that was ever fixed in it, and the seeds, run through the
//! targets.

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use countersign_fuzz::{TARGETS, Target};

#[test]
fn every_input_of_the_corpus_passes() {
    let mut failed = Vec::new();
    for target in TARGETS {
        let inputs = inputs(target);
        assert!(!inputs.is_empty(), "{} has no corpus", target.name);
        for (name, input) in inputs {
            let run = target.run;
            if catch_unwind(|| run(&input)).is_err() {
                failed.push(format!("{}: {name}", target.name));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_folder_of_the_corpus_has_a_target() {
    assert!(corpus().is_dir());
    let known: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    for folder in entries(&corpus()) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(known.contains(name), "{name} is no target");
    }
}

/// The seeds and the files, with their names.
fn inputs(target: &Target) -> Vec<(String, Vec<u8>)> {
    let seeds = (target.seeds)().into_iter().enumerate();
    let mut inputs: Vec<_> = seeds.map(|(n, seed)| (format!("seed {n}"), seed)).collect();
    for path in entries(&corpus().join(target.name)) {
        inputs.push((path.display().to_string(), fs::read(&path).unwrap()));
    }
    inputs
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    // Git keeps no empty folder, and a new target has nothing in its own yet.
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}
