//! The engines of this crate against the portable one, and against the RFCs.
#![allow(clippy::unwrap_used, reason = "a test that goes wrong stops there")]

mod engines;
