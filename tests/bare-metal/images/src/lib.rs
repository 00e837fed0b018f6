//! The ladder of firmware images: each rung links one thing more of the core and is measured by
//! running it.
//!
//! A rung is a program in `src/bin`: a list of operations, each a function that reads what it
//! works on and writes what comes out. This library is the scaffold under all of them, so that the
//! rung `empty` shows what the scaffold itself costs: start-up, the clock, the painted stack and
//! the report, which goes to the emulator by semihosting. The panic handler calls a symbol that
//! nobody defines, so that an image in which a panic can be reached is not linked.
#![no_std]

mod board;
mod input;
mod report;
mod semihosting;
pub mod sign_in;
mod stored;
pub mod totp;

pub use input::{SECRET, TYPED_NOW, TYPED_WRONG, now, opaque};
pub use report::{Operation, Output, report};

/// Declares what the image does: operations by name, each with the text that it is given.
#[macro_export]
macro_rules! image {
    ($($name:literal: $operation:path => $typed:expr),* $(,)?) => {
        /// Where start-up goes on.
        #[unsafe(no_mangle)]
        extern "C" fn image_main() {
            $($crate::report($name, $operation, $typed);)*
        }
    };
}

/// As many bytes as there are and as fit, without the panic that a slice's own copy has.
pub fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
