//! The home of the numbers on record, which shrink and do not grow.

use std::fmt::Write as _;

use super::image::{Costs, RUNGS, VARIANTS};
use super::{BOARDS, Key, Measured};
use crate::process::{Failure, Outcome, read_toml, root};

/// Where they are kept, from the top of the work tree.
const PATH: &str = "tests/bare-metal/sizes.toml";

/// What the file says.
pub(super) struct Record {
    /// What made the numbers.
    pub(super) tools: String,
    costs: Measured,
}

impl Record {
    /// Reads the file; where there is none, nothing is on record.
    ///
    /// # Errors
    /// If it is no TOML.
    pub(super) fn read() -> Result<Self, Failure> {
        if !root().join(PATH).exists() {
            return Ok(Self {
                tools: String::new(),
                costs: Vec::new(),
            });
        }
        Ok(Self::parse(&read_toml(PATH)?))
    }

    /// Writes the file anew.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write(tools: &str, measured: &Measured) -> Outcome {
        std::fs::write(root().join(PATH), text(tools, measured))
            .map_err(|error| Failure::new(format!("{PATH}: {error}")))
    }

    /// # Errors
    /// Naming every number that is higher than on record, and every image that is on record no
    /// more.
    pub(super) fn refuse_growth(&self, measured: &Measured) -> Outcome {
        let (grown, shrunk) = self.changes(measured);
        for change in &shrunk {
            println!("   smaller: {change}");
        }
        if grown.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "firmware grew; `cargo xtask firmware size --accept` records it all the same:\n   {}",
            grown.join("\n   ")
        )))
    }

    /// What is higher and what is lower than on record.
    fn changes(&self, measured: &Measured) -> (Vec<String>, Vec<String>) {
        let (mut grown, mut shrunk) = (Vec::new(), Vec::new());
        for (key, costs) in measured {
            let Some((_, old)) = self.costs.iter().find(|(found, _)| found == key) else {
                continue;
            };
            for (name, number) in &costs.0 {
                let Some(before) = old.get(name) else {
                    continue;
                };
                let Key {
                    target,
                    variant,
                    rung,
                } = key;
                let change = format!("{target} {variant} {rung}: {name} {before} -> {number}");
                if *number > before {
                    grown.push(change);
                } else if *number < before {
                    shrunk.push(change);
                }
            }
        }
        (grown, shrunk)
    }

    fn parse(file: &toml::Table) -> Self {
        let mut costs = Vec::new();
        for board in &BOARDS {
            for variant in VARIANTS {
                for rung in RUNGS {
                    let numbers = file
                        .get(board.target)
                        .and_then(|target| target.get(variant)?.get(rung)?.as_table());
                    let Some(numbers) = numbers else { continue };
                    let number = |(name, number): (&String, &toml::Value)| {
                        Some((name.clone(), u64::try_from(number.as_integer()?).ok()?))
                    };
                    let key = Key {
                        target: board.target,
                        variant,
                        rung,
                    };
                    costs.push((key, Costs(numbers.iter().filter_map(number).collect())));
                }
            }
        }
        let tools = file.get("tools").and_then(toml::Value::as_str);
        Self {
            tools: tools.unwrap_or_default().to_owned(),
            costs,
        }
    }
}

/// The file's text: an image a line, so that a commit shows what it changed.
fn text(tools: &str, measured: &Measured) -> String {
    let mut text = format!(
        "# What the core costs in a firmware: bytes, and instructions of each operation.\n\
         # `cargo xtask firmware size` writes this file, and refuses numbers that grew.\n\
         tools = \"{tools}\"\n"
    );
    let mut section = ("", "");
    for (key, costs) in measured {
        if section != (key.target, key.variant) {
            section = (key.target, key.variant);
            let _ = write!(text, "\n[{}.{}]\n", key.target, key.variant);
        }
        let numbers: Vec<String> = costs.0.iter().map(|(n, v)| format!("{n} = {v}")).collect();
        let _ = writeln!(text, "{} = {{ {} }}", key.rung, numbers.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{BOARDS, Costs, Key, Measured, Record, text};

    fn measured(numbers: &[(&str, u64)]) -> Measured {
        let key = Key {
            target: BOARDS[0].target,
            variant: "sha1",
            rung: "verify",
        };
        let owned = |(name, number): &(&str, u64)| ((*name).to_owned(), *number);
        vec![(key, Costs(numbers.iter().map(owned).collect()))]
    }

    fn on_record(numbers: &[(&str, u64)]) -> Record {
        let file = text("rustc", &measured(numbers));
        Record::parse(&file.parse().expect("what is written can be read"))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let record = on_record(&[("text", 2000), ("miss", 26_000)]);
        assert_eq!(record.tools, "rustc");
        let (_, costs) = &record.costs[0];
        assert_eq!(
            (costs.get("text"), costs.get("miss")),
            (Some(2000), Some(26_000))
        );
    }

    #[track_caller]
    fn check(now: &[(&str, u64)], grown: usize, shrunk: usize) {
        let record = on_record(&[("text", 2000), ("miss", 26_000)]);
        let (more, less) = record.changes(&measured(now));
        assert_eq!((more.len(), less.len()), (grown, shrunk));
        assert_eq!(record.refuse_growth(&measured(now)).is_err(), grown > 0);
    }

    #[test]
    fn a_number_that_grew_is_refused_whatever_shrank() {
        check(&[("text", 2000), ("miss", 26_000)], 0, 0);
        check(&[("text", 1999), ("miss", 25_999)], 0, 2);
        check(&[("text", 2001), ("miss", 20_000)], 1, 1);
        check(&[("text", 1000), ("miss", 26_001)], 1, 1);
        check(&[("text", 2000), ("miss", 26_000), ("hit", 1)], 0, 0);
    }
}
