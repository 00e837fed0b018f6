//! `cargo xtask fuzz`: every target of `tests/fuzz` driven by libFuzzer for its share of the time.
//!
//! The instrumentation is asked for by flags that the stable compiler has, so no other toolchain is
//! needed; libFuzzer itself is compiled by the system's C++ compiler.

mod grow;
mod report;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, capture, cargo, command, run as run_program, target_dir};

use report::Total;

pub(crate) const MANIFEST: &str = "tests/fuzz/Cargo.toml";

/// What `cargo xtask fuzz` takes.
const USAGE: &str = "\
cargo xtask fuzz [--seconds N] [--target NAME] [--grow]
  --seconds N    in all, shared by the targets; 60 if not given
  --target NAME  this target alone
  --grow         take the inputs that reach more code into the committed corpus, as few as will do";

/// Coverage counters and compared values for libFuzzer to go by.
const INSTRUMENTATION: &str = "-Cpasses=sancov-module \
     -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares \
     -Ccodegen-units=1";

/// Builds the targets once, runs each, and tells what was found.
///
/// # Errors
/// If an input breaks a promise; it is kept, and how to see it again is said.
pub(crate) fn run(args: &[String]) -> Outcome {
    let options = Options::read(args)?;
    let fuzzer = Fuzzer::build()?;
    let mut targets = fuzzer.targets()?;
    if let Some(wanted) = &options.target {
        targets.retain(|target| target.name == *wanted);
    }
    if targets.is_empty() {
        return Err(Failure::new(format!("there is no such target\n\n{USAGE}")));
    }
    let count = u64::try_from(targets.len()).unwrap_or(u64::MAX);
    // libFuzzer takes zero seconds for no end.
    let share = (options.seconds / count).max(1);
    println!("== fuzz: {count} targets, {share} s each");
    let mut total = Total::default();
    for target in &targets {
        total.add(&report::watch(
            &mut fuzzer.command(target, share)?,
            &target.name,
        )?);
        if options.grow {
            grow::corpus(&fuzzer, target)?;
        }
    }
    println!("{total}");
    total.outcome()
}

/// Runs the committed corpus through the targets, built like any other test.
pub(crate) fn replay() -> Command {
    cargo_at("test")
}

/// A cargo command on the targets as they are without libFuzzer.
pub(crate) fn cargo_at(subcommand: &str) -> Command {
    let mut cargo = cargo();
    cargo
        .args([subcommand, "--release", "--manifest-path", MANIFEST])
        .arg("--target-dir")
        .arg(target_dir().join("fuzz"));
    cargo
}

struct Options {
    seconds: u64,
    target: Option<String>,
    grow: bool,
}

impl Options {
    fn read(args: &[String]) -> Result<Self, Failure> {
        let mut options = Self {
            seconds: 60,
            target: None,
            grow: false,
        };
        let wrong = || Failure::new(USAGE);
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--seconds" => {
                    let seconds = args.next().and_then(|number| number.parse().ok());
                    options.seconds = seconds.ok_or_else(wrong)?;
                }
                "--target" => options.target = Some(args.next().ok_or_else(wrong)?.clone()),
                "--grow" => options.grow = true,
                _ => return Err(wrong()),
            }
        }
        Ok(options)
    }
}

/// A target as the program lists it.
struct Target {
    name: String,
    max_len: String,
}

/// The instrumented program.
struct Fuzzer {
    program: PathBuf,
    /// Where corpora, findings and logs lie between runs.
    folder: PathBuf,
}

impl Fuzzer {
    fn build() -> Result<Self, Failure> {
        if capture(command("c++").arg("--version")).is_err() {
            return Err(Failure::new(
                "libFuzzer needs a C++ compiler: on Debian `apt-get install g++`",
            ));
        }
        let folder = target_dir().join("fuzz");
        // With a target named, build scripts and macros are left uninstrumented.
        let host = host()?;
        run_program(
            cargo()
                .args(["build", "--release", "--manifest-path", MANIFEST])
                .args([
                    "--features",
                    "libfuzzer",
                    "--bin",
                    "fuzz",
                    "--target",
                    &host,
                ])
                .arg("--target-dir")
                .arg(&folder)
                .env("RUSTFLAGS", INSTRUMENTATION),
        )?;
        let program = folder.join(host).join("release/fuzz");
        Ok(Self { program, folder })
    }

    fn targets(&self) -> Result<Vec<Target>, Failure> {
        let list = capture(command(&self.program).env(TARGET, "list"))?;
        let read = |line: &str| {
            let (name, max_len) = line.split_once(' ')?;
            Some(Target {
                name: name.to_owned(),
                max_len: max_len.to_owned(),
            })
        };
        Ok(list.lines().filter_map(read).collect())
    }

    /// Fuzzes `target` for so many seconds, from its own corpus and the committed one.
    fn command(&self, target: &Target, seconds: u64) -> Result<Command, Failure> {
        let corpus = self.corpus(target)?;
        let mut findings = OsString::from(self.subfolder("findings")?);
        findings.push(format!("/{}-", target.name));
        let mut artifacts = OsString::from("-artifact_prefix=");
        artifacts.push(findings);
        let mut fuzz = command(&self.program);
        fuzz.env(TARGET, &target.name)
            .env("COUNTERSIGN_FUZZ_SEEDS", &corpus)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={}", target.max_len))
            .args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048"])
            .arg(artifacts)
            .args([corpus, committed(target)]);
        Ok(fuzz)
    }

    /// The corpus that grows with every run.
    fn corpus(&self, target: &Target) -> Result<PathBuf, Failure> {
        let committed = committed(target);
        created(&crate::process::root().join(committed))?;
        self.subfolder(Path::new("corpus").join(&target.name))
    }

    fn subfolder(&self, name: impl AsRef<Path>) -> Result<PathBuf, Failure> {
        let folder = self.folder.join(name);
        created(&folder)?;
        Ok(folder)
    }
}

/// The corpus that is part of the work tree, by its path from the top.
fn committed(target: &Target) -> PathBuf {
    Path::new("tests/fuzz/corpus").join(&target.name)
}

fn created(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

fn host() -> Result<String, Failure> {
    let version = capture(command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Failure::new("`rustc -vV` names no host"))
}

/// The variable by which the program is told which target it is.
const TARGET: &str = "COUNTERSIGN_FUZZ_TARGET";

#[cfg(test)]
mod tests {
    use super::Options;

    #[track_caller]
    fn check(args: &[&str], expected: Option<(u64, Option<&str>, bool)>) {
        let args: Vec<String> = args.iter().copied().map(str::to_owned).collect();
        let options = Options::read(&args).ok();
        let read = options
            .as_ref()
            .map(|options| (options.seconds, options.target.as_deref(), options.grow));
        assert_eq!(read, expected);
    }

    #[test]
    fn options_are_read() {
        check(&[], Some((60, None, false)));
        check(
            &["--grow", "--seconds", "5", "--target", "code"],
            Some((5, Some("code"), true)),
        );
        check(&["--seconds"], None);
        check(&["--seconds", "-1"], None);
        check(&["code"], None);
    }
}
