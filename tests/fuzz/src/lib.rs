//! The home of the fuzz targets: functions of any bytes that panic if a promise of the core is
//! broken. libFuzzer drives them, and a test runs them over the committed corpus.

mod model;
mod targets;

pub use targets::{TARGETS, Target, find};
