//! JSON Web Signatures in compact form (RFC 7515 §7.1), with one algorithm: RS256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::issuer::TokenError;
use super::key::{KeyError, SigningKey};

/// The only algorithm. A token names its algorithm, but never chooses it.
const ALGORITHM: &str = "RS256";

#[derive(Serialize)]
struct Header<'a> {
    kid: &'a str,
    alg: &'static str,
}

#[derive(Deserialize)]
struct UntrustedHeader {
    kid: String,
    alg: String,
    /// Extensions that a verifier must understand (RFC 7515 §4.1.11); none are understood here.
    crit: Option<serde_json::Value>,
}

/// Signs a JSON payload.
pub(super) fn sign(payload: &[u8], key: &SigningKey) -> Result<Zeroizing<String>, KeyError> {
    let header = Header {
        kid: key.id(),
        alg: ALGORITHM,
    };
    let header = serde_json::to_vec(&header).map_err(|_| KeyError::Failed)?;
    let mut token = Zeroizing::new(String::with_capacity(2 * payload.len() + 512));
    URL_SAFE_NO_PAD.encode_string(header, &mut token);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// Checks a token against the key that it names and gives its payload.
///
/// # Errors
/// [`TokenError::Malformed`] for what is not three parts of base64url around a JSON header,
/// [`TokenError::Forged`] for another algorithm, an unknown key or a wrong signature.
pub(super) fn verify(token: &str, keys: &[SigningKey]) -> Result<Vec<u8>, TokenError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    let header: UntrustedHeader =
        serde_json::from_slice(&decode(header)?).map_err(|_| TokenError::Malformed)?;
    let payload = decode(payload)?;
    let signature = decode(signature)?;
    if header.alg != ALGORITHM || header.crit.is_some() {
        return Err(TokenError::Forged);
    }
    let key = keys
        .iter()
        .find(|key| key.id() == header.kid)
        .ok_or(TokenError::Forged)?;
    if !key.signed(signed.as_bytes(), &signature) {
        return Err(TokenError::Forged);
    }
    Ok(payload)
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Malformed)
}
