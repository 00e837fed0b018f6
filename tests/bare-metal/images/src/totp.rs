//! The home of the operations on one authenticator, each from the bytes of its secret.

use core::hint::black_box;

use countersign_core::{
    Code, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, Window,
};

use crate::{Output, SECRET, copy, now, opaque};

/// Writes the code of [`now`].
pub fn generate(_typed: &str, output: &mut Output) {
    with_totp(|totp| {
        if let Ok(code) = totp.generate(now()) {
            copy(output, code.as_bytes());
        }
    });
}

/// Verifies a code with nothing remembered.
pub fn verify(typed: &str, output: &mut Output) {
    with_totp(|totp| {
        if let Ok(code) = &Code::parse(typed) {
            let verdict = totp.verify(code, now(), Window::DEFAULT, TotpState::NEW);
            copy(output, text(&verdict));
        }
    });
}

/// Verifies a code after one of the step before was accepted.
pub fn verify_next(typed: &str, output: &mut Output) {
    verify_stored(&STEP_BEFORE, typed, output);
}

/// Verifies a code after that of [`now`] was accepted.
pub fn verify_again(typed: &str, output: &mut Output) {
    verify_stored(&STEP_NOW, typed, output);
}

/// What a verifier has stored: the format, that a code was accepted, the last step, no drift.
static STEP_BEFORE: [u8; TotpState::ENCODED_LEN] = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
static STEP_NOW: [u8; TotpState::ENCODED_LEN] = [1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];

#[inline(never)]
fn verify_stored(stored: &[u8], typed: &str, output: &mut Output) {
    with_totp(|totp| {
        if let (Ok(state), Ok(code)) = (TotpState::decode(opaque(stored)), &Code::parse(typed)) {
            let verdict = totp.verify(code, now(), Window::DEFAULT, state);
            if let TotpVerdict::Accepted(accepted) = verdict {
                black_box(accepted.state().encode());
            }
            copy(output, text(&verdict));
        }
    });
}

fn text(verdict: &TotpVerdict) -> &'static [u8] {
    match verdict {
        TotpVerdict::Accepted(_) => b"right",
        TotpVerdict::AlreadyUsed => b"used",
        TotpVerdict::Mismatch => b"wrong",
    }
}

/// In each place anew, so that the compiler sees which parameters are in use, as it does in a
/// firmware that has but one place. The secret is wiped before the work.
#[inline(always)]
fn with_totp(work: impl FnOnce(&Totp<Sha1>)) {
    let totp = match &SharedSecret::from_bytes(opaque(&SECRET[..])) {
        Ok(secret) => Totp::new(secret, TotpParams::DEFAULT),
        Err(_) => return,
    };
    work(&totp);
}
