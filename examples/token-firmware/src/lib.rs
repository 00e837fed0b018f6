//! A hardware authenticator on an emulated Cortex-M3: the board, its drivers, and the token on
//! them.
#![no_std]

pub mod board;
pub mod device;
pub mod gpio;
pub mod i2c;
pub mod log;
pub mod memory;
pub mod oled;
pub mod parts;
mod registers;
pub mod spi;
#[cfg(feature = "measure")]
pub mod stack;
pub mod uart;
pub mod uptime;
pub mod vpcd;
pub mod watchdog;
