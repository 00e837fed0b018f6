//! The home of HMAC-SHA-256 in one call: what the token itself derives and proves with.

use countersign_core::{Keyed, Sha256};

/// The HMAC-SHA-256 of the concatenation of `parts` (RFC 2104). There is one code for all of them.
#[inline(never)]
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    Keyed::<Sha256>::new(key).mac(parts).truncated()
}
