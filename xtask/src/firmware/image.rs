//! The home of one image: how it is built, what lies in it, and what its run costs.

use std::path::{Path, PathBuf};

use object::{Object, ObjectSection, SectionKind};

use super::board::{self, Board};
use crate::cross;
use crate::process::{Failure, run};

/// The ladder, from the scaffold up. Each is a program of the package `countersign-images`.
pub(super) const RUNGS: [&str; 7] = [
    "empty",
    "hmac",
    "generate",
    "verify",
    "verify_stored",
    "generate_verify",
    "sign_in",
];

/// Whose SHA-1 is linked: that of the `sha1` crate, or the core's own for small flash.
pub(super) const VARIANTS: [&str; 2] = ["sha1", "small-sha1"];

/// What each operation has to leave, so that no number is of an image that computes nothing.
const RESULTS: [(&str, &str, [u8; 8]); 15] = [
    ("empty", "nothing", *b"\n\0\0\0\0\0\0\0"),
    // The first bytes of HMAC-SHA-1 of `287082` under RFC 6238's secret.
    (
        "hmac",
        "tag",
        [0xbb, 0xdc, 0x58, 0xc9, 0x58, 0xe0, 0x50, 0x3f],
    ),
    // The last digits of RFC 6238's first vector.
    ("generate", "generate", *b"287082\0\0"),
    ("verify", "hit", *b"right\0\0\0"),
    ("verify", "miss", *b"wrong\0\0\0"),
    ("verify_stored", "hit", *b"right\0\0\0"),
    ("verify_stored", "miss", *b"wrong\0\0\0"),
    ("verify_stored", "replay", *b"used\0\0\0\0"),
    ("generate_verify", "generate", *b"287082\0\0"),
    ("generate_verify", "hit", *b"right\0\0\0"),
    ("generate_verify", "miss", *b"wrong\0\0\0"),
    ("sign_in", "enrol", *b"enrolled"),
    ("sign_in", "begin", *b"asked\0\0\0"),
    ("sign_in", "hit", *b"signed\0\0"),
    ("sign_in", "miss", *b"refused\0"),
];

/// What an image costs, by the names of the costs. Bytes of `text`, `rodata`, `ram` (static) and
/// `stack` (at its deepest), then instructions of each operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Costs(pub(super) Vec<(String, u64)>);

/// The costs that are bytes; all others are instructions.
pub(super) const BYTES: [&str; 4] = ["text", "rodata", "ram", "stack"];

impl Costs {
    pub(super) fn get(&self, name: &str) -> Option<u64> {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, n)| *n)
    }

    /// What comes on top of the scaffold. The stack is an operation's own in either image, and
    /// the loop around an operation costs what it costs the scaffold's.
    pub(super) fn beyond(&self, scaffold: &Self) -> Self {
        let beyond = |(name, number): &(String, u64)| {
            let base = match name.as_str() {
                "stack" => 0,
                bytes if BYTES.contains(&bytes) => scaffold.get(bytes).unwrap_or(0),
                _ => scaffold.get("nothing").unwrap_or(0),
            };
            (name.clone(), number.saturating_sub(base))
        };
        Self(self.0.iter().map(beyond).collect())
    }

    /// The instructions of each operation.
    pub(super) fn operations(&self) -> impl Iterator<Item = &(String, u64)> {
        self.0
            .iter()
            .filter(|(name, _)| !BYTES.contains(&name.as_str()))
    }
}

/// Builds every rung for `target` and gives the folder in which they lie.
pub(super) fn build(target: &str, variant: &str) -> Result<PathBuf, Failure> {
    let (mut cargo, folder) = cross::build(target)?;
    let (variable, linker) = cross::linker(target)?;
    cargo.args(["--package", "countersign-images", "--bins"]);
    if variant != VARIANTS[0] {
        cargo.args(["--features", variant]);
    }
    run(cargo.env(variable, linker))?;
    Ok(folder)
}

/// Reads the image's sections and runs it.
pub(super) fn measure(board: &Board, path: &Path) -> Result<Costs, Failure> {
    let failed = |what: &dyn std::fmt::Display| Failure::new(format!("{}: {what}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    let file = object::File::parse(&*bytes).map_err(|error| failed(&error))?;
    let size = |kinds: &[SectionKind]| -> u64 {
        file.sections()
            .filter(|section| kinds.contains(&section.kind()))
            .map(|section| section.size())
            .sum()
    };
    let constants = [SectionKind::ReadOnlyData, SectionKind::ReadOnlyString];
    let lines = board::run(board, path)?;
    let mut costs = vec![
        ("text".to_owned(), size(&[SectionKind::Text])),
        ("rodata".to_owned(), size(&constants)),
        (
            "ram".to_owned(),
            size(&[SectionKind::Data, SectionKind::UninitializedData]),
        ),
        (
            "stack".to_owned(),
            lines.iter().map(|line| line.stack).max().unwrap_or(0),
        ),
    ];
    let rung = path.file_name().unwrap_or_default();
    let expected: Vec<_> = RESULTS.iter().filter(|(name, ..)| rung == *name).collect();
    if expected.len() != lines.len() {
        return Err(failed(&"not every operation reported"));
    }
    for (line, (_, operation, result)) in lines.into_iter().zip(expected) {
        if line.name != *operation || line.output != u64::from_be_bytes(*result) {
            return Err(failed(&format!(
                "`{}` left {:016x}",
                line.name, line.output
            )));
        }
        costs.push((line.name, (line.instructions + 50) / 100));
    }
    Ok(Costs(costs))
}

#[cfg(test)]
mod tests {
    use super::{Costs, RESULTS, RUNGS};

    fn costs(numbers: &[(&str, u64)]) -> Costs {
        let owned = |(name, number): &(&str, u64)| ((*name).to_owned(), *number);
        Costs(numbers.iter().map(owned).collect())
    }

    #[test]
    fn the_scaffold_is_taken_off_all_but_the_stack() {
        let scaffold = [
            ("text", 600),
            ("rodata", 80),
            ("ram", 0),
            ("stack", 24),
            ("nothing", 39),
        ];
        let image = [
            ("text", 2600),
            ("rodata", 90),
            ("ram", 8),
            ("stack", 500),
            ("miss", 26_039),
        ];
        let beyond = [
            ("text", 2000),
            ("rodata", 10),
            ("ram", 8),
            ("stack", 500),
            ("miss", 26_000),
        ];
        assert_eq!(costs(&image).beyond(&costs(&scaffold)), costs(&beyond));
    }

    #[test]
    fn every_rung_has_to_leave_something() {
        for rung in RUNGS {
            assert!(RESULTS.iter().any(|(name, ..)| *name == rung), "{rung}");
        }
    }
}
