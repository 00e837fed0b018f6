//! `cargo xtask mutants`: breaks the core in every small way there is, and looks whether a test
//! notices.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{
    Failure, Outcome, capture, cargo, command, read_toml, root, run as run_program, target_dir,
};
use crate::toolchain;

/// The survivors that are known, each with the reason why no test can or should catch it.
pub(crate) const SURVIVORS: &str = "tests/mutants/survivors.toml";

const VERSION: &str = "27.1.0";

/// The files that only a feature brings in, which the tests are then run with.
const OF_A_FEATURE: (&str, [&str; 2]) = (
    "small-sha1",
    ["**/algorithm/small_sha1.rs", "**/algorithm/words.rs"],
);

/// Runs cargo-mutants over the core; arguments are passed on to it (`--file`, `--shard 1/4`, …),
/// and then nothing is run with other features.
///
/// # Errors
/// If a mutant survives that [`SURVIVORS`] does not explain.
pub(crate) fn run(args: &[String]) -> Outcome {
    let known = known_survivors()?;
    println!("   thousands of builds: this takes an hour or more");
    let (feature, files) = OF_A_FEATURE;
    let outside = files.iter().flat_map(|file| ["--exclude", *file]);
    let mut outcomes = pass("mutants", &outside.collect::<Vec<_>>(), args)?;
    if args.is_empty() {
        let inside = files.iter().flat_map(|file| ["--file", *file]);
        let inside: Vec<&str> = ["--features", feature].into_iter().chain(inside).collect();
        outcomes.add(pass("mutants-of-a-feature", &inside, &[])?);
    }
    outcomes.judge(&known)
}

/// One run of cargo-mutants, with what it came to.
fn pass(folder: &str, chosen: &[&str], args: &[String]) -> Result<Outcomes, Failure> {
    let results = target_dir().join(folder);
    let mut mutants = tool()?;
    mutants
        .args(["mutants", "--package", "countersign-core", "--no-shuffle"])
        .args(["--timeout", "300", "--output"])
        .arg(&results)
        .args(chosen)
        .args(args)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("CARGO_TARGET_DIR");
    if toolchain::cargo_has("nextest") {
        // It stops at the first failure, so that most mutants cost one test.
        mutants.args(["--test-tool", "nextest"]);
    }
    // What follows is for the tests.
    mutants.args(["--", "--test", "it"]);
    if let Err(failure) = run_program(&mut mutants) {
        // Survivors end the tool with an error too; whether there are results tells them apart.
        println!("   {failure}");
    }
    Outcomes::read(&results.join("mutants.out"))
}

/// The mutants by what became of them, each as `file: what was replaced`, without line numbers.
struct Outcomes {
    caught: usize,
    survived: BTreeSet<String>,
    surviving: usize,
    unviable: usize,
}

impl Outcomes {
    fn read(folder: &std::path::Path) -> Result<Self, Failure> {
        let lines = |name: &str| -> Result<Vec<String>, Failure> {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        let survived = lines("missed.txt")?;
        Ok(Self {
            // A mutant that never ends was noticed as well.
            caught: lines("caught.txt")?.len() + lines("timeout.txt")?.len(),
            surviving: survived.len(),
            survived: survived.iter().map(|line| without_place(line)).collect(),
            unviable: lines("unviable.txt")?.len(),
        })
    }

    fn add(&mut self, other: Self) {
        self.caught += other.caught;
        self.surviving += other.surviving;
        self.unviable += other.unviable;
        self.survived.extend(other.survived);
    }

    fn judge(&self, known: &BTreeSet<String>) -> Outcome {
        let viable = self.caught + self.surviving;
        if viable == 0 {
            return Err(Failure::new("no mutant was tested"));
        }
        println!(
            "{} of {viable} mutants caught ({} per mille), {} survived; {} did not build",
            self.caught,
            self.caught * 1000 / viable,
            self.surviving,
            self.unviable
        );
        for gone in known.difference(&self.survived) {
            println!("   not seen to survive in this run: {gone}");
        }
        let unexplained: Vec<&str> = self
            .survived
            .difference(known)
            .map(String::as_str)
            .collect();
        if unexplained.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!(
                "mutants: write a test that catches these, or explain them in {SURVIVORS}\n  {}",
                unexplained.join("\n  ")
            )))
        }
    }
}

/// `crates/countersign-core/src/mfa.rs:64:9: replace …` as `mfa.rs: replace …`, so that an
/// explanation holds when lines move.
fn without_place(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    let file = parts.next().unwrap_or_default();
    let what = parts.nth(2).unwrap_or_default().trim();
    let file = file
        .strip_prefix("crates/countersign-core/src/")
        .unwrap_or(file);
    format!("{file}: {what}")
}

fn known_survivors() -> Result<BTreeSet<String>, Failure> {
    let file = read_toml(SURVIVORS)?;
    let groups = file
        .get("survivors")
        .and_then(toml::Value::as_array)
        .ok_or_else(|| Failure::new(format!("{SURVIVORS}: no [[survivors]]")))?;
    let mut known = BTreeSet::new();
    for group in groups {
        let reason = group.get("reason").and_then(toml::Value::as_str);
        if reason.is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Failure::new(format!("{SURVIVORS}: a group has no reason")));
        }
        let mutants = group
            .get("mutants")
            .and_then(toml::Value::as_array)
            .ok_or_else(|| Failure::new(format!("{SURVIVORS}: a group has no mutants")))?;
        known.extend(
            mutants
                .iter()
                .filter_map(toml::Value::as_str)
                .map(str::to_owned),
        );
    }
    Ok(known)
}

/// cargo-mutants: the one that is installed, else one built below the target folder.
fn tool() -> Result<Command, Failure> {
    if capture(cargo().args(["mutants", "--version"])).is_ok() {
        return Ok(cargo());
    }
    let tools: PathBuf = target_dir().join("tools");
    let program = tools.join("bin/cargo-mutants");
    if !program.exists() {
        let package = format!("cargo-mutants@{VERSION}");
        run_program(
            cargo()
                .args(["install", "--locked", "--quiet", &package, "--root"])
                .arg(&tools),
        )?;
    }
    let mut mutants = command(program);
    mutants.current_dir(root());
    Ok(mutants)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Outcomes, known_survivors, without_place};

    #[test]
    fn a_mutant_is_known_without_its_line() {
        assert_eq!(
            without_place(
                "crates/countersign-core/src/mfa.rs:64:9: replace A::b -> bool with true"
            ),
            "mfa.rs: replace A::b -> bool with true"
        );
    }

    #[test]
    fn only_explained_survivors_pass() {
        let survived: BTreeSet<String> = ["mfa.rs: replace x".to_owned()].into();
        let outcomes = Outcomes {
            caught: 1,
            surviving: 1,
            survived: survived.clone(),
            unviable: 0,
        };
        assert!(outcomes.judge(&survived).is_ok());
        assert!(outcomes.judge(&BTreeSet::new()).is_err());
    }

    #[test]
    fn the_list_of_survivors_can_be_read() {
        assert!(known_survivors().is_ok());
    }
}
