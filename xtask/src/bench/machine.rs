//! The home of the description of the machine that a measurement was made on.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::process::{capture, command};

/// What a reader has to know to compare figures with their own.
pub(super) struct Machine {
    /// The processor as it names itself, with family and model.
    pub(super) processor: String,
    /// Instructions of it that hashes may use.
    pub(super) extensions: String,
    pub(super) cores: usize,
    /// The load over one, five and fifteen minutes.
    pub(super) load: String,
    pub(super) compiler: String,
    /// The commit that was measured, and whether the work tree differed from it.
    pub(super) commit: String,
    /// The day, as year, month and day.
    pub(super) date: String,
}

impl Machine {
    /// Asks the system. What it does not say is left empty.
    pub(super) fn look() -> Self {
        let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |name: &str| {
            about
                .lines()
                .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'))
                .map(|value| value.trim().to_owned())
                .unwrap_or_default()
        };
        let flags = field("flags");
        let extensions: Vec<&str> = ["ssse3", "sse4_1", "sha_ni", "avx2", "avx512f"]
            .into_iter()
            .filter(|name| flags.split_whitespace().any(|flag| flag == *name))
            .collect();
        let line = |program: &str, args: &[&str]| {
            capture(command(program).args(args))
                .map(|text| text.trim().to_owned())
                .unwrap_or_default()
        };
        let changed = if line("git", &["status", "--porcelain", "crates"]).is_empty() {
            ""
        } else {
            ", with changes"
        };
        Self {
            processor: format!(
                "{} (family {}, model {})",
                field("model name"),
                field("cpu family"),
                field("model\t")
            ),
            extensions: extensions.join(", "),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            load: std::fs::read_to_string("/proc/loadavg")
                .map(|text| {
                    text.split_whitespace()
                        .take(3)
                        .collect::<Vec<_>>()
                        .join(" ")
                })
                .unwrap_or_default(),
            compiler: line("rustc", &["--version"]),
            commit: line("git", &["rev-parse", "--short", "HEAD"]) + changed,
            date: line("date", &["+%Y-%m-%d"]),
        }
    }

    /// One sentence for a page.
    pub(super) fn sentence(&self) -> String {
        format!(
            "Measured on {} at {}: {}, {} cores, with {}; load averages {} at the start; {}.",
            self.date,
            self.commit,
            self.processor,
            self.cores,
            self.extensions,
            self.load,
            self.compiler
        )
    }
}

/// Seconds since 1970, as a seed.
pub(super) fn seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(1, |since| since.as_secs())
}
