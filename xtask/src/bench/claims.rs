//! The home of the claims: what the project says about its speed, held against what was measured.

use super::Measured;
use super::rows::{Counts, Row};

/// A claim and what was found.
pub(super) struct Claim {
    pub(super) text: &'static str,
    pub(super) found: String,
    /// Absent if it could not be measured here.
    pub(super) holds: Option<bool>,
}

const SIMD: &str = "countersign-simd";

/// Holds every claim against the measurement.
pub(super) fn judge(measured: &Measured) -> Vec<Claim> {
    let rows = &measured.alone;
    vec![
        Claim::at_most(
            "A warm code takes at most 1.15 times the midstate floor, both as text",
            named(rows, "generate-text", "midstate").map(|floor| 1.0 / floor.ratio),
            1.15,
        ),
        Claim::at_least(
            "A warm code is at least 1.75 times faster than totp-rs, both as text",
            named(rows, "generate-text", "totp-rs").map(|peer| peer.ratio),
            1.75,
        ),
        Claim::at_least(
            "A warm miss within one step is at least 1.75 times faster than the fastest peer",
            fastest_peer(rows, "verify-miss-warm").map(|peer| peer.ratio),
            1.75,
        ),
        Claim::at_least(
            "A cold code is no slower than the fastest peer's",
            fastest_peer(rows, "generate-cold").map(|peer| peer.ratio),
            1.0,
        ),
        Claim::at_least(
            "With countersign-simd a warm miss is at least 3.3 times faster than the fastest peer",
            fastest_peer(rows, "verify-miss-warm")
                .zip(named(rows, "verify-miss-warm", SIMD))
                .map(|(peer, simd)| peer.ratio / simd.ratio),
            3.3,
        ),
        Claim::at_most(
            "A warm code takes at most 0.52 of the instructions of any peer's",
            share_of_instructions(&measured.instructions, "generate-warm"),
            0.52,
        ),
        Claim::at_most(
            "So does a warm miss within one step",
            share_of_instructions(&measured.instructions, "verify-miss-warm"),
            0.52,
        ),
        Claim::at_most(
            "The core does not allocate: allocations in all operations together",
            Some(
                measured
                    .allocations
                    .iter()
                    .filter(|counts| counts.kind == "ours")
                    .map(|counts| counts.count)
                    .sum(),
            ),
            0.0,
        ),
        Claim::at_most(
            "No usual compiler flag makes a warm miss slower than 1.15 times the default build's",
            slowest_build(measured),
            1.15,
        ),
    ]
}

impl Claim {
    fn at_most(text: &'static str, found: Option<f64>, limit: f64) -> Self {
        Self::new(text, found, |found| found <= limit)
    }

    fn at_least(text: &'static str, found: Option<f64>, limit: f64) -> Self {
        Self::new(text, found, |found| found >= limit)
    }

    fn new(text: &'static str, found: Option<f64>, holds: impl Fn(f64) -> bool) -> Self {
        Self {
            text,
            found: found.map_or_else(|| "not measured".to_owned(), |found| format!("{found:.2}")),
            holds: found.map(holds),
        }
    }

    /// One word.
    pub(super) fn verdict(&self) -> &'static str {
        match self.holds {
            Some(true) => "PASS",
            Some(false) => "weak",
            None => "-",
        }
    }
}

/// The row of a contender whose name begins so.
fn named<'a>(rows: &'a [Row], operation: &str, name: &str) -> Option<&'a Row> {
    rows.iter()
        .find(|row| row.operation == operation && row.name.starts_with(name))
}

/// Of the peers, the one with the least ratio to ours.
pub(super) fn fastest_peer<'a>(rows: &'a [Row], operation: &str) -> Option<&'a Row> {
    rows.iter()
        .filter(|row| row.operation == operation && row.kind == "peer")
        .min_by(|a, b| a.ratio.total_cmp(&b.ratio))
}

/// Our instructions, divided by those of the peer with the fewest.
fn share_of_instructions(counted: &[Counts], operation: &str) -> Option<f64> {
    let of = |kind: &'static str| {
        counted
            .iter()
            .filter(move |row| row.operation == operation && row.kind == kind)
            .map(|row| row.count)
    };
    let ours = of("ours").next()?;
    let peer = of("peer").min_by(f64::total_cmp)?;
    Some(ours / peer)
}

/// The slowest variant of our warm miss, divided by the build without flags.
fn slowest_build(measured: &Measured) -> Option<f64> {
    let of = |variant: &super::flags::Variant| {
        named(&variant.rows, "verify-miss-warm", "countersign-core").map(|row| row.median)
    };
    let base = measured.flags.first().and_then(of)?;
    let slowest = measured
        .flags
        .iter()
        .filter_map(of)
        .max_by(f64::total_cmp)?;
    Some(slowest / base)
}
