//! The home of the operations on one authenticator, each from the bytes of its secret.

use core::hint::black_box;

use countersign_core::{
    Code, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, Window,
};

use crate::{Output, SECRET, TYPED_NOW, TYPED_WRONG, copy, now, opaque};

/// Writes the code of [`now`].
pub fn generate(output: &mut Output) {
    if let Some(code) = totp().and_then(|totp| totp.generate(now()).ok()) {
        copy(output, code.as_bytes());
    }
}

/// Verifies the code of [`now`].
pub fn verify_hit(output: &mut Output) {
    verify(&TYPED_NOW, output);
}

/// Verifies the code of no step.
pub fn verify_miss(output: &mut Output) {
    verify(&TYPED_WRONG, output);
}

/// Verifies the code of [`now`] after one of the step before.
pub fn verify_stored_hit(output: &mut Output) {
    verify_stored(&STEP_BEFORE, &TYPED_NOW, output);
}

/// Verifies the code of no step after one of the step before.
pub fn verify_stored_miss(output: &mut Output) {
    verify_stored(&STEP_BEFORE, &TYPED_WRONG, output);
}

/// Verifies the code of [`now`] a second time.
pub fn verify_stored_replay(output: &mut Output) {
    verify_stored(&STEP_NOW, &TYPED_NOW, output);
}

/// What a verifier has stored: the format, that a code was accepted, the last step, no drift.
static STEP_BEFORE: [u8; TotpState::ENCODED_LEN] = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
static STEP_NOW: [u8; TotpState::ENCODED_LEN] = [1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];

#[inline(never)]
fn verify(typed: &'static [u8], output: &mut Output) {
    finish(verdict(typed, TotpState::NEW), output);
}

#[inline(never)]
fn verify_stored(stored: &'static [u8], typed: &'static [u8], output: &mut Output) {
    let Ok(state) = TotpState::decode(opaque(stored)) else {
        return;
    };
    let verdict = verdict(typed, state);
    if let Some(TotpVerdict::Accepted(accepted)) = verdict {
        black_box(accepted.state().encode());
    }
    finish(verdict, output);
}

fn finish(verdict: Option<TotpVerdict>, output: &mut Output) {
    let text: &[u8] = match verdict {
        Some(TotpVerdict::Accepted(_)) => b"right",
        Some(TotpVerdict::AlreadyUsed) => b"used",
        Some(TotpVerdict::Mismatch) => b"wrong",
        None => b"",
    };
    copy(output, text);
}

fn verdict(typed: &'static [u8], state: TotpState) -> Option<TotpVerdict> {
    let code = Code::parse(core::str::from_utf8(opaque(typed)).ok()?).ok()?;
    Some(totp()?.verify(&code, now(), Window::DEFAULT, state))
}

fn totp() -> Option<Totp<Sha1>> {
    let secret = SharedSecret::from_bytes(opaque(&SECRET)).ok()?;
    Some(Totp::new(&secret, TotpParams::DEFAULT))
}
