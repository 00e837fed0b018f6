//! `countersign serve`: it gets ready, says so, and ends in order.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::program::{Server, countersign, run};

#[test]
fn a_server_is_ready_when_it_says_so() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut command = countersign(&["serve", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(folder.path().join("data"));
    let server = Server::start(command);
    assert!(
        server.url().starts_with("http://127.0.0.1:"),
        "{}",
        server.url()
    );
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    let refused = server.call("InitiateAuth", "{");
    assert!(refused.contains("SerializationException"), "{refused}");
    let unsigned = server.call("ListUserPools", r#"{"MaxResults":1}"#);
    assert!(
        unsigned.contains("MissingAuthenticationTokenException"),
        "{unsigned}"
    );
}

#[test]
fn it_ends_with_0_on_either_signal() {
    for signal in ["-TERM", "-INT"] {
        let ended = Server::start(memory(&[])).stop(signal);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert!(ended.err.contains("stopped"), "{}", ended.err);
    }
}

#[test]
fn an_idle_connection_does_not_keep_it() {
    let server = Server::start(memory(&[]));
    let authority = server.url().trim_start_matches("http://");
    let mut idle = TcpStream::connect(authority).expect("the server listens");
    write!(idle, "GET /healthz HTTP/1.1\r\nhost: {authority}\r\n\r\n").expect("it reads");
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).expect("it answers");
    idle.set_read_timeout(Some(Duration::from_mins(1)))
        .expect("a second is not zero");
    assert_eq!(server.stop("-TERM").code, Some(0));
}

#[test]
fn the_log_is_json_where_no_one_looks() {
    let ended = Server::start(memory(&[])).stop("-TERM");
    assert!(!ended.err.is_empty());
    for line in ended.err.lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        assert!(event.get("level").is_some(), "{line}");
    }
}

#[test]
fn a_listener_of_their_own_takes_the_administrators_requests() {
    let server = Server::start(memory(&["--admin-listen", "127.0.0.1:0"]));
    let line = server
        .said()
        .lines()
        .find(|line| line.contains("administrators'"));
    assert!(line.is_some(), "{}", server.said());
    let answer = server.call("ListUserPools", "{}");
    assert!(answer.contains("UnknownOperationException"), "{answer}");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let server = Server::start(memory(&[]));
    let taken = server.url().trim_start_matches("http://").to_owned();
    let ran = run(memory_at(&taken, &[]), "");
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.err.contains(&taken) && ran.err.contains("--listen"),
        "{}",
        ran.err
    );
}

#[test]
fn the_public_url_is_the_issuer() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let data = folder.path().to_str().expect("the name is UTF-8");
    let pool = run(
        countersign(&["pool", "create", "--name", "a", "--data", data]),
        "",
    );
    let id = pool
        .out
        .lines()
        .next()
        .and_then(|line| line.rsplit(' ').next());
    let id = id.expect("the first line names the pool");
    let server = Server::start(countersign(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--public-url",
        "https://auth.example.com/",
    ]));
    let document = server.get(&format!("/{id}/.well-known/openid-configuration"));
    let issuer = format!(r#""issuer":"https://auth.example.com/{id}""#);
    assert!(document.contains(&issuer), "{document}");
}

fn memory(more: &[&str]) -> std::process::Command {
    memory_at("127.0.0.1:0", more)
}

/// A server that keeps nothing but its access key, which it is given.
fn memory_at(listen: &str, more: &[&str]) -> std::process::Command {
    let data = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty");
    let mut command = countersign(&[
        "serve",
        "--store",
        "memory:",
        "--access-key",
        "KEY1:0123456789abcdef",
        "--listen",
        listen,
    ]);
    command.arg("--data").arg(data).args(more);
    command
}
