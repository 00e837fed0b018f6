//! `cargo xtask test`: from a clean machine to every test passed, in one command.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::process::{Failure, Outcome, cargo, run as run_program, shown, target_dir};
use crate::{check, clients, firmware, fuzz, miri, pcsc, setup};

/// Sets up, checks, installs the clients, builds the server and runs every test.
///
/// Arguments go to `cargo test`. A broken rule of the check does not keep the tests from running:
/// both are reported at the end.
///
/// # Errors
/// If anything is missing, a rule is broken or a test fails.
pub(crate) fn run(args: &[String]) -> Outcome {
    setup::run()?;
    let checked = check::run(&[]);
    let variables = clients::install()?;
    println!("== programs");
    let programs = [
        "build",
        "--package",
        "countersign-server",
        "--package",
        "token-simulator",
        "--bins",
    ];
    run_program(cargo().args(programs))?;
    let lock = firmware::lock::build()?;
    let token = firmware::token::build("token-firmware", "")?;
    miri::run()?;
    let mut runs = Runs::default();
    let mut tests = cargo();
    tests
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(args)
        .env("COUNTERSIGN_BIN", target_dir().join("debug/countersign"))
        .env(pcsc::SIMULATOR, pcsc::simulator())
        .env(firmware::lock::VARIABLE, lock)
        .env(firmware::token::VARIABLE, token)
        .envs(variables);
    runs.run("tests", &mut tests)?;
    for (package, features, chosen) in OF_FEATURES {
        let mut tests = cargo();
        tests.args(["test", "--package", package, "--features", features]);
        tests.args(chosen.split(' '));
        runs.run(&format!("{features} of {package}"), &mut tests)?;
    }
    runs.run("corpus of the fuzz targets", &mut fuzz::replay())?;
    runs.run("on the emulated board", &mut firmware::on_target::tests()?)?;
    println!("== pictures of the emulated display");
    runs.judge(firmware::screens::compare());
    if let Err(failure) = &checked {
        println!("{failure}");
    }
    println!("{} passed, {} failed", runs.total.passed, runs.total.failed);
    checked?;
    runs.failures.into_iter().next().map_or(Ok(()), Err)
}

/// What features add has tests of its own: the package, the features, and which of its tests.
const OF_FEATURES: [(&str, &str, &str); 3] = [
    ("countersign-core", "serde,defmt", "--test defmt_log"),
    ("countersign-core", "serde,defmt", "--test it serde_forms"),
    ("countersign-token", "rtcc-0-3", "--test it drivers"),
];

/// Every run of tests so far: what was counted, and which of them failed.
#[derive(Default)]
struct Runs {
    total: Total,
    failures: Vec<Failure>,
}

impl Runs {
    fn run(&mut self, title: &str, tests: &mut Command) -> Outcome {
        println!("== {title}");
        let (counted, outcome) = run_tests(tests)?;
        self.total.passed += counted.passed;
        self.total.failed += counted.failed;
        self.failures.extend(outcome.err());
        Ok(())
    }

    /// Counts what is no program of tests: comparisons that passed, and the failure of others.
    fn judge(&mut self, compared: Result<u64, Failure>) {
        match compared {
            Ok(passed) => self.total.passed += passed,
            Err(failure) => {
                println!("{failure}");
                self.total.failed += 1;
                self.failures.push(failure);
            }
        }
    }
}

/// What the test runners counted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Total {
    passed: u64,
    failed: u64,
}

/// Passes the runners' output on, adding up their closing lines.
fn run_tests(tests: &mut Command) -> Result<(Total, Outcome), Failure> {
    println!("   $ {}", shown(tests));
    let failed = |error: std::io::Error| Failure::new(format!("cargo test: {error}"));
    let mut child = tests
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut total = Total::default();
    let stdout = child
        .stdout
        .take()
        .ok_or_else(|| Failure::new("cargo test: no output"))?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.map_err(failed)?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        total.add(&line);
    }
    let status = child.wait().map_err(failed)?;
    let outcome = if !status.success() {
        Err(Failure::new(format!("`{}`: {status}", shown(tests))))
    } else if total.passed == 0 {
        Err(Failure::new("no test was run"))
    } else {
        Ok(())
    };
    Ok((total, outcome))
}

impl Total {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some(counts) = line.trim().strip_prefix("test result: ") else {
            return;
        };
        let count = |word: &str| {
            counts
                .split(['.', ';'])
                .filter_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
                .sum::<u64>()
        };
        self.passed += count("passed");
        self.failed += count("failed");
    }
}

#[cfg(test)]
mod tests {
    use super::Total;

    #[track_caller]
    fn check(lines: &[&str], passed: u64, failed: u64) {
        let mut total = Total::default();
        for line in lines {
            total.add(line);
        }
        assert_eq!(total, Total { passed, failed });
    }

    #[test]
    fn closing_lines_are_added_up() {
        let ok = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; \
                  finished in 0.01s";
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered \
                   out; finished in 0.01s";
        check(&[ok, "running 3 tests", bad], 15, 2);
        check(&["test one ... ok", "12 passed"], 0, 0);
    }
}
