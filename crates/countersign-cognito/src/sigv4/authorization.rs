//! The `Authorization` header of Signature Version 4.

use crate::wire::{ErrorKind, WireError};

/// The parts of the header, well-formed but not yet believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authorization<'a> {
    pub(super) key_id: &'a str,
    /// `YYYYMMDD`.
    pub(super) day: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    /// Lower case, in ascending order.
    pub(super) signed_headers: Vec<&'a str>,
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
    ///
    /// # Errors
    /// `IncompleteSignatureException` for anything else.
    pub(super) fn parse(header: &'a str) -> Result<Self, WireError> {
        Self::parts(header).ok_or_else(|| {
            WireError::new(
                ErrorKind::IncompleteSignature,
                "The Authorization header must be 'AWS4-HMAC-SHA256' with 'Credential', \
                 'SignedHeaders' and 'Signature'.",
            )
        })
    }

    fn parts(header: &'a str) -> Option<Self> {
        let rest = header.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return None,
            };
            if slot.replace(value).is_some() {
                return None;
            }
        }
        let scope: Vec<&str> = credential?.split('/').collect();
        let [key_id, day, region, service, "aws4_request"] = scope[..] else {
            return None;
        };
        let signed_headers: Vec<&str> = signed_headers?.split(';').collect();
        let canonical = signed_headers.windows(2).all(|pair| pair[0] < pair[1])
            && signed_headers
                .iter()
                .all(|name| !name.is_empty() && !name.bytes().any(|b| b.is_ascii_uppercase()));
        canonical.then_some(Self {
            key_id,
            day,
            region,
            service,
            signed_headers,
            signature: signature?,
        })
    }
}
