//! The engines of this crate against the portable one, and against the RFCs.

mod engines;
