//! The home of a pending sign-in's stored form, byte by byte.
//!
//! | field | bytes |
//! |---|---|
//! | format, 1 | 1 |
//! | account | 16 |
//! | sign-in | 16 |
//! | entered at, expires at: big-endian seconds | 8 + 8 |
//! | prompt | 1 |
//! | the prompt's set of factors, or destination, else zeros | 16 |
//!
//! There is no spelling of a sign-in that has succeeded.

use super::{AccountId, Destination, MfaSet, Prompt, SignIn, SignInId};
use crate::DecodeError;
use crate::bytes::{Reader, Writer};

impl SignIn {
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = 1 + 16 + 16 + 8 + 8 + 1 + 16;

    /// The stored form. It holds no secret, but whoever holds it takes part in the sign-in: seal it
    /// before handing it to a client, and bind the seal to the account.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::ENCODED_LEN] {
        let mut stored = [0; Self::ENCODED_LEN];
        let mut out = Writer::new(&mut stored);
        out.u8(FORMAT);
        out.bytes(&self.account.0);
        out.bytes(&self.id.0);
        out.time(self.entered_at);
        out.time(self.expires_at);
        let (tag, detail) = match self.prompt {
            Prompt::Code(factor) => (1, of_set(MfaSet::of(factor))),
            Prompt::SelectFactor(offered) => (2, of_set(offered)),
            Prompt::SetUp(offered) => (3, of_set(offered)),
            Prompt::TotpSetUpCode => (4, [0; 16]),
            Prompt::EmailSetUpCode(Destination(to)) => (5, to),
            Prompt::Complete => (6, [0; 16]),
            Prompt::RecoveryCode => (7, [0; 16]),
        };
        out.u8(tag);
        out.bytes(&detail);
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`SignIn::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(stored);
        if from.u8()? != FORMAT {
            return Err(DecodeError);
        }
        let sign_in = Self {
            account: AccountId(from.array()?),
            id: SignInId(from.array()?),
            entered_at: from.time()?,
            expires_at: from.time()?,
            prompt: read_prompt(&mut from)?,
        };
        from.finish()?;
        Ok(sign_in)
    }
}

fn read_prompt(from: &mut Reader<'_>) -> Result<Prompt, DecodeError> {
    let (tag, detail) = (from.u8()?, from.array::<16>()?);
    Ok(match tag {
        1 => Prompt::Code(to_set(detail)?.only().ok_or(DecodeError)?),
        2 => Prompt::SelectFactor(to_offer(detail)?),
        3 => Prompt::SetUp(to_offer(detail)?),
        4 if detail == [0; 16] => Prompt::TotpSetUpCode,
        5 => Prompt::EmailSetUpCode(Destination(detail)),
        6 if detail == [0; 16] => Prompt::Complete,
        7 if detail == [0; 16] => Prompt::RecoveryCode,
        _ => return Err(DecodeError),
    })
}

const fn of_set(set: MfaSet) -> [u8; 16] {
    let mut detail = [0; 16];
    let [first, ..] = &mut detail;
    *first = set.bits();
    detail
}

fn to_set(detail: [u8; 16]) -> Result<MfaSet, DecodeError> {
    let [bits, rest @ ..] = detail;
    if rest.iter().any(|byte| *byte != 0) {
        return Err(DecodeError);
    }
    MfaSet::from_bits(bits).ok_or(DecodeError)
}

/// What is on offer: never nothing.
fn to_offer(detail: [u8; 16]) -> Result<MfaSet, DecodeError> {
    let offered = to_set(detail)?;
    if offered.is_empty() {
        return Err(DecodeError);
    }
    Ok(offered)
}

const FORMAT: u8 = 1;
