//! Rules for any text that people wrote.

use super::{File, Finding};

/// Words that mark work as unfinished. They are put together here so as not to find themselves.
const LEFTOVERS: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("db", "g!("),
    concat!("#[ig", "nore"),
];

/// Folders of one person's or one service's machine.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

/// What is written by hand here.
const WRITTEN: [&str; 11] = [
    "rs", "toml", "md", "sh", "py", "js", "mjs", "ts", "html", "txt", "run",
];

/// A file ends with a newline, so that the next line added is the only one that changes.
pub(super) fn final_newline(file: &File) -> Vec<Finding> {
    if file.text.is_empty() || file.text.ends_with('\n') {
        return Vec::new();
    }
    vec![file.finding(
        file.text.lines().count(),
        "the file does not end with a newline",
    )]
}

/// Nothing is left for later, and no test is switched off.
pub(super) fn leftovers(file: &File) -> Vec<Finding> {
    containing(file, &LEFTOVERS)
}

/// The tree works wherever it lies.
pub(super) fn machine_paths(file: &File) -> Vec<Finding> {
    containing(file, &MACHINE_PATHS)
}

fn containing(file: &File, words: &[&str]) -> Vec<Finding> {
    if !WRITTEN.iter().any(|extension| file.is(extension)) && file.path != ".ci/run" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        for word in words.iter().filter(|word| line.contains(**word)) {
            findings.push(file.finding(number, &format!("`{word}` does not belong here")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{File, Finding, LEFTOVERS, MACHINE_PATHS, final_newline, leftovers, machine_paths};

    #[track_caller]
    fn check(rule: fn(&File) -> Vec<Finding>, path: &str, text: &str, expected: usize) {
        assert_eq!(rule(&File::new(path, text)).len(), expected);
    }

    #[test]
    fn a_file_ends_with_a_newline() {
        check(final_newline, "a.md", "a\n", 0);
        check(final_newline, "a.md", "", 0);
        check(final_newline, "a.md", "a", 1);
    }

    #[test]
    fn nothing_is_left_for_later() {
        for word in LEFTOVERS {
            check(leftovers, "a.rs", &format!("fn a() {{}}\n// {word}\n"), 1);
            check(leftovers, "package-lock.json", word, 0);
        }
    }

    #[test]
    fn no_path_of_a_machine() {
        for path in MACHINE_PATHS {
            check(machine_paths, ".ci/run", &format!("cd {path}main\n"), 1);
        }
        check(machine_paths, "a.rs", "cd ../main\n", 0);
    }
}
