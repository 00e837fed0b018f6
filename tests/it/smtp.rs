//! Mail with codes, taken, refused and ignored by a real SMTP server (aiosmtpd).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use countersign_core::{Code, UnixTime};
use countersign_host::delivery::{
    Delivery, DeliveryError, Medium, Message, Purpose, Smtp, SmtpOptions,
};
use serde_json::Value;

const FROM: &str = "Countersign <no-reply@example.com>";

#[tokio::test]
async fn a_code_arrives_as_plain_text_mail() {
    let mut sink = Sink::start(&[]);
    let smtp = smtp(&SmtpOptions::new(sink.url(), FROM));
    smtp.deliver(message("alice@example.com"))
        .await
        .expect("the server takes it");
    let mail = sink.next_mail();
    assert_eq!(mail["from"], "no-reply@example.com");
    assert_eq!(mail["to"], serde_json::json!(["alice@example.com"]));
    let data = mail["data"].as_str().expect("the sink prints text");
    let (head, body) = data.split_once("\r\n\r\n").expect("a mail has a head");
    assert!(body.contains("Your sign-in code is 012345."), "{body}");
    assert!(!head.contains("012345"), "the head shows no code: {head}");
    for line in [
        "Subject: Your sign-in code",
        "Content-Type: text/plain; charset=utf-8",
        "Date: Fri, 13 Feb 2009 23:31:30 +0000",
    ] {
        assert!(head.contains(line), "{line} is missing in {head}");
    }
    assert!(
        head.contains("@example.com>\r\n"),
        "the message id is of the sender's domain"
    );
}

#[tokio::test]
async fn what_the_server_answers_decides() {
    let sink = Sink::start(&[]);
    let smtp = smtp(&SmtpOptions::new(sink.url(), FROM).timeout(Duration::from_secs(1)));
    check(&smtp, "nobody@example.com", DeliveryError::Refused).await;
    check(&smtp, "full@example.com", DeliveryError::Unavailable).await;
    check(&smtp, "silent@example.com", DeliveryError::Unavailable).await;
    check(&smtp, "not an address", DeliveryError::Refused).await;
    check(
        &smtp,
        "a@example.com\r\nBcc: b@example.com",
        DeliveryError::Refused,
    )
    .await;
}

/// More senders than turns: mails that hang give their turns back, and the rest gets through.
#[tokio::test]
async fn silence_towards_some_does_not_stop_the_others() {
    let mut sink = Sink::start(&[]);
    let options = SmtpOptions::new(sink.url(), FROM).timeout(Duration::from_secs(1));
    let smtp = std::sync::Arc::new(smtp(&options.concurrency(2)));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let smtp = std::sync::Arc::clone(&smtp);
        senders.spawn(async move { smtp.deliver(message("silent@example.com")).await });
    }
    let answers = senders.join_all().await;
    assert_eq!(answers, [Err(DeliveryError::Unavailable); 2]);
    smtp.deliver(message("alice@example.com"))
        .await
        .expect("a turn is free again");
    sink.next_mail();
}

#[tokio::test]
async fn starttls_and_login_under_an_authority_of_ones_own() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (authority, certificate, key) = certificates(dir.path());
    let mut sink = Sink::start(&[&certificate, &key]);
    let at = |login: &str| format!("smtp://{login}@localhost:{}?tls=required", sink.port);
    let short = Duration::from_secs(5);

    let right = at("countersign:p%40ss%20word");
    let trusting = SmtpOptions::new(&right, FROM).root_certificate_pem(&*authority);
    let wrong = SmtpOptions::new(at("countersign:guess"), FROM).root_certificate_pem(&*authority);
    let strict = smtp(&SmtpOptions::new(&right, FROM).timeout(short));
    check(&strict, "alice@example.com", DeliveryError::Unavailable).await;
    let wrong = smtp(&wrong.timeout(short));
    check(&wrong, "alice@example.com", DeliveryError::Unavailable).await;
    let plain = smtp(&SmtpOptions::new(sink.url(), FROM).timeout(short));
    check(&plain, "alice@example.com", DeliveryError::Unavailable).await;

    let trusting = smtp(&trusting.timeout(short));
    trusting
        .deliver(message("alice@example.com"))
        .await
        .expect("the server takes it");
    let mail = sink.next_mail();
    assert_eq!(
        (&mail["encrypted"], &mail["authenticated"]),
        (&true.into(), &true.into())
    );
}

#[tokio::test]
async fn a_server_that_is_gone_is_unavailable() {
    let url = Sink::start(&[]).url();
    check(
        &smtp(&SmtpOptions::new(url, FROM)),
        "a@example.com",
        DeliveryError::Unavailable,
    )
    .await;
}

async fn check(smtp: &Smtp, destination: &str, expected: DeliveryError) {
    let answer = smtp.deliver(message(destination)).await;
    assert_eq!(answer, Err(expected), "{destination}");
}

fn smtp(options: &SmtpOptions) -> Smtp {
    Smtp::new(options).expect("the options are right")
}

fn message(destination: &str) -> Message {
    Message {
        medium: Medium::Email,
        destination: destination.to_owned(),
        purpose: Purpose::SignIn,
        code: Code::parse("012345").expect("six digits"),
        at: UnixTime::from_secs(1_234_567_890).expect("in range"),
    }
}

/// An authority (PEM) and files with a certificate for `localhost` under it and its key.
fn certificates(dir: &Path) -> (String, PathBuf, PathBuf) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let key = || KeyPair::generate().expect("the system is random");
    let mut params = CertificateParams::new([]).expect("no names are right names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = key();
    let authority = params
        .self_signed(&authority_key)
        .expect("the key signs")
        .pem();
    let issuer = Issuer::new(params, authority_key);
    let params = CertificateParams::new(["localhost".to_owned()]).expect("a right name");
    let server_key = key();
    let certificate = params
        .signed_by(&server_key, &issuer)
        .expect("the key signs");
    let (certificate_file, key_file) = (dir.join("server.pem"), dir.join("server.key"));
    std::fs::write(&certificate_file, certificate.pem()).expect("the directory is ours");
    std::fs::write(&key_file, server_key.serialize_pem()).expect("the directory is ours");
    (authority, certificate_file, key_file)
}

/// The server of `clients/python/smtp_sink.py`, ended on drop.
pub(crate) struct Sink {
    process: Child,
    /// The mails as it prints them, read on a thread so that waiting for one can end.
    mails: Receiver<String>,
    port: u16,
}

impl Sink {
    pub(crate) fn start(arguments: &[&Path]) -> Self {
        let python = std::env::var_os("COUNTERSIGN_PYTHON").expect(
            "COUNTERSIGN_PYTHON names an interpreter with tests/clients/python/requirements.txt; \
             `cargo xtask test` makes one",
        );
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/python/smtp_sink.py");
        let mut process = Command::new(python)
            .arg(script)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter starts");
        let mut output = BufReader::new(process.stdout.take().expect("the pipe was asked for"));
        let mut port = String::new();
        output
            .read_line(&mut port)
            .expect("the sink prints its port");
        let port = port.trim().parse().expect("the sink prints its port");
        let (send, mails) = channel();
        std::thread::spawn(move || {
            // The reader goes on until the sink ends or the test does.
            for line in output.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            process,
            mails,
            port,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub(crate) fn next_mail(&mut self) -> Value {
        let line = self
            .mails
            .recv_timeout(Duration::from_secs(30))
            .expect("a mail arrives within half a minute");
        serde_json::from_str(&line).expect("the sink prints JSON")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It has ended already if this fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
