//! The firmware-shaped probe: what a Cortex-M links when it uses the core, and nothing else.
//!
//! Each exported function is one measured story. The panic handler calls a symbol that nobody
//! defines, so an object in which a panic can be reached cannot be linked; `cargo xtask check`
//! reads the object and says which story reaches it.
#![no_std]

pub mod import;
pub mod ocra;
pub mod recovery;
pub mod resynchronise;

use core::panic::PanicInfo;
use core::slice;

use countersign_core::{
    Account, Act, Algorithm, Code, Contacts, Context, Digits, Drift, Entropy, Event,
    FirstFactorVerified, Hotp, HotpState, KeyUri, LastStep, LookAhead, Outcome, Policy, Sha1,
    Sha256, Sha512, SharedSecret, SignIn, Totp, TotpParams, TotpState, TotpVerdict, UnixTime,
    Window,
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
    let state = TotpState::new(LastStep::at(last_step), Drift::NONE);
    match totp.verify(&typed, now, Window::default(), state) {
        TotpVerdict::Accepted(accepted) => accepted.state().last_step().step(),
        TotpVerdict::AlreadyUsed | TotpVerdict::Mismatch => None,
    }
}

/// One event of a sign-in: reads account and sign-in from their stored forms, lets the machine
/// decide, and writes both back.
///
/// # Safety
/// `account` has `ACCOUNT_ENCODED_LEN` bytes, `pending` has `SignIn::ENCODED_LEN`, `random` has
/// `Entropy::LEN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_sign_in(
    account: *mut u8,
    pending: *mut u8,
    random: *const u8,
    secs: i64,
    typed: u32,
) -> u8 {
    // SAFETY: the caller answers for the three lengths.
    let (account, pending, random) = unsafe {
        (
            slice::from_raw_parts_mut(account, countersign_core::ACCOUNT_ENCODED_LEN),
            slice::from_raw_parts_mut(pending, SignIn::ENCODED_LEN),
            slice::from_raw_parts(random, Entropy::LEN),
        )
    };
    sign_in(account, pending, random, secs, typed).unwrap_or(0)
}

fn sign_in(
    stored: &mut [u8],
    pending: &mut [u8],
    random: &[u8],
    secs: i64,
    typed: u32,
) -> Option<u8> {
    let now = UnixTime::from_signed_secs(secs).ok()?;
    let policy = Policy::DEFAULT;
    let context = Context {
        policy: &policy,
        contacts: Contacts::NONE,
        now,
    };
    let account = Account::<Sha1>::decode(stored).ok()?;
    let fresh = Entropy::from_bytes(*random.first_chunk()?);
    let step = if typed == 0 {
        let first = FirstFactorVerified::vouch(account.id());
        SignIn::begin(first, account, &context, fresh)
    } else {
        let code = Code::from_number(typed, Digits::SIX);
        let sign_in = SignIn::decode(pending).ok()?;
        sign_in.handle(Event::Code(&code), account, &context, fresh)
    };
    copy(stored, step.account().encode().as_slice());
    match step.after_saving() {
        Outcome::SignedIn(_) => Some(1),
        Outcome::Ended(_) => Some(2),
        Outcome::Continue { sign_in, act } => {
            copy(pending, &sign_in.encode());
            Some(if matches!(act, Act::Refuse(_)) { 3 } else { 4 })
        }
    }
}

/// A secret from base32, as a person types it, and back.
///
/// # Safety
/// `text` has `len` bytes, `out` has `SharedSecret::ENCODED_LEN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_base32(text: *const u8, len: usize, out: *mut u8) -> usize {
    // SAFETY: the caller answers for both lengths.
    let (text, out) = unsafe {
        (
            slice::from_raw_parts(text, len),
            slice::from_raw_parts_mut(out, SharedSecret::ENCODED_LEN),
        )
    };
    let secret = core::str::from_utf8(text)
        .ok()
        .map(SharedSecret::from_base32);
    let Some(Ok(secret)) = secret else { return 0 };
    let text = secret.to_base32();
    copy(out, text.as_str().as_bytes());
    text.as_str().len()
}

/// The secret of a setup URI.
///
/// # Safety
/// `text` has `len` bytes, `out` has `SharedSecret::MAX_LEN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_key_uri(text: *const u8, len: usize, out: *mut u8) -> usize {
    // SAFETY: the caller answers for both lengths.
    let (text, out) = unsafe {
        (
            slice::from_raw_parts(text, len),
            slice::from_raw_parts_mut(out, SharedSecret::MAX_LEN),
        )
    };
    let uri = core::str::from_utf8(text).ok().map(KeyUri::parse);
    let Some(Ok(uri)) = uri else { return 0 };
    copy(out, uri.secret().as_bytes());
    uri.secret().as_bytes().len()
}

/// A counter's code with SHA-256, and whether it verifies.
///
/// # Safety
/// `secret` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_hotp_sha256(secret: *const u8, len: usize, counter: u64) -> bool {
    // SAFETY: the caller answers for the length.
    hotp::<Sha256>(unsafe { slice::from_raw_parts(secret, len) }, counter)
}

/// The same with SHA-512.
///
/// # Safety
/// `secret` has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_hotp_sha512(secret: *const u8, len: usize, counter: u64) -> bool {
    // SAFETY: the caller answers for the length.
    hotp::<Sha512>(unsafe { slice::from_raw_parts(secret, len) }, counter)
}

fn hotp<A: Algorithm>(secret: &[u8], counter: u64) -> bool {
    let Ok(secret) = SharedSecret::from_bytes(secret) else {
        return false;
    };
    let hotp = Hotp::<A>::new(&secret, Digits::EIGHT);
    let code = hotp.generate(counter);
    matches!(
        hotp.verify(&code, HotpState::at(counter), LookAhead::DEFAULT),
        countersign_core::HotpVerdict::Accepted(_)
    )
}

fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// A panic on purpose, for the gate to find.
#[cfg(feature = "control-panic")]
#[unsafe(no_mangle)]
pub extern "C" fn probe_panic(secs: i64) -> u64 {
    UnixTime::from_signed_secs(secs).unwrap().secs()
}

#[cfg(feature = "control-allocation")]
extern crate alloc;

/// An allocation on purpose, for the gate to find.
#[cfg(feature = "control-allocation")]
#[unsafe(no_mangle)]
pub extern "C" fn probe_allocation(len: usize) -> usize {
    alloc::vec::Vec::<u8>::with_capacity(len).capacity()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn countersign_core_must_not_panic() -> !;
    }
    countersign_core_must_not_panic()
}
