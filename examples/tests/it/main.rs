//! The examples run, and say what they promise.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

#[track_caller]
fn check(program: &str, expected: &[&str]) {
    let output = Command::new(program)
        .output()
        .expect("cargo has built the example");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for text in expected {
        assert!(said.contains(text), "{text}: {said}");
    }
}

#[test]
fn the_core_accepts_a_code_once() {
    check(
        env!("CARGO_BIN_EXE_otp_core"),
        &[
            "the authenticator shows 081804\n",
            "081804: accepted, of step 37037036\n",
            "081804: was used before\n",
            "000000: is wrong\n",
        ],
    );
}

#[test]
fn device_and_service_prove_themselves_to_each_other() {
    check(
        env!("CARGO_BIN_EXE_challenge_response"),
        &[
            "device: the service is genuine\n",
            "service: the device is genuine, and its owner knows the PIN\n",
            "service: signed PAY100TO31415926\n",
            "service: that signature was used before\n",
        ],
    );
}

#[test]
fn the_story_is_told_to_its_end() {
    check(
        env!("CARGO_BIN_EXE_enrol_and_sign_in"),
        &[
            "otpauth://totp/Example:alice?secret=",
            "enrolled, and now preferred: Some(Totp)\n",
            "leads to ConfirmWithTotpCode\n",
            "signed in: \"alice\"\n",
            "the same code again: the code was already used\n",
        ],
    );
}

/// The axum example under way; ends with the test.
struct Embedded {
    process: Child,
    authority: String,
}

impl Embedded {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_embed_in_axum"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo has built the example");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it says where it listens");
        let authority = line
            .trim()
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        Self { process, authority }
    }

    fn send(&self, request: &str, header: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.authority).expect("it listens");
        let length = body.len();
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: example\r\nconnection: close\r\n{header}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        // It has ended already if this fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_service_of_ones_own_has_its_own_sessions() {
    let server = Embedded::start();
    let sign_in = |password: &str| {
        let body = format!(r#"{{"username":"alice","password":"{password}"}}"#);
        server.send("POST /sign-in", "accept: */*", &body)
    };
    assert!(sign_in("wrong").starts_with("HTTP/1.1 401"));
    let answer = sign_in("Correct-horse-9");
    let token = answer.split('"').nth(3).unwrap_or_default();
    assert_eq!(token.len(), 32, "{answer}");
    let me = server.send("GET /me", &format!("authorization: Bearer {token}"), "");
    assert!(me.contains(r#"{"username":"alice"}"#), "{me}");
    let nobody = server.send("GET /me", "authorization: Bearer 0", "");
    assert!(nobody.starts_with("HTTP/1.1 401"), "{nobody}");
}
