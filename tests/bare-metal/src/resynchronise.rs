//! The story of an authenticator whose clock has run away: two codes, and its stored state.

use core::slice;

use countersign_core::{
    Code, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, UnixTime,
};

use crate::copy;

/// Finds an authenticator's clock by two codes in a row and writes its new state.
///
/// # Safety
/// `secret` has `secret_len` bytes, `typed` has twelve, `stored` has `TotpState::ENCODED_LEN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_totp_resynchronise(
    secret: *const u8,
    secret_len: usize,
    typed: *const u8,
    secs: i64,
    stored: *mut u8,
) -> bool {
    // SAFETY: the caller answers for all three lengths.
    let (secret, typed, stored) = unsafe {
        (
            slice::from_raw_parts(secret, secret_len),
            slice::from_raw_parts(typed, 12),
            slice::from_raw_parts_mut(stored, TotpState::ENCODED_LEN),
        )
    };
    let found = resynchronise(secret, typed, secs, stored);
    if let Some(state) = found {
        copy(stored, &state.encode());
    }
    found.is_some()
}

fn resynchronise(secret: &[u8], typed: &[u8], secs: i64, stored: &[u8]) -> Option<TotpState> {
    let secret = SharedSecret::from_bytes(secret).ok()?;
    let now = UnixTime::from_signed_secs(secs).ok()?;
    let (first, second) = typed.split_at_checked(6)?;
    let code = |text| Code::parse(core::str::from_utf8(text).ok()?).ok();
    let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
    let state = TotpState::decode(stored).ok()?;
    match totp.resynchronise(&code(first)?, &code(second)?, now, state) {
        TotpVerdict::Accepted(found) => Some(found.state()),
        TotpVerdict::AlreadyUsed | TotpVerdict::Mismatch => None,
    }
}
