//! The verification itself, and the proof that comes out of it.

use axum::http::{HeaderMap, Method};
use countersign_core::UnixTime;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::authorization::Authorization;
use super::canonical::{hex, request_hash};
use super::date;
use super::keys::AccessKeys;
use crate::wire::{ErrorKind, WireError};

/// Proof that a request was signed with a configured access key. Only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminCaller {
    key_id: String,
}

impl AdminCaller {
    /// The access key's identifier, for the audit trail.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

/// The parts of a request that a signature covers.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as received.
    pub path: &'a str,
    /// The query as received, without `?`.
    pub query: Option<&'a str>,
    /// All headers, `authorization` included.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// Verifies the signature of a request that arrived at `now`.
///
/// # Errors
/// - `MissingAuthenticationTokenException`: there is no signature.
/// - `IncompleteSignatureException`: it is malformed, or leaves out a header that must be signed
///   (`host`, `x-amz-date`, `x-amz-target`).
/// - `UnrecognizedClientException`: the access key is not configured.
/// - `InvalidSignatureException`: it is for another service, more than five minutes off, or wrong.
pub fn verify(
    request: SignedRequest<'_>,
    keys: &AccessKeys,
    now: UnixTime,
) -> Result<AdminCaller, WireError> {
    let header = single(request.headers, "authorization").ok_or_else(|| {
        WireError::new(
            ErrorKind::MissingAuthenticationToken,
            "Missing Authentication Token",
        )
    })?;
    let authorization = Authorization::parse(header)?;
    let stamp = required_headers(&request, &authorization)?;
    let secret = keys.secret(authorization.key_id).ok_or_else(|| {
        WireError::new(
            ErrorKind::UnrecognizedClient,
            "The security token included in the request is invalid.",
        )
    })?;
    check_scope(&authorization, stamp, now)?;
    let hash = request_hash(&request, &authorization)
        .ok_or_else(|| incomplete("A signed header is absent."))?;
    let signature = sign(secret, &authorization, stamp, &hash);
    if !bool::from(
        signature
            .as_bytes()
            .ct_eq(authorization.signature.as_bytes()),
    ) {
        return Err(invalid(
            "The request signature we calculated does not match the signature you provided.",
        ));
    }
    Ok(AdminCaller {
        key_id: authorization.key_id.to_owned(),
    })
}

/// How far, in seconds, a signature's time may be from the server's.
const TOLERANCE_SECS: u64 = 300;

/// The time stamp, once every header is signed that gives the request its meaning. Without
/// `x-amz-target` a signature for one operation would be good for every other.
fn required_headers<'a>(
    request: &SignedRequest<'a>,
    authorization: &Authorization<'_>,
) -> Result<&'a str, WireError> {
    for name in ["host", "x-amz-date", "x-amz-target"] {
        if !authorization.signed_headers.contains(&name) {
            return Err(incomplete(
                "'SignedHeaders' must contain host, x-amz-date and x-amz-target.",
            ));
        }
    }
    single(request.headers, "x-amz-date")
        .ok_or_else(|| incomplete("The request must have one x-amz-date header."))
}

fn check_scope(
    authorization: &Authorization<'_>,
    stamp: &str,
    now: UnixTime,
) -> Result<(), WireError> {
    if authorization.service != "cognito-idp" {
        return Err(invalid(
            "Credential should be scoped to service 'cognito-idp'.",
        ));
    }
    let signed_at =
        date::parse(stamp).ok_or_else(|| incomplete("x-amz-date must be YYYYMMDDTHHMMSSZ."))?;
    if !stamp.starts_with(authorization.day) || authorization.day.len() != 8 {
        return Err(invalid("The date in Credential is not that of x-amz-date."));
    }
    let distance = now.secs().abs_diff(signed_at.secs());
    if distance > TOLERANCE_SECS {
        return Err(invalid(
            "Signature expired: x-amz-date is more than 5 minutes from the server's time.",
        ));
    }
    Ok(())
}

/// The signature in hexadecimal: the key derived step by step along the scope, then the string
/// to sign.
fn sign(secret: &str, authorization: &Authorization<'_>, stamp: &str, hash: &str) -> String {
    let (day, region, service) = (
        authorization.day,
        authorization.region,
        authorization.service,
    );
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{day}/{region}/{service}/aws4_request\n{hash}");
    let start = Zeroizing::new(format!("AWS4{secret}"));
    let mut key = mac(start.as_bytes(), day.as_bytes());
    for part in [region, service, "aws4_request"] {
        key = mac(&*key, part.as_bytes());
    }
    hex(&*mac(&*key, text.as_bytes()))
}

fn mac(key: &[u8], message: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length (RFC 2104 §2)");
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// The value of a header that occurs exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

fn incomplete(message: &'static str) -> WireError {
    WireError::new(ErrorKind::IncompleteSignature, message)
}

fn invalid(message: &'static str) -> WireError {
    WireError::new(ErrorKind::InvalidSignature, message)
}
