//! The home of randomness: what the token asks of the device.

/// A random bit generator fit for keys and challenges (NIST SP 800-90A).
pub trait Random {
    /// Fills `bytes` with fresh random ones.
    fn fill(&mut self, bytes: &mut [u8]);
}
