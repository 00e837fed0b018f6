//! `cargo xtask bench timing`: looks for leaks through time and writes `docs/constant-time.md`.

use std::fmt::Write;

use super::machine::Machine;
use super::rows::{fields, lines};
use super::{build, write};
use crate::process::{Outcome, capture, command, shown};

const PAGE: &str = "docs/constant-time.md";

const ABOUT: &str = "\
# Constant-time evidence
What depends on a secret must not show in the time that it takes. The core keeps to that by how it
is written: comparisons and selections go through `subtle`, every step of a window is computed
whatever matches, and dynamic truncation shifts by masks instead of using the secret offset as an
address. This page is the evidence that the compiler left it so.

## Method
The test is that of Reparaz, Balasch and Verbauwhede (*Dude, is my code constant time?*, 2017).
Inputs are of two classes. For each measurement a coin chooses the class, an input of it is copied
to the one place that is read, and the operation is timed. Welch's t says how sure it is that the
two classes differ in their mean: once over all measurements, and as the largest of a hundred values
that each leave out the slowest part of them, in which interrupts hide. Below 4.5 there is no sign
of a difference; above 10 there surely is one. A difference too small for this many samples, or one
that shows only in caches or on other processors, is not excluded.

The control is a comparison that stops at the first difference. Its t has to be large, or the method
sees nothing. The row marked *public* compares a right code with wrong ones: the verdict itself is
returned, branches on it are meant, and its t is shown for honesty's sake.

`cargo xtask bench timing` measures again and writes this page. No build fails by it.

";

/// Measures, prints, and unless `quick` writes the page.
pub(super) fn run(quick: bool) -> Outcome {
    let machine = Machine::look();
    println!(
        "== bench timing: {}, load {}",
        machine.processor, machine.load
    );
    let folder = build(
        &["timing"],
        &["--no-default-features"],
        "",
        "bench-flags-none",
    )?;
    let mut program = command(folder.join("timing"));
    program.arg(if quick { "300000" } else { "2200000" });
    println!("   $ {}", shown(&program));
    let text = capture(&mut program)?;
    let mut page = format!("{ABOUT}## Result\n{}\n\n", machine.sentence());
    page.push_str(
        "| what | classes | samples | means, ns | t, all | t, largest cropped | |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for line in lines(&text) {
        let [
            claim,
            name,
            a,
            b,
            samples_a,
            samples_b,
            mean_a,
            mean_b,
            raw,
            cropped,
        ] = fields(line)?;
        let _ = writeln!(
            page,
            "| {name} | {a}; {b} | {samples_a}; {samples_b} | {mean_a}; {mean_b} | {raw} | \
             {cropped} | {} |",
            verdict(claim, cropped)
        );
    }
    page.push_str(
        "\nA sample is of several runs where one is too short for the clock: 64 of comparisons, 4 of \
         `Totp`, 16 of the control.\n",
    );
    println!("\n{page}");
    if quick {
        println!("   a quick run writes no page");
        return Ok(());
    }
    write(PAGE, &page)
}

/// A word for a t, by what was expected of it.
fn verdict(claim: &str, t: &str) -> &'static str {
    let size = t.parse().map_or(f64::INFINITY, f64::abs);
    match claim {
        "public" => "public",
        "control" if size > 10.0 => "seen, as it must",
        "control" => "NOT SEEN: the method is blind here",
        _ if size < 4.5 => "no sign",
        _ if size < 10.0 => "look closer",
        _ => "LEAK",
    }
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn a_large_t_is_told_and_a_blind_control_too() {
        assert_eq!(verdict("constant", "-2.10"), "no sign");
        assert_eq!(verdict("constant", "-12.00"), "LEAK");
        assert_eq!(verdict("constant", "7"), "look closer");
        assert_eq!(
            verdict("control", "9.9"),
            "NOT SEEN: the method is blind here"
        );
        assert_eq!(verdict("control", "2000"), "seen, as it must");
        assert_eq!(verdict("public", "300"), "public");
    }
}
