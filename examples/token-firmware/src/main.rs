//! The token's program.
#![no_std]
#![no_main]

use core::convert::Infallible;
use core::panic::PanicInfo;

use cortex_m_rt::entry;
use countersign_token::screens::{Notice, Screen};
use token_firmware::board::{Board, Provision};
use token_firmware::device::Device;
use token_firmware::log::{Happened, log};
use token_firmware::memory::CardFrames;
use token_firmware::parts::{Panel, Parts};
use token_firmware::uart::Uart;
use token_firmware::vpcd::{ATR, Event};

#[entry]
fn main() -> ! {
    let _ = run();
    // There is only one board, so this is not reached.
    loop {
        cortex_m::asm::wfi();
    }
}

fn run() -> Option<Infallible> {
    let board = Board::take()?;
    let memory = board.memory;
    let panel = Panel::new(board.display, &mut memory.frame);
    let mut parts = Parts::new(board.bus, board.keys, panel, board.timer, board.watchdog);
    if let Some(provision) = Provision::read()
        && let Some(device) = Device::start(board.bus, &provision, &mut parts, &mut memory.device)
    {
        serve(device, board.uart, &mut memory.frames)
    }
    fail(&mut parts)
}

/// Milliseconds of silence after which a frame that was begun is not going to end.
const SILENCE: u64 = 1_000;

fn serve(mut device: Device<'_>, mut uart: Uart, frames: &mut CardFrames) -> ! {
    let mut heard = 0;
    log(Happened::Started);
    loop {
        let now = device.parts().timer().millis();
        match uart.read() {
            Some(byte) => {
                heard = now;
                if let Some(event) = frames.push(byte) {
                    obey(event, &mut device, frames.request(), &mut uart);
                }
            }
            None if frames.is_within() && now < heard + SILENCE => {}
            None => {
                frames.abandon();
                device.turn();
                cortex_m::asm::wfi();
            }
        }
    }
}

/// Does what the reader says, and answers where it waits for an answer.
fn obey(event: Event, device: &mut Device<'_>, request: &[u8], uart: &mut Uart) {
    match event {
        Event::PowerOff | Event::PowerOn | Event::Reset => {
            device.reset();
            log(Happened::CardReset);
        }
        Event::Atr => send(uart, &ATR),
        Event::Command => {
            let answer = device.answer(request);
            send(uart, answer);
            let status = answer.last_chunk().copied().unwrap_or_default();
            log(Happened::Answered(u16::from_be_bytes(status)));
        }
        Event::TooLong => {
            send(uart, &WRONG_LENGTH);
            log(Happened::TooLong);
        }
    }
}

/// The status word of ISO 7816-4.
const WRONG_LENGTH: [u8; 2] = [0x67, 0x00];

fn send(uart: &mut Uart, bytes: &[u8]) {
    let [.., high, low] = bytes.len().to_be_bytes();
    uart.write(high);
    uart.write(low);
    for byte in bytes {
        uart.write(*byte);
    }
}

/// Says that the storage does not work, and starts anew when a key is pressed.
fn fail(parts: &mut Parts) -> ! {
    log(Happened::StorageFault);
    parts.panel().show(&Screen::Notice(Notice::StorageFault));
    while parts.pressed().is_none() {
        cortex_m::asm::wfi();
    }
    cortex_m::peripheral::SCB::sys_reset()
}

/// Nothing in the image can panic: the linker would ask for this symbol.
#[cfg(not(feature = "log"))]
#[panic_handler]
#[allow(
    unsafe_code,
    reason = "the symbol is declared for the linker to miss it"
)]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn token_firmware_must_not_panic() -> !;
    }
    token_firmware_must_not_panic()
}

/// What writes the log can panic.
#[cfg(feature = "log")]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    cortex_m::peripheral::SCB::sys_reset()
}
