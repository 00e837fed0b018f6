//! Countersign host.

pub mod clock;
pub mod mask;
pub mod random;
pub mod srp;

pub mod store;
