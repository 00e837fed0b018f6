//! The home of talking to the emulator: text to its output, and the end.

use core::arch::asm;
use core::ffi::CStr;

/// Everything went well.
pub(crate) const DONE: u32 = 0x2_0026;
/// The processor took a fault.
pub(crate) const FAULT: u32 = 0x2_0023;

const WRITE0: u32 = 0x04;
const EXIT: u32 = 0x18;

/// Writes text.
pub(crate) fn write(text: &CStr) {
    // SAFETY: the operation reads the text up to its zero byte.
    unsafe { call(WRITE0, text.as_ptr().addr()) };
}

/// Writes a word as eight hexadecimal digits, after a space.
pub(crate) fn write_hex(word: u32) {
    let mut text = [0_u8; 10];
    let mut rest = word;
    for digit in text.iter_mut().take(9).skip(1).rev() {
        let [low, ..] = (rest & 15).to_le_bytes();
        *digit = if low < 10 { b'0' } else { b'a' - 10 } + low;
        rest >>= 4;
    }
    text[0] = b' ';
    // SAFETY: the operation reads the text up to its zero byte, which is its last.
    unsafe { call(WRITE0, text.as_ptr().addr()) };
}

/// Ends the emulation.
pub(crate) fn exit(reason: u32) -> ! {
    loop {
        // SAFETY: the operation reads no memory.
        unsafe { call(EXIT, reason as usize) };
    }
}

/// # Safety
/// `argument` is what `operation` asks for.
unsafe fn call(operation: u32, argument: usize) {
    // SAFETY: the emulator answers this breakpoint and keeps every register but the first.
    unsafe {
        asm!("bkpt 0xab", inout("r0") operation => _, in("r1") argument, options(nostack));
    }
}
