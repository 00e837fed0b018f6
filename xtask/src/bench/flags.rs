//! The home of the guard against compiler flags: some make code that hashes many times slower.
//!
//! `target-cpu=native` lets the compiler mix the SHA instructions, which have no modern encoding,
//! with wide vector instructions. On several processors every switch between the two costs more
//! than a round of the hash. The core has no wide vectors in its path and must not be hit.

use super::build;
use super::rows::Row;
use crate::process::Failure;

/// The same contenders, built with other flags.
pub(super) struct Variant {
    pub(super) flags: &'static str,
    /// The medians, in no relation to other variants.
    pub(super) rows: Vec<Row>,
}

const OPERATIONS: [&str; 3] = ["generate-cold", "generate-warm", "verify-miss-warm"];

const VARIANTS: [(&str, &str); 4] = [
    ("", "bench-flags-none"),
    ("-C target-feature=+sha,+ssse3,+sse4.1", "bench-flags-sha"),
    ("-C target-cpu=x86-64-v3", "bench-flags-v3"),
    ("-C target-cpu=native", "bench-flags-native"),
];

/// Builds ours and the floors with each set of flags, and times them in turn: three times each, of
/// which the least median counts.
pub(super) fn compare(rounds: u32) -> Result<Vec<Variant>, Failure> {
    if !cfg!(target_arch = "x86_64") {
        return Ok(Vec::new());
    }
    let folders = VARIANTS
        .iter()
        .map(|(flags, folder)| build(&["paired"], &["--no-default-features"], flags, folder))
        .collect::<Result<Vec<_>, _>>()?;
    let mut variants: Vec<Variant> = Vec::new();
    for pass in 0..3 {
        for (place, (folder, (flags, _))) in folders.iter().zip(VARIANTS).enumerate() {
            let rows = super::paired(folder, rounds, &OPERATIONS)?;
            if pass == 0 {
                variants.push(Variant { flags, rows });
            } else if let Some(variant) = variants.get_mut(place) {
                for (kept, again) in variant.rows.iter_mut().zip(rows) {
                    kept.median = kept.median.min(again.median);
                }
            }
        }
    }
    Ok(variants)
}
