//! The home of the random bit generator for boards without one: `HMAC_DRBG` with SHA-256.

use core::fmt;

use countersign_core::{Algorithm, Sha256};
use zeroize::Zeroize;

use crate::Random;
use crate::mac::mac;

mod seed;

pub use seed::DeviceSeed;

/// A deterministic random bit generator: `HMAC_DRBG` over SHA-256 (NIST SP 800-90A Rev. 1 §10.1.2).
///
/// Its strength is 256 bits if its seed had them. A board with a source of entropy reseeds it from
/// there; one without starts it by [`Drbg::start`], which makes sure that no run of the device
/// repeats the output of another.
pub struct Drbg {
    key: [u8; LEN],
    value: [u8; LEN],
    /// Requests since the last seeding, the next one included.
    requests: u64,
    interval: u64,
}

/// More was asked for than the generator may give: [`Drbg::MAX_REQUEST_LEN`] bytes at once, or
/// [`Drbg::RESEED_INTERVAL`] requests without new entropy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrbgError {
    /// The request is too long.
    TooLong,
    /// It has to be reseeded first.
    ReseedDue,
}

impl Drbg {
    /// Requests after which the generator has to be reseeded (SP 800-90A table 2).
    pub const RESEED_INTERVAL: u64 = 1 << 48;
    /// Bytes that one request may give (SP 800-90A table 2: 2^19 bits).
    pub const MAX_REQUEST_LEN: usize = 1 << 16;

    /// Starts from `entropy` (at least 32 bytes of it unpredictable), a `nonce` and text that tells
    /// this device and use from others (SP 800-90A §10.1.2.3).
    #[must_use]
    pub fn instantiate(entropy: &[u8], nonce: &[u8], personalization: &[u8]) -> Self {
        let mut drbg = Self::unseeded();
        drbg.seed(&[entropy, nonce, personalization]);
        drbg
    }

    /// Before [`Self::seed`].
    pub(crate) const fn unseeded() -> Self {
        Self {
            key: [0; LEN],
            value: [1; LEN],
            requests: 1,
            interval: Self::RESEED_INTERVAL,
        }
    }

    /// [`Self::instantiate`] in its place.
    fn seed(&mut self, material: &[&[u8]; 3]) {
        self.key = [0; LEN];
        self.value = [1; LEN];
        self.requests = 1;
        self.interval = Self::RESEED_INTERVAL;
        self.update(material);
    }

    /// Asks for new entropy already after `requests` of them, at least 1 and at most
    /// [`Drbg::RESEED_INTERVAL`].
    #[must_use]
    pub fn reseeded_every(mut self, requests: u64) -> Self {
        self.interval = requests.clamp(1, Self::RESEED_INTERVAL);
        self
    }

    /// Mixes in fresh entropy (SP 800-90A §10.1.2.4).
    pub fn reseed(&mut self, entropy: &[u8], additional: &[u8]) {
        self.update(&[entropy, additional, &[]]);
        self.requests = 1;
    }

    /// Fills `bytes`; `additional` is mixed in if it is not empty (SP 800-90A §10.1.2.5).
    ///
    /// # Errors
    /// [`DrbgError`] if the request may not be served. Then `bytes` and the state are as before.
    pub fn generate(&mut self, bytes: &mut [u8], additional: &[u8]) -> Result<(), DrbgError> {
        if bytes.len() > Self::MAX_REQUEST_LEN {
            return Err(DrbgError::TooLong);
        }
        if self.requests > self.interval {
            return Err(DrbgError::ReseedDue);
        }
        let data = &[additional, &[], &[]];
        if !additional.is_empty() {
            self.update(data);
        }
        self.give(bytes, data);
        Ok(())
    }

    /// Serves a request that may be served, after the update that comes first.
    fn give(&mut self, bytes: &mut [u8], data: &[&[u8]; 3]) {
        for chunk in bytes.chunks_mut(LEN) {
            self.step();
            for (slot, byte) in chunk.iter_mut().zip(&self.value) {
                *slot = *byte;
            }
        }
        self.update(data);
        // It is not beyond the interval.
        self.requests = self.requests.wrapping_add(1);
    }

    /// The function of this name (SP 800-90A §10.1.2.2) over the concatenation of `data`.
    #[inline(never)]
    fn update(&mut self, data: &[&[u8]; 3]) {
        let [first, second, third] = data;
        for round in 0..2 {
            let parts = [&self.value, &[round][..], first, second, third];
            self.key = mac(&self.key, &parts);
            self.step();
            if first.len() | second.len() | third.len() == 0 {
                break;
            }
        }
    }

    /// The next value.
    #[inline(never)]
    fn step(&mut self) {
        self.value = mac(&self.key, &[&self.value]);
    }
}

impl Random for Drbg {
    /// Never refuses. Where [`Drbg::RESEED_INTERVAL`] requests went by without new entropy (one
    /// each microsecond would take nine years), a block of its own output takes the place of
    /// entropy: that keeps later output unpredictable, but is no reseeding in the sense of
    /// SP 800-90A.
    #[inline(never)]
    fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(Self::MAX_REQUEST_LEN) {
            if self.requests > self.interval {
                self.update(&[b"interval", &[], &[]]);
                self.requests = 1;
            }
            self.give(piece, &[&[], &[], &[]]);
        }
    }
}

impl Drop for Drbg {
    fn drop(&mut self) {
        self.key.zeroize();
        self.value.zeroize();
    }
}

impl fmt::Debug for Drbg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Drbg(..)")
    }
}

impl fmt::Display for DrbgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "more random bytes were asked for than one request may give",
            Self::ReseedDue => "the random bit generator has to be reseeded",
        })
    }
}

impl core::error::Error for DrbgError {}

/// Bytes of a SHA-256 tag, which key and value are.
const LEN: usize = Sha256::OUTPUT_LEN;
