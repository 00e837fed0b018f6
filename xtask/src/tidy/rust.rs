//! Rules for Rust files: how they open and how large they and their functions may be.

use super::{File, Finding};

const COLUMNS: usize = 100;
const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;

/// Files that may be longer, with the length each has. The list only shrinks: a file that got
/// shorter must be entered with its new length, and one within the limit must be taken out.
const LONGER_FILES: &[(&str, usize)] = &[];

/// A file opens with a `//!` sentence that says what it is the home of.
pub(super) fn opening(file: &File) -> Vec<Finding> {
    if !file.is("rs") || file.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![file.finding(1, "the file does not open with a `//!` sentence")]
}

/// A line fits into 100 columns. `rustfmt` leaves comments and long strings to us.
pub(super) fn columns(file: &File) -> Vec<Finding> {
    if !file.is("rs") {
        return Vec::new();
    }
    file.lines()
        .filter(|(_, line)| line.chars().count() > COLUMNS)
        .map(|(number, _)| file.finding(number, "the line has more than 100 columns"))
        .collect()
}

/// A file has one subject, which rarely takes more than 400 lines.
pub(super) fn file_length(file: &File) -> Vec<Finding> {
    if !file.is("rs") {
        return Vec::new();
    }
    let lines = file.text.lines().count();
    let excepted = LONGER_FILES.iter().find(|(path, _)| *path == file.path);
    let text = match excepted {
        None if lines <= FILE_LINES => return Vec::new(),
        Some((_, entered)) if lines == *entered && lines > FILE_LINES => return Vec::new(),
        None => format!("the file has {lines} lines, {FILE_LINES} are allowed"),
        Some((_, entered)) if lines > *entered => {
            format!("the file grew from {entered} to {lines} lines")
        }
        Some(_) => format!("the file shrank to {lines} lines: mend its exception in tidy"),
    };
    vec![file.finding(lines, &text)]
}

/// A function is seen at one glance: 70 lines from its first to its closing brace.
pub(super) fn function_length(file: &File) -> Vec<Finding> {
    if !file.is("rs") {
        return Vec::new();
    }
    let lines: Vec<&str> = file.text.lines().collect();
    let mut findings = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let length = function_lines(lines.get(index..).unwrap_or_default());
        if length > FUNCTION_LINES {
            let text = format!("`{name}` has {length} lines, {FUNCTION_LINES} are allowed");
            findings.push(file.finding(index + 1, &text));
        }
    }
    findings
}

/// The name of the function that starts on this line.
fn function_name(line: &str) -> Option<&str> {
    let mut words = line.trim_start();
    loop {
        if let Some(rest) = words.strip_prefix("fn ") {
            return rest.split(['(', '<']).next();
        }
        let (word, rest) = words.split_once(' ')?;
        let qualifies = ["const", "async", "unsafe", "extern", "\"C\""].contains(&word)
            || word.starts_with("pub");
        if !qualifies {
            return None;
        }
        words = rest;
    }
}

/// The lines of the function that starts on the first of `lines`, which `rustfmt` laid out: it
/// ends with the first line of the same indentation that closes a brace or ends a declaration.
fn function_lines(lines: &[&str]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    if first.ends_with('}') || first.ends_with(';') {
        return 1;
    }
    let indentation = first.len() - first.trim_start().len();
    let closes = |line: &&str| {
        line.len() - line.trim_start().len() == indentation
            && (line.trim_start().starts_with('}') || line.ends_with(';'))
    };
    lines
        .iter()
        .skip(1)
        .position(closes)
        .map_or(1, |position| position + 2)
}

#[cfg(test)]
mod tests {
    use super::{File, Finding, columns, file_length, function_length, opening};

    #[track_caller]
    fn check(rule: fn(&File) -> Vec<Finding>, text: &str, expected: usize) {
        assert_eq!(rule(&File::new("crates/a/src/a.rs", text)).len(), expected);
        assert_eq!(rule(&File::new("notes.md", text)).len(), 0);
    }

    #[test]
    fn a_file_opens_with_what_it_is_the_home_of() {
        check(opening, "//! The home of a.\n", 0);
        check(opening, "use a::b;\n", 1);
    }

    #[test]
    fn a_line_has_100_columns() {
        check(columns, &"ä".repeat(100), 0);
        check(columns, &"ä".repeat(101), 1);
    }

    #[test]
    fn a_file_has_400_lines() {
        check(file_length, &"a\n".repeat(400), 0);
        check(file_length, &"a\n".repeat(401), 1);
    }

    #[test]
    fn a_function_has_70_lines() {
        let function = |body: usize| {
            format!(
                "    pub(crate) const fn a(\n    ) {{\n{}    }}\n",
                "        b();\n".repeat(body)
            )
        };
        check(function_length, &function(67), 0);
        check(function_length, &function(68), 1);
        let declared = format!(
            "fn a(\n    b: B,\n);\nfn c() {{}}\n{}}}\n",
            "    d\n".repeat(90)
        );
        check(function_length, &declared, 0);
    }
}
