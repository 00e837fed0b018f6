//! What the token costs, measured on itself: instructions and stack of what it does, from reset on.
//!
//! `cargo xtask firmware size` runs it on a token with four accounts and a clock that is set, with
//! an emulator that counts instructions; so every run gives the same numbers. A line is a name,
//! what came out, clocks from reset or of the operation, and the depth of the stack.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::panic::PanicInfo;

use cortex_m_rt::entry;
use countersign_core::{Algorithm, Keyed, Portable, Sha1, Sha256, Sha512};
use countersign_token::Button;
use token_firmware::board::{Board, Provision};
use token_firmware::device::Device;
use token_firmware::parts::{Panel, Parts};
use token_firmware::stack;
use token_firmware::uptime::Timer;

#[entry]
fn main() -> ! {
    semihosting::process::exit(i32::from(measured().is_none()))
}

fn measured() -> Option<()> {
    stack::paint();
    let board = Board::take()?;
    let memory = board.memory;
    let panel = Panel::new(board.display, &mut memory.frame);
    let mut parts = Parts::new(board.bus, board.keys, panel, board.timer, board.watchdog);
    let provision = Provision::read()?;
    let mut device = Device::start(board.bus, &provision, &mut parts, &mut memory.device)?;
    report("started", &[], device.parts().timer().clocks());
    device.turn();
    let lit = device.parts().lit();
    report("list", &lit.to_be_bytes(), device.parts().timer().clocks());
    device.press(Button::Select);
    device.turn();
    let lit = device.parts().lit();
    report("code", &lit.to_be_bytes(), device.parts().timer().clocks());
    device.turn();
    for (name, request) in REQUESTS {
        stack::paint();
        let before = device.parts().timer().clocks();
        let answer = device.answer(request);
        let mut output = [0; 8];
        for (place, byte) in output.iter_mut().zip(answer) {
            *place = *byte;
        }
        report(
            name,
            &output,
            device.parts().timer().clocks().wrapping_sub(before),
        );
    }
    stack::paint();
    let before = device.parts().timer().clocks();
    device.turn();
    let drawn = device.parts().timer().clocks().wrapping_sub(before);
    report("redraw", &device.parts().lit().to_be_bytes(), drawn);
    let timer = device.parts().timer();
    code::<Sha1>(timer, "cold_sha1", "warm_sha1", 20);
    code::<Sha256>(timer, "cold_sha256", "warm_sha256", 32);
    code::<Sha512>(timer, "cold_sha512", "warm_sha512", 64);
    Some(())
}

/// The number of a code alone: from the bytes of the secret, and from a key that is prepared. The
/// output is that of CALCULATE.
fn code<A: Algorithm>(timer: &Timer, cold: &str, warm: &str, len: usize) {
    let secret = SECRETS.get(..len).unwrap_or_default();
    stack::paint();
    let before = timer.clocks();
    let truncated = of_step(&Keyed::<A>::new(black_box(secret)));
    let clocks = timer.clocks().wrapping_sub(before);
    report(cold, &answer(truncated), clocks);
    let key = Keyed::<A>::new(secret);
    stack::paint();
    let before = timer.clocks();
    let truncated = of_step(black_box(&key));
    let clocks = timer.clocks().wrapping_sub(before);
    report(warm, &answer(truncated), clocks);
}

/// RFC 6238's secrets are as long as the tags.
const SECRETS: &[u8; 64] = b"1234567890123456789012345678901234567890123456789012345678901234";

#[inline(never)]
fn of_step<A: Algorithm>(key: &Keyed<A>) -> u32 {
    let mut truncated = 0;
    key.each_counter(&Portable, 1_234_567_890 / 30, 1, |_, tag| {
        truncated = tag.truncate();
    });
    truncated
}

fn answer(truncated: u32) -> [u8; 7] {
    let [a, b, c, d] = truncated.to_be_bytes();
    [0x76, 5, 8, a, b, c, d]
}

/// A reset of the card and everything a host asks every day: RFC 6238's vectors at 1234567890.
const REQUESTS: [(&str, &[u8]); 9] = [
    (
        "select",
        b"\x00\xa4\x04\x00\x07\xa0\x00\x00\x05\x27\x21\x01",
    ),
    ("list_all", b"\x00\xa1\x00\x00\x00"),
    (
        "calculate_sha1",
        b"\x00\xa2\x00\x01\x10\x71\x04sha1\x74\x08\0\0\0\0\x02\x73\xef\x07",
    ),
    (
        "calculate_sha256",
        b"\x00\xa2\x00\x01\x12\x71\x06sha256\x74\x08\0\0\0\0\x02\x73\xef\x07",
    ),
    (
        "calculate_sha512",
        b"\x00\xa2\x00\x01\x12\x71\x06sha512\x74\x08\0\0\0\0\x02\x73\xef\x07",
    ),
    (
        "calculate_hotp",
        b"\x00\xa2\x00\x01\x08\x71\x04hotp\x74\x00",
    ),
    (
        "calculate_all",
        b"\x00\xa4\x00\x01\x0a\x74\x08\0\0\0\0\x02\x73\xef\x07",
    ),
    (
        "put",
        b"\x00\x01\x00\x00\x21\x71\x07another\x73\x16\x21\x0612345678901234567890",
    ),
    ("delete", b"\x00\x02\x00\x00\x09\x71\x07another"),
];

/// Two words of output; the clocks as if one round of the loop that measures a clock were ten.
fn report(name: &str, output: &[u8], clocks: u32) {
    let mut padded = [0; 8];
    for (place, byte) in padded.iter_mut().zip(output) {
        *place = *byte;
    }
    let [a, b, c, d, e, f, g, h] = padded;
    semihosting::eprintln!(
        "{name} {:08x} {:08x} 0000000a 00000001 00000001 {clocks:08x} {:08x}",
        u32::from_be_bytes([a, b, c, d]),
        u32::from_be_bytes([e, f, g, h]),
        stack::depth(),
    );
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    semihosting::process::exit(101)
}
