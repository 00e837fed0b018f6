//! The home of the devices' numbers on record, which shrink and do not grow, and of their tables.

use std::fmt::Write as _;

use super::image::{BYTES, Costs};
use super::page::grouped;
use crate::process::{Failure, Outcome, read, read_toml, root};

/// Where they are kept, from the top of the work tree.
const PATH: &str = "tests/bare-metal/devices.toml";
/// The page that people read, and where in it the tables are.
const PAGE: &str = "docs/firmware-size.md";
const START: &str = "<!-- the devices: written by `cargo xtask firmware size` -->\n";
const END: &str = "<!-- end of the devices -->\n";

/// The host and the person of a session come when they come: an interrupt may or may not hit the
/// deepest call, and takes these bytes of stack.
const STACK_PLAY: u64 = 64;

/// Where the work tree lies is in the names of what is linked, the names decide the order in which
/// it is placed, and the order how much is lost between functions and how far a call has to reach.
const PLACING_PLAY: u64 = 32;

/// By how many a number may differ where nothing grew.
fn play(name: &str) -> u64 {
    match name {
        "stack" => STACK_PLAY,
        "text" | "rodata" | "flash" => PLACING_PLAY,
        _ => 0,
    }
}

/// A whole firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Device {
    /// `examples/token-firmware`.
    Token,
    /// `examples/keypad-lock`.
    Lock,
}

impl Device {
    const ALL: [Self; 2] = [Self::Token, Self::Lock];

    const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Lock => "lock",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Token => "The token, Cortex-M3",
            Self::Lock => "The keypad lock, Cortex-M0",
        }
    }
}

/// Holds what was measured against the record, if the same tools made it.
///
/// # Errors
/// Naming every number that is higher.
pub(super) fn refuse_growth(tools: &str, measured: &[(Device, Costs)]) -> Outcome {
    if !root().join(PATH).exists() {
        return Ok(());
    }
    let file = read_toml(PATH)?;
    let of = file.get("tools").and_then(toml::Value::as_str);
    if of != Some(tools) {
        println!("   {PATH} is of other tools: not compared");
        return Ok(());
    }
    let grown = grown(&file, measured);
    if grown.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "a device grew; `cargo xtask firmware size --accept` records it all the same:\n   {}",
        grown.join("\n   ")
    )))
}

fn grown(file: &toml::Table, measured: &[(Device, Costs)]) -> Vec<String> {
    let mut grown = Vec::new();
    for (device, costs) in measured {
        for (name, number) in &costs.0 {
            let before = file
                .get(device.name())
                .and_then(|numbers| numbers.get(name)?.as_integer())
                .and_then(|number| u64::try_from(number).ok());
            match before {
                Some(before) if *number > before + play(name) => {
                    grown.push(format!("{}: {name} {before} -> {number}", device.name()));
                }
                Some(before) if *number < before => {
                    println!("   smaller: {}: {name} {before} -> {number}", device.name());
                }
                _ => {}
            }
        }
    }
    grown
}

/// Writes the record and the page anew.
///
/// # Errors
/// If one cannot be written.
pub(super) fn write(tools: &str, measured: &[(Device, Costs)]) -> Outcome {
    put(PATH, &text(tools, measured))?;
    let page = read(PAGE)?;
    let written = page.split_once(START).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some(format!(
            "{before}{START}\n{}\n{END}{after}",
            tables(measured)
        ))
    });
    let written = written.ok_or_else(|| Failure::new(format!("{PAGE} has no place for them")))?;
    put(PAGE, &written)
}

fn put(path: &str, text: &str) -> Outcome {
    std::fs::write(root().join(path), text)
        .map_err(|error| Failure::new(format!("{path}: {error}")))
}

fn text(tools: &str, measured: &[(Device, Costs)]) -> String {
    let mut text = format!(
        "# What whole devices take: bytes, and instructions of each operation.\n\
         # `cargo xtask firmware size` writes this file, and refuses numbers that grew.\n\
         tools = \"{tools}\"\n"
    );
    for (device, costs) in measured {
        let _ = writeln!(text, "\n[{}]", device.name());
        for (name, number) in &costs.0 {
            let _ = writeln!(text, "{name} = {number}");
        }
    }
    text
}

/// A table for each device: bytes, then instructions.
pub(super) fn tables(measured: &[(Device, Costs)]) -> String {
    let mut text = String::new();
    for device in Device::ALL {
        let costs = measured.iter().filter(|(of, _)| *of == device);
        let _ = write!(text, "### {}\n\n| | |\n|---|---:|\n", device.title());
        for (name, number) in costs.flat_map(|(_, costs)| &costs.0) {
            let unit = if name == "flash" || BYTES.contains(&name.as_str()) {
                "bytes"
            } else {
                "instructions"
            };
            let _ = writeln!(text, "| {name} | {} {unit} |", grouped(*number));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::{Costs, Device, grown, text};

    #[track_caller]
    fn check(now: &[(&str, u64)], count: usize) {
        let costs = |numbers: &[(&str, u64)]| {
            let owned = |(name, number): &(&str, u64)| ((*name).to_owned(), *number);
            vec![(Device::Token, Costs(numbers.iter().map(owned).collect()))]
        };
        let file = text("rustc", &costs(&[("flash", 50_000), ("stack", 6_000)]));
        let file = file.parse().expect("what is written can be read");
        assert_eq!(grown(&file, &costs(now)).len(), count);
    }

    #[test]
    fn a_number_that_grew_is_named() {
        check(&[("flash", 50_000), ("stack", 6_000)], 0);
        check(&[("flash", 50_032), ("stack", 6_064)], 0);
        check(&[("flash", 50_033), ("stack", 6_064)], 1);
        check(&[("flash", 50_033), ("stack", 6_065)], 2);
        check(&[("flash", 49_000), ("new", 1)], 0);
    }
}
