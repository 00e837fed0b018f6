#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

mod clock;
mod presence;
mod random;
pub mod screens;
mod vault;

pub use clock::{Rtc, RtcFault, Uptime};
pub use presence::{Answer, Ask, Presence};
pub use random::Random;
pub use vault::{DeviceKey, Key, Space, Usage, Vault, VaultError};

/// What an operation of the token needs of the device around it: somebody to ask, a clock that
/// goes on without power, and one that starts with it.
pub trait Board: Presence + Rtc + Uptime {}

impl<B: Presence + Rtc + Uptime> Board for B {}
