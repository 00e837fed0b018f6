//! The protocol, driven from outside the crate.

mod signature;
mod tokens;
