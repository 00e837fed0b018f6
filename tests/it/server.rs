//! The home of the server under test: the real binary, on a free port, in a folder of its own.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::report::report;

/// What admin calls are signed with.
pub(crate) const ACCESS_KEY: &str = "TESTKEY:test-secret-of-the-administrator";

/// How long the server may take to say that it is ready. A machine that builds at the same time
/// is slow.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// A running server, killed on drop.
pub(crate) struct Server {
    process: Child,
    url: String,
    folder: PathBuf,
}

/// The path that a variable names.
pub(crate) fn from_environment(variable: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(
        || panic!("{variable} is not set: `cargo xtask test` builds what it names and sets it"),
        PathBuf::from,
    )
}

impl Server {
    /// Starts the binary on the data in `folder`, with more arguments if need be.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_logging(folder, arguments, "info")
    }

    /// The same, saying how much is logged.
    pub(crate) fn start_logging(folder: &Path, arguments: &[&str], level: &str) -> Self {
        let appended = |name| -> File {
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(folder.join(name))
                .expect("the folder is ours")
        };
        let said = folder.join(STDOUT);
        let before = fs::read_to_string(&said).map_or(0, |text| text.len());
        let mut process = Command::new(from_environment("COUNTERSIGN_BIN"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--access-key",
                ACCESS_KEY,
            ])
            .arg("--data")
            .arg(folder.join("data"))
            .arg("--outbox")
            .arg(folder.join("outbox.jsonl"))
            .args(arguments)
            .env("RUST_LOG", level)
            .stdin(Stdio::null())
            .stdout(appended(STDOUT))
            .stderr(appended(STDERR))
            .spawn()
            .expect("COUNTERSIGN_BIN names a program");
        let until = Instant::now() + READY_WITHIN;
        let url = loop {
            let text = fs::read_to_string(&said).unwrap_or_default();
            if let Some(url) = text.get(before..).and_then(announced) {
                break url;
            }
            let ended = process.try_wait().expect("the process is ours");
            if ended.is_some() || Instant::now() > until {
                // It has ended already if this fails.
                let _ = process.kill();
                let log = fs::read_to_string(folder.join(STDERR)).unwrap_or_default();
                panic!("the server does not start ({ended:?}): {text}{log}");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        Self {
            process,
            url,
            folder: folder.to_owned(),
        }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The file to which it delivers codes.
    pub(crate) fn outbox(&self) -> PathBuf {
        self.folder.join("outbox.jsonl")
    }

    /// Ends it without a word (`SIGKILL`).
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("the process is ours");
        self.process.wait().expect("the process is ours");
    }

    /// A command of the Node.js clients, told about this server.
    pub(crate) fn node(&self, script: &str) -> Command {
        let clients = from_environment("COUNTERSIGN_NODE_CLIENTS");
        let mut node = Command::new("node");
        node.arg(clients.join(script))
            .env("COUNTERSIGN_ENDPOINT", &self.url)
            .env("COUNTERSIGN_ACCESS_KEY", ACCESS_KEY)
            .env("COUNTERSIGN_OUTBOX", self.outbox())
            .stdin(Stdio::null());
        node
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already if this fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let log = fs::read_to_string(self.folder.join(STDERR)).unwrap_or_default();
            let from = log.len().saturating_sub(SHOWN_LOG);
            let end = log.get(from..).unwrap_or(&log);
            report(&format!("the server's log ends:\n{end}"));
        }
    }
}

/// The address at the end of the line that says that the server is ready.
fn announced(text: &str) -> Option<String> {
    let (whole_lines, _) = text.rsplit_once('\n')?;
    let mut words = whole_lines
        .lines()
        .filter_map(|line| line.split(' ').next_back());
    let url = words.find(|word| word.starts_with("http://127.0.0.1:"))?;
    Some(url.trim_end_matches('/').to_owned())
}

/// What the server says on its standard output.
pub(crate) const STDOUT: &str = "stdout.txt";

/// What it logs.
pub(crate) const STDERR: &str = "stderr.txt";

/// As much of the log as a failed test shows, in bytes.
const SHOWN_LOG: usize = 4_000;
