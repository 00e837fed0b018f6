//! Countersign host.

pub mod clock;
pub mod delivery;
pub mod mask;
pub mod random;
pub mod seal;
pub mod srp;
pub mod store;
