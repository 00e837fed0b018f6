//! The home of measuring one operation: its result, its instructions and its stack.

use core::ffi::CStr;
use core::hint::black_box;

use crate::board::{TICKS, spin, stack_pointer, ticks};
use crate::semihosting::{write, write_hex};

/// What an operation leaves for the one who reads the report.
pub type Output = [u8; 8];

/// What is measured: from stored bytes and a typed text to a result.
pub type Operation = fn(&str, &mut Output);

/// How often an operation is repeated: as many times as a tick has instructions or more, so that
/// the mean is exact to one.
const REPEATS: u32 = 128;

/// Rounds of the loop that says how many instructions a tick has.
const ROUNDS: u32 = 1 << 20;

/// Words below the stack pointer that are painted: 8 KiB, half of the smallest board's memory.
const PAINTED: usize = 2048;

const PAINT: u32 = 0x5eed_c0de;

/// Writes one line: the name, the result, ticks for [`ROUNDS`], for [`REPEATS`], bytes of stack.
pub fn report(name: &CStr, operation: Operation, typed: &str) {
    let mut output = Output::default();
    let stack = stack_of(operation, typed, &mut output);
    let calibration = ticks_of(|| spin(ROUNDS));
    let spent = ticks_of(|| {
        for _ in 0..REPEATS {
            black_box(operation)(black_box(typed), black_box(&mut Output::default()));
        }
    });
    write(name);
    let [a, b, c, d, e, f, g, h] = output;
    write_hex(u32::from_be_bytes([a, b, c, d]));
    write_hex(u32::from_be_bytes([e, f, g, h]));
    write_hex(ROUNDS);
    write_hex(calibration);
    write_hex(REPEATS);
    write_hex(spent);
    write_hex(stack);
    write(c"\n");
}

#[inline(never)]
fn ticks_of(work: impl FnOnce()) -> u32 {
    let before = ticks();
    work();
    before.wrapping_sub(ticks()) & TICKS
}

/// How many bytes below this function's own stack `operation` wrote to.
#[inline(never)]
fn stack_of(operation: Operation, typed: &str, output: &mut Output) -> u32 {
    let top = stack_pointer();
    // SAFETY: what lies below the stack pointer belongs to nobody until the next call, and no
    // interrupt is enabled. The stack is twice as deep as what is painted.
    unsafe {
        for depth in 1..=PAINTED {
            top.sub(depth).write_volatile(PAINT);
        }
    }
    black_box(operation)(black_box(typed), output);
    let mut depth = PAINTED;
    // SAFETY: as above; these words were written before.
    while depth > 0 && unsafe { top.sub(depth).read_volatile() } == PAINT {
        depth -= 1;
    }
    (depth * 4) as u32
}
