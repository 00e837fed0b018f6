//! The home of randomness: one fresh draw, moved in by the caller and used once.

use zeroize::Zeroize;

/// One fresh draw of [`Entropy::LEN`] bytes from an approved random bit generator
/// (NIST SP 800-63B §3.2.12 asks for at least 112 bits of strength).
///
/// The core has no random source. An operation that may need randomness takes an `Entropy` by
/// value, and the type is neither `Clone` nor `Copy`, so a draw cannot serve twice:
///
/// ```compile_fail,E0382
/// use countersign_core::{Entropy, SharedSecret};
/// let fresh = Entropy::from_bytes([7; Entropy::LEN]);
/// let first = SharedSecret::generate(fresh);
/// let second = SharedSecret::generate(fresh);
/// ```
pub struct Entropy([u8; Self::LEN]);

impl Entropy {
    /// Bytes in one draw.
    pub const LEN: usize = 32;

    /// Takes a draw. The caller answers for its quality: use the operating system's generator or
    /// a hardware one, never a counter, a clock or a seeded generator.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The draw itself, for the operations of this crate that consume it.
    pub(crate) const fn bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl Drop for Entropy {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl core::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Entropy(..)")
    }
}
