//! The token's program.
#![no_std]
#![no_main]

use core::panic::PanicInfo;

use cortex_m_rt::entry;
use embedded_graphics::mono_font::{MonoTextStyle, ascii::FONT_6X10};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::{Drawable, Point};
use embedded_graphics::text::Text;
use token_firmware::board::{Board, Provision};
use token_firmware::oled::Frame;
use token_firmware::vpcd::Frames;

#[entry]
fn main() -> ! {
    let Some(mut board) = Board::take() else {
        loop {}
    };
    let mut frame = Frame::new();
    let text = if Provision::read().is_some() {
        "Countersign"
    } else {
        "Not provisioned"
    };
    let _ = Text::new(
        text,
        Point::new(3, 30),
        MonoTextStyle::new(&FONT_6X10, BinaryColor::On),
    )
    .draw(&mut frame);
    board.display.show(&frame, 0..64);
    let mut frames = Frames::<520>::new();
    loop {
        board.watchdog.feed();
        if let Some(byte) = board.uart.read() {
            if frames.push(byte).is_some() {
                board.uart.write(0);
            }
        }
    }
}

/// Nothing in the image can panic: the linker would ask for this symbol.
#[panic_handler]
#[allow(unsafe_code, reason = "the symbol is declared and nowhere defined")]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn token_firmware_must_not_panic() -> !;
    }
    token_firmware_must_not_panic()
}
