//! Tidy: the house rules that no compiler knows, each a function over the text of one file.
//!
//! `cargo xtask check` runs them, and so does `cargo test`, as the test at the end of this file.

mod manifest;
mod markdown;
mod names;
mod rust;
mod text;

use crate::process::{Failure, Outcome, capture, command, root};

/// A file of the work tree that git knows or would take.
pub(crate) struct File {
    /// The path from the top of the work tree, with `/` between its parts.
    path: String,
    text: String,
}

/// A rule that a file breaks, ready to be printed.
type Finding = String;

/// Every rule.
const RULES: &[fn(&File) -> Vec<Finding>] = &[
    text::final_newline,
    text::leftovers,
    text::machine_paths,
    rust::opening,
    rust::columns,
    rust::file_length,
    rust::function_length,
    names::cognito,
    names::hashes,
    manifest::versions_once,
    manifest::lints,
    markdown::links,
];

/// Holds every rule against every file.
///
/// # Errors
/// Naming each file, line and rule.
pub(crate) fn run() -> Outcome {
    let files = files()?;
    let findings: Vec<Finding> = files
        .iter()
        .flat_map(|file| RULES.iter().flat_map(move |rule| rule(file)))
        .collect();
    println!(
        "   {} files held against {} rules",
        files.len(),
        RULES.len()
    );
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(findings.join("\n   ")))
    }
}

impl File {
    #[cfg(test)]
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn is(&self, extension: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, found)| found == extension)
    }

    fn finding(&self, line: usize, what: &str) -> Finding {
        format!("{}:{line}: {what}", self.path)
    }

    /// The lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

/// All text files that git tracks, and those that it would take.
fn files() -> Result<Vec<File>, Failure> {
    let list =
        capture(command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    let read = |path: &str| {
        // What is no UTF-8 is no text, and what git still lists may be deleted already.
        let text = std::fs::read_to_string(root().join(path)).ok()?;
        Some(File {
            path: path.to_owned(),
            text,
        })
    };
    // Inputs of fuzz targets are bytes, even where they happen to be UTF-8.
    let written = |path: &&str| !path.starts_with("tests/fuzz/corpus/");
    Ok(list.lines().filter(written).filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_work_tree_is_tidy() {
        if let Err(failure) = super::run() {
            panic!("{failure}");
        }
    }
}
