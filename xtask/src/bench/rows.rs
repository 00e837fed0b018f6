//! The home of reading what the bench's programs print: one line for each contender of each
//! operation, its fields parted by tabs.

use crate::process::Failure;

/// The times of one contender at one operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) operation: String,
    /// `ours`, `floor` or `peer`.
    pub(super) kind: String,
    pub(super) name: String,
    /// Nanoseconds.
    pub(super) least: f64,
    pub(super) median: f64,
    pub(super) p90: f64,
    /// The median of the paired ratios to our first row.
    pub(super) ratio: f64,
}

/// What was counted of one contender at one operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counts {
    pub(super) operation: String,
    pub(super) kind: String,
    pub(super) name: String,
    /// Allocations or instructions of one run.
    pub(super) count: f64,
    /// Bytes, of allocations.
    pub(super) bytes: f64,
}

/// Reads the lines of `paired`.
pub(super) fn timed(text: &str) -> Result<Vec<Row>, Failure> {
    lines(text)
        .map(|line| {
            let [operation, kind, name, least, median, p90, ratio] = fields(line)?;
            Ok(Row {
                operation: operation.to_owned(),
                kind: kind.to_owned(),
                name: name.to_owned(),
                least: number(least)?,
                median: number(median)?,
                p90: number(p90)?,
                ratio: number(ratio)?,
            })
        })
        .collect()
}

/// Reads the lines of `count allocations`.
pub(super) fn counts(text: &str) -> Result<Vec<Counts>, Failure> {
    lines(text)
        .map(|line| {
            let [operation, kind, name, count, bytes] = fields(line)?;
            Ok(Counts {
                operation: operation.to_owned(),
                kind: kind.to_owned(),
                name: name.to_owned(),
                count: number(count)?,
                bytes: number(bytes)?,
            })
        })
        .collect()
}

/// Reads criterion's `operation/contender time: [low middle high]`, in nanoseconds.
pub(super) fn criterion(text: &str) -> Result<Vec<(String, String, f64)>, Failure> {
    let mut found = Vec::new();
    let mut named = String::new();
    for line in text.lines() {
        let (before, after) = line.split_once("time:").unwrap_or((line, ""));
        if before.contains('/') {
            before.trim().clone_into(&mut named);
        }
        let Some(interval) = after.trim().strip_prefix('[') else {
            continue;
        };
        let mut words = interval.split_whitespace().skip(2);
        let (Some(middle), Some(unit)) = (words.next(), words.next()) else {
            continue;
        };
        let factor = match unit {
            "ps" => 0.001,
            "ns" => 1.0,
            "ms" => 1e6,
            _ => 1e3,
        };
        if let Some((operation, name)) = named.split_once('/') {
            let time = number(middle)? * factor;
            found.push((operation.to_owned(), name.to_owned(), time));
        }
    }
    Ok(found)
}

/// The lines that are no comments.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// Exactly so many fields.
pub(super) fn fields<const N: usize>(line: &str) -> Result<[&str; N], Failure> {
    let fields: Vec<&str> = line.split('\t').collect();
    fields
        .try_into()
        .map_err(|_| Failure::new(format!("`{line}` has not {N} fields")))
}

/// A number with a decimal point.
pub(super) fn number(text: &str) -> Result<f64, Failure> {
    text.parse()
        .map_err(|_| Failure::new(format!("`{text}` is no number")))
}

#[cfg(test)]
mod tests {
    use super::{criterion, timed};

    #[test]
    fn a_line_of_the_paired_run_is_read() {
        let rows = timed("# rounds 3\na\tpeer\tb c\t1.0\t2.5\t3\t0.5\n").expect("seven fields");
        let [row] = rows.as_slice() else {
            panic!("one line is one row");
        };
        assert_eq!((row.operation.as_str(), row.name.as_str()), ("a", "b c"));
        assert!(row.median > 2.4 && row.ratio < 0.6);
        assert!(timed("a\tpeer\n").is_err());
    }

    #[test]
    fn criterion_writes_short_names_on_one_line_and_long_ones_on_two() {
        let text = "a/b      time:   [1.0 ns 2.0 ns 3.0 ns]\n\
                    long/name\n         time:   [1.0 \u{b5}s 2.0 \u{b5}s 3.0 \u{b5}s]\n";
        let expected = [("a", "b", 2.0), ("long", "name", 2000.0)]
            .map(|(operation, name, time)| (operation.to_owned(), name.to_owned(), time));
        assert_eq!(criterion(text).expect("numbers"), expected);
    }
}
