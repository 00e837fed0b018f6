//! The firmware-shaped probe: what a Cortex-M links when it uses the core, and nothing else.
//!
//! Each exported function is one measured story. The panic handler calls a symbol that nobody
//! defines, so an object in which a panic can be reached cannot be linked; `cargo xtask check`
//! reads the object and says which story reaches it.
#![no_std]

use core::panic::PanicInfo;
use core::slice;

use countersign_core::{
    Code, Digits, LastStep, Sha1, SharedSecret, Totp, TotpParams, TotpVerdict, UnixTime, Window,
};

/// A code for this moment, and whether the number typed is right at this moment and unused.
///
/// Writes the code's six digits to `shown` and returns the step to store, or zero.
///
/// # Safety
/// `secret` has `secret_len` bytes, and `shown` has six.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_totp(
    secret: *const u8,
    secret_len: usize,
    secs: i64,
    typed: u32,
    last_step: u64,
    shown: *mut u8,
) -> u64 {
    // SAFETY: the caller answers for both lengths.
    let (secret, shown) = unsafe {
        (
            slice::from_raw_parts(secret, secret_len),
            slice::from_raw_parts_mut(shown, 6),
        )
    };
    totp(secret, secs, typed, last_step, shown).unwrap_or(0)
}

fn totp(secret: &[u8], secs: i64, typed: u32, last_step: u64, shown: &mut [u8]) -> Option<u64> {
    let secret = SharedSecret::from_bytes(secret).ok()?;
    let now = UnixTime::from_signed_secs(secs).ok()?;
    let totp = Totp::<Sha1>::new(&secret, TotpParams::default());
    let code = totp.generate(now).ok()?;
    for (place, digit) in shown.iter_mut().zip(code.as_bytes()) {
        *place = *digit;
    }
    let typed = Code::from_number(typed, Digits::SIX);
    match totp.verify(&typed, now, Window::default(), LastStep::at(last_step)) {
        TotpVerdict::Accepted(accepted) => accepted.last_step().step(),
        TotpVerdict::AlreadyUsed | TotpVerdict::Mismatch => None,
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
