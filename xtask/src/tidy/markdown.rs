//! Rules for Markdown: a link into this tree leads somewhere.

use std::path::Path;

use super::{File, Finding};
use crate::process::root;

/// Every relative link names a file or folder that exists.
pub(super) fn links(file: &File) -> Vec<Finding> {
    if !file.is("md") {
        return Vec::new();
    }
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    let mut fenced = false;
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for target in targets(line) {
            if !root().join(folder).join(target).exists() {
                findings.push(file.finding(number, &format!("`{target}` does not exist")));
            }
        }
    }
    findings
}

/// The paths that a line links to, without what leads elsewhere or within the same page.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::{File, links};

    #[track_caller]
    fn check(text: &str, expected: usize) {
        assert_eq!(links(&File::new("tests/notes.md", text)).len(), expected);
    }

    #[test]
    fn relative_links_lead_somewhere() {
        check(
            "See [the manifest](../Cargo.toml) and [it](Cargo.toml#package).\n",
            0,
        );
        check(
            "See [nothing](nowhere.md) and [nothing](../tests/nowhere.md).\n",
            2,
        );
        check(
            "[site](https://example.com/a) [above](#above) [mail](mailto:a@example.com)\n",
            0,
        );
        check("```\n[a](nowhere.md)\n```\n", 0);
    }
}
