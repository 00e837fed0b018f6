//! The home of the key that a device seals its records under.

use zeroize::Zeroize;

/// The key of 32 bytes under which a device seals what it stores. It is kept elsewhere than the
/// records, where neither the host nor who holds the storage chip reads it: whoever has both has
/// every secret.
///
/// It prints as itself without its bytes and is wiped when dropped.
pub struct DeviceKey([u8; 32]);

impl DeviceKey {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// Takes 32 random bytes as the key.
    #[must_use]
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl Drop for DeviceKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl core::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}
