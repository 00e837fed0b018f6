//! The home of the tables that people read: on the terminal and in `docs/firmware-size.md`.

use std::fmt::Write as _;

use super::board::BOARDS;
use super::image::{Costs, VARIANTS};
use super::{Key, Measured};
use crate::process::{Failure, Outcome, read, root};

/// The page, from the top of the work tree. People write all of it but what lies between the marks.
const PATH: &str = "docs/firmware-size.md";
const START: &str = "<!-- what follows is written by `cargo xtask firmware size` -->\n";
const END: &str = "<!-- end -->\n";

/// Writes the tables into the page.
///
/// # Errors
/// If the page has no place for them or cannot be written.
pub(super) fn write(tools: &str, measured: &Measured) -> Outcome {
    let page = read(PATH)?;
    let text = format!("\nMade with {tools}.\n\n{}\n", tables(measured));
    let page = replaced(&page, &text)
        .ok_or_else(|| Failure::new(format!("{PATH} has no place for the tables")))?;
    std::fs::write(root().join(PATH), page)
        .map_err(|error| Failure::new(format!("{PATH}: {error}")))
}

fn replaced(page: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(START)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{START}{text}{END}{after}"))
}

/// A table for each target and variant, a line for each rung.
pub(super) fn tables(measured: &Measured) -> String {
    let mut text = String::new();
    for board in &BOARDS {
        for variant in VARIANTS {
            let _ = write!(
                text,
                "### {}, `{}`, {}\n\n\
                 | image | .text | .rodata | static RAM | stack | instructions |\n\
                 |---|---:|---:|---:|---:|---|\n",
                board.processor,
                board.target,
                of(variant)
            );
            for (key, costs) in measured {
                if (key.target, key.variant) == (board.target, variant) {
                    text.push_str(&row(key, costs));
                }
            }
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn row(key: &Key, costs: &Costs) -> String {
    let bytes = |name| grouped(costs.get(name).unwrap_or(0));
    let operations: Vec<String> = costs
        .operations()
        .map(|(name, number)| format!("{name} {}", grouped(*number)))
        .collect();
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        key.rung,
        bytes("text"),
        bytes("rodata"),
        bytes("ram"),
        bytes("stack"),
        operations.join(", ")
    )
}

fn of(variant: &str) -> &'static str {
    if variant == VARIANTS[0] {
        "SHA-1 of the `sha1` crate"
    } else {
        "feature `small-sha1`"
    }
}

/// A number with a comma before every third digit.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{END, START, grouped, replaced};

    #[test]
    fn only_what_lies_between_the_marks_is_replaced() {
        let page = format!("before\n{START}old\n{END}after\n");
        let expected = format!("before\n{START}new\n{END}after\n");
        assert_eq!(replaced(&page, "new\n"), Some(expected));
        assert_eq!(replaced("no place\n", "new\n"), None);
    }

    #[test]
    fn a_number_is_grouped_by_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(27_000), "27,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
