//! The home of figures that a passed test shows (`cargo test -- --nocapture`).

/// Prints one line.
#[allow(
    clippy::print_stdout,
    reason = "the test runner shows or keeps back what tests print"
)]
pub(crate) fn report(line: &str) {
    println!("{line}");
}
