//! `cargo xtask bench timing`: looks for leaks through time, follows secrets under valgrind, and
//! writes `docs/constant-time.md`.

use std::fmt::Write;

use super::machine::Machine;
use super::rows::{fields, lines};
use super::{build, write};
use crate::process::{Failure, Outcome, capture, command, shown};

const PAGE: &str = "docs/constant-time.md";

const ABOUT: &str = "\
# Constant-time evidence
What depends on a secret must not show in the time that it takes. The core keeps to that by how it
is written: comparisons and selections go through `subtle`, every step of a window is computed
whatever matches, and dynamic truncation shifts by masks instead of using the secret offset as an
address. This page is the evidence that the compiler left it so.

## By the clock
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

";

const FOLLOWED: &str = "
## By following the secret
Under valgrind the bytes of a secret, or of a draw, are declared undefined, and memcheck complains
of every branch and every address that depends on them, each time. This sees what no clock sees, but
only on the paths that these inputs take; and valgrind hides the SHA instructions, so the hash
crates' portable loops are what runs. A verdict depends on the secret and is meant to be told, so a
verifier may branch on it as it returns it: a few times at most, however wide its window is.

";

const AGAIN: &str = "
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
    let mut page = format!("{ABOUT}{}\n\n", machine.sentence());
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
        "\nA sample is of several runs where one is too short for the clock: 64 of comparisons, 4 \
         of `Totp`,\n16 of the control.\n",
    );
    page.push_str(&followed()?);
    page.push_str(AGAIN);
    println!("\n{page}");
    if quick {
        println!("   a quick run writes no page");
        return Ok(());
    }
    write(PAGE, &page)
}

/// The section on what memcheck says, or nothing where it is not there.
fn followed() -> Result<String, Failure> {
    let features = ["--no-default-features", "--features", "taint"];
    let Ok(version) = capture(command("valgrind").arg("--version")) else {
        println!("   valgrind is missing, so no secret is followed");
        return Ok(String::new());
    };
    let folder = build(&["taint"], &features, "", "bench-flags-none")?;
    let mut valgrind = command("valgrind");
    valgrind.arg("--quiet").arg(folder.join("taint"));
    println!("   $ {}", shown(&valgrind));
    let mut section = format!("{FOLLOWED}| what | complaints | |\n|---|---|---|\n");
    for line in lines(&capture(&mut valgrind)?) {
        let [expected, name, complaints] = fields(line)?;
        let word = complained(expected, complaints);
        let _ = writeln!(section, "| {name} | {complaints} | {word} |");
    }
    let _ = writeln!(section, "\nBy {}.", version.trim());
    Ok(section)
}

/// A word for a number of complaints, by what was expected.
fn complained(expected: &str, complaints: &str) -> &'static str {
    let complaints = complaints.parse().unwrap_or(u32::MAX);
    match (expected, complaints) {
        ("control", 0) => "NOT SEEN: the method is blind here",
        ("control", _) => "seen, as it must",
        (_, 0) => "silent",
        ("verdict", 1..=3) => "the verdict",
        _ => "LEAK",
    }
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
    use super::{complained, verdict};

    #[test]
    fn a_complaint_where_none_may_be_is_a_leak() {
        assert_eq!(complained("silent", "0"), "silent");
        assert_eq!(complained("silent", "1"), "LEAK");
        assert_eq!(complained("verdict", "2"), "the verdict");
        assert_eq!(complained("verdict", "11"), "LEAK");
        assert_eq!(
            complained("control", "0"),
            "NOT SEEN: the method is blind here"
        );
    }

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
