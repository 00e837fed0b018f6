//! Countersign host.
