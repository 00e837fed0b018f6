//! Stories of recovery codes: a set is issued, and one of its codes is used up.

use core::slice;

use countersign_core::{Entropy, RecoveryCode, RecoveryCodes, RecoveryVerdict, Sha1};

use crate::copy;

/// Draws a set, writes its stored form, and the codes one after the other.
///
/// # Safety
/// `random` has `Entropy::LEN` bytes, `stored` has `RecoveryCodes::ENCODED_LEN`, `shown` has
/// `shown_len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_recovery_issue(
    random: *const u8,
    stored: *mut u8,
    shown: *mut u8,
    shown_len: usize,
) -> bool {
    // SAFETY: the caller answers for all three lengths.
    let (random, stored, shown) = unsafe {
        (
            slice::from_raw_parts(random, Entropy::LEN),
            slice::from_raw_parts_mut(stored, RecoveryCodes::ENCODED_LEN),
            slice::from_raw_parts_mut(shown, shown_len),
        )
    };
    let Some(random) = random.first_chunk() else {
        return false;
    };
    let (set, codes) = RecoveryCodes::issue::<Sha1>(Entropy::from_bytes(*random));
    copy(stored, &set.encode());
    let text = codes.iter().flat_map(|code| code.as_str().bytes());
    for (to, from) in shown.iter_mut().zip(text) {
        *to = from;
    }
    true
}

/// Uses a typed code up; gives how many are left, or 255 if it was not one.
///
/// # Safety
/// `stored` has `RecoveryCodes::ENCODED_LEN` bytes, `typed` has `len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_recovery_redeem(
    stored: *mut u8,
    typed: *const u8,
    len: usize,
) -> u8 {
    // SAFETY: the caller answers for both lengths.
    let (stored, typed) = unsafe {
        (
            slice::from_raw_parts_mut(stored, RecoveryCodes::ENCODED_LEN),
            slice::from_raw_parts(typed, len),
        )
    };
    redeem(stored, typed).unwrap_or(u8::MAX)
}

fn redeem(stored: &mut [u8], typed: &[u8]) -> Option<u8> {
    let code = RecoveryCode::parse(core::str::from_utf8(typed).ok()?).ok()?;
    let mut set = RecoveryCodes::decode(stored).ok()?;
    match set.redeem::<Sha1>(&code) {
        RecoveryVerdict::Accepted(redeemed) => {
            copy(stored, &set.encode());
            Some(redeemed.remaining())
        }
        RecoveryVerdict::AlreadyUsed | RecoveryVerdict::Mismatch => None,
    }
}
