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
    pub const LEN: usize = 48;

    /// Takes a draw. The caller answers for its quality: use the operating system's generator or
    /// a hardware one, never a counter, a clock or a seeded generator.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The draw itself, for an operation of this crate that consumes all of it.
    pub(crate) const fn bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// Bytes 0 to 15: the name of a new sign-in or set-up.
    pub(crate) fn id(&self) -> [u8; 16] {
        copy(&self.0, 0)
    }

    /// Bytes 16 to 31: the salt of a delivered code.
    pub(crate) fn salt(&self) -> [u8; 16] {
        copy(&self.0, 16)
    }

    /// Bytes 32 to 39: the number that a delivered code is reduced from.
    pub(crate) fn number(&self) -> [u8; 8] {
        copy(&self.0, 32)
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

/// The `N` bytes of `bytes` that start at `offset`; both are constants of this file.
fn copy<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut part = [0; N];
    for (to, from) in part.iter_mut().zip(bytes.iter().skip(offset)) {
        *to = *from;
    }
    part
}
