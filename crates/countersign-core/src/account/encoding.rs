//! The home of an account's stored form, byte by byte.
//!
//! Big-endian throughout; every field has its place whether it is in use or not, and an unused one
//! is all zeros, so each account has exactly one spelling.
//!
//! | field | bytes |
//! |---|---|
//! | format, 2 | 1 |
//! | algorithm | 1 |
//! | account | 16 |
//! | settings | 1 |
//! | authenticator: flag, secret, parameters, flag and last step, drift | 1 + 65 + 11 + 9 + 4 |
//! | pending: flag, secret, parameters, binding, start, expiry, tries | 1 + 65 + 11 + 33 |
//! | delivered code: flag, code without its format | 1 + 82 |
//! | completion: flag, sign-in, factor | 1 + 17 |
//! | ended sign-ins | 8 × 8 |
//! | throttle without its format | 166 |
//! | recovery codes: flag, set with its format | 1 + 179 |

use zeroize::Zeroizing;

use super::{
    Account, Authenticator, CLOSED, Completion, PendingAuthenticator, SET_UP_TRIES, SetUpBinding,
};
use crate::bytes::{Reader, Writer};
use crate::{
    AccountId, Algorithm, DecodeError, Digits, MfaSet, MfaSettings, Passcode, Period,
    RecoveryCodes, SharedSecret, SignInId, Throttle, TotpParams, TotpState,
};

/// Bytes of an account's stored form, which does not depend on its algorithm.
pub const ACCOUNT_ENCODED_LEN: usize = (1 + 1 + 16 + 1_usize)
    .saturating_add(1 + AUTHENTICATOR_LEN)
    .saturating_add(1 + PENDING_LEN)
    .saturating_add(1 + Passcode::LEN)
    .saturating_add(1 + COMPLETION_LEN)
    .saturating_add(CLOSED * SignInId::SHORT_LEN)
    .saturating_add(Throttle::LEN)
    .saturating_add(1 + RecoveryCodes::ENCODED_LEN);

impl<A: Algorithm> Account<A> {
    /// The stored form. It holds the shared secret: seal it before it leaves memory.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<[u8; ACCOUNT_ENCODED_LEN]> {
        let mut stored = Zeroizing::new([0; ACCOUNT_ENCODED_LEN]);
        let mut out = Writer::new(stored.as_mut_slice());
        out.u8(FORMAT);
        out.u8(A::ID.to_byte());
        out.bytes(&self.id.0);
        out.u8(self.settings.to_byte());
        write_optional(
            &mut out,
            self.totp.as_ref(),
            AUTHENTICATOR_LEN,
            write_authenticator,
        );
        write_optional(&mut out, self.pending.as_ref(), PENDING_LEN, write_pending);
        write_optional(
            &mut out,
            self.passcode.as_ref(),
            Passcode::LEN,
            |out, code| {
                code.write(out);
            },
        );
        write_optional(
            &mut out,
            self.completion.as_ref(),
            COMPLETION_LEN,
            |out, done| {
                out.bytes(&done.sign_in.0);
                out.u8(MfaSet::of(done.factor).bits());
            },
        );
        for closed in &self.closed {
            out.bytes(closed);
        }
        self.throttle.write(&mut out);
        write_optional(
            &mut out,
            self.recovery.as_ref(),
            RecoveryCodes::ENCODED_LEN,
            |out, codes| {
                codes.write(out);
            },
        );
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`Account::encode`] writes for the same algorithm.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(stored);
        if from.u8()? != FORMAT || from.u8()? != A::ID.to_byte() {
            return Err(DecodeError);
        }
        let mut account = Self::new(AccountId(from.array()?));
        account.settings = MfaSettings::from_byte(from.u8()?).ok_or(DecodeError)?;
        account.totp = read_optional(&mut from, AUTHENTICATOR_LEN, read_authenticator)?;
        account.pending = read_optional(&mut from, PENDING_LEN, read_pending)?;
        account.passcode = read_optional(&mut from, Passcode::LEN, Passcode::read)?;
        account.completion = read_optional(&mut from, COMPLETION_LEN, read_completion)?;
        for closed in &mut account.closed {
            *closed = from.array()?;
        }
        account.throttle = Throttle::read(&mut from)?;
        account.recovery =
            read_optional(&mut from, RecoveryCodes::ENCODED_LEN, RecoveryCodes::read)?;
        from.finish()?;
        Ok(account)
    }
}

fn write_authenticator(out: &mut Writer<'_>, authenticator: &Authenticator) {
    write_secret(out, &authenticator.secret);
    write_params(out, &authenticator.params);
    authenticator.state.write(out);
}

fn read_authenticator(from: &mut Reader<'_>) -> Result<Authenticator, DecodeError> {
    Ok(Authenticator {
        secret: read_secret(from)?,
        params: read_params(from)?,
        state: TotpState::read(from)?,
    })
}

fn write_pending(out: &mut Writer<'_>, pending: &PendingAuthenticator) {
    write_secret(out, &pending.secret);
    write_params(out, &pending.params);
    out.bytes(&pending.binding.0);
    out.time(pending.started_at);
    out.time(pending.expires_at);
    out.u8(pending.tries_left);
}

fn read_pending(from: &mut Reader<'_>) -> Result<PendingAuthenticator, DecodeError> {
    let pending = PendingAuthenticator {
        secret: read_secret(from)?,
        params: read_params(from)?,
        binding: SetUpBinding(from.array()?),
        started_at: from.time()?,
        expires_at: from.time()?,
        tries_left: from.u8()?,
    };
    if !(1..=SET_UP_TRIES).contains(&pending.tries_left) {
        return Err(DecodeError);
    }
    Ok(pending)
}

fn read_completion(from: &mut Reader<'_>) -> Result<Completion, DecodeError> {
    let sign_in = SignInId(from.array()?);
    let factor = MfaSet::from_bits(from.u8()?)
        .and_then(MfaSet::only)
        .ok_or(DecodeError)?;
    Ok(Completion { sign_in, factor })
}

fn write_secret(out: &mut Writer<'_>, secret: &SharedSecret) {
    let bytes = secret.as_bytes();
    out.u8(u8::try_from(bytes.len()).unwrap_or(0));
    out.bytes(bytes);
    out.zeros(SharedSecret::MAX_LEN.saturating_sub(bytes.len()));
}

fn read_secret(from: &mut Reader<'_>) -> Result<SharedSecret, DecodeError> {
    let len = usize::from(from.u8()?);
    let room = from.slice(SharedSecret::MAX_LEN)?;
    let (secret, rest) = room.split_at_checked(len).ok_or(DecodeError)?;
    all_zero(rest)?;
    SharedSecret::of_any_strength(secret).map_err(|_| DecodeError)
}

fn write_params(out: &mut Writer<'_>, params: &TotpParams) {
    out.u8(params.digits.get());
    out.u16(params.period.secs());
    out.time(params.t0);
}

fn read_params(from: &mut Reader<'_>) -> Result<TotpParams, DecodeError> {
    Ok(TotpParams {
        digits: Digits::new(from.u8()?).map_err(|_| DecodeError)?,
        period: Period::from_secs(from.u16()?).map_err(|_| DecodeError)?,
        t0: from.time()?,
    })
}

/// Writes a flag and a field of `len` bytes: the value if there is one, else zeros.
fn write_optional<T>(
    out: &mut Writer<'_>,
    value: Option<&T>,
    len: usize,
    write: impl FnOnce(&mut Writer<'_>, &T),
) {
    out.u8(u8::from(value.is_some()));
    match value {
        Some(value) => write(out, value),
        None => out.zeros(len),
    }
}

/// Reads what [`write_optional`] writes.
fn read_optional<'a, T>(
    from: &mut Reader<'a>,
    len: usize,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    match from.u8()? {
        0 => all_zero(from.slice(len)?).map(|()| None),
        1 => read(from).map(Some),
        _ => Err(DecodeError),
    }
}

fn all_zero(bytes: &[u8]) -> Result<(), DecodeError> {
    if bytes.iter().all(|byte| *byte == 0) {
        Ok(())
    } else {
        Err(DecodeError)
    }
}

const FORMAT: u8 = 2;
/// Length and room for the longest secret.
const SECRET_LEN: usize = SharedSecret::MAX_LEN.saturating_add(1);
/// Digits, period, T0.
const PARAMS_LEN: usize = 1 + 2 + 8;
const AUTHENTICATOR_LEN: usize = SECRET_LEN
    .saturating_add(PARAMS_LEN)
    .saturating_add(TotpState::FIELDS_LEN);
const PENDING_LEN: usize = SECRET_LEN
    .saturating_add(PARAMS_LEN)
    .saturating_add(16 + 8 + 8 + 1);
const COMPLETION_LEN: usize = 16 + 1;
