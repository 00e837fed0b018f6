//! The home of the host's random source: a trait, the operating system's generator, and draws of
//! a fixed size.

use countersign_core::Entropy;
use zeroize::Zeroizing;

/// A cryptographically secure random bit generator (NIST SP 800-63B §3.2.12).
///
/// [`OsRandom`] is right for every deployment; the trait is there so that tests can replay a run
/// and so that an embedder can use a hardware generator.
pub trait Random: Send + Sync {
    /// Fills the whole of `bytes`.
    ///
    /// # Errors
    /// [`RandomError`] if the generator cannot serve; `bytes` is then not to be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The random generator cannot serve. Nothing that needs a secret may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the random generator is not available")]
pub struct RandomError;

/// The operating system's generator (`getrandom(2)` on Linux, which never needs a file and
/// blocks only until the kernel has been seeded once).
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|_| RandomError)
    }
}

/// One fresh draw for the core.
///
/// # Errors
/// [`RandomError`] if the generator cannot serve.
pub fn entropy(random: &dyn Random) -> Result<Entropy, RandomError> {
    Ok(Entropy::from_bytes(*draw::<{ Entropy::LEN }>(random)?))
}

/// `N` fresh random bytes, wiped when dropped.
///
/// # Errors
/// [`RandomError`] if the generator cannot serve.
pub fn draw<const N: usize>(random: &dyn Random) -> Result<Zeroizing<[u8; N]>, RandomError> {
    let mut bytes = Zeroizing::new([0; N]);
    random.fill(bytes.as_mut())?;
    Ok(bytes)
}
