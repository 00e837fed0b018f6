//! What libFuzzer says while it runs, and what that comes to in all.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::{Failure, Outcome};

/// What one run of a target came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    executions: u64,
    finding: Option<String>,
}

/// All runs together.
#[derive(Debug, Default)]
pub(super) struct Total {
    targets: usize,
    executions: u64,
    findings: Vec<String>,
}

impl Total {
    pub(super) fn add(&mut self, run: &Run) {
        self.targets += 1;
        self.executions += run.executions;
        self.findings.extend(run.finding.clone());
    }

    pub(super) fn outcome(&self) -> Outcome {
        if self.findings.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(self.findings.join("\n")))
        }
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} executions of {} targets, {} findings",
            self.executions,
            self.targets,
            self.findings.len()
        )
    }
}

/// Runs one target to its end, telling now and then how far it is.
pub(super) fn watch(fuzz: &mut Command, name: &str) -> Result<Run, Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("{name}: {error}"));
    let mut child = fuzz
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let started = Instant::now();
    let mut told = started;
    let mut run = Run::default();
    let mut said = Vec::new();
    let stderr = child
        .stderr
        .take()
        .ok_or_else(|| Failure::new("libFuzzer has no output"))?;
    for line in BufReader::new(stderr).split(b'\n') {
        let line = line.map_err(failed)?;
        let line = String::from_utf8_lossy(&line).into_owned();
        run.hear(&line, name);
        if line.starts_with('#') {
            if told.elapsed() >= PAUSE {
                println!("{}", run.line(name, started.elapsed()));
                told = Instant::now();
            }
        } else {
            said.push(line);
        }
    }
    let status = child.wait().map_err(failed)?;
    println!("{}", run.line(name, started.elapsed()));
    if !status.success() {
        // The panic's message is before the stack, libFuzzer's verdict after it.
        println!("{}", said.join("\n"));
        let unnamed = || format!("{name}: {status}, and no input was kept");
        run.finding.get_or_insert_with(unnamed);
    }
    Ok(run)
}

impl Run {
    /// Takes in one line of libFuzzer's.
    fn hear(&mut self, line: &str, name: &str) {
        let so_far = line
            .strip_prefix('#')
            .and_then(|rest| rest.split_whitespace().next());
        let in_all = line.strip_prefix("stat::number_of_executed_units:");
        if let Some(count) = so_far
            .or(in_all)
            .and_then(|count| count.trim().parse().ok())
        {
            self.executions = count;
        }
        if let Some((_, input)) = line.split_once("Test unit written to ") {
            self.finding = Some(format!(
                "{name} has a finding: {input}\n  to see it again, and to keep it from coming \
                 back: copy it to tests/fuzz/corpus/{name}/finding-WHAT and\n  \
                 cargo test --manifest-path tests/fuzz/Cargo.toml"
            ));
        }
    }

    fn line(&self, name: &str, after: Duration) -> String {
        let rate = u128::from(self.executions) * 1000 / after.as_millis().max(1);
        let found = if self.finding.is_some() {
            "A FINDING"
        } else {
            "no finding"
        };
        format!(
            "   {name:<16} {:>11} executions, {rate:>7}/s, {:>4} s, {found}",
            self.executions,
            after.as_secs()
        )
    }
}

/// Between two words on the same target.
const PAUSE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::Run;

    #[track_caller]
    fn check(lines: &[&str], executions: u64, finding: bool) {
        let mut run = Run::default();
        for line in lines {
            run.hear(line, "code");
        }
        assert_eq!(
            (run.executions, run.finding.is_some()),
            (executions, finding)
        );
    }

    #[test]
    fn executions_and_findings_are_heard() {
        let new = "#512\tNEW    cov: 88 ft: 103 corp: 25/414b lim: 512 exec/s: 0 rss: 28Mb";
        let done = "stat::number_of_executed_units: 732807";
        let found = "artifact_prefix='a-'; Test unit written to a-crash-0";
        check(&[new], 512, false);
        check(&[new, done], 732_807, false);
        check(&[new, "thread panicked at #9", found], 512, true);
    }
}
