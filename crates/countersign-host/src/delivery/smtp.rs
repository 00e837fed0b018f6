//! The home of delivery by mail.

use super::{Delivery, DeliveryError, Message, Purpose, wording};
use async_trait::async_trait;
use core::fmt;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::Url;
use std::time::{Duration, UNIX_EPOCH};
use tokio::sync::Semaphore;

use super::sms_webhook::is_loopback;

/// Which mail server takes the messages, and how.
#[derive(Clone)]
pub struct SmtpOptions {
    url: String,
    from: String,
    timeout: Duration,
    concurrency: usize,
    root_certificate_pem: Option<Vec<u8>>,
}

/// Why mail cannot be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// Not `smtp://` or `smtps://`, or without a host.
    #[error("the mail server is not a URL of the form smtp://user:password@host:port")]
    Url,
    /// `tls=` is neither `required` nor `none`.
    #[error("tls is neither required nor none")]
    TlsMode,
    /// The sender is not a mail address.
    #[error("the sender is not a mail address")]
    From,
    /// The certificate is not PEM, or TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

impl SmtpOptions {
    /// A server and a sender, such as `Countersign <no-reply@example.com>`; 10 s for a message,
    /// 4 messages at a time.
    ///
    /// - `smtps://user:password@host:465` speaks TLS from the first byte.
    /// - `smtp://user:password@host:587` demands STARTTLS, except on a loopback address, where
    ///   nothing is encrypted. `?tls=required` and `?tls=none` say so explicitly.
    pub fn new(url: impl Into<String>, from: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            from: from.into(),
            timeout: Duration::from_secs(10),
            concurrency: 4,
            root_certificate_pem: None,
        }
    }

    /// How long a message may wait for its turn, and then how long it may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many messages are under way at a time, at least one.
    #[must_use]
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// A certificate authority, PEM, to trust beside those of the system.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificate_pem = Some(pem.into());
        self
    }
}

impl fmt::Debug for SmtpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpOptions(..)")
    }
}

/// Sends plain-text mails through an SMTP server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
    /// The transport opens a connection for every send, so this is what bounds them.
    turns: Semaphore,
    /// The same for codes that need a right password before: what anybody can ask for must not
    /// hold these up.
    sign_in_turns: Semaphore,
}

impl Smtp {
    /// Sets mail up. Does not speak to the server yet.
    ///
    /// # Errors
    /// [`SmtpError`] names the option that is wrong.
    pub fn new(options: &SmtpOptions) -> Result<Self, SmtpError> {
        Ok(Self {
            transport: transport(options)?,
            from: options.from.parse().map_err(|_| SmtpError::From)?,
            timeout: options.timeout,
            turns: Semaphore::new(options.concurrency),
            sign_in_turns: Semaphore::new(options.concurrency),
        })
    }

    fn mail(&self, message: &Message) -> Result<lettre::Message, DeliveryError> {
        let to: Address = message
            .destination
            .parse()
            .map_err(|_| DeliveryError::Refused)?;
        let issued = UNIX_EPOCH + Duration::from_secs(message.at.secs());
        lettre::Message::builder()
            .from(self.from.clone())
            .to(to.into())
            .subject(wording::subject(message.purpose))
            .date(issued)
            .message_id(Some(self.message_id()?))
            .header(ContentType::TEXT_PLAIN)
            .body(wording::body(message).to_string())
            .map_err(|_| DeliveryError::Refused)
    }

    /// A fresh id in the sender's domain (RFC 5322 §3.6.4).
    fn message_id(&self) -> Result<String, DeliveryError> {
        let mut fresh = [0; 16];
        getrandom::fill(&mut fresh).map_err(|_| DeliveryError::Unavailable)?;
        let unique = u128::from_be_bytes(fresh);
        Ok(format!("<{unique:032x}@{}>", self.from.email.domain()))
    }
}

#[async_trait]
impl Delivery for Smtp {
    async fn deliver(&self, message: Message) -> Result<(), DeliveryError> {
        let mail = self.mail(&message)?;
        let turns = match message.purpose {
            Purpose::SignIn => &self.sign_in_turns,
            Purpose::SignUp | Purpose::VerifyAttribute | Purpose::ResetPassword => &self.turns,
        };
        let turn = tokio::time::timeout(self.timeout, turns.acquire())
            .await
            .map_err(|_| unavailable("too many mails are under way"))?;
        let _turn = turn.expect("the semaphore is never closed");
        // The transport's own timeout ends with the connect: a server that goes silent later
        // would hold the mail, and its turn, for ever.
        match tokio::time::timeout(self.timeout, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refusal(&error)),
            Err(_) => Err(unavailable("the mail server does not answer")),
        }
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp(..)")
    }
}

/// Reads the URL. lettre's own reader takes `smtp://` for unencrypted, which would send codes
/// and the password in clear by default.
fn transport(options: &SmtpOptions) -> Result<AsyncSmtpTransport<Tokio1Executor>, SmtpError> {
    let url = Url::parse(&options.url).map_err(|_| SmtpError::Url)?;
    let host = url.host_str().ok_or(SmtpError::Url)?;
    let mode = url
        .query_pairs()
        .find(|(name, _)| name == "tls")
        .map(|(_, value)| value.into_owned());
    let (tls, port) = match (url.scheme(), mode.as_deref()) {
        ("smtps", None | Some("required")) => (Tls::Wrapper(parameters(host, options)?), 465),
        ("smtp", Some("required")) => (Tls::Required(parameters(host, options)?), 587),
        ("smtp", None) if !is_loopback(&url) => (Tls::Required(parameters(host, options)?), 587),
        ("smtp", None | Some("none")) => (Tls::None, 25),
        ("smtp" | "smtps", _) => return Err(SmtpError::TlsMode),
        _ => return Err(SmtpError::Url),
    };
    // An IPv6 address stands in brackets in a URL, and without them everywhere else.
    let host = host.trim_matches(['[', ']']);
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(url.port().unwrap_or(port))
        .tls(tls)
        .timeout(Some(options.timeout));
    if let Some(password) = url.password() {
        let credentials = Credentials::new(decoded(url.username())?, decoded(password)?);
        builder = builder.credentials(credentials);
    }
    Ok(builder.build())
}

fn parameters(host: &str, options: &SmtpOptions) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(host.trim_matches(['[', ']']).to_owned());
    if let Some(pem) = &options.root_certificate_pem {
        let certificate = Certificate::from_pem(pem).map_err(|_| SmtpError::Tls)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|_| SmtpError::Tls)
}

/// Undoes the percent-encoding of a user name or password in a URL.
fn decoded(text: &str) -> Result<String, SmtpError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next(), rest.next()]
                .map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
            let [Some(high), Some(low)] = digits else {
                return Err(SmtpError::Url);
            };
            u8::try_from(high * 16 + low).map_err(|_| SmtpError::Url)?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).map_err(|_| SmtpError::Url)
}

/// What an error of the transport means. Only its status is logged: its text may hold addresses.
fn refusal(error: &lettre::transport::smtp::Error) -> DeliveryError {
    let status = error.status().map(u16::from);
    tracing::warn!(status, tls = error.is_tls(), "the mail was not taken");
    match status {
        // The server does not accept who we are, or how: nothing is wrong with the destination.
        Some(530..=539) => DeliveryError::Unavailable,
        _ if error.is_permanent() || error.is_client() => DeliveryError::Refused,
        _ => DeliveryError::Unavailable,
    }
}

fn unavailable(why: &str) -> DeliveryError {
    tracing::warn!(why, "the mail was not handed over");
    DeliveryError::Unavailable
}
