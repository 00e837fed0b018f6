//! How the binary is run: with nothing of the environment that could tell it anything.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The binary with these arguments, and no variable of ours.
pub(crate) fn countersign(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("COUNTERSIGN_") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end with this on its standard input.
#[track_caller]
pub(crate) fn run(mut command: Command, input: &str) -> Ran {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (said, log) = (folder.path().join("out"), folder.path().join("err"));
    let create = |path: &Path| File::create(path).expect("the folder is ours");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(create(&said))
        .stderr(create(&log))
        .spawn()
        .expect("cargo has built the program");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A program that does not read its input may have closed it already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let until = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the process is ours") {
            break status;
        }
        if Instant::now() > until {
            // It has ended already if this fails.
            let _ = child.kill();
            let _ = child.wait();
            panic!("{command:?} does not end: {}{}", read(&said), read(&log));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    Ran {
        code: status.code(),
        out: read(&said),
        err: read(&log),
    }
}

/// A server under way, in a folder of its own unless told another.
pub(crate) struct Server {
    process: Child,
    url: String,
    said: String,
    log: PathBuf,
    _folder: TempDir,
}

impl Server {
    /// Starts a server and waits until it is ready.
    #[track_caller]
    pub(crate) fn start(command: Command) -> Self {
        match Self::try_start(command) {
            Ok(server) => server,
            Err((status, log)) => panic!("the server ended with {status}: {log}"),
        }
    }

    /// The same, giving back how a server that does not get ready has ended, and what it logged.
    pub(crate) fn try_start(mut command: Command) -> Result<Self, (ExitStatus, String)> {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let (said, log) = (folder.path().join("out"), folder.path().join("log"));
        let create = |path: &Path| File::create(path).expect("the folder is ours");
        let mut process = command
            .stdin(Stdio::null())
            .stdout(create(&said))
            .stderr(create(&log))
            .spawn()
            .expect("cargo has built the program");
        let until = Instant::now() + PATIENCE;
        loop {
            let text = read(&said);
            let ready = text.lines().find(|line| line.contains("is ready"));
            if let Some(url) = ready.and_then(|line| line.rsplit(' ').next()) {
                return Ok(Self {
                    url: url.to_owned(),
                    said: text,
                    process,
                    log,
                    _folder: folder,
                });
            }
            if let Some(status) = process.try_wait().expect("the process is ours") {
                return Err((status, read(&log)));
            }
            assert!(Instant::now() < until, "never ready: {}", read(&log));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The address in the line that says that it is ready.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What it wrote to its standard output until it was ready.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        read(&self.log)
    }

    /// The answer to a request without a body, head included.
    pub(crate) fn get(&self, path: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// The answer to a call of an operation.
    pub(crate) fn call(&self, operation: &str, body: &str) -> String {
        let head = format!(
            "POST / HTTP/1.1\r\ncontent-type: application/x-amz-json-1.1\r\n\
             x-amz-target: AWSCognitoIdentityProviderService.{operation}\r\n"
        );
        self.send(&head, body)
    }

    fn send(&self, head: &str, body: &str) -> String {
        let authority = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority).expect("the server listens");
        let length = body.len();
        write!(
            stream,
            "{head}host: {authority}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .expect("the server reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the server answers");
        answer
    }

    /// Sends it a signal and waits for its end.
    pub(crate) fn stop(mut self, signal: &str) -> Ran {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        let status = self.process.wait().expect("the process is ours");
        Ran {
            code: status.code(),
            out: self.said.clone(),
            err: self.log(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already if this fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// How long a program may take. A machine that builds at the same time is slow.
const PATIENCE: Duration = Duration::from_mins(1);
