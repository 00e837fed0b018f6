//! The home of counting instructions: under callgrind, by the difference of two numbers of runs.

use std::path::Path;

use super::rows::{self, Counts};
use crate::process::{Failure, capture, command, shown, target_dir};

/// Instructions of one run of every contender. Empty, with a word why, where valgrind is missing.
///
/// `count instructions` calls `mark` before a few runs, before many runs, and after them. Callgrind
/// writes down its count at each call, in a numbered file, so the three files of each contender
/// hold what came before, the few, and the many.
pub(super) fn count(program: &Path) -> Result<Vec<Counts>, Failure> {
    if capture(command("valgrind").arg("--version")).is_err() {
        println!("   valgrind is missing, so instructions are not counted");
        return Ok(Vec::new());
    }
    let folder = target_dir().join("bench-callgrind");
    let failed = |error| Failure::new(format!("{}: {error}", folder.display()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(failed)?;
    }
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let mut valgrind = command("valgrind");
    valgrind
        .args(["--quiet", "--tool=callgrind", "--dump-before=count::mark"])
        .arg(format!("--callgrind-out-file={}/out", folder.display()))
        .arg(program)
        .arg("instructions");
    println!("   $ {}", shown(&valgrind));
    let text = capture(&mut valgrind)?;
    let runs: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("# runs ")?.parse().ok())
        .ok_or_else(|| Failure::new("`count instructions` does not say how many runs it made"))?;
    rows::lines(&text)
        .enumerate()
        .map(|(place, line)| {
            let [operation, kind, name] = rows::fields(line)?;
            let few = total(&folder.join(format!("out.{}", 3 * place + 2)))?;
            let many = total(&folder.join(format!("out.{}", 3 * place + 3)))?;
            Ok(Counts {
                operation: operation.to_owned(),
                kind: kind.to_owned(),
                name: name.to_owned(),
                count: (many - few) / runs,
                bytes: 0.0,
            })
        })
        .collect()
}

/// The count in one of callgrind's files.
fn total(file: &Path) -> Result<f64, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    let summary = text.lines().find_map(|line| line.strip_prefix("summary:"));
    rows::number(summary.unwrap_or_default().trim())
}
