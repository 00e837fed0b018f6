//! Codes reach the outbox file and the SMS webhook, and nothing else shows them.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use countersign_core::{Code, UnixTime};
use countersign_host::delivery::{
    Delivery, DeliveryError, Medium, Message, NotConfigured, Outbox, Purpose, Router,
    SIGNATURE_HEADER, SmsWebhook, SmsWebhookError, SmsWebhookOptions, Smtp, SmtpError, SmtpOptions,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const KEY: &[u8] = b"a key of thirty-two bytes, shared";

#[tokio::test]
async fn an_outbox_line_is_as_documented() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("outbox.jsonl");
    let outbox = Outbox::create(&path).expect("the directory is ours");
    outbox
        .deliver(message(Medium::Sms, "+15555550100"))
        .await
        .expect("the file is ours");
    let odd = Message {
        purpose: Purpose::ResetPassword,
        ..message(Medium::Email, "\"a\\b\"@example.com")
    };
    outbox.deliver(odd).await.expect("the file is ours");
    let expected = concat!(
        r#"{"at":"2009-02-13T23:31:30Z","medium":"SMS","destination":"+15555550100","#,
        r#""purpose":"sign-in","code":"012345"}"#,
        "\n",
        r#"{"at":"2009-02-13T23:31:30Z","medium":"EMAIL","#,
        r#""destination":"\"a\\b\"@example.com","purpose":"reset-password","code":"012345"}"#,
        "\n",
    );
    assert_eq!(
        std::fs::read_to_string(&path).expect("the file is there"),
        expected
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path)
            .expect("the file is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outbox_lines_never_mix() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("outbox.jsonl");
    let mut senders = tokio::task::JoinSet::new();
    for n in 0..64 {
        let outbox = Outbox::create(&path).expect("the directory is ours");
        senders.spawn(async move {
            let destination = format!("{}@example.com", "x".repeat(n));
            outbox.deliver(message(Medium::Email, &destination)).await
        });
    }
    assert!(senders.join_all().await.iter().all(Result::is_ok));
    let text = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(text.lines().count(), 64);
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("every line is JSON");
    }
}

#[tokio::test]
async fn an_outbox_that_cannot_be_written_is_unavailable() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let place = dir.path().join("gone");
    std::fs::create_dir(&place).expect("the directory is ours");
    let outbox = Outbox::create(place.join("outbox.jsonl")).expect("the directory is ours");
    std::fs::remove_dir_all(&place).expect("the directory is ours");
    let answer = outbox.deliver(message(Medium::Sms, "+15555550100")).await;
    assert_eq!(answer, Err(DeliveryError::Unavailable));
    assert!(Outbox::create(place.join("outbox.jsonl")).is_err());
}

#[tokio::test]
async fn a_webhook_call_is_json_under_a_signature() {
    let (url, server) = serve("200 OK");
    let hook = webhook(&url.replace("http://", "http://user:p%40ss@"));
    hook.deliver(message(Medium::Sms, "+15555550100"))
        .await
        .expect("the server takes it");
    let request = server.join().expect("the server does not panic");
    let (head, body) = request
        .split_once("\r\n\r\n")
        .expect("a request has a head");
    assert_eq!(
        body,
        concat!(
            r#"{"to":"+15555550100","text":"Your sign-in code is 012345. Do not share it.","#,
            r#""purpose":"sign-in","at":"2009-02-13T23:31:30Z"}"#
        )
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("any length will do");
    mac.update(format!("1234567890.{body}").as_bytes());
    let digits = format!("{:x}", HexDigits(&mac.finalize().into_bytes()));
    let signature = format!("{SIGNATURE_HEADER}: t=1234567890,v1={digits}");
    assert!(head.contains(&signature), "the signature is right");
    assert!(head.starts_with("POST /sms HTTP/1.1\r\n"));
    assert!(
        head.contains("authorization: Basic dXNlcjpwQHNz"),
        "the URL's user is the caller"
    );
    assert!(head.contains("content-type: application/json"));
}

#[tokio::test]
async fn what_the_webhook_answers_decides() {
    check_answer("204 No Content", Ok(())).await;
    check_answer("400 Bad Request", Err(DeliveryError::Refused)).await;
    check_answer("422 Unprocessable", Err(DeliveryError::Refused)).await;
    check_answer("401 Unauthorized", Err(DeliveryError::Unavailable)).await;
    check_answer("429 Too Many Requests", Err(DeliveryError::Unavailable)).await;
    check_answer("500 Internal Server Error", Err(DeliveryError::Unavailable)).await;
    check_answer("503 Service Unavailable", Err(DeliveryError::Unavailable)).await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    elsewhere
        .set_nonblocking(true)
        .expect("the listener is ours");
    let address = elsewhere.local_addr().expect("it is bound");
    let (url, server) = serve(format!(
        "307 Temporary Redirect\r\nlocation: http://{address}/"
    ));
    let hook = webhook(&url);
    let answer = hook.deliver(message(Medium::Sms, "+15555550100")).await;
    assert_eq!(answer, Err(DeliveryError::Unavailable));
    server.join().expect("the server does not panic");
    let connection = elsewhere.accept().expect_err("nobody has connected");
    assert_eq!(connection.kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_webhook_that_is_silent_or_gone_is_unavailable() {
    // The kernel takes the connection, and nobody ever answers.
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let url = format!("http://{}/sms", listener.local_addr().expect("it is bound"));
    let options = SmsWebhookOptions::new(&url, KEY).timeout(Duration::from_millis(100));
    let hook = SmsWebhook::new(&options).expect("the options are right");
    let answer = hook.deliver(message(Medium::Sms, "+15555550100")).await;
    assert_eq!(answer, Err(DeliveryError::Unavailable));
    drop(listener);
    let answer = hook.deliver(message(Medium::Sms, "+15555550100")).await;
    assert_eq!(answer, Err(DeliveryError::Unavailable));
}

#[test]
fn webhook_options_are_checked() {
    check_webhook("https://sms.example.com/send", KEY, None);
    check_webhook("http://localhost:8080/", KEY, None);
    check_webhook("http://[::1]:8080/", KEY, None);
    check_webhook(
        "http://sms.example.com/send",
        KEY,
        Some(SmsWebhookError::Url),
    );
    check_webhook(
        "http://127.0.0.1.example.com/",
        KEY,
        Some(SmsWebhookError::Url),
    );
    check_webhook("ftp://localhost/", KEY, Some(SmsWebhookError::Url));
    check_webhook("sms", KEY, Some(SmsWebhookError::Url));
    check_webhook(
        "https://sms.example.com/send",
        &KEY[..15],
        Some(SmsWebhookError::Key),
    );
}

#[test]
fn mail_options_are_checked() {
    let from = "Countersign <no-reply@example.com>";
    check_mail("smtp://mail.example.com", from, None);
    check_mail("smtp://user:p%40ss@mail.example.com:2525", from, None);
    check_mail("smtps://mail.example.com", from, None);
    check_mail("smtp://[::1]:25?tls=none", "no-reply@example.com", None);
    check_mail(
        "smtp://mail.example.com?tls=maybe",
        from,
        Some(SmtpError::TlsMode),
    );
    check_mail(
        "smtps://mail.example.com?tls=none",
        from,
        Some(SmtpError::TlsMode),
    );
    check_mail("http://mail.example.com", from, Some(SmtpError::Url));
    check_mail("smtp://", from, Some(SmtpError::Url));
    check_mail(
        "smtp://user:%zz@mail.example.com",
        from,
        Some(SmtpError::Url),
    );
    check_mail("smtp://mail.example.com", "nobody", Some(SmtpError::From));
}

#[tokio::test]
async fn the_router_goes_by_medium() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("outbox.jsonl");
    let router = Router {
        sms: Arc::new(Outbox::create(&path).expect("the directory is ours")),
        email: Arc::new(NotConfigured),
    };
    assert_eq!(
        router.deliver(message(Medium::Sms, "+15555550100")).await,
        Ok(())
    );
    let answer = router
        .deliver(message(Medium::Email, "a@example.com"))
        .await;
    assert_eq!(answer, Err(DeliveryError::NotConfigured));
    let text = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn debug_shows_no_secret() {
    let url = "https://user:password@sms.example.com/token";
    let options = SmsWebhookOptions::new(url, KEY);
    let mail = SmtpOptions::new("smtp://user:password@mail.example.com", "a@example.com");
    let shown = format!(
        "{:?} {options:?} {:?} {mail:?} {:?}",
        message(Medium::Email, "alice@example.com"),
        SmsWebhook::new(&options),
        Smtp::new(&mail),
    );
    for secret in ["012345", "alice", "password", "token", "shared", "97, 32"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

async fn check_answer(status: &'static str, expected: Result<(), DeliveryError>) {
    let (url, server) = serve(status);
    let answer = webhook(&url)
        .deliver(message(Medium::Sms, "+15555550100"))
        .await;
    assert_eq!(answer, expected, "{status}");
    server.join().expect("the server does not panic");
}

#[track_caller]
fn check_webhook(url: &str, key: &[u8], expected: Option<SmsWebhookError>) {
    assert_eq!(
        SmsWebhook::new(&SmsWebhookOptions::new(url, key)).err(),
        expected
    );
}

#[track_caller]
fn check_mail(url: &str, from: &str, expected: Option<SmtpError>) {
    assert_eq!(Smtp::new(&SmtpOptions::new(url, from)).err(), expected);
}

/// Takes one HTTP request on a loopback port, answers it, and gives its text back.
fn serve(status: impl std::fmt::Display + Send + 'static) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let url = format!("http://{}/sms", listener.local_addr().expect("it is bound"));
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the test connects");
        let request = read_request(&mut stream);
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream
            .write_all(answer.as_bytes())
            .expect("the test waits for it");
        request
    });
    (url, server)
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut request = String::new();
    let mut piece = [0; 4096];
    loop {
        let length = stream.read(&mut piece).expect("the test sends a request");
        request.push_str(std::str::from_utf8(&piece[..length]).expect("the request is ASCII"));
        let Some((head, body)) = request.split_once("\r\n\r\n") else {
            continue;
        };
        let announced = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .expect("the body has a length");
        if body.len().to_string() == announced {
            return request;
        }
    }
}

struct HexDigits<'a>(&'a [u8]);

impl std::fmt::LowerHex for HexDigits<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn webhook(url: &str) -> SmsWebhook {
    SmsWebhook::new(&SmsWebhookOptions::new(url, KEY)).expect("the options are right")
}

fn message(medium: Medium, destination: &str) -> Message {
    Message {
        medium,
        destination: destination.to_owned(),
        purpose: Purpose::SignIn,
        code: Code::parse("012345").expect("six digits"),
        at: UnixTime::from_secs(1_234_567_890).expect("in range"),
    }
}
