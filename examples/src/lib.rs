//! Stories to start from; each file in `src/bin` is one.

/// The Rust code of the README, compiled and run as a test so that it stays true.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
