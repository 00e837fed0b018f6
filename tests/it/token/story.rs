//! The home of telling a token's story: its program, its tokens, and how long it may take.

use std::fs::{self, File};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::amplify::passed;
use crate::server::from_environment;

/// A token that the story is told to.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// The program `token-simulator`.
    Simulator,
    /// The firmware, on an emulated board.
    Firmware,
}

/// How long a chapter may take. A machine that builds at the same time is slow.
const WITHIN: Duration = Duration::from_mins(8);

/// Tells a chapter to a fresh token in a reader of its own.
#[track_caller]
pub(crate) fn tell(target: Target, chapter: &str, at_least: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = |name| File::create(folder.path().join(name)).expect("the folder is ours");
    let mut story = program(target);
    let mut child = story
        .arg(chapter)
        .stdin(Stdio::null())
        .stdout(made("out"))
        .stderr(made("err"))
        .spawn()
        .expect("COUNTERSIGN_PYTHON names a program");
    let end = Instant::now() + WITHIN;
    let status = loop {
        if let Some(status) = child.try_wait().expect("it is our child") {
            break Some(status);
        }
        if Instant::now() > end {
            // Reader, token and clients end with it: they share its table of processes.
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let read = |name| fs::read(folder.path().join(name)).expect("the folder is ours");
    let (stdout, stderr) = (read("out"), read("err"));
    let Some(status) = status else {
        let text = String::from_utf8_lossy(&stdout);
        panic!("the chapter does not end:\n{text}");
    };
    let passed = passed(&Output {
        status,
        stdout,
        stderr,
    });
    assert!(
        passed >= at_least,
        "{passed} checks, at least {at_least} expected"
    );
}

/// The story's program, told which token it is about.
pub(crate) fn program(target: Target) -> Command {
    let (name, variable) = match target {
        Target::Simulator => ("simulator", "COUNTERSIGN_TOKEN_SIMULATOR"),
        Target::Firmware => ("firmware", "COUNTERSIGN_TOKEN_FIRMWARE"),
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/python/token_story.py");
    let mut python = Command::new(from_environment("COUNTERSIGN_PYTHON"));
    python
        .env(variable, from_environment(variable))
        .args(["-B", script, name]);
    python
}
