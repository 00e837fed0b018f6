//! One-time passwords, MFA preferences and the sign-in challenge machine, without `std` and
//! without an allocator.
#![no_std]

mod entropy;
mod time;

pub use entropy::Entropy;
pub use time::{TimeOutOfRange, UnixTime};
