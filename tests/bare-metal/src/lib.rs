//! The firmware-shaped probe: what a Cortex-M links when it uses the core, and nothing else.
//!
//! Each exported function is one measured story. The panic handler calls a symbol that nobody
//! defines, so an object in which a panic can be reached cannot be linked; `cargo xtask check`
//! reads the object and says which story reaches it.
#![no_std]

use core::panic::PanicInfo;
use countersign_core::UnixTime;

/// Whole seconds from a signed clock, and the moment half a minute later.
#[unsafe(no_mangle)]
pub extern "C" fn probe_time(secs: i64) -> u64 {
    match UnixTime::from_signed_secs(secs) {
        Ok(now) => now.plus_secs(30).secs(),
        Err(_) => 0,
    }
}

/// A panic on purpose, for the gate to find.
#[cfg(feature = "control")]
#[unsafe(no_mangle)]
pub extern "C" fn probe_control(secs: i64) -> u64 {
    UnixTime::from_signed_secs(secs).unwrap().secs()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn countersign_core_must_not_panic() -> !;
    }
    countersign_core_must_not_panic()
}
