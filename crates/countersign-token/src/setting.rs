//! The home of the numbers of settings: what the vault keeps once, not for each credential.
//!
//! Numbers from 16 on belong to guards, PIN, clock, seed and administration; the ones below to the
//! applet.

/// Tries at the PIN.
pub(crate) const PIN_TRIES: u16 = 16;
/// The PIN's digest.
pub(crate) const PIN: u16 = 17;
/// Tries at the access key of the applet.
pub(crate) const ACCESS_KEY_TRIES: u16 = 18;
/// When the clock was set, and how far it is trusted.
pub(crate) const CLOCK: u16 = 19;
/// The latest time that was ever shown.
pub(crate) const HIGH_WATER: u16 = 20;
/// The key that guards the clock.
pub(crate) const ADMIN_KEY: u16 = 21;
/// The seed of the random bit generator.
pub(crate) const SEED: u16 = 22;
