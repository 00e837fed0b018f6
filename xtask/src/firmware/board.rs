//! The home of the emulated boards: which one runs which target, and what an image says there.

use std::path::Path;
use std::process::Stdio;

use crate::process::{Failure, capture, command, shown};

/// An emulated board.
pub(super) struct Board {
    /// What its processor runs.
    pub(super) target: &'static str,
    /// QEMU's name for it.
    pub(super) machine: &'static str,
    /// Its processor.
    pub(super) processor: &'static str,
}

/// One board for each kind of Cortex-M.
pub(super) const BOARDS: [Board; 3] = [
    Board {
        target: "thumbv6m-none-eabi",
        machine: "microbit",
        processor: "Cortex-M0",
    },
    Board {
        target: "thumbv7m-none-eabi",
        machine: "lm3s6965evb",
        processor: "Cortex-M3",
    },
    Board {
        target: "thumbv7em-none-eabihf",
        machine: "mps2-an386",
        processor: "Cortex-M4F",
    },
];

/// One line of an image's report.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The operation.
    pub(super) name: String,
    /// What it left, as eight bytes.
    pub(super) output: u64,
    /// Bytes of stack it used.
    pub(super) stack: u64,
    /// Instructions of one run, in hundredths.
    pub(super) instructions: u64,
}

pub(super) const EMULATOR: &str = "qemu-system-arm";

/// Longer than any image takes, by a factor of a hundred.
const SECONDS: &str = "60";

pub(super) fn has_emulator() -> bool {
    capture(command(EMULATOR).arg("--version")).is_ok()
}

/// Runs an image to its end and reads its report.
///
/// The emulator counts one nanosecond of its clock for one instruction, so that the same image
/// gives the same numbers in every run.
pub(super) fn run(board: &Board, image: &Path) -> Result<Vec<Line>, Failure> {
    let mut qemu = command("timeout");
    qemu.args([SECONDS, EMULATOR, "-machine", board.machine]);
    qemu.args(["-display", "none", "-monitor", "none", "-serial", "null"]);
    qemu.args([
        "-semihosting-config",
        "enable=on,target=native",
        "-icount",
        "shift=0",
    ]);
    qemu.arg("-kernel").arg(image).stdin(Stdio::null());
    let failed = |what: &dyn std::fmt::Display| Failure::new(format!("`{}`: {what}", shown(&qemu)));
    let output = command("timeout")
        .args(qemu.get_args())
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|error| failed(&error))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(failed(&format!("{}\n{said}", output.status)));
    }
    let lines: Vec<Line> = said.lines().filter_map(line).collect();
    if lines.is_empty() {
        return Err(failed(&format!("no report\n{said}")));
    }
    Ok(lines)
}

/// Reads `name output output rounds ticks repeats ticks stack`, the numbers in hexadecimal.
///
/// A round of the calibration is two instructions.
pub(super) fn line(text: &str) -> Option<Line> {
    let mut words = text.split(' ');
    let name = words.next()?.to_owned();
    let numbers: Vec<u64> = words
        .map(|word| {
            u64::from_str_radix(word, 16)
                .ok()
                .filter(|_| word.len() == 8)
        })
        .collect::<Option<_>>()?;
    let [high, low, rounds, calibration, repeats, ticks, stack] = numbers[..] else {
        return None;
    };
    let instructions = (ticks * 2 * rounds * 100).checked_div(calibration * repeats)?;
    Some(Line {
        name,
        output: high << 32 | low,
        stack,
        instructions,
    })
}

#[cfg(test)]
mod tests {
    use super::{Line, line};

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, u64, u64, u64)>) {
        let expected = expected.map(|(name, output, stack, instructions)| Line {
            name: name.to_owned(),
            output,
            stack,
            instructions,
        });
        assert_eq!(line(text), expected);
    }

    #[test]
    fn a_report_line_is_read_in_full_or_not_at_all() {
        check(
            "hit 72696768 74000000 00100000 00006666 00000080 0000c080 00000340",
            Some(("hit", 0x7269_6768_7400_0000, 832, 3_080_046)),
        );
        check("Timer with period zero, disabling", None);
        check(
            "hit 72696768 74000000 00100000 00006666 00000080 0000c080",
            None,
        );
        check(
            "hit 72696768 74000000 00100000 00000000 00000080 0000c080 00000340",
            None,
        );
        check(
            "hit 72696768 74000000 00100000 6666 00000080 0000c080 00000340",
            None,
        );
    }
}
