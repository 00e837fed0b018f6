//! The home of computing with a credential: the whole HMAC of a challenge, its 31 bits, a code.

use countersign_core::{
    Algorithm, AlgorithmId, Code, Keyed, Portable, Sha1, Sha256, Sha512, Tag, Truncatable,
};

use super::{Cleared, Credential};

/// Calls a function of one type parameter with the hash of that name.
macro_rules! by_algorithm {
    ($algorithm:expr, $function:ident($($argument:expr),*)) => {
        match $algorithm {
            AlgorithmId::Sha1 => $function::<Sha1>($($argument),*),
            AlgorithmId::Sha256 => $function::<Sha256>($($argument),*),
            AlgorithmId::Sha512 => $function::<Sha512>($($argument),*),
        }
    };
}

impl Credential {
    /// The 31 bits of a challenge (RFC 4226 §5.3). Eight bytes are a counter or a time step.
    pub(crate) fn truncated(&self, challenge: &Cleared<'_>) -> u32 {
        let (key, challenge) = (self.secret.as_bytes(), challenge.as_bytes());
        match challenge.as_array() {
            Some(counter) => {
                let counter = u64::from_be_bytes(*counter);
                by_algorithm!(self.algorithm, of_counter(key, counter))
            }
            None => by_algorithm!(self.algorithm, of_challenge(key, challenge)),
        }
    }

    /// The code of a challenge.
    pub(crate) fn code(&self, challenge: &Cleared<'_>) -> Code {
        Code::from_number(self.truncated(challenge), self.digits)
    }

    /// Bytes of its HMAC: 20, 32 or 64.
    pub(crate) const fn hmac_len(&self) -> usize {
        match self.algorithm {
            AlgorithmId::Sha1 => Sha1::OUTPUT_LEN,
            AlgorithmId::Sha256 => Sha256::OUTPUT_LEN,
            AlgorithmId::Sha512 => Sha512::OUTPUT_LEN,
        }
    }

    /// Hands the whole HMAC of a challenge to `to`.
    pub(crate) fn with_hmac<T>(&self, challenge: &Cleared<'_>, to: impl FnOnce(&[u8]) -> T) -> T {
        with_hmac(
            self.algorithm,
            self.secret.as_bytes(),
            challenge.as_bytes(),
            to,
        )
    }
}

/// Hands the HMAC of a message to `to` (RFC 2104).
pub(crate) fn with_hmac<T>(
    algorithm: AlgorithmId,
    key: &[u8],
    message: &[u8],
    to: impl FnOnce(&[u8]) -> T,
) -> T {
    match algorithm {
        AlgorithmId::Sha1 => to(Keyed::<Sha1>::new(key).mac(&[message]).as_bytes()),
        AlgorithmId::Sha256 => to(Keyed::<Sha256>::new(key).mac(&[message]).as_bytes()),
        AlgorithmId::Sha512 => to(Keyed::<Sha512>::new(key).mac(&[message]).as_bytes()),
    }
}

/// By the way that is short for eight bytes.
fn of_counter<A: Algorithm>(key: &[u8], counter: u64) -> u32 {
    let mut truncated = 0;
    Keyed::<A>::new(key).each_counter(&Portable, counter, 1, |_, tag| truncated = tag.truncate());
    truncated
}

fn of_challenge<A: Algorithm>(key: &[u8], challenge: &[u8]) -> u32 {
    truncatable(&Keyed::<A>::new(key).mac(&[challenge])).truncate()
}

fn truncatable<A: Algorithm>(tag: &Tag<A>) -> Truncatable {
    let (words, _) = tag.as_bytes().as_chunks();
    let mut first = [0; 5];
    for (word, bytes) in first.iter_mut().zip(words) {
        *word = u32::from_be_bytes(*bytes);
    }
    let last = tag.as_bytes().last().copied().unwrap_or_default();
    Truncatable::new(first, last)
}
