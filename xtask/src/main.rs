//! The workspace tool: check, test, demo.
fn main() {}
