//! The home of computing with a credential: the whole HMAC of a challenge, its 31 bits, a code.

use countersign_core::{Algorithm, AlgorithmId, Code, Keyed, Sha1, Sha512, Truncatable};
use zeroize::{Zeroize, Zeroizing};

use crate::mac::mac;

use super::{Cleared, Credential, Secret};

impl Credential {
    /// The 31 bits of a challenge (RFC 4226 §5.3). Eight bytes are a counter or a time step.
    pub(crate) fn truncated(&self, challenge: &Cleared<'_>) -> u32 {
        let key = self.secret.as_bytes();
        Hmac::of(self.algorithm, key, challenge.as_bytes()).truncate()
    }

    /// The code of a challenge.
    pub(crate) fn code(&self, challenge: &Cleared<'_>) -> Code {
        Code::from_number(self.truncated(challenge), self.digits)
    }
}

/// An HMAC by any of the hashes. Wiped on drop.
///
/// All who need one go through [`Self::of`], so that each hash is linked once, with one way to it.
pub(crate) struct Hmac {
    bytes: [u8; Sha512::OUTPUT_LEN],
    len: usize,
}

impl Hmac {
    /// That of a message.
    #[inline(never)]
    pub(crate) fn of(algorithm: AlgorithmId, key: &[u8], message: &[u8]) -> Self {
        let mut hmac = Self {
            bytes: [0; Sha512::OUTPUT_LEN],
            len: 0,
        };
        // No key is longer. That it is said here leaves out how a hash shortens a longer one.
        let key = key.get(..Secret::MAX_LEN).unwrap_or(key);
        match algorithm {
            AlgorithmId::Sha1 => hmac.take(Keyed::<Sha1>::new(key).mac(&[message]).as_bytes()),
            AlgorithmId::Sha256 => hmac.take(&*Zeroizing::new(mac(key, &[message]))),
            AlgorithmId::Sha512 => hmac.take(Keyed::<Sha512>::new(key).mac(&[message]).as_bytes()),
        }
        hmac
    }

    fn take(&mut self, tag: &[u8]) {
        self.len = tag.len();
        for (slot, byte) in self.bytes.iter_mut().zip(tag) {
            *slot = *byte;
        }
    }

    /// 20, 32 or 64 bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Its 31 bits (RFC 4226 §5.3).
    fn truncate(&self) -> u32 {
        let (words, _) = self.bytes.as_chunks();
        let mut first = [0; 5];
        for (word, bytes) in first.iter_mut().zip(words) {
            *word = u32::from_be_bytes(*bytes);
        }
        let last = self.as_bytes().last().copied().unwrap_or_default();
        Truncatable::new(first, last).truncate()
    }
}

impl Drop for Hmac {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
