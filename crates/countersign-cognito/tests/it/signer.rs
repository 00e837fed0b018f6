//! A client of Signature Version 4, as the AWS SDKs sign.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

pub(crate) const KEY_ID: &str = "COUNTERSIGNTEST1";
pub(crate) const SECRET: &str = "a-secret-for-tests-0123456789";

/// The `authorization` header of a `POST /` with these headers signed.
pub(crate) fn authorization(target: &str, stamp: &str, body: &[u8]) -> String {
    authorization_for("cognito-idp", &stamp[..8], target, stamp, body)
}

/// The same for another service or day.
pub(crate) fn authorization_for(
    service: &str,
    day: &str,
    target: &str,
    stamp: &str,
    body: &[u8],
) -> String {
    let signed = "content-type;host;x-amz-date;x-amz-target";
    let canonical = format!(
        "POST\n/\n\ncontent-type:application/x-amz-json-1.1\nhost:127.0.0.1:4600\n\
         x-amz-date:{stamp}\nx-amz-target:{target}\n\n{signed}\n{}",
        hex(&Sha256::digest(body))
    );
    let scope = format!("{day}/us-east-1/{service}/aws4_request");
    let text = format!(
        "AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}",
        hex(&Sha256::digest(canonical))
    );
    let mut key = mac(format!("AWS4{SECRET}").as_bytes(), day);
    for part in ["us-east-1", service, "aws4_request"] {
        key = mac(&key, part);
    }
    let signature = hex(&mac(&key, &text));
    format!(
        "AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders={signed}, \
         Signature={signature}"
    )
}

fn mac(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
