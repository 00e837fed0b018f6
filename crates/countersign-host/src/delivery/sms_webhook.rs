//! The home of delivery by text message: a signed HTTP call to whatever sends them.

use super::{Delivery, DeliveryError, Message, timestamp::rfc3339, wording};
use async_trait::async_trait;
use core::fmt::{self, Write as _};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, Url, header, redirect};
use serde::Serialize;
use sha2::Sha256;
use std::net::IpAddr;
use std::time::Duration;
use zeroize::Zeroizing;

/// The header that proves who calls: `t=<seconds since 1970>,v1=<64 hex digits>`. The digits are
/// the HMAC-SHA-256, under the shared key, of the seconds, a full stop and the body.
pub const SIGNATURE_HEADER: &str = "countersign-signature";

/// Where text messages are handed over, and the key that signs the calls.
#[derive(Clone)]
pub struct SmsWebhookOptions {
    url: String,
    key: Zeroizing<Vec<u8>>,
    timeout: Duration,
}

/// Why the webhook cannot be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsWebhookError {
    /// Not an `https://` URL; `http://` is for loopback addresses.
    #[error("the webhook is neither an https URL nor a loopback http URL")]
    Url,
    /// The key is shorter than [`SmsWebhookOptions::MIN_KEY_LEN`] bytes.
    #[error(
        "the signing key is shorter than {} bytes",
        SmsWebhookOptions::MIN_KEY_LEN
    )]
    Key,
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client,
}

impl SmsWebhookOptions {
    /// The fewest bytes in the signing key.
    pub const MIN_KEY_LEN: usize = 16;

    /// A URL and the key shared with it; 10 s for a call. A user name and password in the URL
    /// become basic authentication.
    pub fn new(url: impl Into<String>, key: &[u8]) -> Self {
        Self {
            url: url.into(),
            key: Zeroizing::new(key.to_vec()),
            timeout: Duration::from_secs(10),
        }
    }

    /// How long a call may take, from connecting to the head of the answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl fmt::Debug for SmsWebhookOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsWebhookOptions(..)")
    }
}

/// Hands text messages over by `POST` of `{"to", "text", "purpose", "at"}`.
pub struct SmsWebhook {
    client: Client,
    url: Url,
    key: Zeroizing<Vec<u8>>,
}

/// The body of a call.
#[derive(Serialize)]
struct Call<'a> {
    to: &'a str,
    text: &'a str,
    purpose: &'a str,
    at: &'a str,
}

impl SmsWebhook {
    /// Sets the webhook up. Does not call it yet.
    ///
    /// # Errors
    /// [`SmsWebhookError`] names the option that is wrong.
    pub fn new(options: &SmsWebhookOptions) -> Result<Self, SmsWebhookError> {
        let url = Url::parse(&options.url).map_err(|_| SmsWebhookError::Url)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(SmsWebhookError::Url),
        }
        if options.key.len() < SmsWebhookOptions::MIN_KEY_LEN {
            return Err(SmsWebhookError::Key);
        }
        let client = Client::builder()
            .timeout(options.timeout)
            // A redirect would carry the code to a place that nobody configured.
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| SmsWebhookError::Client)?;
        Ok(Self {
            client,
            url,
            key: options.key.clone(),
        })
    }
}

#[async_trait]
impl Delivery for SmsWebhook {
    async fn deliver(&self, message: Message) -> Result<(), DeliveryError> {
        let body = body(&message);
        let signature = signature(&self.key, message.at.secs(), &body);
        let answer = self
            .client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(SIGNATURE_HEADER, signature)
            .body(body)
            .send()
            .await;
        match answer {
            Ok(answer) => judge(answer.status()),
            Err(error) => {
                // The text of the error holds the URL, and a URL may hold a password.
                tracing::warn!(
                    timeout = error.is_timeout(),
                    connect = error.is_connect(),
                    "the SMS webhook cannot be reached"
                );
                Err(DeliveryError::Unavailable)
            }
        }
    }
}

impl fmt::Debug for SmsWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsWebhook(..)")
    }
}

/// Whether the URL leads to this machine alone.
pub(super) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

fn body(message: &Message) -> Vec<u8> {
    let call = Call {
        to: &message.destination,
        text: &wording::line(message),
        purpose: message.purpose.name(),
        at: &rfc3339(message.at),
    };
    serde_json::to_vec(&call).expect("strings are always JSON")
}

fn signature(key: &[u8], secs: u64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(secs.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let mut text = format!("t={secs},v1=");
    for byte in mac.finalize().into_bytes() {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

fn judge(status: StatusCode) -> Result<(), DeliveryError> {
    if status.is_success() {
        return Ok(());
    }
    tracing::warn!(
        status = status.as_u16(),
        "the SMS webhook did not take the message"
    );
    match status {
        // These speak of the call and not of the destination: credentials, timing, load.
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS => Err(DeliveryError::Unavailable),
        status if status.is_client_error() => Err(DeliveryError::Refused),
        _ => Err(DeliveryError::Unavailable),
    }
}
