//! The home of the operations on one authenticator, each from the bytes of its secret.

use countersign_core::{
    Code, Drift, LastStep, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, Window,
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

/// What a verifier has stored: the last step.
static STEP_BEFORE: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 0];
static STEP_NOW: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

#[inline(never)]
fn verify(typed: &'static [u8], output: &mut Output) {
    match verdict(typed, TotpState::NEW) {
        Some(TotpVerdict::Accepted(_)) => copy(output, b"right"),
        Some(TotpVerdict::AlreadyUsed) => copy(output, b"used"),
        Some(TotpVerdict::Mismatch) => copy(output, b"wrong"),
        None => {}
    }
}

#[inline(never)]
fn verify_stored(stored: &'static [u8], typed: &'static [u8], output: &mut Output) {
    let Some(last) = opaque(stored).first_chunk() else {
        return;
    };
    let last = LastStep::at(u64::from_be_bytes(*last));
    match verdict(typed, TotpState::new(last, Drift::NONE)) {
        Some(TotpVerdict::Accepted(accepted)) => copy(output, &accepted.step().to_be_bytes()),
        Some(TotpVerdict::AlreadyUsed) => copy(output, b"used"),
        Some(TotpVerdict::Mismatch) => copy(output, b"wrong"),
        None => {}
    }
}

fn verdict(typed: &'static [u8], state: TotpState) -> Option<TotpVerdict> {
    let code = Code::parse(core::str::from_utf8(opaque(typed)).ok()?).ok()?;
    Some(totp()?.verify(&code, now(), Window::DEFAULT, state))
}

fn totp() -> Option<Totp<Sha1>> {
    let secret = SharedSecret::from_bytes(opaque(&SECRET)).ok()?;
    Some(Totp::new(&secret, TotpParams::DEFAULT))
}
